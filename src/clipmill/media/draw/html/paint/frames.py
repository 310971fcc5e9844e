"""Frames: what a box paints behind and around its content: shadows, background, borders."""

from __future__ import annotations

import math

import cv2
import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Shadow
from clipmill.errors import MediaError
from clipmill.media.draw.html.paint.borders import Border, bordered
from clipmill.media.draw.html.paint.canvas import Canvas, blurred, multiplied
from clipmill.media.draw.html.paint.gradients import layer_pixels
from clipmill.media.draw.html.paint.shapes import Outline, filled, mask_of, pixels_of


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
        colours = tuple(look.color if colour is None else colour for colour in look.sides("border_{}_color"))
        body = bordered(Border(look.sides("border_{}_style"), colours, border), outline)  # type: ignore[arg-type]
        canvas.lay(multiplied(pixels_of(body, *_whole(outline))), left, top)


def paint_outline(canvas: Canvas, look: Look, outline: Outline, left: int, top: int) -> None:
    """The line around a box that takes no room."""
    width = look.outline_pixels
    if width <= 0:
        return
    away = width + look.pixels(look.outline_offset)
    around = outline.grown(away, away, away, away)
    room = math.ceil(max(0.0, away)) + 1
    colour = look.outline_color or look.color
    body = bordered(Border((look.outline_style,) * 4, (colour,) * 4, (width,) * 4), around.moved(room, room))
    size = (math.ceil(outline.width) + 2 * room, math.ceil(outline.height) + 2 * room)
    canvas.lay(multiplied(pixels_of(body, *size)), left - room, top - room)


def paint_background(
    canvas: Canvas, look: Look, outline: Outline, border: tuple[float, ...], left: int, top: int
) -> None:
    """Colour and gradients of a box, whatever of them `background-clip` leaves; text is for the caller to cut."""
    colour = look.color if look.background_color is None else look.background_color
    clips, pictures = look.background_clip, look.background_image
    if colour.alpha > 0:
        shape = _box(look, outline, border, clips[max(0, len(pictures) - 1) % len(clips)])
        if shape.is_sharp and shape is outline:
            canvas.lay_mask(np.full(_whole(shape)[::-1], 255, np.uint8), left, top, colour)
        else:
            canvas.lay(multiplied(pixels_of(filled(shape, colour), *_whole(outline))), left, top)
    for number in reversed(range(len(pictures))):
        origin = _box(look, outline, border, look.background_origin[number % len(look.background_origin)])
        field = layer_pixels(look, "background", number, (origin, _whole(outline)), canvas.files)
        if field is None:
            continue
        shape = _box(look, outline, border, clips[number % len(clips)])
        if not (shape.is_sharp and shape is outline):
            mask = mask_of(shape, *_whole(outline))
            field = cv2.multiply(field, cv2.merge([mask] * 4), scale=1 / 255)
        canvas.lay(field, left, top)


def _box(look: Look, outline: Outline, border: tuple[float, ...], name: str) -> Outline:
    """One of the boxes of an element, from its border box."""
    if name in ("border-box", "text"):
        return outline
    inner = outline.grown(*(-width for width in border)) if any(border) else outline
    if name == "padding-box":
        return inner
    return inner.grown(*(-look.pixels(side, outline.width) for side in look.sides("padding_{}")))


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
