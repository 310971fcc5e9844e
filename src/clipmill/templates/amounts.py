"""Amounts of money: read from the many ways people write them, and written the one way a video shows them."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from clipmill.templates.currencies import currencies_of, decimals_of, show_localised

_SPACES = " \u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f"
_QUOTES = "'’‘ʼ′`´"
_BETWEEN = f".,'{_SPACES}"
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_MINUS = "-−–‐"
#: What stands before the first digit, the number itself, and what stands behind the last one.
_PARTS = re.compile(rf"([^0-9]*)([0-9](?:[0-9{_BETWEEN}]*[0-9])?)([^0-9]*)")
#: `49,-` and `49.–`, and in India `49/-`: no cents.
_NO_CENTS = re.compile(rf"\s*[.,/]\s*[{_MINUS}—=]{{1,2}}")
_USUAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")
#: 1,299  1.299,00  1 299,00  1'299.00: groups of three with one separator, then perhaps the other one.
_GROUPED = re.compile(
    rf"([1-9][0-9]{{0,2}}(?P<group>[{_BETWEEN}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*)"
    r"(?:(?!(?P=group))[.,]([0-9]{1,4}))?"
)
#: 1,49,999.00 as in India.
_INDIAN = re.compile(r"([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.([0-9]{1,4}))?")
_PLAIN = re.compile(r"([0-9]*)(?:[.,]([0-9]{1,4}))?")
#: Of these, one point before three digits may group thousands or begin thousandths.
_TWO_READINGS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_LONGEST_DIGITS = 15

_BEFORE = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_BY_SIGN = {sign: code for code, sign in _BEFORE.items()}
_LARGEST = Decimal(10) ** 18


class Amount(Decimal):
    """An amount that was written with a currency, which no placeholder may show as another."""

    __slots__ = ("written",)
    written: str


def read_amount(text: str, currency: str = "") -> Decimal | None:
    """The amount a text names, None when it names none.

    A single comma before exactly three digits groups thousands (`1,299` is 1299). A single point there may do so too,
    or be a decimal point with three places, as some systems export prices: `is_ambiguous` says so, for nobody should
    guess, but for a currency whose decimals tell: thousands in yen, thousandths in dinars. `0,125` has nothing to
    group and is an eighth.
    """
    text = text.strip()
    if _USUAL.fullmatch(text):
        return Decimal(text)
    parts = _parts(text)
    if parts is None:
        return None
    minus, digits, codes = parts
    decimals = _decimals(codes, currency)
    forms = (_PLAIN,) if decimals == 3 and _TWO_READINGS.fullmatch(digits) else (_GROUPED, _INDIAN, _PLAIN)
    found = next((found for form in forms if (found := form.fullmatch(digits))), None)
    if found is None:
        return None
    whole = re.sub(r"[^0-9]", "", found[1])
    cents = found[found.re.groups] or ""
    if not (whole or cents) or len(whole) + len(cents) > _LONGEST_DIGITS:
        return None
    number = f"{'-' if minus else ''}{whole or '0'}{'.' if cents else ''}{cents}"
    if codes is None:
        return Decimal(number)
    amount = Amount(number)
    amount.written = text
    return amount


def is_ambiguous(text: str, currency: str = "") -> bool:
    """Whether an amount may be thousands or thousandths: `49.900`."""
    parts = _parts(text.strip())
    if parts is None or not _TWO_READINGS.fullmatch(parts[1]):
        return False
    return _decimals(parts[2], currency) not in (0, 3)


def currencies_in(text: str) -> frozenset[str] | None:
    """The currencies an amount may be in by what it is written with; None where it has neither sign nor code.

    Empty where the sign is nobody's, or sign and code speak of different ones.
    """
    parts = _parts(text.strip())
    return parts[2] if parts else None


def contradicts(written: str, currency: str) -> bool:
    """Whether an amount's own currency is another than the row's, which may be a code or a sign."""
    own, asked = currencies_in(written), currencies_of(currency)
    return own is not None and asked is not None and own.isdisjoint(asked)


def show_amount(value: Any, currency: str = "", language: str = "") -> str:
    """`€49`, `$19.90`, `¥1,200`, `19.90 CHF`: cents only where there are any, commas between thousands.

    In a language: as is usual there, `19,90 €`. Raises TemplateError for a language nobody knows.
    """
    code = currency.strip()
    code = _BY_SIGN.get(code, code.upper() if len(code) == 3 else code)
    amount = _rounded(value, _places(code, language))
    if amount is None:
        return f"{value} {code}".strip()
    if language:
        return show_localised(amount, code, language)
    whole, point, cents = f"{abs(amount):,f}".partition(".")
    digits = whole + point + cents if cents.strip("0") else whole
    minus = "-" if amount < 0 else ""
    if code in _BEFORE:
        return f"{minus}{_BEFORE[code]}{digits}"
    return f"{minus}{digits} {code}".strip()


def _places(code: str, language: str) -> int:
    if code in _BEFORE or len(code) != 3:
        return 0 if code == "JPY" else 2
    return decimals_of(code) if language else max(2, decimals_of(code))


def _parts(text: str) -> tuple[bool, str, frozenset[str] | None] | None:
    """Whether there is a minus, the number in ASCII, and the currencies; None where the text is no amount."""
    text = _INVISIBLE.sub("", _plain_digits(text)).strip()
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    before, digits, after = parts[1].strip(), parts[2], parts[3]
    if end := _NO_CENTS.match(after):
        after = after[end.end() :]
        if _TWO_READINGS.fullmatch(digits):  # what says that there are no cents stands where they would
            digits = digits.replace(".", "")
    after = after.strip()
    minus = sum(before.count(sign) for sign in _MINUS)
    before = before.strip(f"+{_MINUS}{_SPACES}")
    if before and before[-1] in ".," and not (before[-2:-1].isalpha() or before.endswith("/.")):
        before, digits = before[:-1].strip(), f"{before[-1]}{digits}"
    found = [currencies_of(sign) for sign in (before, after) if sign]
    is_letter = len(after) == 1 and after.isascii() and after.isalpha()  # R 5 is an amount, 5 R or 5 L is none
    if minus > 1 or None in found or is_letter:
        return None
    known = [codes for codes in found if codes is not None]
    return minus == 1, digits, frozenset.intersection(*known) if known else None


def _plain_digits(text: str) -> str:
    """The text with ASCII digits and separators, whatever script it is written in."""
    if text.isascii():
        return text
    text = text.replace("\u066b", ".").replace("\u066c", "'")
    text = re.sub(f"[{_QUOTES}]", "'", text)
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character
        for character in text
    )


def _decimals(codes: frozenset[str] | None, currency: str) -> int:
    """Decimals of the currency an amount is in, as far as one is known; 2 where none is."""
    asked = currencies_of(currency) if currency else None
    both = codes & asked if codes and asked else codes or asked or frozenset()
    places = {decimals_of(code) for code in both}
    return places.pop() if len(places) == 1 else 2


def _rounded(value: Any, places: int) -> Decimal | None:
    try:
        amount = Decimal(str(value))
        if not amount.is_finite() or abs(amount) >= _LARGEST:
            return None
        return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return None
