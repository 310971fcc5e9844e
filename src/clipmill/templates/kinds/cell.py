"""What every kind of field shares: the type of its reader, and a cell quoted for a sentence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from clipmill.domain.verdict import Problem
from clipmill.shown import discreet

#: Reads the text of one cell that is not empty.
ReadCell = Callable[[str], str | int | bool | Decimal | Problem]

_QUOTED_CHARACTERS = 60


def shortened(cell: str) -> str:
    """The beginning of a long text, without the secrets of addresses: a part of one would not be known for it."""
    cell = discreet(cell)
    return cell if len(cell) <= _QUOTED_CHARACTERS else f"{cell[: _QUOTED_CHARACTERS - 1]}…"


def quoted(cell: str) -> str:
    """The text in quotation marks, shortened when long."""
    return f'"{shortened(cell)}"'
