"""Gradients as pixels, and layers of them: how large each is, where it lies and how it is repeated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Gradient, Length, Picture, Stop
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError
from clipmill.media.draw.html.paint.canvas import PictureFiles
from clipmill.media.draw.html.paint.shapes import Outline
from clipmill.media.draw.planes import Bytes, Floats, stripes
from clipmill.media.draw.raster import MOST_DRAWN_PIXELS

#: Colours a gradient is looked up in, and how finely the way around a hint is drawn.
_COLOURS, _HINTED = 4096, 12
#: Radii are never smaller, pixels.
_LEAST = 1e-3
#: Width and height, None for one that is `auto`.
_Lengths = tuple[Length | None, Length | None]


def layer_pixels(
    look: Look, kind: str, number: int, boxes: tuple[Outline, tuple[int, int]], files: PictureFiles | None
) -> Bytes | None:
    """A layer over a field of this width and height, multiplied by its opacity; its places are of the first box.

    `kind` is `background` or `mask`. None where the layer has no size. Raises MediaError, ProjectError.
    """
    origin, (width, height) = boxes
    picture = getattr(look, f"{kind}_image")[number]
    if isinstance(picture, Picture) and (files is None or not picture.is_drawn):
        return None
    sizes, places, ways = (getattr(look, f"{kind}_{name}") for name in ("size", "position", "repeat"))
    size, place, way = (values[number % len(values)] for values in (sizes, places, ways))
    natural = files.size_of(picture.source) if isinstance(picture, Picture) and files is not None else None
    wide, high = _tile_size(look, size, (origin.width, origin.height), natural)
    columns = _along(origin.x, origin.width, wide, (look, place[0], way[0]), width)
    rows = _along(origin.y, origin.height, high, (look, place[1], way[1]), height)
    if columns is None or rows is None:
        return None
    if isinstance(picture, Picture) and files is not None:
        tile = files.tile(picture.source, columns[1], rows[1])
    else:
        tile = gradient_pixels(picture, look, columns[1], rows[1])
    if columns[1] == width and rows[1] == height and not columns[0][0] and not rows[0][0]:
        return tile
    field = tile[np.maximum(rows[0], 0)][:, np.maximum(columns[0], 0)]
    field[rows[0] < 0] = 0
    field[:, columns[0] < 0] = 0
    return np.ascontiguousarray(field)


def _tile_size(
    look: Look, size: str | _Lengths, room: tuple[float, float], natural: Size | None
) -> tuple[float, float]:
    """Width and height of a layer; a gradient has none of its own and fills the room, a picture keeps its shape."""
    if natural is None:
        lengths = (None, None) if isinstance(size, str) else size
        wide, high = (
            each if told is None else look.pixels(told, each) for told, each in zip(lengths, room, strict=True)
        )
        return wide, high
    if isinstance(size, str):
        pick = max if size == "cover" else min
        scale = pick(room[0] / natural.width, room[1] / natural.height)
        return natural.width * scale, natural.height * scale
    across, down = (None if told is None else look.pixels(told, each) for told, each in zip(size, room, strict=True))
    if across is None:
        across = natural.width if down is None else down * natural.width / natural.height
    return across, across * natural.height / natural.width if down is None else down


def _along(
    begin: float, whole: float, size: float, what: tuple[Look, Length, str], length: int
) -> tuple[NDArray[np.int64], int] | None:
    """For every pixel along one side which one of the tile it shows (-1: none), and the tile's length."""
    look, place, way = what
    if size < 0.5 or whole <= 0:
        return None
    if way == "round":
        size = whole / max(1, round(whole / size))
    tile, step = max(1, round(size)), float(max(1, round(size)))
    if tile > 32_000:
        raise MediaError(f"a background of the html would be {tile} pixels long", hint="Lower its background-size.")
    offset = begin + look.pixels(place, whole - size)
    if way == "space":
        count = int(whole // size)
        offset, step = (begin, (whole - size) / (count - 1)) if count > 1 else (offset, whole + size + 1)
    at = np.arange(length) - round(offset)
    if way in ("repeat", "round"):
        middles = (np.arange(length) + 0.5 - (round(offset) if size == tile else offset)) % size
        return np.minimum(middles * (tile / size), tile - 1).astype(np.int64), tile
    if way == "space" and step < whole:
        at = np.rint(at % step).astype(np.int64)
    return np.where((at >= 0) & (at < tile), at, -1), tile


def gradient_pixels(gradient: Gradient, look: Look, width: int, height: int) -> Bytes:
    """A gradient that fills a field of this size, multiplied by its opacity. Raises MediaError."""
    if width * height > MOST_DRAWN_PIXELS:
        raise MediaError(f"a gradient of the html would be {width} × {height} pixels large")
    share, length = _SHAPES[gradient.kind](gradient, look, width, height)
    places, colours = _ramp(gradient, look, length)
    found = np.empty((*share.shape, 4), np.uint8)
    for rows in stripes(len(share)):
        found[rows] = _coloured(gradient, share[rows], places, colours)
    return found if found.shape[:2] == (height, width) else np.broadcast_to(found, (height, width, 4)).copy()


def _coloured(gradient: Gradient, share: Floats, places: Sequence[float], colours: NDArray[np.float64]) -> Bytes:
    """The colours of pixels that lie so far along a gradient."""
    first, last = places[0], places[-1]
    wide = last - first
    if wide < 1e-6:
        table, index = colours[[0, -1]], (share >= first) | gradient.repeats
    else:
        known = np.linspace(first, last, _COLOURS)
        inner = np.stack([np.interp(known, places, colours[:, part]) for part in range(4)], axis=1)
        table = np.concatenate((colours[:1], inner, colours[-1:]))
        along = (share - first) / wide * (_COLOURS - 1)
        along = along % (_COLOURS - 1) if gradient.repeats else along
        index = np.clip(np.floor(along + 1.5), 0, _COLOURS + 1)
        if not gradient.repeats:
            index[share < first], index[share >= last] = 0, _COLOURS + 1
    return np.rint(table).astype(np.uint8)[index.astype(np.intp)]


def _grid(width: int, height: int) -> tuple[Floats, Floats]:
    """The middles of the pixels: across as a row, down as a column."""
    across = np.arange(width, dtype=np.float32)[None] + np.float32(0.5)
    return across, np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)


