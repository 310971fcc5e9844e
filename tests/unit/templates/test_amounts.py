"""Amounts as people write them."""

from decimal import Decimal

import pytest

from clipmill.templates.amounts import contradicts, currencies_in, is_ambiguous, read_amount, show_amount

AMOUNTS = {
    "49.00": "49.00", "49,00": "49.00", "49": "49", "0.5": "0.5", ".99": "0.99", "1,299.00": "1299.00",
    "1.299,00": "1299.00", "1 299,00": "1299.00", "1\u00a0299,00": "1299.00", "1\u202f299,00": "1299.00",
    "1'299.00": "1299.00", "1’299.00": "1299.00", "1,299": "1299", "1.299": "1299", "0,125": "0.125", "0.125": "0.125",
    "1,234,567.89": "1234567.89", "1.234.567": "1234567", "₹1,49,999.00": "149999.00", "1299,995": "1299.995",
    "€49": "49", "49 €": "49", "49€": "49", "EUR 49.00": "49.00", "49.00 EUR": "49.00", "$1,299.00": "1299.00",
    "US$5": "5", "5 kr": "5", "12,50 zł": "12.50", "-5": "-5", "−5,50": "-5.50", "€-5": "-5", "-€5": "-5", "+5": "5",
    "  7  ": "7", "usd 7": "7", "4,999/-": "4999", "Rs. 1,29,900/-": "129900", "€1.299,-": "1299", "1.299,–": "1299",
}  # fmt: skip
OTHERS = [
    "free", "", "-", "€", "EUR", ".", ",", "1,2,3", "1.2.3", "1,29,9", "12 34", "1.299.00", "1,299,00", "1..2", "5%",
    "5-", "NaN", "inf", "-inf", "Infinity", "1e309", "1e3", "0x10", "49.00.", "$$5", "five", "1" * 16, "1 2",
    "5 euros", "1,299 1", "49\n50",
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items())
def test_an_amount_is_understood(text: str, amount: str) -> None:
    assert str(read_amount(text)) == amount


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize("text", ["€1.299,-", "1.299,--", "1.299 /-"])
def test_no_cents_say_that_the_point_groups(text: str) -> None:
    assert not is_ambiguous(text)


def test_what_is_shown_is_read_again() -> None:
    for text in ("49.00", "1299.50", "0.99", "1234567"):
        for currency in ("EUR", "USD", "GBP", "JPY", "CHF", ""):
            shown = show_amount(Decimal(text), currency)
            again = read_amount(shown)
            assert again is not None
            assert show_amount(again, currency) == shown


