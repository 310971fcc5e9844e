"""A line of the matrix: what a route needs, how it is asked, and what is there to be asked for.

Each surface has a table of its own, `tests/matrix/NAME.py` with `ROUTES`: (method, path as it is declared) → `line`.
`THINGS`, where a table has it, makes what its paths name: the server → name in the path → value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.access import Scope

#: A route that asks for no key.
OPEN = "open"


@dataclass(frozen=True)
class Things:
    """What the owner has."""

    template: str
    batch: str
    asset: str
    webhook: str
    key: str
    card: Mapping[str, Any]
    pixel: bytes
    row: int = 1
    token: str = "none"
    name: str = "none"


Made = Callable[[Things], Any]


@dataclass(frozen=True)
class Line:
    """One route."""

    needs: Scope | str
    #: What another tenant is told that names what is the owner's; None: 404 where the path names something.
    foreign: int | None = None
    #: Arguments of the request.
    asked: Mapping[str, Made] = field(default_factory=dict)

    def arguments(self, things: Things) -> dict[str, Any]:
        """The arguments of the request for these things."""
        return {name: make(things) for name, make in self.asked.items()}


Lines = dict[tuple[str, str], Line]


def line(needs: Scope | str, foreign: int | None = None, **asked: Made) -> Line:
    """A line."""
    return Line(needs, foreign, asked)
