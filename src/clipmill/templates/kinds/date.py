"""Dates: `2026-11-20`, perhaps with a time behind it, and nothing that reads differently elsewhere."""

from __future__ import annotations

import re
from datetime import date as calendar_date
from datetime import datetime

from clipmill.domain.template import FieldRule
from clipmill.domain.verdict import Problem
from clipmill.templates.kinds.cell import ReadCell, quoted

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
                     r"(?:Z|[+-][0-9]{2}:[0-9]{2})?")  # fmt: skip


def date(rule: FieldRule, column: str) -> ReadCell:
    """An ISO 8601 date `YYYY-MM-DD`, or with `THH:MM[:SS]` and an offset; the value is the ISO text."""

    def read(cell: str) -> str | Problem:
        word = cell.strip()
        try:
            if _DAY.fullmatch(word):
                return calendar_date.fromisoformat(word).isoformat()
            if _MOMENT.fullmatch(word):
                return datetime.fromisoformat(word).isoformat()
        except ValueError:
            reason = f"{quoted(word)} is no day of the calendar"
            return Problem("date.impossible", reason, "Correct the date.", column, cell)
        return Problem("date.malformed", f"{quoted(word)} is not a date", "Write it as 2026-11-20.", column, cell)

    return read
