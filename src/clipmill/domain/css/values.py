"""CSS values: what a property's text can mean, as frozen values, and the readers for the simple ones.

A reader takes the text of a value and gives what it means, or raises ValueError with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from clipmill.domain.css.arithmetic import DEGREES_PER, EMS_PER, PIXELS_PER, calculated
from clipmill.domain.css.colours import any_colour
from clipmill.domain.timeline.colour import Colour

Unit = Literal["px", "em", "%", "max-content", "min-content", "fit-content"]
#: Sizes that the content decides.
INTRINSIC = ("max-content", "min-content", "fit-content")

#: A picture that may be shown: a stored file, or one written into the text.
PICTURE = re.compile(r"asset:[0-9a-f]{64}(?:\.\w+)?|data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_NUMBER = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)(px|em|rem|pt|%|cm|mm|in|pc|q|ex)?", re.IGNORECASE)
#: What parts a text, and what it may not be parted in; what follows a backslash is none of it.
_SIGNS = {sign: re.compile(rf"""\\.|[()'"]|{sign}""", re.DOTALL) for sign in (";", ",", r"\s")}
_ANGLE = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+))(deg|turn|rad|grad)?", re.IGNORECASE)
#: No length is longer than this, whatever its unit.
_LONGEST = 100_000.0


@dataclass(frozen=True, slots=True)
class Length:
    """A CSS length: pixels, multiples of the font size, or a share of something in percent."""

    value: float
    unit: Unit = "px"

    def pixels(self, font_size: float, whole: float = 0.0) -> float:
        """The length in pixels at this font size; percentages are of `whole`."""
        if self.unit == "em":
            return self.value * font_size
        return self.value * whole / 100 if self.unit == "%" else self.value


@dataclass(frozen=True, slots=True)
class Calculated(Length):
    """What `calc()`, `min()` and their kin make of lengths of several units; `value` is only whether there is any."""

    #: Font size and whole → pixels.
    sum: Callable[[float, float], float] = max

    def pixels(self, font_size: float, whole: float = 0.0) -> float:
        """The length in pixels at this font size; percentages are of `whole`."""
        return min(_LONGEST, max(-_LONGEST, self.sum(font_size, whole)))


NOTHING = Length(0.0)


@dataclass(frozen=True, slots=True)
class Shadow:
    """A shadow of a text or a box: offset, blur and growth, the last two never negative for a text."""

    x: Length
    y: Length
    blur: Length = NOTHING
    spread: Length = NOTHING
    #: None: the colour of the text.
    colour: Colour | None = None
    inset: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A colour of a gradient, and where it is reached; None: evenly between its neighbours."""

    #: None: the colour of the text.
    colour: Colour | None
    place: Length | None = None
    #: Where the middle between two colours lies, rather than a colour.
    hint: bool = False


@dataclass(frozen=True, slots=True)
class Gradient:
    """A gradient as a background."""

    kind: Literal["linear", "radial", "conic"]
    stops: tuple[Stop, ...]
    #: Degrees, clockwise from upwards (linear, conic); None with `corner`.
    angle: float = 180.0
    #: Towards a corner: signs of x and y (linear).
    corner: tuple[int, int] | None = None
    #: A circle rather than an ellipse (radial).
    circle: bool = False
    #: How far it reaches: `closest-side` and its kin, or the radii themselves (radial).
    extent: str = "farthest-corner"
    radii: tuple[Length, ...] = ()
    #: Centre (radial, conic).
    centre: tuple[Length, Length] = (Length(50, "%"), Length(50, "%"))
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a background: the reference of a stored file, or the picture itself written as `data:`."""

    source: str

    @property
    def is_drawn(self) -> bool:
        """Whether it is of a kind that is drawn."""
        return PICTURE.fullmatch(self.source) is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One function of a transform, with its lengths or numbers."""

    name: str
    values: tuple[Any, ...]


def split_words(text: str) -> list[str]:
    """The words of a value; what is in brackets or quotes stays together."""
    return split_at(text, r"\s")


def split_commas(text: str) -> list[str]:
    """The parts of a list; commas in brackets or quotes do not count."""
    return [part.strip() for part in split_at(text, ",")]


def split_at(text: str, sign: Literal[";", ",", "\\s"]) -> list[str]:
    """The parts of a text between signs; those in brackets or quotes do not count."""
    parts, depth, quote, begin = [], 0, "", 0
    for found in _SIGNS[sign].finditer(text):
        char = found[0]
        if quote:
            quote = "" if char == quote else quote
        elif char in ("'", '"'):
            quote = char
        elif char in ("(", ")"):
            depth = depth + 1 if char == "(" else max(0, depth - 1)
        elif depth == 0 and char[0] != "\\":
            parts.append(text[begin : found.start()])
            begin = found.end()
    return [part for part in (*parts, text[begin:]) if part.strip()]


def read_length(text: str) -> Length:
    """`12`, `12px`, `1.5em`, `50%`, `2rem`, `9pt`, `calc(100% - 8px)`; a bare number is pixels."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return _length_of(text)
    value, unit = float(found[1]), (found[2] or "px").lower()
    if not -_LONGEST <= value <= _LONGEST:
        raise ValueError(f"{text!r} is too long for a length")
    if unit in PIXELS_PER:
        return Length(value * PIXELS_PER[unit])
    return Length(value, "%") if unit == "%" else Length(value * EMS_PER[unit], "em")


