"""The filters of placeholders: a closed list of small functions, with what each takes behind its `:`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from clipmill.errors import TemplateError
from clipmill.shown import shortened
from clipmill.templates.amounts import Amount, contradicts, show_amount
from clipmill.templates.currencies import check_language, month_and_day_names
from clipmill.templates.filtering.allowance import NameScope, OverAllowanceError
from clipmill.templates.filtering.calculations import CALCULATIONS
from clipmill.templates.filtering.markup import strip_html, stripped_length
from clipmill.templates.nearest import hint_for
from clipmill.templates.placeholders import Argument, FilterCall, Make, Names, as_text, lookup, step

_SLUG_ASCII = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_WORD_END = " \t\n\u00a0.,;:!?-–—·•|"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: What a date format may hold; the names are English whatever the machine's language.
_DATE_PARTS: dict[str, Callable[[datetime], str]] = {
    "%Y": lambda d: f"{d.year:04}", "%y": lambda d: f"{d.year % 100:02}",
    "%m": lambda d: f"{d.month:02}", "%-m": lambda d: str(d.month),
    "%B": lambda d: _MONTHS[d.month - 1], "%b": lambda d: _MONTHS[d.month - 1][:3],
    "%d": lambda d: f"{d.day:02}", "%-d": lambda d: str(d.day),
    "%A": lambda d: _DAYS[d.weekday()], "%a": lambda d: _DAYS[d.weekday()][:3],
    "%H": lambda d: f"{d.hour:02}", "%-H": lambda d: str(d.hour),
    "%I": lambda d: f"{(d.hour - 1) % 12 + 1:02}", "%-I": lambda d: str((d.hour - 1) % 12 + 1),
    "%M": lambda d: f"{d.minute:02}", "%S": lambda d: f"{d.second:02}",
    "%p": lambda d: "AM" if d.hour < 12 else "PM", "%%": lambda _: "%",
}  # fmt: skip
_DATE_PART = re.compile(r"%-?.?", re.S)
#: With so many arguments the language is one of them.
_LANGUAGE_AT = {"money": 2, "date": 2}
#: No language has a longer name of a day or a month.
_LONGEST_NAME = 40
#: A call counts as so many characters, that many calls have an end too.
_CALL = 4


def upper(value: Any) -> str:
    """`49 euros` → `49 EUROS`."""
    return as_text(value).upper()


def lower(value: Any) -> str:
    """`Bobble Beanie` → `bobble beanie`."""
    return as_text(value).lower()


def slug(value: Any) -> str:
    """`Bobble Beanie, Burgundy` → `bobble-beanie-burgundy`: letters and digits of any script, `-` for all else."""
    text = as_text(value).lower()
    if text.isascii():
        return _SLUG_ASCII.sub("-", text).strip("-")
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        letter = category[0] == "L" or category == "Nd"
        # Marks belong to the letter before them, as in Devanagari; a variation selector belongs to an emoji.
        mark = category in {"Mn", "Mc"} and bool(kept) and kept[-1] != "-" and not "\ufe00" <= character <= "\ufe0f"
        if letter or mark:
            kept.append(character)
        elif kept and kept[-1] != "-":
            kept.append("-")
    return unicodedata.normalize("NFC", "".join(kept)).strip("-")


def money(value: Any, currency: Any = "", language: Any = "") -> str:
    """`49.00` and `EUR` → `€49`, in the language `de` `49 €`; what is no amount stays as it is.

    Raises TemplateError for an amount that was written in another currency: ₹499 is not shown as €499.
    """
    code = as_text(currency)
    if isinstance(value, Amount) and contradicts(value.written, code):
        raise TemplateError(f"the amount {value.written.strip()!r} would be shown in {code}",
                            hint="Make both the same: the cell, or the currency the template shows.")  # fmt: skip
    if isinstance(value, (int, float, Decimal)):
        return show_amount(value, code, as_text(language))
    text = as_text(value)
    return show_amount(Decimal(text), code, as_text(language)) if _NUMBER.fullmatch(text) else text


def date(value: Any, pattern: str, language: Any = "") -> str:
    """`2026-11-20` and `%-d %B %Y` → `20 November 2026`. Raises TemplateError for what is no date."""
    text = as_text(value)
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TemplateError(f"{text[:60]!r} is no date", hint="Use a field of kind date.") from error
    own = _named_date(moment, as_text(language)) if language else {}
    return _DATE_PART.sub(lambda part: own.get(part[0]) or _DATE_PARTS[part[0]](moment), pattern)


def _named_date(moment: datetime, language: str) -> dict[str, str]:
    """Month and day as a language calls them."""
    places = {"B": moment.month - 1, "b": moment.month - 1, "A": moment.weekday(), "a": moment.weekday()}
    return {part: names[places[part[1]]] for part, names in month_and_day_names(language)}


def default(value: Any, instead: Any) -> Any:
    """The value, or something else when there is none."""
    return instead if value is None or value == "" else value


def truncate(value: Any, length: int) -> str:
    """At most `length` characters, cut at the end of a word, with `…`."""
    text = as_text(value)
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if not text[length - 1].isspace() and " " in cut:
        cut = cut[: cut.rindex(" ")]
    while cut and cut == text[: len(cut)] and unicodedata.category(text[len(cut)]) in {"Mn", "Mc", "Me", "Cf"}:
        cut = cut[:-1]
    return f"{cut.rstrip(_WORD_END)}…"


def replace(value: Any, old: Any, new: Any) -> str:
    """Every `old` as `new`."""
    return as_text(value).replace(as_text(old), as_text(new))


def pad(value: Any, width: int) -> str:
    """`7` → `0007`: zeros before a number, until it has so many digits."""
    return as_text(value).zfill(width)


def pick(value: Any, name: Any) -> Any:
    """The part of an object or a list that is called so. Raises TemplateError with what there is."""
    if isinstance(name, (dict, list)):
        raise TemplateError("an object or a list cannot name what to pick", hint="Give a name or a number.")
    key = as_text(name)
    try:
        return step(value, key)
    except TemplateError as error:
        raise TemplateError(f"there is no {key[:60]!r} to pick", hint=error.hint) from error


@dataclass(frozen=True, slots=True)
class ValueFilter:
    """One filter: its function and the readers of its arguments."""

    apply: Callable[..., Any]
    takes: tuple[Callable[[Argument, Names, str], Make], ...] = ()
    #: Arguments that must be there.
    needs: int = 0
    #: Whether it writes in the template's language, where none is given.
    speaks: bool = False
    #: Whether it only chooses what is there: it reads no text and makes none.
    chooses: bool = False
    #: The most characters it makes of value and arguments, where those may be more than it reads.
    makes: Callable[..., int] | None = None


def _value_argument(argument: Argument, names: Names, where: str) -> Make:
    """A text in quotes, a number, or the name of a field or variable."""
    if argument.quoted:
        return _constant(argument.text)
    if _NUMBER.fullmatch(argument.text):
        return _constant(Decimal(argument.text))
    path = tuple(argument.text.split("."))
    if not names.knows(path[0]):
        raise TemplateError(f"{where}: {argument.text} is neither a field nor a variable; put text in quotes",
                            hint=names.hint(path[0]))  # fmt: skip
    names.check(path, where)
    return lookup(path)


def _currency_argument(argument: Argument, names: Names, where: str) -> Make:
    if re.fullmatch(r"[A-Z]{3}", argument.text) and not names.knows(argument.text):
        return _constant(argument.text)
    return _value_argument(argument, names, where)


def _language_argument(argument: Argument, names: Names, where: str) -> Make:
    """A field or variable, or a language itself, as in `de` or `"pt-BR"`."""
    if argument.quoted or not names.knows(argument.text.split(".")[0]):
        try:
            check_language(argument.text)
        except TemplateError as error:
            raise TemplateError(f"{where}: {error}", hint=error.hint) from error
        return _constant(argument.text)
    return _value_argument(argument, names, where)


def _length_argument(argument: Argument, names: Names, where: str) -> Make:
    if not re.fullmatch(r"[0-9]{1,6}", argument.text) or int(argument.text) < 2:
        raise TemplateError(f"{where}: {argument.text} is no length", hint="Write a whole number, 2 or more.")
    return _constant(int(argument.text))


def _format_argument(argument: Argument, names: Names, where: str) -> Make:
    unknown = next((part for part in _DATE_PART.findall(argument.text) if part not in _DATE_PARTS), None)
    if unknown is not None:
        raise TemplateError(f"{where}: {unknown} means nothing in a date", hint=hint_for(unknown, _DATE_PARTS))
    return _constant(argument.text)


def _constant(value: Any) -> Make:
    return lambda scope: value


def _replaced(value: Any, old: Any, new: Any) -> int:
    text, growth = as_text(value), len(as_text(new)) - len(as_text(old))
    return len(text) + max(0, growth) * text.count(as_text(old))


FILTERS: Mapping[str, ValueFilter] = {
    "upper": ValueFilter(upper), "lower": ValueFilter(lower), "slug": ValueFilter(slug),
    "money": ValueFilter(money, (_currency_argument, _language_argument), speaks=True),
    "date": ValueFilter(date, (_format_argument,), needs=1, speaks=True,
                   makes=lambda value, pattern, *_: len(pattern) + _LONGEST_NAME * pattern.count("%")),
    "default": ValueFilter(default, (_value_argument,), needs=1, chooses=True),
    "truncate": ValueFilter(truncate, (_length_argument,), needs=1),
    "pad": ValueFilter(pad, (_length_argument,), needs=1, makes=lambda value, width: len(as_text(value)) + width),
    "replace": ValueFilter(replace, (_value_argument, _value_argument), needs=2, makes=_replaced),
    "pick": ValueFilter(pick, (_value_argument,), needs=1, chooses=True),
    "strip_html": ValueFilter(strip_html, (_value_argument,), makes=stripped_length),
    **{name: ValueFilter(apply, (_value_argument,) * most, needs=least, chooses=name in {"if", "not"})
       for name, (apply, least, most) in CALCULATIONS.items()},
}  # fmt: skip


def filtered(make: Make, call: FilterCall, names: Names, where: str) -> Make:
    """A value with one filter applied. Raises TemplateError for an unknown filter or wrong arguments."""
    found = FILTERS.get(call.name)
    if found is None:
        raise TemplateError(f"{where}: there is no filter {shortened(call.name)}", hint=hint_for(call.name, FILTERS))
    given = call.arguments
    if call.written and len(given) > len(found.takes) == 1:
        given = (Argument(call.written, False),)
    if not found.needs <= len(given) <= len(found.takes):
        wanted = str(found.needs) if found.needs == len(found.takes) else f"{found.needs} to {len(found.takes)}"
        raise TemplateError(f"{where}: the filter {call.name} takes {wanted} arguments, not {len(given)}",
                            hint="An argument with a colon or a comma in it goes in quotes.")  # fmt: skip
    arguments = [take(argument, names, where) for take, argument in zip(found.takes, given, strict=False)]
    language = names.language if found.speaks and len(given) < _LANGUAGE_AT[call.name] else None
    return _run(found, make, arguments, language, (where, f"{where}: the filter {call.name}"))


def _run(found: ValueFilter, make: Make, arguments: list[Make], language: Make | None, places: tuple[str, str]) -> Make:
    apply, chooses, makes = found.apply, found.chooses, found.makes
    where, counted = places

    def run(scope: NameScope) -> Any:
        given = [make(scope), *[argument(scope) for argument in arguments]]
        allowance, characters = scope.allowance, _CALL
        for value in () if chooses else given:
            if isinstance(value, str):
                characters += len(value)
            elif isinstance(value, (dict, list)):
                allowance.take(value, counted)
        allowance.text(characters if makes is None else characters + makes(*given), counted)
        try:
            made = apply(*given) if language is None else apply(*given, language=language(scope))
        except OverAllowanceError:
            raise
        except TemplateError as error:
            raise TemplateError(f"{where}: {error}", hint=error.hint) from error
        if isinstance(made, str) and makes is None and not chooses:
            allowance.text(len(made), counted)
        return made

    return run
