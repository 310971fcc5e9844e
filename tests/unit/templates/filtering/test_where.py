"""Conditions over rows."""

import pytest

from clipmill.errors import SettingsError
from clipmill.templates.filtering.where import parse_where

CELLS = {"Title": "Walnut Tray", "Variant Price": "€1,299.00", "compare_at": "1.499,00", "Vendor": "Acme", "Stock": "0",
         "Option1 Value": "Dark Blue", "day": "2026-11-20", "empty": " "}  # fmt: skip
FIELDS = {"title": "Title", "price": "Variant Price"}


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("price > 20", True),
        ("price>1299", False),
        ("price >= 1299", True),
        ("price = 1299.00", True),
        ("price != 5", True),
        ("Variant Price > 20", True),
        ("[Variant Price] <= 20", False),
        ("'Variant Price' > €20", True),
        ("`Variant Price` < 1,300", True),
        ("variant price > 20", True),
        ("price < compare_at", True),
        ("Vendor = acme", True),
        ('Vendor == "ACME"', True),
        ("Vendor <> Acme", False),
        ("vendor in (Acme, Other)", True),
        ("Vendor not in ('Acme', Other)", False),
        ("[Option1 Value] in (Red, 'dark blue')", True),
        ("Option1 Value = Dark Blue", True),
        ("Title contains tray", True),
        ("Title not contains tray", False),
        ("not Title contains tray", False),
        ("Title contains 'x' or Stock = 0 and price > 5", True),
        ("(Title contains 'x' or Stock = 0) and price < 5", False),
        ("not (price < 5 or Stock > 0)", True),
        ("day >= 2026-11-01", True),
        ("day < 2026-11-01", False),
        ("empty", False),
        ("not empty", True),
        ("Vendor", True),
        ("empty = ''", True),
        ("empty < 5", False),
        ("Title > 5", False),
        ("NOT NOT Vendor", True),
        ("Vendor = Title", False),
        ("Vendor = 'Title'", False),
    ],
)
def test_rows_are_chosen(text: str, taken: bool) -> None:
    assert parse_where(text, list(CELLS), FIELDS)(CELLS) is taken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a column or a value is missing"),
        ("price >", "a column or a value is missing"),
        ("> 5", "missing before '>'"),
        ("(price > 5", r"a \) is missing"),
        ("price > 5)", r"before '\)'"),
        ("prize > 5", "the table has no column prize"),
        ("price not > 5", "in or contains follows not"),
        ("Vendor in Acme", r"a \( is missing"),
        ("[Nope] = 1", "no column Nope"),
        ("price = [Nope]", "no column Nope"),
        ("price > 'x", "at"),
        ("(" * 60 + "price" + ")" * 60, "nested more than 40"),
        ("price " * 500, "longer than"),
        ("__import__('os')", "no column __import__"),
        ("price > 5 6 'x'", "before 'x'"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        parse_where(text, list(CELLS), FIELDS)
    assert "--where" in str(caught.value)
    assert caught.value.hint
