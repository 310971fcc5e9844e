"""What every kind of field shares: the type of its reader, and a cell quoted for a sentence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from clipmill import shown
from clipmill.domain.verdict import Problem

#: Reads the text of one cell that is not empty.
ReadCell = Callable[[str], str | int | bool | Decimal | Problem]


def shortened(cell: str) -> str:
    """The beginning of a long text, without the secrets of addresses: a part of one would not be known for it."""
    return shown.shortened(shown.discreet(cell))


def quoted(cell: str) -> str:
    """The text in quotation marks, shortened when long."""
    return f'"{shortened(cell)}"'
