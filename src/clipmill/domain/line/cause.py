"""A cause: rows that are not done for the same reason, told once with the first of them as the example.

Warnings of many rows are told the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.credits import as_number
from clipmill.domain.files.names import finished
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem

#: Row numbers kept per cause.
NUMBERS_KEPT = 200
#: Warnings told apart; those that come after so many are one.
NOTICES_KEPT = 200
#: What differs from row to row in sentences that say the same: what they quote, and numbers that are no index.
_OF_A_ROW = re.compile(r"""'[^']*'|"[^"]*"|“[^“”]*”|(?<![\w\[])\d[\d.,]*""")
_ALIKE = " … and the like"


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
        return self.example.told if self.uniform else self.example.told + _ALIKE

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


@dataclass(slots=True)
class Notice:
    """One warning, and the rows it was given for."""

    #: As it was said of the first of them.
    example: str
    #: Whether it begins with the name of that row's file.
    is_named: bool
    rows: Numbers = field(default_factory=Numbers)
    #: Whether it has the very words of the example for every row.
    uniform: bool = True

    @property
    def told(self) -> str:
        """The example's words, or that the others are like it."""
        return self.example if self.uniform else self.example + _ALIKE


class Notices:
    """Warnings gathered by what they say apart from names, quotes and numbers, however many rows there are."""

    def __init__(self) -> None:
        self._found: dict[str, Notice] = {}

    def add(self, sentence: str, number: int, name: str = "") -> None:
        """Count one warning of one row, whose file has that name."""
        is_named = bool(name) and sentence.startswith(f"{name}: ")
        kind = _OF_A_ROW.sub("…", sentence.removeprefix(f"{name}: ") if is_named else sentence)
        if kind not in self._found and len(self._found) >= NOTICES_KEPT:
            kind = ""
        notice = self._found.setdefault(kind, Notice(sentence, is_named))
        notice.rows.add(number)
        notice.uniform = notice.uniform and notice.example == sentence

    def as_dict(self) -> dict[str, int]:
        """Each as it is told, with the rows it was given for."""
        return {notice.told: notice.rows.count for notice in self}

    def __iter__(self) -> Iterator[Notice]:
        """As they came."""
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)


@dataclass(slots=True)
class Tally:
    """What a table turned out to hold."""

    rows: int = 0
    ready: int = 0
    blocked: int = 0
    with_fallback: int = 0
    #: Credits of one attempt of every ready row, and of every part that one of them needs.
    credits: int = 0
    #: Parts that rows need, each once, and rows whose own price is known when theirs are made.
    parts: set[str] = field(default_factory=set)
    open: int = 0
    causes: Causes = field(default_factory=Causes)
    warnings: Notices = field(default_factory=Notices)

    def count(self, order: PricedRow) -> None:
        """Take one order into the numbers."""
        checked = order.checked
        self.rows += 1
        new = order.parts.keys() - self.parts
        self.credits += order.credits + sum(order.parts[digest] for digest in new)
        self.parts |= new
        self.open += order.is_open
        for warning in checked.warnings:
            self.warnings.add(warning, checked.row.number, finished(checked.file_name, 1))
        if checked.payload is None:
            self.blocked += 1
            for problem in checked.problems:
                self.causes.add(RowState.BLOCKED, checked.row.number, problem)
        elif checked.fallbacks:
            self.with_fallback += 1
        else:
            self.ready += 1

    def as_dict(self) -> dict[str, Any]:
        """The numbers as `--json` prints them."""
        return {
            "rows": self.rows, "ready": self.ready, "ready_with_fallback": self.with_fallback, "blocked": self.blocked,
            "credits": as_number(self.credits), **({"parts": len(self.parts)} if self.parts else {}),
            **({"rows_priced_later": self.open} if self.open else {}), "warnings": self.warnings.as_dict(),
            "causes": [cause.as_dict() for cause in self.causes],
        }  # fmt: skip
