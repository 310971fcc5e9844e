"""Numbers, whole numbers, amounts."""

from decimal import Decimal
from typing import Any

import pytest

from clipmill.domain.template import FieldKind, FieldRule
from clipmill.domain.verdict import Problem
from clipmill.templates.kinds.number import integer, money, number

ANY = FieldRule(name="n", kind=FieldKind.NUMBER)
SECONDS = FieldRule(name="seconds", kind=FieldKind.INTEGER, minimum=3, maximum=15)


def problem(value: Any) -> Problem:
    assert isinstance(value, Problem)
    return value


@pytest.mark.parametrize(("cell", "value"), [("8", 8), (" 08 ", 8), ("8.0", 8), ("-3", -3), ("+4", 4), ("0", 0)])
def test_whole_numbers(cell: str, value: int) -> None:
    read = integer(ANY, "n")(cell)
    assert (read, type(read)) == (value, int)


@pytest.mark.parametrize("cell", ["8.5", "8,0", "eight", "1e3", "NaN", "inf", "", "8s", "1" * 16, "٨", "0x8", "1_000"])
def test_what_is_no_whole_number(cell: str) -> None:
    found = problem(integer(SECONDS, "seconds")(cell))
    assert found.reason == f'"{cell}" is not a whole number'
    assert found.fix == "Write a whole number from 3 to 15."


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("8.5", "8.5"),
        ("8,5", "8.5"),
        ("-0.25", "-0.25"),
        ("1e3", "1E+3"),
        (".5", "0.5"),
        ("0,125", "0.125"),
        ("0", "0"),
    ],
)
def test_numbers(cell: str, value: str) -> None:
    assert number(ANY, "n")(cell) == Decimal(value)


@pytest.mark.parametrize(
    "cell", ["NaN", "nan", "inf", "-Infinity", "1e309", "1.2.3", "1,2,3", "five", "5 kg", "--5", "5."]
)
def test_what_is_no_number(cell: str) -> None:
    found = problem(number(ANY, "n")(cell))
    assert (found.reason, found.fix) == (f'"{cell}" is not a number', "Write a number.")


def test_a_number_with_two_readings_is_refused_with_both() -> None:
    found = problem(number(ANY, "n")("1,299"))
    assert (found.reason, found.fix) == ('"1,299" can be read in two ways', "Write 1299 or 1.299.")


@pytest.mark.parametrize(
    ("low", "high", "cell", "reason", "fix"),
    [
        (3, 15, "90", "seconds is 90; 3 to 15 are allowed", "Write a number from 3 to 15."),
        (0.01, None, "0", "seconds is 0; 0.01 or more is allowed", "Write a number 0.01 or more."),
        (None, 10.5, "11", "seconds is 11; at most 10.5 is allowed", "Write a number at most 10.5."),
    ],
)
def test_a_number_outside_says_what_is_allowed(
    low: float | None, high: float | None, cell: str, reason: str, fix: str
) -> None:
    rule = FieldRule(name="seconds", kind=FieldKind.NUMBER, minimum=low, maximum=high)
    found = problem(number(rule, "seconds")(cell))
    assert (found.reason, found.fix, found.code) == (reason, fix, "number.outside")


@pytest.mark.parametrize(("cell", "inside"), [("3", True), ("15", True), ("2", False), ("16", False)])
def test_limits_are_inside(cell: str, inside: bool) -> None:
    assert isinstance(integer(SECONDS, "seconds")(cell), int) is inside


def test_limits_are_compared_as_they_are_written() -> None:
    """0.01 as a binary fraction is a little more than a cent."""
    rule = FieldRule(name="price", kind=FieldKind.MONEY, minimum=0.01, maximum=0.29)
    assert money(rule, "price")("0.01") == Decimal("0.01")
    assert money(rule, "price")("0,29 €") == Decimal("0.29")
    assert problem(money(rule, "price")("0.00")).reason == "price is 0.00; 0.01 to 0.29 are allowed"


def test_what_is_no_amount() -> None:
    found = problem(money(ANY, "price")(" free "))
    assert (found.reason, found.fix) == ('"free" is not an amount of money', "Write an amount such as 49.00.")
    assert (found.column, found.value) == ("price", " free ")
