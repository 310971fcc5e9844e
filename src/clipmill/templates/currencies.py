"""Currencies: which one a sign or a code means, how many decimals it has, and how a language writes its amounts.

The signs are those people type, each with every currency it may stand for; codes, decimals and languages are CLDR's,
through babel, which is loaded when the first of them is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from clipmill.errors import TemplateError

if TYPE_CHECKING:
    from babel.core import Locale

_DOLLARS = ("USD AUD CAD NZD SGD HKD TWD MXN ARS CLP COP UYU DOP CUP BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD "
            "SRD TTD XCD TOP WST NIO BRL MOP")  # fmt: skip
#: Currencies → their signs, in any case and without blanks; one that several use stands at each.
_USED: tuple[tuple[str, str], ...] = (
    (_DOLLARS, "$ ＄"),
    ("USD", "us$ $us u$s u$d u$"), ("AUD", "a$ au$ $a $au"), ("CAD", "c$ ca$ can$ cdn$ $ca $c"), ("NZD", "nz$ $nz"),
    ("SGD", "s$ sg$ $sg"), ("HKD", "hk$ $hk 元 圓 蚊"), ("TWD", "nt$ nt 元 圓"), ("MXN", "mx$ mex$ $mx"),
    ("BRL", "r$ br$"), ("ARS", "ar$ $ar"), ("CLP", "cl$ $cl"), ("COP", "col$ co$ $co"), ("UYU", "$u uy$ $uy"),
    ("DOP", "rd$"), ("CUP", "cu$ mn$"), ("BBD", "bds$ bb$"), ("BMD", "bd$ bm$"), ("BND", "b$ bn$"), ("BSD", "b$ bs$"),
    ("BZD", "bz$"), ("FJD", "fj$"), ("GYD", "g$ gy$"), ("JMD", "j$ jm$ ja$"), ("KYD", "ci$ ky$"), ("LRD", "l$ ld$"),
    ("NAD", "n$ na$"), ("SBD", "si$ sb$"), ("SRD", "sr$"), ("TTD", "tt$"), ("XCD", "ec$"), ("TOP", "t$"),
    ("WST", "ws$ sat$"), ("NIO", "c$"), ("MOP", "mop$"), ("ZWG", "z$ zw$ zig"), ("EUR", "€"),
    ("GBP", "£ uk£ gb£ £gb ￡ stg"), ("FKP GIP SHP SSP SYP LBP SDG", "£"), ("EGP", "£ e£ £e eg£ le l.e. ج.م"),
    ("LBP", "ل.ل ll l.l."), ("SYP", "ل.س ls"), ("SDG", "ج.س"),
    ("JPY", "¥ ￥ jp¥ 円 圓"), ("CNY", "¥ ￥ cn¥ rmb 元 圆 块 人民币"), ("KRW", "₩ ￦ 원 kr₩ won"), ("KPW", "₩"),
    ("INR", "₹ rs re rs₹ रु रू ₨ ரூ"), ("PKR", "rs ₨ ر روپے"), ("LKR", "rs ₨ slrs රු ரூ"), ("NPR", "rs ₨ nrs रु रू नेरू"),
    ("MUR SCR", "rs ₨"), ("SCR", "sr"), ("MVR", "rf mrf ރ"), ("BDT", "৳ tk"), ("BTN", "nu"),
    ("SEK", "kr skr"), ("NOK", "kr nkr"), ("DKK", "kr dkr"), ("ISK", "kr ikr"),
    ("CHF", "fr sfr fs"), ("CZK", "kč kc кч"), ("PLN", "zł zl зл"), ("HUF", "ft"), ("RON", "lei leu ron l"),
    ("MDL", "lei leu l"), ("BGN", "лв lv лева"), ("RSD", "din дин rsd"), ("MKD", "ден den"), ("BAM", "km км"),
    ("HRK", "kn"), ("ALL", "lek lekë l"), ("DEM", "dm"),
    ("RUB", "₽ руб р rub рублей"), ("BYN", "br руб р"), ("UAH", "₴ грн"), ("KZT", "₸ тг тенге"), ("KGS", "сом с"),
    ("UZS", "сум сўм soʻm so'm so‘m"), ("AZN", "₼ man"), ("GEL", "₾ ლ ლარი"), ("AMD", "֏ դր ֏"), ("TJS", "смн с"),
    ("TRY", "₺ tl"), ("ILS", "₪ nis ש״ח ש\"ח שח"), ("AED", "د.إ dh dhs aed"), ("MAD", "د.م dh dhs"),
    ("SAR", "ر.س ﷼ sr \u20c1 ريال"), ("QAR", "ر.ق ﷼ qr"), ("OMR", "ر.ع ﷼ ro r.o."), ("YER", "ر.ي ﷼"),
    ("IRR", "﷼ ریال تومان rls"), ("KWD", "د.ك kd"), ("BHD", "د.ب bd"), ("JOD", "د.أ د.ا jd"), ("IQD", "د.ع"),
    ("TND", "د.ت dt"), ("DZD", "د.ج da"), ("LYD", "د.ل ld"), ("AFN", "؋"),
    ("THB", "฿ บาท th฿"), ("VND", "₫ đ vnđ đồng"), ("PHP", "₱ p php"), ("MYR", "rm"), ("IDR", "rp"), ("KHR", "៛"),
    ("LAK", "₭ kip"), ("MNT", "₮"), ("MMK", "ks"),
    ("NGN", "₦ n"), ("GHS", "₵ gh₵ gh¢ ghc"), ("KES", "ksh kshs"), ("TZS", "tsh tshs"), ("UGX", "ush"), ("ZAR", "r"),
    ("BWP", "p"), ("ETB", "br ብር"), ("XOF XAF", "fcfa cfa"), ("XPF", "cfp fcfp cfpf"), ("AOA", "kz"), ("MZN", "mt mtn"),
    ("MWK", "mk"), ("ZMW", "zk"), ("MGA", "ar"), ("RWF", "rf frw"), ("BIF", "fbu"), ("GNF", "fg gnf"),
    ("CDF", "fc"), ("SLE", "le"), ("VUV", "vt"),
    ("CRC", "₡"), ("PYG", "₲ gs"), ("PEN", "s/ s/."), ("BOB", "bs $b"), ("VES", "bs bs.s bs.d"), ("PAB", "b/ b/."),
    ("GTQ", "q"), ("HNL", "l"), ("AWG", "ƒ afl"), ("ANG XCG", "ƒ naf cg"), ("BTC", "₿"),
)  # fmt: skip
_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\\s]")
_CODE = re.compile(r"([A-Z]{3})[$€£¥]?|[$€£¥]([A-Z]{3})")

#: Where a code meets digits, CLDR has a blank.
_TOGETHER = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


def _by_sign() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for codes, signs in _USED:
        for sign in signs.split(" "):
            found.setdefault(sign, set()).update(codes.split(" "))
    return {sign: frozenset(codes) for sign, codes in found.items()}


_BY_SIGN = _by_sign()


@lru_cache(maxsize=1024)
def currencies_of(sign: str) -> frozenset[str] | None:
    """The codes a sign or a code may stand for, none for a sign nobody knows; None where it is neither."""
    word = _MARKS.sub("", sign)
    if len(word) == 1 and "a" <= word <= "z":  # R is a rand, r is not
        return None
    for form in (word.casefold(), word.casefold().rstrip(".")):
        if form in _BY_SIGN:
            return _BY_SIGN[form]
    coded = _CODE.fullmatch(word.upper())
    code = (coded[1] or coded[2]) if coded else ""
    if code and code in _codes():
        return frozenset({code})
    return frozenset() if len(word) == 1 and unicodedata.category(word) == "Sc" else None


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies  # noqa: PLC0415 - loaded when it is asked

    return frozenset(list_currencies())


@lru_cache(maxsize=512)
def decimals_of(code: str) -> int:
    """Decimals of a currency: 0 of JPY, 3 of KWD, 2 of most and of what is none."""
    from babel.numbers import get_currency_precision  # noqa: PLC0415 - loaded when it is asked

    return get_currency_precision(code) if code in _codes() else 2


def show_localised(amount: Decimal, code: str, language: str) -> str:
    """`49,90 €` in `de`: cents only where there are any. Raises TemplateError for a language nobody knows."""
    locale = _locale(language)
    places = 0 if amount == amount.to_integral_value() else decimals_of(code)
    known = code in _codes()
    pattern = copy(locale.currency_formats["standard"] if known else locale.decimal_formats[None])
    pattern.frac_prec = (places, places)
    shown: str = pattern.apply(amount, locale, currency=code if known else None, currency_digits=False)
    shown = _TOGETHER.sub("\u00a0", shown)
    return shown if known else f"{shown} {code}".strip()


def check_language(language: str) -> None:
    """Raises TemplateError for a language nobody knows."""
    _locale(language)


@lru_cache(maxsize=128)
def _locale(language: str) -> Locale:
    from babel.core import Locale, UnknownLocaleError  # noqa: PLC0415 - loaded when it is asked

    try:
        return Locale.parse(language.strip().replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise TemplateError(f"{language[:40]!r} is no language", hint="Write de, fr-CH, pt-BR or another.") from error


def month_and_day_names(language: str) -> Iterator[tuple[str, list[str]]]:
    """`%B`, `%b`, `%A`, `%a` with the names of a language, from January and from Monday. Raises TemplateError."""
    locale = _locale(language)
    months, days = locale.months["format"], locale.days["format"]
    for part, names, places in (("%B", months["wide"], range(1, 13)), ("%b", months["abbreviated"], range(1, 13)),
                                ("%A", days["wide"], range(7)), ("%a", days["abbreviated"], range(7))):  # fmt: skip
        yield part, [names[place] for place in places]
