"""Layers: the pictures behind a box or the masks over it: gradients and files, and where each of them lies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from clipmill.domain.css.paints import is_length, read_position
from clipmill.domain.css.values import (
    Gradient,
    Length,
    Picture,
    Stop,
    not_negative,
    read_angle,
    read_colour,
    read_length,
    split_commas,
    split_words,
)
from clipmill.domain.timeline.colour import Colour

_FUNCTION = re.compile(r"\s*(?:-webkit-|-moz-)?(repeating-)?(linear|radial|conic)-gradient\((.*)\)\s*",
                       re.DOTALL | re.IGNORECASE)  # fmt: skip
_URL = re.compile(r"""\s*url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"'()]*))\s*\)\s*""", re.DOTALL | re.IGNORECASE)
_SIDES = {"top": (0, -1), "bottom": (0, 1), "left": (-1, 0), "right": (1, 0)}
_TOWARDS = {(0, -1): 0.0, (1, 0): 90.0, (0, 1): 180.0, (-1, 0): 270.0}
_EXTENTS = ("closest-side", "farthest-side", "closest-corner", "farthest-corner")
_BOXES = ("border-box", "padding-box", "content-box")
_REPEATS = {"repeat-x": ("repeat", "no-repeat"), "repeat-y": ("no-repeat", "repeat")}
_WAYS = ("repeat", "no-repeat", "space", "round")
_SPACE = re.compile(r"\bin\s+[\w-]+(?:\s+\w+\s+hue)?")
MOST_STOPS, MOST_LAYERS = 64, 16
Size = tuple[Length | None, Length | None] | str


@dataclass(frozen=True, slots=True)
class Listed:
    """A reader of a list with commas, one for each layer."""

    one: Callable[[str], Any]

    def __call__(self, text: str) -> tuple[Any, ...]:
        """The layers. Raises ValueError."""
        parts = split_commas(text)
        if not 1 <= len(parts) <= MOST_LAYERS:
            raise ValueError(f"1 to {MOST_LAYERS} layers may lie over one another")
        return tuple(self.one(part) for part in parts)


def read_layer_size(text: str) -> Size:
    """`cover`, `contain`, or one or two lengths; None for `auto`."""
    if text in ("cover", "contain"):
        return text
    words = split_words(text)
    if not 1 <= len(words) <= 2:
        raise ValueError(f"{text[:60]!r} is no size of a background")
    across, down = (None if word == "auto" else not_negative(word) for word in (*words, "auto")[:2])
    return across, down


def read_repeat(text: str) -> tuple[str, str]:
    """How a layer is repeated across and down."""
    words = text.split()
    if text in _REPEATS:
        return _REPEATS[text]
    if not 1 <= len(words) <= 2 or any(word not in _WAYS for word in words):
        raise ValueError(f"{text[:60]!r} does not say how to repeat; write one of {', '.join(_WAYS)}")
    return words[0], words[-1]


def read_pictures(text: str) -> tuple[Gradient | Picture, ...]:
    """A `background-image`: the first on top."""
    if text == "none":
        return ()
    return Listed(_picture)(text)


def _picture(text: str) -> Gradient | Picture:
    """`url(…)` or a gradient."""
    found = _URL.fullmatch(text)
    if found is None:
        return read_gradient(text)
    return Picture("".join(part for part in found.groups() if part).strip())


def read_background(text: str, *, prefix: str = "background") -> dict[str, Any]:
    """A `background`: its colour, its pictures and where they lie."""
    colour: Colour | None = Colour(0, 0, 0, 0.0)
    parts = split_commas(text)
    layers = []
    for number, part in enumerate(parts):
        layer, colours = _layer(part)
        layers.append(layer)
        if len(colours) > 1 or (colours and number < len(parts) - 1):
            raise ValueError(f"{text[:60]!r} is no background")
        colour = read_colour(colours[0]) if colours else colour
    drawn = [layer for layer in layers if layer["image"] is not None]
    named = drawn or layers[:1]
    if not 1 <= len(layers) <= MOST_LAYERS:
        raise ValueError(f"1 to {MOST_LAYERS} layers may lie over one another")
    found: dict[str, Any] = {f"{prefix}-image": tuple(layer["image"] for layer in drawn)}
    for name in ("size", "position", "repeat", "origin", "clip"):
        found[f"{prefix}-{name}"] = tuple(layer[name] for layer in named)
    return found | ({"background-color": colour} if prefix == "background" else {})


