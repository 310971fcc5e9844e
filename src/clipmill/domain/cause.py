"""A cause: rows that are not done for the same reason, told once with the first of them as the example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.verdict import Problem

#: Row numbers kept per cause.
NUMBERS_KEPT = 200


@dataclass(slots=True)
class Numbers:
    """Row numbers: how many there are, and the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, number: int) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < NUMBERS_KEPT:
            self.first.append(number)


@dataclass(slots=True)
class Cause:
    """One reason why rows are not done."""

    #: Where they are instead: blocked, failed, review …
    state: str
    example: Problem
    rows: Numbers = field(default_factory=Numbers)
    #: Whether every row has the very words of the example.
    uniform: bool = True

    @property
    def reason(self) -> str:
        """What is wrong, true for every row: the example's words, or that the others are like it."""
        return self.example.told if self.uniform else f"{self.example.told} … and the like"

    def as_dict(self) -> dict[str, Any]:
        """The cause as `--json` prints it; `numbers` are the first of its rows."""
        return {"rows": self.rows.count, "numbers": self.rows.first, "state": self.state, **self.example.as_dict()}


class Causes:
    """Problems gathered by state, code and column."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Cause] = {}

    def add(self, state: str, number: int, problem: Problem) -> None:
        """Count one problem of one row."""
        cause = self._found.setdefault((state, problem.code, problem.column), Cause(state, problem))
        cause.rows.add(number)
        cause.uniform = cause.uniform and cause.example.reason == problem.reason

    def __iter__(self) -> Iterator[Cause]:
        """The commonest first."""
        return iter(sorted(self._found.values(), key=lambda cause: -cause.rows.count))

    def __len__(self) -> int:
        return len(self._found)
