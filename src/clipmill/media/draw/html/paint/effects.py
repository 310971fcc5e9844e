"""Effects on what a box shows once it is painted: filters, shapes it is cut to, masks, and how it mixes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.css.effects import BasicShape, Change
from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Length
from clipmill.media.draw.filters import matrix_of
from clipmill.media.draw.html.paint.canvas import Canvas, blurred
from clipmill.media.draw.html.paint.gradients import layer_pixels
from clipmill.media.draw.html.paint.shapes import Outline, held, mask_of, pixels_of
from clipmill.media.draw.planes import Bytes

#: Shares, 0–1.
Floats = NDArray[np.floating[Any]]
#: No blur is wider, pixels.
_WIDEST = 400.0


def has_effects(look: Look) -> bool:
    """Whether a box is painted apart and changed before it is laid on what is behind it."""
    return bool(look.filter or look.clip_path or look.mask_image or look.mix_blend_mode != "normal")


def finish(group: Canvas, look: Look, outline: Outline, left: int, top: int) -> None:
    """Filter, cut and mask what a box with this outline at (left, top) has painted on a canvas of its own."""
    if look.filter:
        group.pixels = filtered(group.pixels, look.filter, look)
    if look.clip_path is not None:
        _cut_to(group, shape_path(look.clip_path, look, outline.width, outline.height), left, top)
    if look.mask_image:
        size = (max(1, math.ceil(outline.width)), max(1, math.ceil(outline.height)))
        mask = np.zeros(size[::-1], np.uint8)
        for number in range(len(look.mask_image)):
            field = layer_pixels(look, "mask", number, (outline, size), group.files)
            if field is not None:
                mask = cv2.max(mask, np.ascontiguousarray(field[..., 3]))
        group.cut(mask, left, top)


def _cut_to(group: Canvas, body: str, left: int, top: int) -> None:
    """Leave only what lies inside a shape, which may be larger than its box."""
    height, width = group.pixels.shape[:2]
    moved = f'<g transform="translate({left - group.x} {top - group.y})">{body}</g>'
    mask = pixels_of(moved, width, height)[..., 3]
    group.pixels = cv2.multiply(group.pixels, cv2.merge([np.ascontiguousarray(mask)] * 4), scale=1 / 255)


def shape_path(shape: BasicShape, look: Look, width: float, height: float) -> str:
    """A shape of CSS as SVG, from the corner of a box of this size."""
    if shape.kind == "polygon":
        points = " ".join(f"{look.pixels(x, width):g},{look.pixels(y, height):g}" for x, y in shape.corners)
        return f'<polygon points="{points}" fill-rule="{"evenodd" if shape.even else "nonzero"}"/>'
    if shape.kind == "inset":
        top, right, bottom, left = (
            look.pixels(side, height if number % 2 == 0 else width) for number, side in enumerate(shape.lengths)
        )
        wide, high = max(0.0, width - left - right), max(0.0, height - top - bottom)
        radii = tuple((look.pixels(x, width), look.pixels(y, height)) for x, y in shape.corners) or ((0.0, 0.0),) * 4
        return f'<path d="{Outline(left, top, wide, high, held(radii, wide, high)).path}"/>'
    x, y = look.pixels(shape.centre[0], width), look.pixels(shape.centre[1], height)
    across, down = (abs(x), abs(width - x)), (abs(y), abs(height - y))
    if shape.kind == "circle":
        both = (*across, *down)
        radius = _radius(shape.lengths[0], look, both, math.hypot(width, height) / math.sqrt(2))
        return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'
    first, second = (*shape.lengths, shape.lengths[0])[:2]
    return (
        f'<ellipse cx="{x:g}" cy="{y:g}" rx="{_radius(first, look, across, width):g}" '
        f'ry="{_radius(second, look, down, height):g}"/>'
    )


def _radius(radius: Length | str, look: Look, sides: tuple[float, ...], whole: float) -> float:
    if isinstance(radius, str):
        return min(sides) if radius == "closest-side" else max(sides)
    return max(0.0, look.pixels(radius, whole))


def filtered(pixels: Bytes, changes: tuple[Change, ...], look: Look) -> Bytes:
    """A picture multiplied by its opacity, through every function of a filter."""
    for change in changes:
        if change.name == "blur":
            pixels = blurred(pixels, min(_WIDEST, look.pixels(change.value)))
        elif change.name == "drop-shadow":
            pixels = _with_shadow(pixels, change, look)
        elif change.name == "opacity":
            pixels = cv2.convertScaleAbs(pixels.reshape(-1, 4), alpha=change.value).reshape(pixels.shape)
        else:
            pixels = _recoloured(pixels, change)
    return pixels


def _recoloured(pixels: Bytes, change: Change) -> Bytes:
    matrix = matrix_of(change.name, change.value)
    whole = np.zeros((4, 4))
    whole[:3, :3], whole[:3, 3], whole[3, 3] = matrix[:, :3], matrix[:, 3] / 255, 1.0
    found = cv2.transform(pixels.astype(np.float32), whole)
    alpha = pixels[..., 3:].astype(np.float32)
    return np.rint(np.clip(found, 0, alpha)).astype(np.uint8)  # type: ignore[no-any-return]


def _with_shadow(pixels: Bytes, change: Change, look: Look) -> Bytes:
    shadow = change.value
    height, width = pixels.shape[:2]
    move = np.array([[1, 0, look.pixels(shadow.x)], [0, 1, look.pixels(shadow.y)]], np.float64)
    mask = cv2.warpAffine(np.ascontiguousarray(pixels[..., 3]), move, (width, height))
    under = Canvas(0, 0, width, height)
    under.lay_mask(blurred(mask, look.pixels(shadow.blur)), 0, 0, shadow.colour or look.color)
    under.lay(pixels, 0, 0)
    return under.pixels


def filter_behind(canvas: Canvas, look: Look, outline: Outline, left: int, top: int) -> None:
    """Change what lies behind a box, inside its outline."""
    behind = canvas.like()
    behind.pixels = filtered(canvas.pixels, look.backdrop_filter, look)
    size = (max(1, math.ceil(outline.width)), max(1, math.ceil(outline.height)))
    mask = canvas.like()
    mask.lay(cv2.merge([mask_of(outline, *size)] * 4), left, top)
    inside = mask.pixels.astype(np.float32) / 255
    canvas.pixels = np.rint(behind.pixels * inside + canvas.pixels * (1 - inside)).astype(np.uint8)


def lay_blended(canvas: Canvas, source: Bytes, mode: str) -> None:
    """Lay a picture as large as the canvas in a blend mode (Compositing and Blending 1, 5)."""
    over, under = source.astype(np.float32) / 255, canvas.pixels.astype(np.float32) / 255
    top, bottom = over[..., 3:], under[..., 3:]
    front, back = over[..., :3] / np.maximum(top, 1e-6), under[..., :3] / np.maximum(bottom, 1e-6)
    mixed = top * bottom * BLENDS[mode](back, front)
    colours = over[..., :3] * (1 - bottom) + under[..., :3] * (1 - top) + mixed
    found = np.concatenate((colours, top + bottom * (1 - top)), axis=2)
    canvas.pixels = np.rint(np.clip(found, 0, 1) * 255).astype(np.uint8)


def _hard(back: Floats, front: Floats) -> Floats:
    return np.where(front <= 0.5, 2 * back * front, 1 - 2 * (1 - back) * (1 - front)).astype(np.float32)


def _soft(back: Floats, front: Floats) -> Floats:
    curve = np.where(back <= 0.25, ((16 * back - 12) * back + 4) * back, np.sqrt(back))
    change = np.where(front <= 0.5, back * (1 - back), curve - back)
    return (back + (2 * front - 1) * change).astype(np.float32)


#: Mode → what becomes of the colours behind and in front, 0–1.
BLENDS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "multiply": lambda back, front: back * front,
    "screen": lambda back, front: back + front - back * front,
    "overlay": lambda back, front: _hard(front, back),
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": lambda back, front: np.minimum(1, back / np.maximum(1 - front, 1e-6)),
    "color-burn": lambda back, front: 1 - np.minimum(1, (1 - back) / np.maximum(front, 1e-6)),
    "hard-light": _hard,
    "soft-light": _soft,
    "difference": lambda back, front: np.abs(back - front),
    "exclusion": lambda back, front: back + front - 2 * back * front,
}
