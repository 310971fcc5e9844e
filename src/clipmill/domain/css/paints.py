"""Readers of the CSS values that paint: borders, shadows, gradients, backgrounds, transforms."""

from __future__ import annotations

import re
from typing import Any

from clipmill.domain.css.values import (
    NOTHING,
    Gradient,
    Length,
    Shadow,
    Step,
    Stop,
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
#: Line styles; those that look carved are drawn solid.
LINE_STYLES = ("none", "hidden", "solid", "dashed", "dotted", "double")
_FUNCTION = re.compile(r"\s*([\w-]+)\((.*)\)\s*", re.DOTALL)
_CALLS = re.compile(r"([\w-]+)\(([^()]*)\)\s*,?\s*")
_SIDES = {"top": (0, -1), "bottom": (0, 1), "left": (-1, 0), "right": (1, 0)}
_TOWARDS = {(0, -1): 0.0, (1, 0): 90.0, (0, 1): 180.0, (-1, 0): 270.0}
_PLACES = {"left": 0.0, "top": 0.0, "center": 50.0, "right": 100.0, "bottom": 100.0}
_plain = read_number(-10_000, 10_000)
#: Transform functions → how many values they take, and whether these are lengths, angles or numbers.
_STEPS: dict[str, tuple[tuple[int, ...], Any]] = {
    "translate": ((1, 2), read_length), "translatex": ((1,), read_length), "translatey": ((1,), read_length),
    "scale": ((1, 2), _plain), "scalex": ((1,), _plain), "scaley": ((1,), _plain),
    "rotate": ((1,), read_angle), "rotatez": ((1,), read_angle),
    "skew": ((1, 2), read_angle), "skewx": ((1,), read_angle), "skewy": ((1,), read_angle),
    "matrix": ((6,), _plain),
}  # fmt: skip
MOST_STOPS, MOST_SHADOWS, MOST_STEPS = 32, 12, 12
#: No transform makes anything larger than this many times.
_MOST_SCALE = 50.0


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
        elif word in _WIDTHS or word[0].isdigit() or word[0] in ".+-":
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
        elif word[0].isdigit() or word[0] in ".+-":
            lengths.append(read_length(word))
        else:
            colour = read_colour(word)
    if not 2 <= len(lengths) <= 4 or (len(lengths) > 2 and lengths[2].value < 0):
        raise ValueError(f'{text!r} is not a shadow; write it as "2px 2px 4px #000000"')
    blur, spread = (*lengths[2:], NOTHING, NOTHING)[:2]
    return Shadow(lengths[0], lengths[1], blur, spread, colour, inset)


def read_background(text: str) -> tuple[Colour | None, tuple[Gradient, ...]]:
    """A `background`: its colour and its gradients, the first on top."""
    colour: Colour | None = Colour(0, 0, 0, 0.0)
    gradients = []
    for part in split_commas(text):
        for word in split_words(part):
            if "gradient(" in word:
                gradients.append(read_gradient(word))
            elif word not in ("no-repeat", "repeat", "none", "center", "scroll", "padding-box", "border-box"):
                colour = read_colour(word)
    return colour, tuple(gradients)


def read_gradients(text: str) -> tuple[Gradient, ...]:
    """A `background-image`."""
    return () if text == "none" else tuple(read_gradient(part) for part in split_commas(text))


def read_gradient(text: str) -> Gradient:
    """`linear-gradient(…)` or `radial-gradient(…)`."""
    found = _FUNCTION.fullmatch(text)
    if found is None or found[1].lower() not in ("linear-gradient", "radial-gradient"):
        raise ValueError(f"{text[:60]!r} is no linear-gradient() or radial-gradient()")
    parts = split_commas(found[2])
    if found[1].lower() == "linear-gradient":
        gradient = _linear(parts[0] if parts else "")
    else:
        gradient = _radial(parts[0] if parts else "")
    stops = _stops(parts[1:] if gradient is not None else parts)
    shape = gradient or Gradient("linear" if found[1].lower().startswith("linear") else "radial", ())
    return Gradient(shape.kind, stops, shape.angle, shape.corner, shape.circle, shape.centre)


def _linear(text: str) -> Gradient | None:
    """The direction a linear gradient begins with, None where it begins with a colour."""
    words = text.lower().split()
    if words[:1] == ["to"]:
        if not 2 <= len(words) <= 3 or any(word not in _SIDES for word in words[1:]):
            raise ValueError(f"{text!r} is no direction")
        across = sum(_SIDES[word][0] for word in words[1:])
        down = sum(_SIDES[word][1] for word in words[1:])
        if (across, down) in _TOWARDS:
            return Gradient("linear", (), _TOWARDS[across, down])
        return Gradient("linear", (), corner=(across, down))
    try:
        return Gradient("linear", (), read_angle(text))
    except ValueError:
        return None


def _radial(text: str) -> Gradient | None:
    shape, _, at = (" " + text.lower()).partition(" at ")
    words = shape.split()
    if any(word not in ("circle", "ellipse", "farthest-corner") for word in words) or not (words or at):
        return None
    places = [Length(_PLACES[word], "%") if word in _PLACES else read_length(word) for word in at.split()]
    if at.split()[:1] in (["top"], ["bottom"]):
        places.reverse()
        places = places if len(places) == 2 else [Length(50, "%"), *places]
    places = (places + [Length(50, "%")] * 2)[:2]
    return Gradient("radial", (), circle="circle" in words, centre=(places[0], places[1]))


def _stops(parts: list[str]) -> tuple[Stop, ...]:
    stops: list[Stop] = []
    for part in parts:
        words = split_words(part)
        colour = read_colour(words[0]) or Colour(0, 0, 0)
        places = [read_length(word) for word in words[1:]]
        stops.extend([Stop(colour, place) for place in places] or [Stop(colour)])
    if not 2 <= len(stops) <= MOST_STOPS:
        raise ValueError(f"a gradient has 2 to {MOST_STOPS} colours")
    return tuple(stops)


def read_transform(text: str) -> tuple[Step, ...]:
    """`translate(…) rotate(…) scale(…)` and their kin, in two dimensions."""
    if text == "none":
        return ()
    if _CALLS.sub("", text).strip() or len(_CALLS.findall(text)) > MOST_STEPS:
        raise ValueError(f"{text[:60]!r} is no transform")
    return tuple(_step(name.lower(), given) for name, given in _CALLS.findall(text))


def _step(name: str, given: str) -> Step:
    counts, read = _STEPS.get(name, ((), _plain))
    values = tuple(read(part) for part in re.split(r"[\s,]+", given.strip()) if part)
    if len(values) not in counts:
        raise ValueError(f"{name}({given}) is no transform in two dimensions")
    if name.startswith("scale") and any(abs(value) > _MOST_SCALE for value in values):
        raise ValueError(f"{name}({given}) is larger than {_MOST_SCALE:g} times")
    return Step(name, values)


def read_radius(text: str) -> tuple[Length, Length]:
    """A corner: one radius, or one across and one down."""
    lengths = [not_negative(word) for word in text.split()]
    if not 1 <= len(lengths) <= 2:
        raise ValueError(f"{text!r} is no radius")
    return lengths[0], lengths[-1]


def read_origin(text: str) -> tuple[Length, Length]:
    """The fixed point of a transform."""
    words = text.lower().split()
    if words and words[0] in ("top", "bottom"):
        words = [*(words[1:] or ["center"]), words[0]]
    places = [Length(_PLACES[word], "%") if word in _PLACES else read_length(word) for word in words[:2]]
    places = [*places, Length(50, "%"), Length(50, "%")]
    return places[0], places[1]