def _length_of(text: str) -> Length:
    """The length that is calculated; one of a single unit is worked out at once."""
    found = calculated(text)
    if found is None or found.kind == "angle":
        raise ValueError(f'{text[:60]!r} is not a length; write a number or a text such as "12px"')
    if not -_LONGEST <= found(1.0, 100.0) <= _LONGEST:
        raise ValueError(f"{text[:60]!r} is too long for a length")
    if found.units <= {"px"}:
        return Length(found(0.0, 0.0))
    if len(found.units) == 1:
        return Length(found(1.0, 100.0), "em" if found.units == {"em"} else "%")
    return Calculated(abs(found(16.0, 400.0)) + 1.0, "%" if "%" in found.units else "em", found)


def read_size(text: str) -> Length | None:
    """A length, a size that the content decides, or `auto`, `none` and their kin as None."""
    word = text.removeprefix("-webkit-").removeprefix("-moz-")
    if word in INTRINSIC:
        return Length(0.0, word)  # type: ignore[arg-type]
    return None if text in ("auto", "none", "initial", "normal", "content") else read_length(text)


def not_negative(text: str) -> Length:
    """A length of zero or more; one that is calculated is held there."""
    if "(" in text:
        return read_length(f"max(0px, {text})")
    length = read_length(text)
    if length.value < 0:
        raise ValueError(f"{text!r} must not be negative")
    return length


def read_number(least: float, most: float) -> Callable[[str], float]:
    """A reader of numbers in a range; percentages are hundredths."""

    def read(text: str) -> float:
        found = _NUMBER.fullmatch(text.strip())
        if found is None and (sum_of := calculated(text)) is not None and sum_of.kind == "number":
            return min(most, max(least, sum_of(0.0, 0.0)))
        if found is None or (found[2] or "%") != "%":
            raise ValueError(f"{text!r} is not a number")
        value = float(found[1]) / (100 if found[2] else 1)
        if not least <= value <= most:
            raise ValueError(f"{text!r} is outside {least:g} to {most:g}")
        return value

    return read


def read_angle(text: str) -> float:
    """Degrees."""
    found = _ANGLE.fullmatch(text.strip())
    if found is None and (sum_of := calculated(text)) is not None and sum_of.kind == "angle":
        return sum_of(0.0, 0.0)
    if found is None:
        raise ValueError(f'{text!r} is not an angle; write it as "45deg"')
    return float(found[1]) * DEGREES_PER[(found[2] or "deg").lower()]


def read_colour(text: str) -> Colour | None:
    """A colour; `currentColor` is None, and means the colour of the text."""
    return None if text.lower() == "currentcolor" else any_colour(text)


@dataclass(frozen=True, slots=True)
class Keywords:
    """A reader of keywords: each word with what it means."""

    known: Mapping[str, Any]

    def __call__(self, text: str) -> Any:
        """What a word means. Raises ValueError for one that is not known."""
        if text.lower() not in self.known:
            raise ValueError(f"{text!r} is not one of {', '.join(self.known)}")
        return self.known[text.lower()]


def one_of(*words: str, **meanings: Any) -> Keywords:
    """A reader of keywords; those that mean something else than themselves are given as `word=meaning`."""
    return Keywords(
        {word: word for word in words} | {word.replace("_", "-"): meant for word, meant in meanings.items()}
    )


def four(parts: list[Any]) -> tuple[Any, Any, Any, Any]:
    """One to four values of a shorthand as top, right, bottom, left. Raises ValueError for any other number."""
    if not 1 <= len(parts) <= 4:
        raise ValueError('write one to four values such as "12px 24px"')
    right = parts[1] if len(parts) > 1 else parts[0]
    return parts[0], right, parts[2] if len(parts) > 2 else parts[0], parts[3] if len(parts) > 3 else right
