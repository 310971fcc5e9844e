"""Shapes of boxes: rounded corners, borders and gradients, drawn with librsvg."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Gradient, Length, Stop
from clipmill.domain.timeline.colour import Colour
from clipmill.errors import MediaError
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.raster import MOST_DRAWN_PIXELS, draw_svg

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{body}</svg>'
#: No side is longer, pixels: the rasteriser's own limit.
_LONGEST = 32_000
#: How long a dash and a gap are, as multiples of the border's width.
_DASHES = {"dashed": "{two:g} {one:g}", "dotted": "0 {two:g}"}


@dataclass(frozen=True, slots=True)
class Outline:
    """A box with rounded corners: pixels; each radius across and down, from the top left clockwise."""

    x: float
    y: float
    width: float
    height: float
    radii: tuple[tuple[float, float], ...] = ((0.0, 0.0),) * 4

    def grown(self, top: float, right: float, bottom: float, left: float) -> Outline:
        """Larger by as much on each side (smaller where negative), the corners along with it."""
        sides = ((left, top), (right, top), (right, bottom), (left, bottom))
        radii = tuple(
            (max(0.0, across + dx), max(0.0, down + dy)) if across > 0 and down > 0 else (0.0, 0.0)
            for (across, down), (dx, dy) in zip(self.radii, sides, strict=True)
        )
        width, height = max(0.0, self.width + left + right), max(0.0, self.height + top + bottom)
        return Outline(self.x - left, self.y - top, width, height, radii)

    def moved(self, dx: float, dy: float) -> Outline:
        """The same elsewhere."""
        return Outline(self.x + dx, self.y + dy, self.width, self.height, self.radii)

    @property
    def path(self) -> str:
        """The outline as an SVG path."""
        (tlx, tly), (trx, try_), (brx, bry), (blx, bly) = self.radii
        x, y, right, bottom = self.x, self.y, self.x + self.width, self.y + self.height
        return (
            f"M{x + tlx:g} {y:g}H{right - trx:g}A{trx:g} {try_:g} 0 0 1 {right:g} {y + try_:g}"
            f"V{bottom - bry:g}A{brx:g} {bry:g} 0 0 1 {right - brx:g} {bottom:g}"
            f"H{x + blx:g}A{blx:g} {bly:g} 0 0 1 {x:g} {bottom - bly:g}"
            f"V{y + tly:g}A{tlx:g} {tly:g} 0 0 1 {x + tlx:g} {y:g}Z"
        )


def outline_of(look: Look, width: float, height: float) -> Outline:
    """The border box of an element that begins at (0, 0); corners that would overlap are shrunk alike."""
    radii = [(look.pixels(across, width), look.pixels(down, height)) for across, down in look.corners]
    (tlx, tly), (trx, try_), (brx, bry), (blx, bly) = radii
    pairs = ((width, tlx + trx), (width, blx + brx), (height, tly + bly), (height, try_ + bry))
    factor = (
        min(1.0, *(side / total for side, total in pairs if total > 0)) if any(total > 0 for _, total in pairs) else 1
    )
    return Outline(0, 0, width, height, tuple((across * factor, down * factor) for across, down in radii))


def mask_of(outline: Outline, width: int, height: int) -> Bytes:
    """Coverage 0–255 of an outline on a field of this size."""
    body = f'<path d="{outline.path}"/>'
    return np.ascontiguousarray(pixels_of(body, width, height)[..., 3])


def pixels_of(body: str, width: int, height: int) -> Bytes:
    """What an SVG body draws on a field of this size, shape (height, width, 4). Raises MediaError."""
    if width * height > MOST_DRAWN_PIXELS or max(width, height) > _LONGEST:
        raise MediaError(f"a box of the html would be {width} × {height} pixels large")
    return draw_svg(_SVG.format(width=width, height=height, body=body), {}, where="a box")


def filled(outline: Outline, paint: Colour | Gradient, over: Outline, number: int = 0) -> str:
    """The SVG of an outline filled with a colour, or with a gradient that spans the box `over`."""
    if isinstance(paint, Colour):
        return f'<path d="{outline.path}" {_fill(paint)}/>'
    definition = _linear(paint, over, f"g{number}") if paint.kind == "linear" else _radial(paint, over, f"g{number}")
    return f'<defs>{definition}</defs><path d="{outline.path}" fill="url(#g{number})"/>'


def bordered(look: Look, outline: Outline, widths: tuple[float, float, float, float]) -> str:
    """The SVG of an element's borders."""
    styles, colours = look.sides("border_{}_style"), look.sides("border_{}_color")
    paints = [look.color if colour is None else colour for colour in colours]
    alike = len({(s, p, w) for s, p, w in zip(styles, paints, widths, strict=True)}) == 1
    if alike and styles[0] in _DASHES:
        return _dashed(outline, styles[0], widths[0], paints[0])
    inner = outline.grown(*(-width for width in widths))
    if len({paint for paint, width in zip(paints, widths, strict=True) if width > 0}) <= 1:
        paint = next((paint for paint, width in zip(paints, widths, strict=True) if width > 0), paints[0])
        return "".join(_ring(one, other, paint) for one, other in _rings(styles, outline, inner, widths))
    parts = []
    for side, (paint, width) in enumerate(zip(paints, widths, strict=True)):
        if width > 0:
            parts.append(
                f'<clipPath id="c{side}"><path d="{_wedge(side, outline, inner)}"/></clipPath>'
                f'<g clip-path="url(#c{side})">{_ring(outline, inner, paint)}</g>'
            )
    return "".join(parts)


