"""Effects: filters over what a box shows, shapes it is cut to, and how it mixes with what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clipmill.domain.css.paints import calls_of, read_position, read_radius, read_shadows
from clipmill.domain.css.values import (
    Length,
    Shadow,
    four,
    not_negative,
    read_angle,
    read_length,
    read_number,
    split_commas,
    split_words,
)

MOST_FILTERS, MOST_CORNERS = 12, 200
#: Blend modes that OpenCV and numpy do in a line each (`BLENDS` of the painter).
BLENDS = ("normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn", "hard-light",
          "soft-light", "difference", "exclusion")  # fmt: skip
_amount = read_number(0, 100)


@dataclass(frozen=True, slots=True)
class Change:
    """One function of a filter: its name, and a number, degrees, a Length (blur) or a Shadow."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class BasicShape:
    """What a box is cut to. `inset`: four sides and four radii; `circle`, `ellipse`: radii and a centre; `polygon`."""

    kind: str
    lengths: tuple[Any, ...] = ()
    corners: tuple[tuple[Length, Length], ...] = ()
    centre: tuple[Length, Length] = (Length(50, "%"), Length(50, "%"))
    even: bool = False


def read_filter(text: str) -> tuple[Change, ...]:
    """`blur(4px) brightness(120%)` and their kin."""
    if text == "none":
        return ()
    calls = calls_of(text)
    if len(calls) > MOST_FILTERS:
        raise ValueError(f"{len(calls)} filters are too many; there may be {MOST_FILTERS}")
    return tuple(_change(name, given) for name, given in calls)


def _change(name: str, given: str) -> Change:
    if name == "blur":
        return Change(name, not_negative(given or "0"))
    if name == "hue-rotate":
        return Change(name, read_angle(given or "0"))
    if name == "drop-shadow":
        (shadow,) = read_shadows(given)
        return Change(name, Shadow(shadow.x, shadow.y, shadow.blur, colour=shadow.colour))
    if name in ("brightness", "contrast", "saturate"):
        return Change(name, _amount(given or "1"))
    if name in ("grayscale", "sepia", "invert", "opacity"):
        return Change(name, min(1.0, _amount(given or "1")))
    raise ValueError(f"{name}() is no filter that is drawn")


def read_shape(text: str) -> BasicShape | None:
    """A `clip-path`: `inset()`, `circle()`, `ellipse()`, `polygon()`; None for `none`."""
    if text in ("none", "border-box"):
        return None
    words = [word for word in split_words(text) if word != "border-box"]
    ((name, given),) = calls_of(" ".join(words))
    if name == "polygon":
        points = split_commas(given)
        even = points[0] in ("evenodd", "nonzero")
        places = [split_words(point) for point in (points[1:] if even else points)]
        if not 3 <= len(places) <= MOST_CORNERS or any(len(place) != 2 for place in places):
            raise ValueError(f"a polygon has 3 to {MOST_CORNERS} corners, each of two lengths")
        corners = tuple((read_length(x), read_length(y)) for x, y in places)
        return BasicShape(name, corners=corners, even=points[0] == "evenodd")
    if name == "inset":
        sides, _, rounds = f" {given} ".partition(" round ")
        return BasicShape(
            name, four([read_length(word) for word in split_words(sides)]), corners=_rounds(rounds.strip())
        )
    if name not in ("circle", "ellipse"):
        raise ValueError(f"{name}() is no shape that is drawn")
    radii, _, at = f" {given} ".partition(" at ")
    lengths = tuple(word if word in ("closest-side", "farthest-side") else not_negative(word)
                    for word in split_words(radii))  # fmt: skip
    if len(lengths) not in ((0, 1) if name == "circle" else (0, 2)):
        raise ValueError(f"{text[:60]!r} is no {name}")
    return BasicShape(name, lengths or ("closest-side",), centre=read_position(at.strip() or "center"))


def _rounds(text: str) -> tuple[tuple[Length, Length], ...]:
    if not text:
        return ()
    across, _, down = text.partition("/")
    first = four(split_words(across))
    second = four(split_words(down)) if down.strip() else first
    return tuple(read_radius(f"{one} {other}") for one, other in zip(first, second, strict=True))
