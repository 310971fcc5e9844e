"""A colour as CSS writes it: `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `rgba()` and the basic names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator

_NAMES = {
    "transparent": "#00000000", "black": "#000000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080",
    "white": "#ffffff", "maroon": "#800000", "red": "#ff0000", "purple": "#800080", "fuchsia": "#ff00ff",
    "green": "#008000", "lime": "#00ff00", "olive": "#808000", "yellow": "#ffff00", "orange": "#ffa500",
    "navy": "#000080", "blue": "#0000ff", "teal": "#008080", "aqua": "#00ffff",
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_FUNCTION = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+)(%?))?\s*\)")


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green, blue 0–255 (sRGB) and opacity 0–1."""

    red: int
    green: int
    blue: int
    alpha: float = 1.0


def parse_colour(value: Any) -> Colour:
    """The colour a CSS text names. Raises ValueError with a sentence."""
    if isinstance(value, Colour):
        return value
    text = str(value).strip()
    text = _NAMES.get(text.lower(), text)
    if _HEX.fullmatch(text):
        return _from_hex(text[1:])
    found = _FUNCTION.fullmatch(text.lower())
    if found and all(int(part) <= 255 for part in found.groups()[:3]):
        red, green, blue = (int(part) for part in found.groups()[:3])
        alpha = float(found[4] or 1) / (100 if found[5] else 1)
        return Colour(red, green, blue, min(1.0, alpha))
    raise ValueError(f"{value!r} is not a colour; write it as #2DD4BF, #2DD4BF80, rgb(45, 212, 191) or rgba()")


@lru_cache(maxsize=1024)
def _from_hex(digits: str) -> Colour:
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue, alpha = (int(digits.ljust(8, "f")[place : place + 2], 16) for place in (0, 2, 4, 6))
    return Colour(red, green, blue, alpha / 255)


#: A field holding a colour.
ColourField = Annotated[Colour, BeforeValidator(parse_colour)]
