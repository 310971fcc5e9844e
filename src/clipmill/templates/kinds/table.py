"""Which reader a kind of field has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clipmill.domain.template import FieldKind, FieldRule
from clipmill.templates.kinds.cell import ReadCell
from clipmill.templates.kinds.colour import colour
from clipmill.templates.kinds.date import date
from clipmill.templates.kinds.number import integer, money, number
from clipmill.templates.kinds.text import boolean, choice, text

READERS: Mapping[FieldKind, Callable[[FieldRule, str], ReadCell]] = {
    FieldKind.TEXT: text, FieldKind.NUMBER: number, FieldKind.INTEGER: integer, FieldKind.MONEY: money,
    FieldKind.COLOUR: colour, FieldKind.DATE: date, FieldKind.ENUM: choice, FieldKind.BOOLEAN: boolean,
}  # fmt: skip


def read_cell_of(rule: FieldRule, column: str) -> ReadCell:
    """The reader of a field that holds no media; `column` is what problems call it."""
    return READERS[rule.kind](rule, column)
