"""Late values: what a declaration means only where its element stands: `var()`, and lengths of the canvas or a font."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

#: A text with `var()` in it, or with a length of a unit that depends on the canvas or the font.
_LATE = re.compile(r"\bvar\s*\(|[\d.][sld]?v(?:w|h|min|max|i|b)\b|[\d.]ch\b", re.IGNORECASE)
_URL = re.compile(r"url\([^()]*\)", re.IGNORECASE)
_UNIT = re.compile(r"(?<![\w#.-])([-+]?(?:\d+(?:\.\d*)?|\.\d+))(?:[sld]?(v(?:w|h|min|max|i|b))|(ch))\b", re.IGNORECASE)
_VAR = re.compile(r"\bvar\s*\(", re.IGNORECASE)
_NAME = re.compile(r"\s*(--[^\s,()]+)\s*(,)?")
#: No text becomes longer, and none is put into another more often.
MOST_TEXT, _DEEPEST = 4_000, 16


@dataclass(frozen=True, slots=True)
class Late:
    """The text of a value that is read when its element is known."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What late values are of: custom properties (and inherited ones of drawings), the canvas, the width of a `0`."""

    custom: Mapping[str, str] = field(default_factory=dict)
    #: Width and height, pixels.
    canvas: tuple[float, float] = (1280.0, 720.0)
    #: Family, size, weight and style of a font → pixels.
    zero: Callable[[str, float, int, str], float] = lambda family, size, weight, style: size / 2


def is_late(text: str) -> bool:
    """Whether a value can only be read where its element stands."""
    return _LATE.search(_URL.sub("", text) if "url(" in text.lower() else text) is not None


def filled_in(text: str, custom: Mapping[str, str]) -> str:
    """A text with every `var()` replaced by what `custom` has. Raises ValueError for one that stands for nothing."""
    return _filled(text, custom.__getitem__, 0)


def _filled(text: str, value_of: Callable[[str], str], depth: int) -> str:
    parts, begin, total = [], 0, 0
    while found := _VAR.search(text, begin):
        end = closing(text, found.end())
        name = _NAME.match(text, found.end(), end)
        if name is None or depth > _DEEPEST:
            raise ValueError(f"{text[:60]!r} names no custom property")
        try:
            value = value_of(name[1])
        except (KeyError, ValueError):
            if not name[2]:
                raise ValueError(f"{name[1]} is not set") from None
            value = _filled(text[name.end() : end].strip(), value_of, depth + 1)
        parts += [text[begin : found.start()], value]
        begin, total = end + 1, total + len(value)
        if total > MOST_TEXT:
            raise ValueError(f"{text[:60]!r} becomes too long")
    return "".join((*parts, text[begin:]))


def closing(text: str, begin: int) -> int:
    """Where the bracket opened before `begin` is closed."""
    depth = 1
    for place in range(begin, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place
    raise ValueError(f"{text[:60]!r} has an open bracket")


def customs(own: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """The custom properties of an element: its own, filled in, and those it inherits."""
    found = {name: text for name, text in above.items() if name not in own}
    busy: set[str] = set()
    empty: set[str] = set()

    def value_of(name: str) -> str:
        if name not in found and name in own and name not in empty and len(busy) < _DEEPEST:
            if name in busy:
                raise ValueError(f"{name} stands for itself")
            busy.add(name)
            try:
                found[name] = _filled(own[name], value_of, 0)
            except ValueError:
                empty.add(name)  # as in browsers: a property that stands for nothing is none
            busy.discard(name)
        return found[name]

    for name in own:
        with suppress(KeyError, ValueError):
            value_of(name)
    return found


def measured(text: str, around: Around, zero: float) -> str:
    """A text with lengths of the canvas and the font in pixels."""
    wide, high = around.canvas
    per = {"vw": wide, "vi": wide, "vh": high, "vb": high, "vmin": min(wide, high), "vmax": max(wide, high)}

    def pixels(found: re.Match[str]) -> str:
        share = zero if found[3] else per[found[2].lower()] / 100
        return f"{float(found[1]) * share:.4f}px"

    return _UNIT.sub(pixels, text)