def _linear(gradient: Gradient, look: Look, width: int, height: int) -> tuple[Floats, float]:
    """CSS measures a gradient along its angle, from corner to corner of the box."""
    if gradient.corner is not None:
        across, down = gradient.corner
        angle = math.atan2(across * height, -down * width)
    else:
        angle = math.radians(gradient.angle)
    dx, dy = math.sin(angle), -math.cos(angle)
    length = max(_LEAST, abs(width * dx) + abs(height * dy))
    x, y = _grid(width, height)
    parts = [(x - width / 2) * dx / length] if abs(dx) > 1e-6 else []
    parts += [(y - height / 2) * dy / length] if abs(dy) > 1e-6 else []
    return sum(parts) + np.float32(0.5), length  # type: ignore[return-value]


def _radial(gradient: Gradient, look: Look, width: int, height: int) -> tuple[Floats, float]:
    centre_x, centre_y = look.pixels(gradient.centre[0], width), look.pixels(gradient.centre[1], height)
    if gradient.radii:
        radius_x = look.pixels(gradient.radii[0], width)
        radius_y = look.pixels(gradient.radii[-1], height) if len(gradient.radii) > 1 else radius_x
    else:
        radius_x, radius_y = _reaches(gradient, (abs(centre_x), abs(width - centre_x)),
                                      (abs(centre_y), abs(height - centre_y)))  # fmt: skip
    radius_x, radius_y = max(_LEAST, radius_x), max(_LEAST, radius_y)
    x, y = _grid(width, height)
    found: Floats = np.sqrt(((x - centre_x) / radius_x) ** 2 + ((y - centre_y) / radius_y) ** 2)
    return found, radius_x


def _reaches(gradient: Gradient, sides: tuple[float, float], ends: tuple[float, float]) -> tuple[float, float]:
    """The radii of a gradient that reaches to a side or a corner (CSS Images 3, 3.2.1)."""
    pick = min if gradient.extent.startswith("closest") else max
    across, down = pick(sides), pick(ends)
    if gradient.extent.endswith("side"):
        return (pick(across, down), pick(across, down)) if gradient.circle else (across, down)
    if gradient.circle:
        return (math.hypot(across, down),) * 2
    return across * math.sqrt(2), down * math.sqrt(2)


def _conic(gradient: Gradient, look: Look, width: int, height: int) -> tuple[Floats, float]:
    x, y = _grid(width, height)
    x, y = x - look.pixels(gradient.centre[0], width), y - look.pixels(gradient.centre[1], height)
    return ((np.arctan2(x, -y) / (2 * math.pi) - gradient.angle / 360) % 1.0).astype(np.float32), 1.0


_SHAPES = {"linear": _linear, "radial": _radial, "conic": _conic}


def _ramp(gradient: Gradient, look: Look, length: float) -> tuple[list[float], NDArray[np.float64]]:
    """Places, none before the one before it, and the colours there: 0–255, multiplied by their opacity."""
    stops = gradient.stops
    places = _places(stops, look, length)
    found: list[tuple[float, NDArray[np.float64]]] = []
    for number, (stop, place) in enumerate(zip(stops, places, strict=True)):
        if not stop.hint:
            found.append((place, _colour(stop, look)))
            continue
        (begin, one), (end, other) = found[-1], (places[number + 1], _colour(stops[number + 1], look))
        middle = (place - begin) / (end - begin) if end > begin else 0.5
        power = math.log(0.5) / math.log(min(0.999, max(0.001, middle)))
        for step in range(1, _HINTED):
            share = step / _HINTED
            found.append((begin + (end - begin) * share, one + (other - one) * share**power))
    return [place for place, _ in found], np.array([colour for _, colour in found])


def _colour(stop: Stop, look: Look) -> NDArray[np.float64]:
    colour = stop.colour or look.color
    return np.array((colour.red, colour.green, colour.blue, 255.0)) * colour.alpha


def _places(stops: tuple[Stop, ...], look: Look, length: float) -> list[float]:
    """Where the stops lie, as shares: those without a place evenly between the others, none before the one before."""
    given = [None if stop.place is None else look.pixels(stop.place, length) / length for stop in stops]
    given[0] = 0.0 if given[0] is None else given[0]
    given[-1] = max(1.0, *(place for place in given if place is not None)) if given[-1] is None else given[-1]
    most = -math.inf
    for number, place in enumerate(given):
        if place is not None:
            most = given[number] = max(most, place)
    known = [number for number, place in enumerate(given) if place is not None]
    found = [0.0] * len(given)
    for first, last in pairwise(known):
        begin, end = given[first] or 0.0, given[last] or 0.0
        for number in range(first, last + 1):
            found[number] = begin + (end - begin) * (number - first) / (last - first)
    return found
