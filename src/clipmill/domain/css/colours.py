"""Colours as CSS Color 4 writes them: `rgb(0 0 0 / 50%)`, `hsl()`, `hwb()`, `oklch()` and kin, `color-mix()`."""

from __future__ import annotations

import colorsys
import math
import re
from collections.abc import Callable
from functools import lru_cache

from clipmill.domain.css.arithmetic import DEGREES_PER, calculated
from clipmill.domain.timeline.colour import Colour, parse_colour

_CALL = re.compile(r"([a-z-]+)\(([^()]*(?:\([^()]*\)[^()]*)*)\)", re.IGNORECASE)
_PART = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)(%|deg|turn|rad|grad)?", re.IGNORECASE)
_SPLIT = re.compile(r"[\s,/]+(?![^(]*\))")
_MIX = re.compile(r"in\s+([\w-]+)(?:\s+\w+\s+hue)?\s*", re.IGNORECASE)
_SHARE = re.compile(r"^([\d.]+)%\s+|\s+([\d.]+)%$")
Floats = tuple[float, float, float]


@lru_cache(maxsize=1024)
def any_colour(text: str) -> Colour:
    """The colour a CSS text names. Raises ValueError with a sentence."""
    text = text.strip()
    if "(" not in text:
        return parse_colour(text)
    found = _CALL.fullmatch(text)
    name = found[1].lower() if found else ""
    if found and name == "color-mix":
        return _mixed(found[2])
    words = [word for word in _SPLIT.split(found[2].strip()) if word] if found else []
    if name == "color" and words and words[0].lower() in ("srgb", "display-p3"):
        name, words = "color", words[1:]
    read = _KINDS.get(name)
    if read is None or not 3 <= len(words) <= 4:
        return parse_colour(text)
    alpha = _part(words[3], 1.0) if len(words) > 3 else 1.0
    red, green, blue = read(words)
    return Colour(_byte(red), _byte(green), _byte(blue), min(1.0, max(0.0, alpha)))


def _byte(share: float) -> int:
    return round(min(1.0, max(0.0, share)) * 255)


def _part(word: str, whole: float, per: float = 1.0) -> float:
    """A number, or a share of `whole`; what it is divided by."""
    if word.lower() == "none":
        return 0.0
    found = _PART.fullmatch(word)
    if found is None:
        worked = calculated(word)
        if worked is None or worked.kind == "angle":
            raise ValueError(f"{word[:60]!r} is no part of a colour")
        return worked(0.0, whole * per) / per
    value = float(found[1])
    return value / 100 * whole if found[2] == "%" else value / per


def _hue(word: str) -> float:
    worked = calculated(word)
    if worked is not None:
        return worked(0.0, 0.0) % 360
    found = _PART.fullmatch("0" if word.lower() == "none" else word)
    if found is None or found[2] == "%":
        raise ValueError(f"{word[:60]!r} is no hue")
    return float(found[1]) * DEGREES_PER[(found[2] or "deg").lower()] % 360


def _rgb(words: list[str]) -> Floats:
    red, green, blue = (_part(word, 1.0, 255.0) for word in words[:3])
    return red, green, blue


def _srgb(words: list[str]) -> Floats:
    red, green, blue = (_part(word, 1.0) for word in words[:3])
    return red, green, blue


def _hundredth(word: str) -> float:
    return min(1.0, max(0.0, _part(word, 1.0, 100.0)))


def _hsl(words: list[str]) -> Floats:
    return colorsys.hls_to_rgb(_hue(words[0]) / 360, _hundredth(words[2]), _hundredth(words[1]))


def _hwb(words: list[str]) -> Floats:
    white, black = _hundredth(words[1]), _hundredth(words[2])
    if white + black >= 1:
        return (white / (white + black),) * 3
    red, green, blue = (
        part * (1 - white - black) + white for part in colorsys.hls_to_rgb(_hue(words[0]) / 360, 0.5, 1)
    )
    return red, green, blue


def _oklab(words: list[str]) -> Floats:
    return from_oklab((_part(words[0], 1.0), _part(words[1], 0.4), _part(words[2], 0.4)))


def _oklch(words: list[str]) -> Floats:
    angle, chroma = math.radians(_hue(words[2])), _part(words[1], 0.4)
    return from_oklab((_part(words[0], 1.0), chroma * math.cos(angle), chroma * math.sin(angle)))


def from_oklab(lab: Floats) -> Floats:
    """sRGB (0–1) of an Oklab colour (CSS Color 4, 9.3)."""
    light, a, b = lab
    long, middle, short = (
        (light + x * a + y * b) ** 3
        for x, y in ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    red, green, blue = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in linear)
    return red, green, blue


def _to_oklab(colour: Colour) -> Floats:
    parts = (colour.red / 255, colour.green / 255, colour.blue / 255)
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _mixed(text: str) -> Colour:
    """`in srgb, red 30%, blue`: mixed in sRGB, or in Oklab for every other space."""
    space, *parts = (part.strip() for part in re.split(r",(?![^(]*\))", text))
    found = _MIX.fullmatch(space)
    if found is None or len(parts) != 2:
        raise ValueError(f"{text[:60]!r} is no mix of two colours")
    colours, shares = [], []
    for part in parts:
        share = _SHARE.search(part)
        shares.append(float(share[1] or share[2]) / 100 if share else None)
        colours.append(any_colour(_SHARE.sub("", part)))
    one = shares[0] if shares[0] is not None else 1 - (shares[1] if shares[1] is not None else 0.5)
    other = shares[1] if shares[1] is not None else 1 - one
    total = one + other
    if total <= 0:
        raise ValueError(f"{text[:60]!r} mixes nothing")
    weights = (one / total * colours[0].alpha, other / total * colours[1].alpha)
    alpha = sum(weights)
    spaces = [(each.red / 255, each.green / 255, each.blue / 255) for each in colours]
    spaces = spaces if found[1].lower() == "srgb" else [_to_oklab(each) for each in colours]
    mixed = [(a * weights[0] + b * weights[1]) / (alpha or 1) for a, b in zip(*spaces, strict=True)]
    parts3 = (mixed[0], mixed[1], mixed[2])
    red, green, blue = parts3 if found[1].lower() == "srgb" else from_oklab(parts3)
    return Colour(_byte(red), _byte(green), _byte(blue), alpha * min(1.0, total))


_KINDS: dict[str, Callable[[list[str]], Floats]] = {
    "rgb": _rgb, "rgba": _rgb, "hsl": _hsl, "hsla": _hsl, "hwb": _hwb, "oklab": _oklab, "oklch": _oklch,
    "color": _srgb,
}  # fmt: skip