#: What is written, the amount, and the currencies it may be in.
WRITTEN = [
    ("₹1,23,456.00", "123456.00", "INR"), ("₹499", "499", "INR"), ("Rs. 1,23,456", "123456", "INR"),
    ("Rs.500", "500", "PKR"), ("R$ 49", "49", "BRL"), ("R$49,90", "49.90", "BRL"), ("R 249.99", "249.99", "ZAR"),
    ("A$5", "5", "AUD"), ("C$5", "5", "CAD"), ("CA$5", "5", "CAD"), ("HK$1,299", "1299", "HKD"),
    ("NT$ 990", "990", "TWD"), ("S$12", "12", "SGD"), ("US$5", "5", "USD"), ("$5 USD", "5", "USD"),
    ("5 $ US", "5", "USD"), ("NZ$5", "5", "NZD"), ("MX$1,299.00", "1299.00", "MXN"), ("$5", "5", "MXN"),
    ("RD$5", "5", "DOP"), ("CHF 1'234.50", "1234.50", "CHF"), ("1’234.50 Fr.", "1234.50", "CHF"),
    ("Fr. 49.–", "49", "CHF"), ("49,- €", "49", "EUR"), ("€ 49,-", "49", "EUR"), ("149,- Kč", "149", "CZK"),
    ("1 299 Kč", "1299", "CZK"), ("12 990 Ft", "12990", "HUF"), ("129,90 zł", "129.90", "PLN"),
    ("49 kr", "49", "SEK"), ("49 kr.", "49", "DKK"), ("kr 49,50", "49.50", "NOK"), ("25 лв.", "25", "BGN"),
    ("25 лв", "25", "BGN"), ("1 200 din.", "1200", "RSD"), ("S/ 49.90", "49.90", "PEN"), ("S/.49", "49", "PEN"),
    ("RM 49.90", "49.90", "MYR"), ("Rp 150.000", "150000", "IDR"), ("₩49,000", "49000", "KRW"),
    ("49,000원", "49000", "KRW"), ("₪ 49.90", "49.90", "ILS"), ("49.90 ₪", "49.90", "ILS"),
    ("250.000 ₫", "250000", "VND"), ("250.000đ", "250000", "VND"), ("₺1.299,90", "1299.90", "TRY"),
    ("1.299,90 TL", "1299.90", "TRY"), ("1 299 ₽", "1299", "RUB"), ("1299 руб.", "1299", "RUB"),
    ("499 ₴", "499", "UAH"), ("₦15,000", "15000", "NGN"), ("₱1,299.00", "1299.00", "PHP"), ("฿ 590", "590", "THB"),
    ("₲ 150.000", "150000", "PYG"), ("₡12,500", "12500", "CRC"), ("12 500 ₸", "12500", "KZT"),
    ("49 ₼", "49", "AZN"), ("49 ₾", "49", "GEL"), ("₿0.0015", "0.0015", "BTC"), ("د.إ 49.50", "49.50", "AED"),
    ("\u200f49.50 د.إ.\u200f", "49.50", "AED"), ("٤٩٫٥٠ ر.س", "49.50", "SAR"), ("١٬٢٣٤٫٥٠ ر.س.", "1234.50", "SAR"),
    ("۱۲۳ ﷼", "123", "IRR"), ("49 ﷼", "49", "SAR"), ("1,980円", "1980", "JPY"), ("￥1,980", "1980", "JPY"),
    ("¥98", "98", "CNY"), ("98元", "98", "CNY"), ("12.500 KWD", "12.500", "KWD"), ("KD 12.500", "12.500", "KWD"),
    ("1.234 JPY", "1234", "JPY"), ("49 AUD", "49", "AUD"), ("xof 5000", "5000", "XOF"),
    ("5\u202f000 F CFA", "5000", "XOF"),
    ("-₹5", "-5", "INR"), ("₹-5", "-5", "INR"), ("৳ 1,250", "1250", "BDT"), ("KSh 1,500", "1500", "KES"),
    ("Q 99.50", "99.50", "GTQ"), ("$.99", "0.99", "USD"), ("１，２９９円", None, ""), ("１２９９円", "1299", "JPY"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount", "code"), WRITTEN)
def test_signs_and_codes_stand_before_or_behind(text: str, amount: str | None, code: str) -> None:
    value = read_amount(text)
    assert (None if value is None else str(value)) == amount
    if amount is not None:
        assert code in (currencies_in(text) or ())
        assert not contradicts(text, code)
        assert not is_ambiguous(text)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("₹499", "EUR"), ("R$ 49", "USD"), ("A$5", "USD"), ("C$5", "USD"), ("HK$5", "USD"), ("$5", "EUR"), ("€5", "USD"),
     ("US$5", "CAD"), ("5 kr", "EUR"), ("¥5", "KRW"), ("£5", "EUR"), ("EUR 5", "usd"), ("5 CHF", "EUR"), ("₩5", "JPY"),
     ("zł 5", "CZK"), ("$5 CAD", "USD"), ("€5 USD", "EUR"), ("€5", "$"), ("₢5", "BRL"), ("৲5", "INR")],
)  # fmt: skip
def test_another_currency_contradicts(text: str, currency: str) -> None:
    assert contradicts(text, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("$5", "USD"), ("$5", "AUD"), ("$5", "CLP"), ("$5", "BRL"), ("5 kr", "SEK"), ("5 kr", "NOK"), ("5 kr.", "ISK"),
     ("¥5", "JPY"), ("¥5", "CNY"), ("£5", "GBP"), ("£5", "EGP"), ("5", "EUR"), ("€5", "eur"),
     ("€5", "€"), ("€5", "points"),
     ("$5 CAD", "CAD"), ("US$5", " usd "), ("Rs 5", "PKR")],
)  # fmt: skip
def test_a_sign_fits_every_currency_that_has_it(text: str, currency: str) -> None:
    assert not contradicts(text, currency)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("1.234", "", None), ("1.234", "EUR", None), ("€1.234", "", None), ("1.234", "JPY", "1234"),
     ("1.234", "KRW", "1234"),
     ("1.234", "KWD", "1.234"), ("1,234", "KWD", "1234"), ("1,234", "EUR", "1234")],
)  # fmt: skip
def test_decimals_of_the_currency_decide_between_two_readings(text: str, currency: str, amount: str | None) -> None:
    assert is_ambiguous(text, currency) is (amount is None)
    if amount is not None:
        assert str(read_amount(text, currency)) == amount


@pytest.mark.parametrize(
    ("value", "currency", "language", "shown"),
    [("49.90", "EUR", "de", "49,90\u00a0€"), ("49", "EUR", "de", "49\u00a0€"), ("49.90", "EUR", "en", "€49.90"),
     ("1234.5", "EUR", "fr", "1\u202f234,50\u00a0€"), ("123456", "INR", "hi", "₹1,23,456"),
     ("49.90", "USD", "es-MX", "USD\u00a049.90"),
     ("1234.5", "CHF", "de-CH", "CHF\u00a01'234.50"), ("1980", "JPY", "ja", "￥1,980"),
     ("49.9", "BRL", "pt_BR", "R$\u00a049,90"),
     ("12.5", "KWD", "en", "KWD\u00a012.500"), ("5", "points", "de", "5 points"), ("-5", "EUR", "de", "-5\u00a0€")],
)  # fmt: skip
def test_an_amount_is_shown_as_is_usual_in_a_language(value: str, currency: str, language: str, shown: str) -> None:
    assert show_amount(Decimal(value), currency, language) == shown


def test_dinars_keep_their_third_decimal() -> None:
    assert show_amount(Decimal("12.345"), "KWD") == "12.345 KWD"
    assert show_amount(Decimal("12.5"), "KWD") == "12.500 KWD"
    assert show_amount(Decimal(12), "KWD") == "12 KWD"


ISO_4217 = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
"""


@pytest.mark.parametrize("code", ISO_4217.split())
def test_every_code_of_iso_4217_is_read_before_and_behind(code: str) -> None:
    for text in (f"{code} 49", f"49 {code.lower()}", f"49{code}"):
        assert read_amount(text) == 49
        assert code in (currencies_in(text) or ())
