"""Arithmetic and comparison as filters, over numbers, amounts and texts that name one: nothing in, nothing out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import Any

from clipmill.errors import TemplateError
from clipmill.templates.amounts import is_ambiguous, read_amount
from clipmill.templates.placeholders import as_text

_HUNDRED = Decimal(100)
_MOST_PLACES = 9
#: Numbers that no video shows.
_TOO_LARGE = Decimal(10) ** 30


def number_of(value: Any) -> Decimal | None:
    """The number that a value is or, as text, names; None for a value that is no number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(value) if isinstance(value, int) else Decimal(str(value))
        return number if number.is_finite() else None
    text = value if isinstance(value, str) else ""
    return None if is_ambiguous(text) else read_amount(text)


def is_true(value: Any) -> bool:
    """Whether `if` and `not` take a value for true: not so are false, 0, an empty text and null."""
    return not (value is None or value == "" or (isinstance(value, (int, float, Decimal)) and not value))


def plus(value: Any, other: Any) -> Decimal | None:
    """`40` and `5` → `45`."""
    return _calculated(value, other, lambda a, b: a + b)


def minus(value: Any, other: Any) -> Decimal | None:
    """`40` and `5` → `35`."""
    return _calculated(value, other, lambda a, b: a - b)


def times(value: Any, other: Any) -> Decimal | None:
    """`40` and `1.19` → `47.60`."""
    return _calculated(value, other, lambda a, b: a * b)


def divided_by(value: Any, other: Any) -> Decimal | None:
    """`40` and `4` → `10`. Raises TemplateError for a division by zero."""
    return _calculated(value, other, lambda a, b: a / b)


def rounded(value: Any, places: Any = Decimal(0)) -> Decimal | None:
    """`16.666` → `17`; with 1 as places `16.7`. Halves are rounded up, as people do."""
    wanted = number_of(places)
    if wanted is None or wanted != wanted.to_integral_value() or not 0 <= wanted <= _MOST_PLACES:
        raise TemplateError(f"{as_text(places)[:60]!r} is no number of places", hint="Write 0 to 9.")
    return _calculated(value, 0, lambda a, _: a.quantize(Decimal(1).scaleb(-int(wanted)), rounding=ROUND_HALF_UP))


def discount(value: Any, before: Any) -> Decimal | None:
    """A price of `75` that was `100` → `25`, the whole percent it is lower; nothing where it is not lower."""
    off = _calculated(value, before, lambda now, then: _HUNDRED * (then - now) / then if then > 0 else Decimal(0))
    percent = rounded(off)
    return percent if percent is not None and percent > 0 else None


def either(value: Any, yes: Any, no: Any = "") -> Any:
    """`yes` when the value is true, else `no`."""
    return yes if is_true(value) else no


def is_not(value: Any) -> bool:
    """Whether the value is false, 0, empty or null."""
    return not is_true(value)


def contains(value: Any, other: Any) -> bool:
    """Whether the other text stands in the value, in any case."""
    return as_text(other).casefold() in as_text(value).casefold()


def equal(value: Any, other: Any) -> bool:
    """Whether both are the same number, or the same text in any case."""
    first, second = number_of(value), number_of(other)
    if first is not None and second is not None:
        return first == second
    return as_text(value).strip().casefold() == as_text(other).strip().casefold()


def _ordered(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, Any], bool]:
    def compare(value: Any, other: Any) -> bool:
        """Whether two numbers stand so; no where one of them is missing. Raises TemplateError for what is none."""
        first, second = _operand(value), _operand(other)
        return first is not None and second is not None and holds(first, second)

    return compare


def _operand(value: Any) -> Decimal | None:
    """A number, or None where there is nothing. Raises TemplateError."""
    number = number_of(value)
    if number is None and as_text(value).strip():
        raise TemplateError(f"{as_text(value)[:60]!r} is no number", hint="Use a field of kind number or money.")
    return number


def _calculated(value: Any, other: Any, run: Callable[[Decimal, Decimal], Decimal]) -> Decimal | None:
    first, second = _operand(value), _operand(other)
    if first is None or second is None:
        return None
    try:
        found = run(first, second)
        if abs(found) < _TOO_LARGE:
            return found
    except (DecimalException, ZeroDivisionError) as error:
        raise TemplateError(f"{first:g} and {second:g} cannot be calculated", hint="Is one of them 0?") from error
    raise TemplateError(f"{first:g} and {second:g} give a number that is too large", hint="Correct one of them.")


#: Name → function, and how many arguments it needs and takes.
CALCULATIONS: Mapping[str, tuple[Callable[..., Any], int, int]] = {
    "plus": (plus, 1, 1), "minus": (minus, 1, 1), "times": (times, 1, 1), "divided_by": (divided_by, 1, 1),
    "round": (rounded, 0, 1), "discount": (discount, 1, 1), "if": (either, 1, 2), "not": (is_not, 0, 0),
    "eq": (equal, 1, 1), "ne": (lambda value, other: not equal(value, other), 1, 1),
    "gt": (_ordered(lambda a, b: a > b), 1, 1), "gte": (_ordered(lambda a, b: a >= b), 1, 1),
    "lt": (_ordered(lambda a, b: a < b), 1, 1), "lte": (_ordered(lambda a, b: a <= b), 1, 1),
    "contains": (contains, 1, 1),
}  # fmt: skip