def _layer(text: str) -> tuple[dict[str, Any], list[str]]:
    """One layer of a shorthand, and what in it must be a colour."""
    found: dict[str, list[str]] = {name: [] for name in ("image", "box", "repeat", "position", "size", "color")}
    sized = False
    for word in _words(text):
        if word == "/":
            sized = True
            continue
        kind = _kind(word)
        if kind == "position" and sized and len(found["size"]) < 2:
            kind = "size"
        found.setdefault(kind, []).append(word)
    if len(found["image"]) > 1 or len(found["box"]) > 2:
        raise ValueError(f"{text[:60]!r} is no layer of a background")
    layer = {
        "image": _picture(found["image"][0]) if found["image"] else None,
        "size": read_layer_size(" ".join(found["size"]) or "auto"),
        "position": read_position(" ".join(found["position"]) or "0% 0%"),
        "repeat": read_repeat(" ".join(found["repeat"]) or "repeat"),
        "origin": next((box for box in found["box"] if box != "text"), "padding-box"),
        "clip": (found["box"] or ["border-box"])[-1],
    }
    return layer, found["color"]


def _words(text: str) -> list[str]:
    """The words of a layer; a slash outside of brackets is one."""
    depth, marked = 0, []
    for char in text:
        depth += (char == "(") - (char == ")")
        marked.append(" / " if char == "/" and depth == 0 else char)
    return split_words("".join(marked))


def _kind(word: str) -> str:
    """What a word of a layer says something about."""
    if _FUNCTION.fullmatch(word) or _URL.fullmatch(word):
        return "image"
    if word in (*_BOXES, "text"):
        return "box"
    if word in (*_WAYS, *_REPEATS):
        return "repeat"
    if word in ("none", "scroll", "local", "fixed"):
        return "nothing"
    if word in ("left", "right", "top", "bottom", "center", "auto", "cover", "contain") or is_length(word):
        return "position"
    return "color"


def read_gradient(text: str) -> Gradient:
    """`linear-gradient(…)`, `radial-gradient(…)`, `conic-gradient(…)`, each plain or repeating."""
    found = _FUNCTION.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:60]!r} is no linear-, radial- or conic-gradient()")
    kind = found[2].lower()
    parts = split_commas(found[3])
    head = _SPACE.sub("", parts[0].lower()).strip() if parts else ""
    shape = _SHAPES[kind](head)
    stops = _stops(parts[1:] if shape is not None or not head else parts, conic=kind == "conic")
    return replace(shape or Gradient(kind, (), 0.0 if kind == "conic" else 180.0), stops=stops, repeats=bool(found[1]))  # type: ignore[arg-type]


def _linear(text: str) -> Gradient | None:
    """The direction a linear gradient begins with, None where it begins with a colour."""
    words = text.split()
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
    """The shape a radial gradient begins with, None where it begins with a colour."""
    shape, _, at = f" {text} ".partition(" at ")
    words = split_words(shape)
    sizes = tuple(word for word in words if word not in ("circle", "ellipse", *_EXTENTS))
    if not all(map(is_length, sizes)) or not (words or at.strip()):
        return None
    radii = tuple(map(not_negative, sizes))
    if len(radii) > 2 or (len(radii) == 2 and "circle" in words):
        raise ValueError(f"{text!r} is no size of a gradient")
    extent = next((word for word in words if word in _EXTENTS), "farthest-corner")
    circle = "circle" in words or len(radii) == 1
    return Gradient(
        "radial", (), circle=circle, extent=extent, radii=radii, centre=read_position(at.strip() or "center")
    )


def _conic(text: str) -> Gradient | None:
    """Where a conic gradient begins and lies, None where it begins with a colour."""
    turned, _, at = f" {text} ".partition(" at ")
    words = split_words(turned)
    if words[:1] != ["from"] and not (not words and at.strip()):
        return None
    angle = read_angle(words[1]) if words else 0.0
    return Gradient("conic", (), angle, centre=read_position(at.strip() or "center"))


_SHAPES: dict[str, Callable[[str], Gradient | None]] = {"linear": _linear, "radial": _radial, "conic": _conic}


def _stops(parts: list[str], *, conic: bool) -> tuple[Stop, ...]:
    stops: list[Stop] = []
    for number, part in enumerate(parts):
        words = split_words(part)
        places = [_stop_place(word, conic=conic) for word in words if is_length(word)]
        colours = [word for word in words if not is_length(word)]
        if not colours and len(places) == 1 and 0 < number < len(parts) - 1:
            stops.append(Stop(None, places[0], hint=True))
            continue
        if len(colours) != 1 or len(places) > 2:
            raise ValueError(f"{part[:60]!r} is no colour of a gradient")
        colour = read_colour(colours[0])
        stops.extend([Stop(colour, place) for place in places] or [Stop(colour)])
    if not 2 <= len(stops) <= MOST_STOPS or stops[-1].hint:
        raise ValueError(f"a gradient has 2 to {MOST_STOPS} colours")
    return tuple(stops)


def _stop_place(word: str, *, conic: bool) -> Length:
    """Where a colour is reached; angles are shares of a whole turn."""
    if not conic:
        return read_length(word)
    try:
        length = read_length(word) if word.endswith("%") or "(" in word else None
    except ValueError:
        length = None
    return length if length is not None and length.unit == "%" else Length(read_angle(word) / 3.6, "%")
