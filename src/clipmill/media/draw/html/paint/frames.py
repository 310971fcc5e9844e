"""Frames: what a box paints behind and around its content: shadows, background, borders."""

from __future__ import annotations

import math

import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Gradient, Shadow
from clipmill.domain.timeline.colour import Colour
from clipmill.errors import MediaError
from clipmill.media.draw.html.paint.canvas import Canvas, blurred, multiplied
from clipmill.media.draw.html.paint.shapes import Outline, bordered, filled, mask_of, pixels_of


def paint_frame(canvas: Canvas, look: Look, outline: Outline, border: tuple[float, ...], left: int, top: int) -> None:
    """Shadows, background and borders of a box whose outline begins at (left, top)."""
    for shadow in reversed(look.box_shadow):
        if not shadow.inset:
            _paint_outer_shadow(canvas, look, outline, shadow, (left, top))
    paint_background(canvas, look, outline, border, left, top)
    for shadow in reversed(look.box_shadow):
        if shadow.inset:
            _paint_inner_shadow(canvas, look, outline.grown(*(-width for width in border)), shadow, (left, top))
    if any(border):
        widths = (border[0], border[1], border[2], border[3])
        body = bordered(look, outline, widths)
        canvas.lay(multiplied(pixels_of(body, *_whole(outline))), left, top)


def paint_background(
    canvas: Canvas, look: Look, outline: Outline, border: tuple[float, ...], left: int, top: int
) -> None:
    """Colour and gradients of a box."""
    colour = look.color if look.background_color is None else look.background_color
    inner = outline.grown(*(-width for width in border))
    paints: list[Colour | Gradient] = [colour] if colour.alpha > 0 else []
    paints.extend(reversed(look.background_image))
    if paints:
        body = "".join(filled(outline, paint, inner, number) for number, paint in enumerate(paints))
        canvas.lay(multiplied(pixels_of(body, *_whole(outline))), left, top)


def _paint_outer_shadow(canvas: Canvas, look: Look, outline: Outline, shadow: Shadow, at: tuple[int, int]) -> None:
    dx, dy = look.pixels(shadow.x), look.pixels(shadow.y)
    sigma, spread = look.pixels(shadow.blur) / 2, look.pixels(shadow.spread)
    room = math.ceil(sigma * 3 + abs(spread) + max(abs(dx), abs(dy))) + 1
    width, height = _whole(outline)
    size = (width + 2 * room, height + 2 * room)
    _check_room(size)
    shape = outline.grown(spread, spread, spread, spread).moved(room + dx, room + dy)
    mask = blurred(mask_of(shape, *size), sigma)
    hole = mask_of(outline.moved(room, room), *size)
    mask = np.minimum(mask, 255 - hole)
    canvas.lay_mask(mask, at[0] - room, at[1] - room, shadow.colour or look.color)


def _paint_inner_shadow(canvas: Canvas, look: Look, inner: Outline, shadow: Shadow, at: tuple[int, int]) -> None:
    sigma, spread = look.pixels(shadow.blur) / 2, look.pixels(shadow.spread)
    room = math.ceil(sigma * 3) + 1
    width, height = math.ceil(inner.x + inner.width), math.ceil(inner.y + inner.height)
    size = (width + 2 * room, height + 2 * room)
    _check_room(size)
    smaller = inner.grown(-spread, -spread, -spread, -spread)
    hole = smaller.moved(look.pixels(shadow.x) + room, look.pixels(shadow.y) + room)
    mask = blurred(255 - mask_of(hole, *size), sigma)[room : room + height, room : room + width]
    mask = np.minimum(mask, mask_of(inner, width, height))
    canvas.lay_mask(np.ascontiguousarray(mask), at[0], at[1], shadow.colour or look.color)


def _check_room(size: tuple[int, int]) -> None:
    if size[0] * size[1] > 40_000_000:
        raise MediaError("a shadow would be larger than any picture", hint="Lower its blur and its offset.")


def _whole(outline: Outline) -> tuple[int, int]:
    return max(1, math.ceil(outline.x + outline.width)), max(1, math.ceil(outline.y + outline.height))
