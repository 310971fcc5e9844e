"""Amounts as people write them."""

from decimal import Decimal

import pytest

from clipmill.templates.amounts import read_amount, show_amount

AMOUNTS = {
    "49.00": "49.00", "49,00": "49.00", "49": "49", "0.5": "0.5", ".99": "0.99", "1,299.00": "1299.00",
    "1.299,00": "1299.00", "1 299,00": "1299.00", "1\u00a0299,00": "1299.00", "1\u202f299,00": "1299.00",
    "1'299.00": "1299.00", "1’299.00": "1299.00", "1,299": "1299", "1.299": "1299", "0,125": "0.125", "0.125": "0.125",
    "1,234,567.89": "1234567.89", "1.234.567": "1234567", "₹1,49,999.00": "149999.00", "1299,995": "1299.995",
    "€49": "49", "49 €": "49", "49€": "49", "EUR 49.00": "49.00", "49.00 EUR": "49.00", "$1,299.00": "1299.00",
    "US$5": "5", "5 kr": "5", "12,50 zł": "12.50", "-5": "-5", "−5,50": "-5.50", "€-5": "-5", "-€5": "-5", "+5": "5",
    "  7  ": "7", "usd 7": "7",
}  # fmt: skip
OTHERS = [
    "free", "", "-", "€", "EUR", ".", ",", "1,2,3", "1.2.3", "1,29,9", "12 34", "1.299.00", "1,299,00", "1..2", "5%",
    "5-", "NaN", "inf", "-inf", "Infinity", "1e309", "1e3", "0x10", "49.00.", "$$5", "five", "٤٩", "1" * 16, "1 2",
    "5 euros", "1,299 1", "49\n50",
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items())
def test_an_amount_is_understood(text: str, amount: str) -> None:
    assert str(read_amount(text)) == amount


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert read_amount(text) is None


def test_what_is_shown_is_read_again() -> None:
    for text in ("49.00", "1299.50", "0.99", "1234567"):
        for currency in ("EUR", "USD", "GBP", "JPY", "CHF", ""):
            shown = show_amount(Decimal(text), currency)
            again = read_amount(shown)
            assert again is not None
            assert show_amount(again, currency) == shown
