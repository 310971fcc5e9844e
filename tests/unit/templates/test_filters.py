"""What each filter gives."""

from decimal import Decimal
from typing import Any

import pytest

from clipmill.errors import TemplateError
from clipmill.templates.filters import date, default, lower, money, pick, replace, slug, truncate, upper


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Bobble Beanie, Burgundy", "bobble-beanie-burgundy"),
        ("  --A  b__C--  ", "a-b-c"),
        ("", ""),
        ("!!!", ""),
        ("Crème Brûlée", "crème-brûlée"),
        ("Cre\u0300me", "crème"),
        ("فستان أحمر 👗 कपड़े 连衣裙", "فستان-أحمر-कपड़े-连衣裙"),
        ("I ❤️ you", "i-you"),
        ("❤️", ""),
        ("½ price²", "price"),
        (12, "12"),
        (None, ""),
    ],
)
def test_slug_keeps_letters_of_every_script(text: Any, result: str) -> None:
    assert slug(text) == result


@pytest.mark.parametrize(
    ("value", "currency", "result"),
    [
        (Decimal("49.00"), "EUR", "€49"), (Decimal("19.9"), "EUR", "€19.90"), (Decimal("19.90"), "USD", "$19.90"),
        (Decimal("24.50"), "GBP", "£24.50"), (1200, "JPY", "¥1,200"), (Decimal("1200.5"), "JPY", "¥1,201"),
        (Decimal("19.9"), "CHF", "19.90 CHF"), (Decimal("1299.5"), "", "1,299.50"), (1234567, "eur", "€1,234,567"),
        (5, "€", "€5"), (-5, "EUR", "-€5"), (-5, "CHF", "-5 CHF"), (0.005, "EUR", "€0.01"), ("49.00", "EUR", "€49"),
        ("free", "EUR", "free"), ("", "EUR", ""), (None, "EUR", ""), (5, " usd ", "$5"), (5, "points", "5 points"),
        (float("nan"), "EUR", "nan EUR"), (1e300, "EUR", "1e+300 EUR"), (Decimal("-0.001"), "EUR", "€0"),
    ],
)  # fmt: skip
def test_money_is_typeset(value: Any, currency: str, result: str) -> None:
    assert money(value, currency) == result


@pytest.mark.parametrize(
    ("text", "pattern", "result"),
    [
        ("2026-11-20", "%-d %B %Y", "20 November 2026"),
        ("2026-01-05", "%a %d.%m.%y, %b %A", "Mon 05.01.26, Jan Monday"),
        ("2026-01-05T15:04:09", "%H:%M:%S %-I:%M %p %I %-H %-m %%", "15:04:09 3:04 PM 03 15 1 %"),
        ("2026-01-05T00:30:00", "%I %p", "12 AM"),
        ("", "%Y", ""),
    ],
)
def test_dates_are_written_in_english_on_every_machine(text: str, pattern: str, result: str) -> None:
    assert date(text, pattern) == result


def test_what_is_no_date_is_an_error() -> None:
    with pytest.raises(TemplateError, match="'soon' is no date"):
        date("soon", "%Y")


@pytest.mark.parametrize(
    ("text", "length", "result"),
    [
        ("short", 5, "short"),
        ("Bobble Beanie, Burgundy", 20, "Bobble Beanie…"),
        ("Bobble Beanie, Burgundy", 16, "Bobble Beanie…"),
        ("Bobble Beanie", 7, "Bobble…"),
        ("Chain · 14 inches · gold", 20, "Chain · 14 inches…"),
        ("Bobblebeanie", 7, "Bobble…"),
        ("连衣裙连衣裙", 4, "连衣裙…"),
        ("abcde\u0301f", 6, "abcd…"),
    ],
)
def test_truncate_ends_at_a_word(text: str, length: int, result: str) -> None:
    assert truncate(text, length) == result
    assert len(truncate(text, length)) <= length


def test_small_filters() -> None:
    assert (upper("straße"), lower("CAP"), upper(None)) == ("STRASSE", "cap", "")
    assert (default("", "x"), default(None, 5), default(0, 5), default(False, 5)) == ("x", 5, 0, False)
    assert replace("a-b-c", "-", Decimal(1)) == "a1b1c"


def test_pick_takes_the_part_another_value_names() -> None:
    assert pick({"a": {"x": 1}}, "a") == {"x": 1}
    assert pick(["a", "b"], 1) == "b"


@pytest.mark.parametrize("value", [{"wide": 1}, [1], "text", None])
def test_pick_says_what_there_is(value: Any) -> None:
    with pytest.raises(TemplateError, match="no 'tall' to pick"):
        pick(value, "tall")
