"""Declarations: names and texts as an author wrote them, read into values; what is not drawn is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from clipmill.domain.css.late import Late, is_late
from clipmill.domain.css.properties import MADE_UP, PROPERTIES, WITHOUT_EFFECT
from clipmill.domain.css.shorthands import SHORTHANDS
from clipmill.domain.css.values import Picture, split_at, split_words

MOST_PROPERTIES = 120
MOST_VALUE = 4000
#: What no value may hold: it would run something, or load it from elsewhere.
_FORBIDDEN = re.compile(r"url\s*+\(\s*+['\"]?\s*+(?:[a-z][\w+.-]*:)?//|@import|expression\s*\(|(?:java|vb)script:|"
                        r"file:", re.IGNORECASE)  # fmt: skip
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
#: Texts in quotes: they are shown, and neither run nor load anything, but as addresses. A quote behind a backslash
#: opens none, so that what is never closed is looked through once.
_QUOTED = re.compile(r"""url\s*+\(\s*+["']|\\.|("(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')""",
                     re.DOTALL | re.IGNORECASE)  # fmt: skip
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
#: A picture written into a value, or into a text.
WRITTEN = re.compile(r"data:image/[\w.+-]{1,20};base64,[A-Za-z0-9+/=]*", re.IGNORECASE)
_FORBIDDEN_NAMES = frozenset({"behavior", "binding"})
_UPPER = re.compile(r"[A-Z]")
_PREFIX = re.compile(r"-?(?:webkit|moz|ms|o)-")
#: Longest value shown in a warning.
_SHOWN = 60


_WIDE = ("inherit", "initial", "unset")
#: Texts a shorthand may have, one of which tells what it stands for.
_SAMPLES = ("1px x", "none", "0")
#: What drawings inside an html inherit from it and from its rules, beside what texts do.
DRAWN = frozenset({
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin",
    "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "stroke-miterlimit", "stop-color", "stop-opacity",
    "text-anchor",
})  # fmt: skip


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

    @property
    def counts(self) -> bool:
        """Whether it makes up a text, or counts."""
        return any(name in MADE_UP for name, _ in self.values)

    @property
    def late(self) -> tuple[tuple[str, Late], ...]:
        """What is read only where its element stands."""
        return tuple(pair for pair in self.values if isinstance(pair[1], Late))

    @property
    def custom(self) -> dict[str, str]:
        """Its custom properties."""
        return {name: value for name, value in self.values if name.startswith("--")}


def plain_name(name: str) -> str:
    """`fontSize`, `font-size` and `-webkit-font-size` are `font-size`."""
    kebab = _UPPER.sub(lambda found: f"-{found[0].lower()}", name.strip()) if "-" not in name else name.strip()
    return _PREFIX.sub("", kebab.lower(), count=1) if _PREFIX.match(kebab.lower()) else kebab.lower()


def unescaped(text: str) -> str:
    """A text with its backslashes followed: `\\201C` is “."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: _character(found[1]) if found[1] else found[2].replace("\n", ""), text)


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def check_safe(name: str, value: str) -> None:
    """Raises ValueError for a declaration that would load or run something."""
    found = _FORBIDDEN.search(unescaped(_QUOTED.sub(lambda each: "" if each[1] else each[0], value)))
    if found is not None:
        raise ValueError(f"{name} contains {found[0]}, which is not allowed in a style; take it out")
    if plain_name(name) in _FORBIDDEN_NAMES:
        raise ValueError(f"{name} is not allowed in a style; take it out")


def read_declarations(pairs: Iterable[tuple[str, str]]) -> Declared:
    """Read names and texts. Raises ValueError for what `check_safe` refuses; the rest is drawn or listed."""
    values: dict[str, Any] = {}
    important: set[str] = set()
    unsupported: list[str] = []
    for name, raw in pairs:
        check_safe(name, raw)
        bare = _COMMENT.sub(" ", raw) if "/*" in raw else raw
        text, marked = _without_mark(bare.strip())
        try:
            if len(text) > MOST_VALUE and len(WRITTEN.sub("", text)) > MOST_VALUE:
                raise ValueError("it is too long")
            found = dict(expand(name.strip() if name.strip().startswith("--") else plain_name(name), text))
        except (ValueError, KeyError, IndexError):
            known = plain_name(name) in PROPERTIES or plain_name(name) in SHORTHANDS
            unsupported.append(f"{name.strip()}: {_shown(text)}" if known else name.strip())
            continue
        if any(not each.is_drawn for each in pictures_of(found.items())):
            unsupported.append(f"{name.strip()}: {_shown(text)}")
        for longhand, value in found.items():
            if longhand in important and not marked:
                continue
            values.pop(longhand, None)
            values[longhand] = value
        if marked:
            important.update(found)
    return Declared(tuple(values.items()), frozenset(important), tuple(dict.fromkeys(unsupported)))


def pictures_of(values: Iterable[tuple[str, Any]]) -> Iterator[Picture]:
    """The files that declarations show behind elements and as masks."""
    for name, value in values:
        if name in ("background-image", "mask-image") and isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, Picture))


def _without_mark(text: str) -> tuple[str, bool]:
    """A value without its `!important`, and whether it had one."""
    value, mark, word = text.rpartition("!")
    return (value.strip(), True) if mark and word.strip().lower() == "important" else (text, False)


def expand(name: str, text: str) -> Iterator[tuple[str, Any]]:
    """The properties a declaration sets, with their values. Raises ValueError where it sets none."""
    if name in WITHOUT_EFFECT:
        return
    if name in MADE_UP or name.startswith("--"):
        yield name, text
        return
    if name in DRAWN:
        yield f"svg {name}", text
    if name in SHORTHANDS or name in PROPERTIES:
        yield from _expanded(name, text)
    elif name == "all" and text in (*_WIDE, "revert"):
        yield from ((longhand, Wide("unset")) for longhand in PROPERTIES if longhand != "direction")
    elif name not in DRAWN:
        raise ValueError(f"{name} is not drawn")


def _expanded(name: str, text: str) -> Iterator[tuple[str, Any]]:
    """The same of a property that is known."""
    if is_late(text):
        yield name, Late(text)
    elif text.lower() in _WIDE:
        yield from ((longhand, Wide(text.lower())) for longhand in _longhands(name))
    elif name in SHORTHANDS:
        for longhand, value in SHORTHANDS[name](text).items():
            yield longhand, PROPERTIES[longhand].read(value.strip()) if isinstance(value, str) else value
    else:
        yield name, PROPERTIES[name].read(text)


def _longhands(name: str) -> tuple[str, ...]:
    """What a property stands for."""
    for sample in _SAMPLES if name in SHORTHANDS else ():
        with suppress(ValueError, KeyError, IndexError):
            return tuple(SHORTHANDS[name](sample))
    return (name,)


def split_declarations(text: str) -> Iterator[tuple[str, str]]:
    """The names and texts of `color: red; margin: 0`, as in a `style` attribute or between braces."""
    for part in split_at(_COMMENT.sub(" ", text) if "/*" in text else text, ";"):
        name, colon, value = part.partition(":")
        if colon and name.strip():
            yield name.strip(), " ".join(split_words(value))
        elif part.strip():
            yield part.strip()[:_SHOWN], ""


def _shown(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _SHOWN else f"{short[: _SHOWN - 1]}…"
