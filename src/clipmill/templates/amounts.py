"""Amounts of money: read from the many ways people write them, and written the one way a video shows them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

_SIGNS = "€$£¥₹₽₩₺₴₫₪฿₦₱₵₸₿"
_CURRENCY = rf"(?:[{_SIGNS}]|[A-Za-z]{{1,2}}\$|[A-Za-z]{{3}}|kr\.?|zł|Kč|Ft|Fr\.|лв\.?)"
_SPACE = r"[ \u00a0\u2009\u202f]"
_BETWEEN = r".,'’ \u00a0\u2009\u202f"
#: A sign, a currency before or behind, and digits with separators between them.
_WRITTEN = re.compile(
    rf"(?P<minus>[-+−]?){_SPACE}?(?:{_CURRENCY}{_SPACE}?(?P<inner>[-+−]?))?(?P<digits>[0-9.,][0-9{_BETWEEN}]*?)"
    rf"(?:{_SPACE}?{_CURRENCY})?"
)
_USUAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")
#: 1,299  1.299,00  1 299,00  1'299.00: groups of three with one separator, then perhaps the other one.
_GROUPED = re.compile(
    rf"([1-9][0-9]{{0,2}}(?P<group>[{_BETWEEN}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*)"
    r"(?:(?!(?P=group))[.,]([0-9]{1,4}))?"
)
#: 1,49,999.00 as in India.
_INDIAN = re.compile(r"([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.([0-9]{1,4}))?")
_TWO_READINGS = re.compile(r"(?<![0-9.,'’])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9.,'’])")
_PLAIN = re.compile(r"([0-9]*)(?:[.,]([0-9]{1,4}))?")
_LONGEST_DIGITS = 15

_BEFORE = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_BY_SIGN = {sign: code for code, sign in _BEFORE.items()}
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])")
_DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"})
_WHOLE_ONLY = frozenset({"JPY"})
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 18


def read_amount(text: str) -> Decimal | None:
    """The amount a text names, None when it names none.

    A single comma before exactly three digits groups thousands (`1,299` is 1299). A single point there may do so too,
    or be a decimal point with three places, as some systems export prices: `is_ambiguous` says so, for nobody should
    guess. `0,125` has nothing to group and is an eighth.
    """
    text = text.strip()
    if _USUAL.fullmatch(text):
        return Decimal(text)
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    digits = written["digits"]
    found = _GROUPED.fullmatch(digits) or _INDIAN.fullmatch(digits) or _PLAIN.fullmatch(digits)
    if found is None:
        return None
    whole = re.sub(r"[^0-9]", "", found[1])
    cents = found[found.re.groups] or ""
    if not (whole or cents) or len(whole) + len(cents) > _LONGEST_DIGITS:
        return None
    minus = {written["minus"], written["inner"]} & {"-", "−"}
    return Decimal(f"{'-' if minus else ''}{whole or '0'}{'.' if cents else ''}{cents}")


def is_ambiguous(text: str) -> bool:
    """Whether an amount may be thousands or thousandths: `49.900`."""
    return bool(_TWO_READINGS.search(text)) and read_amount(text) is not None


def currency_of(text: str) -> str:
    """The currency an amount is written with: a code such as EUR for a sign or a code, empty where none is clear.

    A bare `$` may be any dollar: it is no contradiction to a currency that is one.
    """
    code = _CODE.search(text)
    if code:
        return code[0].upper()
    return next((_BY_SIGN[sign] for sign in _BY_SIGN if sign in text), "")


def contradicts(written: str, currency: str) -> bool:
    """Whether an amount's own currency is another than the row's."""
    own, asked = currency_of(written), currency.strip().upper()
    if not own or not asked or own == asked:
        return False
    return not ("$" in written and asked in _DOLLARS)


def show_amount(value: Any, currency: str = "") -> str:
    """`€49`, `$19.90`, `¥1,200`, `19.90 CHF`: cents only where there are any, commas between thousands."""
    code = currency.strip()
    code = _BY_SIGN.get(code, code.upper() if len(code) == 3 else code)
    amount = _rounded(value, whole=code in _WHOLE_ONLY)
    if amount is None:
        return f"{value} {code}".strip()
    digits = f"{abs(amount):,f}".removesuffix(".00")
    minus = "-" if amount < 0 else ""
    if code in _BEFORE:
        return f"{minus}{_BEFORE[code]}{digits}"
    return f"{minus}{digits} {code}".strip()


def _rounded(value: Any, *, whole: bool) -> Decimal | None:
    try:
        amount = Decimal(str(value))
        if not amount.is_finite() or abs(amount) >= _LARGEST:
            return None
        return amount.quantize(Decimal(1) if whole else _CENT, rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return None
