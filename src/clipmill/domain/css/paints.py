"""Readers of the CSS values that paint: borders, shadows, gradients, backgrounds, transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clipmill.domain.css.values import (
    NOTHING,
    Length,
    Shadow,
    Step,
    not_negative,
    read_angle,
    read_colour,
    read_length,
    read_number,
    split_commas,
    split_words,
)
from clipmill.domain.timeline.colour import Colour

_WIDTHS = {"thin": 1.0, "medium": 3.0, "thick": 5.0}
LINE_STYLES = ("none", "hidden", "solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset")
_PLACES = {"left": 0.0, "top": 0.0, "center": 50.0, "right": 100.0, "bottom": 100.0}
_ACROSS, _DOWN, _HALF = ("left", "right"), ("top", "bottom"), Length(50, "%")
_plain = read_number(-10_000, 10_000)
#: Transform functions → how many values they take, and whether these are lengths, angles or numbers.
_STEPS: dict[str, tuple[tuple[int, ...], Any]] = {
    "translate": ((1, 2), read_length), "translatex": ((1,), read_length), "translatey": ((1,), read_length),
    "scale": ((1, 2), _plain), "scalex": ((1,), _plain), "scaley": ((1,), _plain),
    "rotate": ((1,), read_angle), "rotatez": ((1,), read_angle),
    "skew": ((1, 2), read_angle), "skewx": ((1,), read_angle), "skewy": ((1,), read_angle),
    "matrix": ((6,), _plain),
}  # fmt: skip
MOST_SHADOWS, MOST_STEPS = 12, 12
#: No transform makes anything larger than this many times.
_MOST_SCALE = 50.0


def is_length(word: str) -> bool:
    """Whether a word of a shorthand can only be a length."""
    return word[0].isdigit() or word[0] in ".+-" or word.lower().startswith(("calc(", "min(", "max(", "clamp("))


def read_line_width(text: str) -> Length:
    """Width of a border or an outline."""
    return Length(_WIDTHS[text]) if text in _WIDTHS else not_negative(text)


def read_line(text: str) -> tuple[Length | None, str | None, Colour | None]:
    """`2px solid red` in any order as (width, style, colour), None for what is not there."""
    width: Length | None = None
    style: str | None = None
    colour: Colour | None = None
    for word in split_words(text):
        if word in LINE_STYLES:
            style = word
        elif word in _WIDTHS or is_length(word):
            width = read_line_width(word)
        else:
            colour = read_colour(word)
    return width, style, colour


def read_shadows(text: str) -> tuple[Shadow, ...]:
    """A list of shadows, the first on top."""
    if text == "none":
        return ()
    parts = split_commas(text)
    if len(parts) > MOST_SHADOWS:
        raise ValueError(f"{len(parts)} shadows are too many; there may be {MOST_SHADOWS}")
    return tuple(_shadow(part) for part in parts)


def _shadow(text: str) -> Shadow:
    lengths: list[Length] = []
    colour, inset = None, False
    for word in split_words(text):
        if word == "inset":
            inset = True
        elif is_length(word):
            lengths.append(read_length(word))
        else:
            colour = read_colour(word)
    if not 2 <= len(lengths) <= 4 or (len(lengths) > 2 and lengths[2].value < 0):
        raise ValueError(f'{text!r} is not a shadow; write it as "2px 2px 4px #000000"')
    blur, spread = (*lengths[2:], NOTHING, NOTHING)[:2]
    return Shadow(lengths[0], lengths[1], blur, spread, colour, inset)


def read_transform(text: str) -> tuple[Step, ...]:
    """`translate(…) rotate(…) scale(…)` and their kin, in two dimensions."""
    if text == "none":
        return ()
    found = calls_of(text)
    if len(found) > MOST_STEPS:
        raise ValueError(f"{text[:60]!r} is no transform")
    return tuple(_step(name, given) for name, given in found)


def calls_of(text: str) -> list[tuple[str, str]]:
    """The functions of a list such as `blur(2px) invert(1)`: names and what is in their brackets."""
    found = [word.partition("(") for word in split_words(text.replace(")", ") "))]
    if not all(name and bracket and rest.endswith(")") for name, bracket, rest in found):
        raise ValueError(f"{text[:60]!r} is no list of functions")
    return [(name.strip().lower(), rest[:-1].strip()) for name, _, rest in found]


def read_alone(name: str) -> Callable[[str], tuple[Step, ...]]:
    """A reader of `rotate`, `scale` or `translate` as a property of its own."""

    def read(text: str) -> tuple[Step, ...]:
        return () if text == "none" else (_step(name, text),)

    return read


def _step(name: str, given: str) -> Step:
    counts, read = _STEPS.get(name, ((), _plain))
    values = tuple(read(part) for part in split_words(" ".join(split_commas(given))))
    if len(values) not in counts:
        raise ValueError(f"{name}({given}) is no transform in two dimensions")
    if name.startswith("scale") and any(abs(value) > _MOST_SCALE for value in values):
        raise ValueError(f"{name}({given}) is larger than {_MOST_SCALE:g} times")
    return Step(name, values)


def read_radius(text: str) -> tuple[Length, Length]:
    """A corner: one radius, or one across and one down."""
    lengths = [not_negative(word) for word in split_words(text)]
    if not 1 <= len(lengths) <= 2:
        raise ValueError(f"{text!r} is no radius")
    return lengths[0], lengths[-1]


def read_origin(text: str) -> tuple[Length, Length]:
    """The fixed point of a transform."""
    return read_position(" ".join(split_words(text.lower())[:2]))


def read_position(text: str) -> tuple[Length, Length]:
    """A place in a box: `center`, `left 10px`, `right 8px bottom 20%`."""
    words = split_words(text.lower())
    if not 1 <= len(words) <= 4:
        raise ValueError(f"{text[:60]!r} is no place in a box")
    if len(words) <= 2:
        if words[0] in _DOWN or (len(words) == 2 and words[1] in _ACROSS):
            words = [*(words[1:] or ["center"]), words[0]]
        across, down = (*words, "center")[:2]
        if across in _DOWN or down in _ACROSS:
            raise ValueError(f"{text[:60]!r} is no place in a box")
        return _edge(across), _edge(down)
    found: dict[str, Length] = {}
    while words:
        side = words.pop(0)
        inward = words.pop(0) if words and words[0] not in _PLACES else ""
        found["y" if side in _DOWN else "x" if side in _ACROSS or "x" not in found else "y"] = _edge(side, inward)
    return found.get("x", _HALF), found.get("y", _HALF)


def _edge(side: str, inward: str = "") -> Length:
    if side not in _PLACES:
        return read_length(side)
    if not inward or side == "center":
        return Length(_PLACES[side], "%")
    return read_length(inward) if side in ("left", "top") else read_length(f"calc(100% - {inward})")
