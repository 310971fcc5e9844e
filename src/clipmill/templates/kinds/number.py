"""Numbers, whole numbers and amounts of money, within their limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from clipmill.domain.template import FieldRule
from clipmill.domain.verdict import Problem
from clipmill.templates.amounts import is_ambiguous, read_amount
from clipmill.templates.kinds.cell import ReadCell, quoted

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(?:\.0{1,9})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:[.,][0-9]{1,15})?|[.,][0-9]{1,15})(?:[eE][+-]?[0-9]{1,2})?")
#: One comma before exactly three digits: a decimal comma to some, thousands to others.
_TWO_READINGS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def integer(rule: FieldRule, column: str) -> ReadCell:
    """A whole number; `8.0`, as spreadsheets write it, is 8."""
    outside = _limits(rule, column)
    wanted = f"Write a whole number{_span(rule)}."

    def read(cell: str) -> int | Problem:
        word = cell.strip()
        if not _WHOLE.fullmatch(word):
            return Problem("integer.malformed", f"{quoted(word)} is not a whole number", wanted, column, cell)
        value = int(word.partition(".")[0])
        return outside(Decimal(value), word, wanted) or value

    return read


def number(rule: FieldRule, column: str) -> ReadCell:
    """A number with a decimal point or comma; what could be read two ways is refused."""
    outside = _limits(rule, column)
    wanted = f"Write a number{_span(rule)}."

    def read(cell: str) -> Decimal | Problem:
        word = cell.strip()
        if not _NUMBER.fullmatch(word):
            return Problem("number.malformed", f"{quoted(word)} is not a number", wanted, column, cell)
        if _TWO_READINGS.fullmatch(word):
            fix = f"Write {word.replace(',', '')} or {word.replace(',', '.')}."
            return Problem("number.ambiguous", f"{quoted(word)} can be read in two ways", fix, column, cell)
        value = Decimal(word.replace(",", "."))
        return outside(value, word, wanted) or value

    return read


def money(rule: FieldRule, column: str) -> Callable[..., Decimal | Problem]:
    """An amount, with or without a currency sign or code; see `amounts.read_amount` for what is understood.

    The reader may be told the row's currency as well, whose decimals decide what could be read in two ways.
    """
    outside = _limits(rule, column)
    wanted = f"Write an amount such as 49.00{_span(rule, ', ')}."

    def read(cell: str, currency: str = "") -> Decimal | Problem:
        value = read_amount(cell, currency)
        if value is None:
            reason = f"{quoted(cell.strip())} is not an amount of money"
            return Problem("money.malformed", reason, wanted, column, cell)
        if is_ambiguous(cell, currency):
            word = cell.strip()
            fix = f"Write {word.replace('.', '')} or {_shorter(word)}."
            return Problem("money.ambiguous", f"{quoted(word)} can be read in two ways", fix, column, cell)
        return outside(value, cell.strip(), wanted) or value

    return read


def _shorter(word: str) -> str:
    """`49.900` with the two decimals a price has."""
    whole, _, rest = word.partition(".")
    return f"{whole}.{rest[:2]}{rest[3:]}"


def _limits(rule: FieldRule, column: str) -> Callable[[Decimal, str, str], Problem | None]:
    """The problem of a value outside the limits; limits are compared as they are written, not as binary fractions."""
    low = None if rule.minimum is None else Decimal(str(rule.minimum))
    high = None if rule.maximum is None else Decimal(str(rule.maximum))

    def outside(value: Decimal, shown: str, fix: str) -> Problem | None:
        if (low is None or value >= low) and (high is None or value <= high):
            return None
        if low is not None and high is not None:
            allowed = f"{_plain(low)} to {_plain(high)} are allowed"
        else:
            allowed = f"{_plain(low)} or more is allowed" if low is not None else f"at most {_plain(high)} is allowed"
        return Problem("number.outside", f"{column} is {shown}; {allowed}", fix, column, shown)

    return outside


def _span(rule: FieldRule, joint: str = " ") -> str:
    """` from 3 to 15`, ` of 3 or more`, ` of at most 15`, or nothing."""
    low, high = rule.minimum, rule.maximum
    if low is not None and high is not None:
        return f"{joint}from {_plain(low)} to {_plain(high)}"
    if low is not None:
        return f"{joint}{_plain(low)} or more"
    return f"{joint}at most {_plain(high)}" if high is not None else ""


def _plain(value: float | Decimal | None) -> str:
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
