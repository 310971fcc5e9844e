"""What filters calculate and compare."""

from decimal import Decimal
from typing import Any

import pytest

from clipmill.errors import TemplateError
from clipmill.templates.filtering.calculations import CALCULATIONS, number_of


def run(name: str, *arguments: Any) -> Any:
    return CALCULATIONS[name][0](*arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("plus", (Decimal("40.50"), 5), "45.50"),
        ("minus", (40, Decimal("0.5")), "39.5"),
        ("times", ("40", Decimal("1.19")), "47.60"),
        ("divided_by", (40, 8), "5"),
        ("plus", ("€1,299.00", 1), "1300.00"),
        ("round", (Decimal("16.5"),), "17"),
        ("round", (Decimal("16.66"), 1), "16.7"),
        ("round", (5, 2), "5.00"),
        ("discount", (75, 100), "25"),
        ("discount", (Decimal("39.00"), Decimal("49.00")), "20"),
        ("discount", (50, 60), "17"),
        ("discount", (0, 10), "100"),
    ],
)
def test_numbers_are_calculated_exactly(name: str, arguments: tuple[Any, ...], result: str) -> None:
    assert str(run(name, *arguments)) == result


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("discount", (75, None)),
        ("discount", (75, "")),
        ("discount", (None, 100)),
        ("discount", (100, 100)),
        ("discount", (120, 100)),
        ("discount", (5, 0)),
        ("discount", (Decimal("99.9"), 100)),
        ("plus", ("", 5)),
        ("round", (None,)),
    ],
)
def test_nothing_in_gives_nothing_out(name: str, arguments: tuple[Any, ...]) -> None:
    assert run(name, *arguments) is None


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("gt", (5, 4), True),
        ("gt", (4, 4), False),
        ("gte", (4, 4), True),
        ("lt", ("3.5", 4), True),
        ("lte", (5, 4), False),
        ("gt", ("", 4), False),
        ("lt", (None, 4), False),
        ("eq", ("New", "new"), True),
        ("eq", ("5.0", 5), True),
        ("ne", ("a", "b"), True),
        ("eq", ("", None), True),
        ("contains", ("Summer SALE", "sale"), True),
        ("not", ("",), True),
        ("not", (Decimal(0),), True),
        ("not", ("x",), False),
        ("if", (True, "a", "b"), "a"),
        ("if", ("", "a", "b"), "b"),
        ("if", (0, "a"), ""),
        ("if", ("0", "a", "b"), "a"),
        ("if", (None, "a", None), None),
    ],
)
def test_values_are_compared(name: str, arguments: tuple[Any, ...], result: Any) -> None:
    assert run(name, *arguments) == result


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("plus", ("red", 5), "'red' is no number"),
        ("gt", (5, "red"), "'red' is no number"),
        ("divided_by", (5, 0), "calculated"),
        ("round", (5, "x"), "no number of places"),
        ("round", (5, 99), "no number of places"),
        ("plus", ("1.234", 5), "no number"),
    ],
)
def test_what_cannot_be_calculated_is_told(name: str, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        run(name, *arguments)
    assert caught.value.hint


@pytest.mark.parametrize("value", [True, None, "", "red", [], "1.234"])
def test_not_everything_is_a_number(value: Any) -> None:
    assert number_of(value) is None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_not_finite_is_no_number(number: Any) -> None:
    assert number_of(number) is None
    for name in ("plus", "gt", "discount"):
        with pytest.raises(TemplateError, match="is no number"):
            run(name, number, 5)


def test_numbers_no_video_shows_are_refused() -> None:
    with pytest.raises(TemplateError, match="too large"):
        run("times", 1e20, 1e20)
