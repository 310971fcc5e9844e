"""Declarations: names and texts as an author wrote them, read into values; what is not drawn is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from clipmill.domain.css.properties import PROPERTIES, WITHOUT_EFFECT
from clipmill.domain.css.shorthands import SHORTHANDS
from clipmill.domain.css.values import split_words

MOST_PROPERTIES = 120
MOST_VALUE = 4000
#: What no value may hold: it would load or run something.
_FORBIDDEN = re.compile(r"url\s*\(|@import|expression\s*\(|javascript:|/\*|\\", re.IGNORECASE)
_FORBIDDEN_NAMES = frozenset({"behavior", "binding"})
_UPPER = re.compile(r"[A-Z]")
_PREFIX = re.compile(r"-?(?:webkit|moz|ms|o)-")
#: Longest value shown in a warning.
_SHOWN = 60


_WIDE = ("inherit", "initial", "unset")


@dataclass(frozen=True, slots=True)
class Wide:
    """A value every property may have: `inherit`, `initial` or `unset`."""

    word: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What a list of declarations says."""

    #: Property → value, in the order of the declarations.
    values: tuple[tuple[str, Any], ...] = ()
    #: Names of those marked `!important`.
    important: frozenset[str] = frozenset()
    #: Names that are not known, or `name: value` where the value is not.
    unsupported: tuple[str, ...] = ()


def plain_name(name: str) -> str:
    """`fontSize`, `font-size` and `-webkit-font-size` are `font-size`."""
    kebab = _UPPER.sub(lambda found: f"-{found[0].lower()}", name.strip()) if "-" not in name else name.strip()
    return _PREFIX.sub("", kebab.lower(), count=1) if _PREFIX.match(kebab.lower()) else kebab.lower()


def check_safe(name: str, value: str) -> None:
    """Raises ValueError for a declaration that would load or run something, or is too long."""
    found = _FORBIDDEN.search(value)
    if found is not None:
        what = {"/*": "a comment", "\\": "a backslash"}.get(found[0], found[0])
        raise ValueError(f"{name} contains {what}, which is not allowed in a style; take it out")
    if plain_name(name) in _FORBIDDEN_NAMES:
        raise ValueError(f"{name} is not allowed in a style; take it out")
    if len(value) > MOST_VALUE:
        raise ValueError(f"the value of {name} has {len(value):,} characters; at most {MOST_VALUE:,} are allowed")


def read_declarations(pairs: Iterable[tuple[str, str]]) -> Declared:
    """Read names and texts. Raises ValueError for what `check_safe` refuses; the rest is drawn or listed."""
    values: dict[str, Any] = {}
    important: set[str] = set()
    unsupported: list[str] = []
    for name, raw in pairs:
        check_safe(name, raw)
        text, _, mark = raw.partition("!")
        try:
            found = dict(expand(plain_name(name), text.strip()))
        except (ValueError, KeyError, IndexError):
            known = plain_name(name) in PROPERTIES or plain_name(name) in SHORTHANDS
            unsupported.append(f"{name.strip()}: {_shown(text)}" if known else name.strip())
            continue
        for longhand, value in found.items():
            values.pop(longhand, None)
            values[longhand] = value
        if mark.strip() == "important":
            important.update(found)
    return Declared(tuple(values.items()), frozenset(important), tuple(dict.fromkeys(unsupported)))


def expand(name: str, text: str) -> Iterator[tuple[str, Any]]:
    """The properties a declaration sets, with their values. Raises ValueError where it sets none."""
    if name in WITHOUT_EFFECT:
        return
    if name in SHORTHANDS:
        for longhand, value in SHORTHANDS[name](text).items():
            yield longhand, PROPERTIES[longhand].read(value.strip()) if isinstance(value, str) else value
    elif name in PROPERTIES:
        yield name, Wide(text) if text in _WIDE else PROPERTIES[name].read(text)
    else:
        raise ValueError(f"{name} is not drawn")


def split_declarations(text: str) -> Iterator[tuple[str, str]]:
    """The names and texts of `color: red; margin: 0`, as in a `style` attribute or between braces."""
    for part in re.split(r";(?![^(]*\))", text):
        name, colon, value = part.partition(":")
        if colon and name.strip():
            yield name.strip(), " ".join(split_words(value))
        elif part.strip():
            yield part.strip()[:_SHOWN], ""


def _shown(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _SHOWN else f"{short[: _SHOWN - 1]}…"