def _rings(
    styles: tuple[str, ...], outline: Outline, inner: Outline, widths: tuple[float, ...]
) -> list[tuple[Outline, Outline]]:
    if "double" not in styles:
        return [(outline, inner)]
    third = [width / 3 for width in widths]
    return [(outline, outline.grown(*(-part for part in third))), (inner.grown(*third), inner)]


def _ring(outline: Outline, inner: Outline, paint: Colour) -> str:
    return f'<path fill-rule="evenodd" d="{outline.path}{inner.path}" {_fill(paint)}/>'


def _dashed(outline: Outline, style: str, width: float, paint: Colour) -> str:
    middle = outline.grown(*(-width / 2,) * 4)
    dashes = _DASHES[style].format(one=width, two=width * 2)
    cap = "round" if style == "dotted" else "butt"
    return (
        f'<path d="{middle.path}" fill="none" stroke="{hex_of(paint)}" stroke-opacity="{paint.alpha:g}" '
        f'stroke-width="{width:g}" stroke-dasharray="{dashes}" stroke-linecap="{cap}"/>'
    )


def _wedge(side: int, outline: Outline, inner: Outline) -> str:
    """The part of a frame that belongs to one side: top, right, bottom, left."""

    def corners(box: Outline) -> list[tuple[float, float]]:
        right, bottom = box.x + box.width, box.y + box.height
        return [(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)]

    outside, inside = corners(outline), corners(inner)
    first, second = side, (side + 1) % 4
    points = (outside[first], outside[second], inside[second], inside[first])
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def hex_of(colour: Colour) -> str:
    """A colour as SVG writes it, its opacity left aside."""
    return f"#{colour.red:02x}{colour.green:02x}{colour.blue:02x}"


def _fill(colour: Colour) -> str:
    return f'fill="{hex_of(colour)}" fill-opacity="{colour.alpha:g}"'


def _linear(gradient: Gradient, box: Outline, name: str) -> str:
    """CSS measures a gradient along its angle, from corner to corner of the box."""
    if gradient.corner is not None:
        across, down = gradient.corner
        angle = math.atan2(across * box.height, -down * box.width)
    else:
        angle = math.radians(gradient.angle)
    dx, dy = math.sin(angle), -math.cos(angle)
    length = abs(box.width * dx) + abs(box.height * dy)
    x, y = box.x + box.width / 2, box.y + box.height / 2
    ends = (x - dx * length / 2, y - dy * length / 2, x + dx * length / 2, y + dy * length / 2)
    begin_x, begin_y, end_x, end_y = ends
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{begin_x:g}" y1="{begin_y:g}" '
        f'x2="{end_x:g}" y2="{end_y:g}">{_stops(gradient.stops, length)}</linearGradient>'
    )


def _radial(gradient: Gradient, box: Outline, name: str) -> str:
    x = gradient.centre[0].pixels(16, box.width)
    y = gradient.centre[1].pixels(16, box.height)
    far_x, far_y = max(x, box.width - x), max(y, box.height - y)
    if gradient.circle:
        radius_x = radius_y = max(1.0, math.hypot(far_x, far_y))
    else:
        radius_x, radius_y = max(1.0, far_x * math.sqrt(2)), max(1.0, far_y * math.sqrt(2))
    return (
        f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" cx="0" cy="0" r="1" '
        f'gradientTransform="translate({box.x + x:g} {box.y + y:g}) scale({radius_x:g} {radius_y:g})">'
        f"{_stops(gradient.stops, radius_x)}</radialGradient>"
    )


def _stops(stops: tuple[Stop, ...], length: float) -> str:
    """CSS mixes colours multiplied by their opacity, SVG does not: a clear stop takes its neighbours' colours."""
    places = _places(stops, length)
    parts: list[str] = []
    for number, (stop, place) in enumerate(zip(stops, places, strict=True)):
        shown = [stop.colour]
        if stop.colour.alpha == 0:
            around = (*stops[max(0, number - 1) : number], *stops[number + 1 : number + 2])
            shown = [Colour(near.colour.red, near.colour.green, near.colour.blue, 0.0) for near in around]
        parts.extend(
            f'<stop offset="{place:.5f}" stop-color="{hex_of(colour)}" stop-opacity="{colour.alpha:g}"/>'
            for colour in shown
        )
    return "".join(parts)


def _places(stops: tuple[Stop, ...], length: float) -> list[float]:
    """Where the stops lie, 0–1: those without a place evenly between the others, none before the one before it."""
    given = [None if stop.place is None else _share(stop.place, length) for stop in stops]
    given[0] = 0.0 if given[0] is None else given[0]
    given[-1] = max(1.0, *(place for place in given if place is not None)) if given[-1] is None else given[-1]
    known = [number for number, place in enumerate(given) if place is not None]
    found = [0.0] * len(given)
    for first, last in pairwise(known):
        begin, end = given[first] or 0.0, given[last] or 0.0
        for number in range(first, last + 1):
            found[number] = begin + (end - begin) * (number - first) / (last - first)
    for number in range(1, len(found)):
        found[number] = max(found[number], found[number - 1])
    return found


def _share(place: Length, length: float) -> float:
    return place.pixels(16, length) / length if length > 0 else 0.0
