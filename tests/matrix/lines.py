"""What a table of the matrix holds: what each route of a surface needs, how it is asked, and what there is to ask for.

Each surface has a table of its own: `TABLE` in `tests/matrix/NAME.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.access import Scope
from tests.served import Server

#: A route that asks for no key.
OPEN = "open"
#: What the owner has, by the names that paths have for it, and what bodies are made of.
Things = Mapping[str, Any]
Made = Callable[[Things], Any]


@dataclass(frozen=True)
class Line:
    """One route."""

    needs: Scope | str
    #: What another tenant is told that names what is the owner's; None: 404 where the path names something.
    foreign: int | None = None
    #: What the owner is told, where it is not that all is well.
    answered: int | None = None
    #: Arguments of the request.
    asked: Mapping[str, Made] = field(default_factory=dict)

    def arguments(self, things: Things) -> dict[str, Any]:
        """The arguments of the request for these things."""
        return {name: make(things) for name, make in self.asked.items()}


#: Method and path as it is declared → its line.
Lines = dict[tuple[str, str], Line]


def line(needs: Scope | str, foreign: int | None = None, answered: int | None = None, **asked: Made) -> Line:
    """A line."""
    return Line(needs, foreign, answered, asked)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One surface."""

    routes: Lines
    #: Makes things of the owner that nobody has touched.
    things: Callable[[Server], Things]
    #: Which of them are the owner's, so that nobody else is told of them.
    own: Sequence[str]
    #: What a refusal is known by in its body, and how each status is told.
    word: Callable[[Any], Any]
    words: Mapping[int, Any]
    #: Where the surface lies.
    prefix: str = ""


def given(server: Server, method: str, path: str, **asked: Any) -> Any:
    """What the owner is answered, which must be good."""
    answer = server.client.request(method, path, headers={**server.headers(), **asked.pop("headers", {})}, **asked)
    assert answer.status_code < 300, answer.text
    return answer.json()
