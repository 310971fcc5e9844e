"""Borders and outlines of boxes, each side in a style of its own, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.html.paint.shapes import Outline, fill_of, hex_of

Widths = tuple[float, float, float, float]
#: A dash and its gap as multiples of the width, for thin lines and others, as Chromium has them.
_DASH, _THIN_DASH = (2.0, 1.0), (3.0, 2.0)
_THIN = 3.0
#: Which sides lie in shade: of a box that is pressed in, top and left.
_SHADED = {"inset": (0, 3), "outset": (1, 2), "groove": (0, 3), "ridge": (1, 2)}


@dataclass(frozen=True, slots=True)
class Border:
    """The four sides of a border: top, right, bottom, left."""

    styles: tuple[str, str, str, str]
    colours: tuple[Colour, Colour, Colour, Colour]
    widths: Widths


def bordered(border: Border, outline: Outline) -> str:
    """The SVG of a border inside an outline."""
    sides = [side for side in range(4) if border.widths[side] > 0]
    kinds = {(border.styles[side], border.colours[side]) for side in sides}
    style = border.styles[sides[0]] if sides else "none"
    inner = _inside(outline, border.widths, 1.0)
    if len(kinds) == 1 and style in ("solid", "double"):
        return "".join(_ring(*ring, border.colours[sides[0]]) for ring in _rings(style, outline, border.widths))
    even = len(kinds) == 1 and len(sides) == 4 and len(set(border.widths)) == 1
    if even and style in ("dashed", "dotted") and not outline.is_sharp:
        return _dashed_round(outline, style, border.widths[0], border.colours[0])
    return "".join(
        f'<clipPath id="c{side}"><path d="{_wedge(side, outline, inner)}"/></clipPath>'
        f'<g clip-path="url(#c{side})">{_side(border, outline, side)}</g>'
        for side in sides
    )


def _side(border: Border, outline: Outline, side: int) -> str:
    style, colour = border.styles[side], border.colours[side]
    if style in ("dashed", "dotted"):
        return _dashed(outline, border.widths, side, style, colour)
    rings = _rings(style, outline, border.widths)
    if style not in _SHADED:
        return "".join(_ring(*ring, colour) for ring in rings)
    shaded = side in _SHADED[style]
    return "".join(_ring(*ring, _shade(colour, dark=shaded is (number == 0))) for number, ring in enumerate(rings))


def _inside(outline: Outline, widths: Widths, share: float) -> Outline:
    return outline.grown(*(-width * share for width in widths))


def _rings(style: str, outline: Outline, widths: Widths) -> Iterator[tuple[Outline, Outline]]:
    """The rings a border is made of: pairs of their outer and inner edge."""
    inner = _inside(outline, widths, 1.0)
    if style == "double" and max(widths) >= 3:
        yield outline, _inside(outline, widths, 1 / 3)
        yield _inside(outline, widths, 2 / 3), inner
    elif style in ("groove", "ridge"):
        middle = _inside(outline, widths, 0.5)
        yield outline, middle
        yield middle, inner
    else:
        yield outline, inner


def _ring(outline: Outline, inner: Outline, paint: Colour) -> str:
    return f'<path fill-rule="evenodd" d="{outline.path}{inner.path}" {fill_of(paint)}/>'


def _shade(colour: Colour, *, dark: bool) -> Colour:
    """The colour of a side in shade or in light, as Chromium has them."""
    most = max(colour.red, colour.green, colour.blue) / 255
    if most < 0.13:
        return colour if dark else Colour(84, 84, 84, colour.alpha)
    share = max(0.0, most - 0.33) / most if dark else min(1.0, most + 0.33) / most
    red, green, blue = (min(255, round(part * share)) for part in (colour.red, colour.green, colour.blue))
    return Colour(red, green, blue, colour.alpha)


def dashes_of(style: str, length: float, width: float, *, closed: bool) -> tuple[float, float]:
    """How long dashes and gaps are: as many as come nearest to what is wanted, and end with a dash."""
    ratio = (1.0, 1.0) if style == "dotted" else _DASH if width >= _THIN else _THIN_DASH
    dash, gap = ratio[0] * width, ratio[1] * width
    count = math.floor((length if closed else length + gap) / (dash + gap))
    fewer, more = ((length - many * dash) / max(1, many if closed else many - 1) for many in (count, count + 1))
    return dash, fewer if more <= 0 or (count > 1 and abs(fewer - gap) < abs(more - gap)) else more


def _stroke(path: str, style: str, width: float, paint: Colour, dashes: tuple[float, float]) -> str:
    dash, gap = dashes
    cap = "butt"
    if style == "dotted" and width > _THIN:
        dash, gap, cap = 0.0, dash + gap, "round"
    return (
        f'<path d="{path}" fill="none" stroke="{hex_of(paint)}" stroke-opacity="{paint.alpha:g}" '
        f'stroke-width="{width:g}" stroke-dasharray="{dash:.4f} {max(0.01, gap):.4f}" stroke-linecap="{cap}"/>'
    )


def _dashed_round(outline: Outline, style: str, width: float, paint: Colour) -> str:
    middle = outline.grown(*(-width / 2,) * 4)
    corners = sum(across + down for across, down in middle.radii)
    length = 2 * (middle.width + middle.height) - corners * (2 - math.pi / 2)
    return _stroke(middle.path, style, width, paint, dashes_of(style, length, width, closed=True))


def _dashed(outline: Outline, widths: Widths, side: int, style: str, paint: Colour) -> str:
    """One side as a line from corner to corner."""
    width = widths[side]
    x, y, right, bottom = outline.x, outline.y, outline.x + outline.width, outline.y + outline.height
    along = outline.width if side in (0, 2) else outline.height
    dashes = dashes_of(style, along, width, closed=False)
    inset = width / 2 if style == "dotted" and width > _THIN else 0.0
    if side in (0, 2):
        at = y + width / 2 if side == 0 else bottom - width / 2
        path = f"M{x + inset:g} {at:g}H{right - inset + 0.01:g}"
    else:
        at = right - width / 2 if side == 1 else x + width / 2
        path = f"M{at:g} {y + inset:g}V{bottom - inset + 0.01:g}"
    return _stroke(path, style, width, paint, dashes)


def _wedge(side: int, outline: Outline, inner: Outline) -> str:
    """The part of a frame that belongs to one side: top, right, bottom, left."""

    def corners(box: Outline) -> list[tuple[float, float]]:
        right, bottom = box.x + box.width, box.y + box.height
        return [(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)]

    outside, inside = corners(outline), corners(inner)
    first, second = side, (side + 1) % 4
    points = (outside[first], outside[second], inside[second], inside[first])
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"
