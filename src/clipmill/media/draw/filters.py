"""Filters: brightness, contrast, saturation, hue, inversion, tint and blur over a whole picture, as CSS means them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.looks import Filter
from clipmill.media.draw.blur import blurred
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Bytes, Floats, chroma_step, half, is_full_colour, to_bytes, yuv_of

#: One change of colours: an RGB picture of floats, 0–255, shape (height, width, 3), to another, not yet held inside.
Step = Callable[[Floats], Floats]
#: A change that is linear with an offset, shape (3, 4).
Matrix = NDArray[np.float64]

#: How much red, green and blue weigh in CSS filters (Filter Effects Module Level 1, §9), all but BT.709's.
_WEIGHTS = np.array([0.213, 0.715, 0.072])
#: What turning the hue by a quarter adds to each channel, beside what turning it at all takes away (ibid.).
_QUARTER_TURN = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
#: Everything in brown (ibid.).
_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
#: BT.709's weights: those of the Y plane.
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)

_BLACK = np.array(yuv_of(Colour(0, 0, 0)))
_PRIMARIES = (Colour(255, 0, 0), Colour(0, 255, 0), Colour(0, 0, 255))
#: RGB → YUV and back, shape (3, 4), for `cv2.transform`.
_ENCODE = np.column_stack([*((np.array(yuv_of(colour)) - _BLACK) / 255 for colour in _PRIMARIES), _BLACK])
_DECODE = np.column_stack([np.linalg.inv(_ENCODE[:, :3]), -np.linalg.inv(_ENCODE[:, :3]) @ _BLACK])
#: Rows of chroma changed at a time: keeps the float copies small.
_STRIPE = 128
#: Every grey there is, as a picture of one row.
_GREYS = np.stack([np.arange(256), np.full(256, 128), np.full(256, 128)], -1).astype(np.float32)[None]


def filtered(level: Level, look: Filter) -> Level:
    """The picture with its colours changed, then blurred; itself, where the filter changes nothing.

    Steps come in the order of the model's fields, and each ends by holding red, green and blue inside 0–255, as in a
    browser. They are taken at half size, where chroma is; brightness keeps its detail by going through what the steps
    make of greys, corrected by what they make of colours there. The blur's standard deviation is in pixels of this
    picture; it stays inside the picture, whose edges are carried on beyond it.
    """
    steps = _steps(look)
    if steps:
        level = _recoloured_rgb(level, steps) if is_full_colour(level.planes) else _recoloured(level, steps)
    return _softened(level, look.blur) if look.blur > 0 else level


def _steps(look: Filter) -> list[Step]:
    """What is done to colours, in order; nothing for what is left at nothing."""
    matrices: list[Matrix] = []
    if look.brightness:
        matrices.append(_even(1 + look.brightness / 100, 0))
    if look.contrast:
        matrices.append(_even(1 + look.contrast / 100, -look.contrast / 100 * 127.5))
    if look.saturate:
        matrices.append(_saturation(1 + look.saturate / 100))
    if look.hue_rotate % 360:
        matrices.append(_hue_turn(math.radians(look.hue_rotate)))
    if look.invert:
        matrices.append(_even(1 - 2 * look.invert, 255 * look.invert))
    steps: list[Step] = [partial(cv2.transform, m=matrix) for matrix in matrices]
    if look.color_tint is not None and look.color_tint.alpha > 0:
        steps.append(partial(_tinted, tint=look.color_tint))
    return steps


def matrix_of(name: str, amount: float) -> Matrix:
    """What a function of CSS filters does to red, green and blue, 0–255; degrees for `hue-rotate`, else a share."""
    if name == "hue-rotate":
        return _hue_turn(math.radians(amount))
    if name == "sepia":
        return np.column_stack([np.eye(3) + amount * (_SEPIA - np.eye(3)), np.zeros(3)])
    return {"brightness": _even(amount, 0), "contrast": _even(amount, (1 - amount) * 127.5),
            "saturate": _saturation(amount), "grayscale": _saturation(1 - amount),
            "invert": _even(1 - 2 * amount, 255 * amount)}[name]  # fmt: skip


def _even(slope: float, offset: float) -> Matrix:
    """The same for every channel."""
    return np.column_stack([np.eye(3) * slope, np.full(3, offset)])


def _saturation(share: float) -> Matrix:
    grey = np.tile(_WEIGHTS, (3, 1))
    return np.column_stack([grey + share * (np.eye(3) - grey), np.zeros(3)])


def _hue_turn(angle: float) -> Matrix:
    grey = np.tile(_WEIGHTS, (3, 1))
    turn = grey + math.cos(angle) * (np.eye(3) - grey) + math.sin(angle) * _QUARTER_TURN
    return np.column_stack([turn, np.zeros(3)])


def _tinted(rgb: Floats, tint: Colour) -> Floats:
    """Light and shade in the shades of a colour; its opacity is how much.

    This is the blend mode `color` of W3C Compositing and Blending Level 1 (§10.2.4, SetLum and ClipColor), "useful for
    coloring monochrome images or tinting color images", with the weights of BT.709. Every pixel keeps its luma: black
    stays black and white white, a grey as light as the colour becomes the colour, and towards both ends the colour's
    distance from grey shrinks as far as it must to stay inside 0–255.
    """
    colour = np.array([tint.red, tint.green, tint.blue], np.float32)
    distance = colour - _LUMA @ colour
    dark, light = max(1e-3, -float(distance.min())), max(1e-3, float(distance.max()))
    luma = cv2.transform(rgb, _LUMA[None])
    strength = np.minimum(1, np.minimum(luma / dark, (255 - luma) / light))
    shades: Floats = cv2.transform(cv2.merge((luma, strength)), np.column_stack([np.ones(3), distance]))
    return shades if tint.alpha >= 1 else cv2.addWeighted(shades, tint.alpha, rgb, 1 - tint.alpha, 0)


def _through(steps: Sequence[Step], yuv: Floats) -> Floats:
    """A picture of floats, shape (height, width, 3), through every step."""
    rgb = np.clip(cv2.transform(yuv, _DECODE), 0, 255)
    return cv2.transform(_stepped(rgb, steps), _ENCODE)  # type: ignore[no-any-return]


def _stepped(rgb: Floats, steps: Sequence[Step]) -> Floats:
    """Red, green and blue through every step, held inside 0–255 after each."""
    for step in steps:
        rgb = step(rgb)
        np.clip(rgb, 0, 255, rgb)
    return rgb


def _recoloured(level: Level, steps: Sequence[Step]) -> Level:
    """The picture through every step, a stripe at a time, with a row of its neighbours for what lies between rows."""
    after = tuple(np.empty_like(part) for part in level.planes)
    curve = np.ascontiguousarray(_through(steps, _GREYS)[0, :, 0])
    height = len(level.planes[1])
    for top in range(0, height, _STRIPE):
        bottom = min(height, top + _STRIPE)
        above, below = max(0, top - 1), min(height, bottom + 1)
        parts = _recoloured_stripe(_rows(level, above, below), steps, curve)
        for part, stripe, step in zip(after, parts, (2, 1, 1), strict=True):
            part[top * step : bottom * step] = stripe[(top - above) * step :][: (bottom - top) * step]
    return Level((after[0], after[1], after[2]), level.alpha)


def _recoloured_rgb(level: Level, steps: Sequence[Step]) -> Level:
    """The same for a picture in red, green and blue: every pixel goes through every step."""
    after = tuple(np.empty_like(part) for part in level.planes)
    for top in range(0, len(after[0]), _STRIPE):
        rows = slice(top, top + _STRIPE)
        opacity = level.alpha[0][rows] if level.alpha is not None else None
        rgb = cv2.merge([_divided(part[rows], opacity) for part in level.planes]).astype(np.float32)
        for part, changed in zip(after, cv2.split(to_bytes(_stepped(rgb, steps))), strict=True):
            part[rows] = _times(changed, opacity)
    return Level((after[0], after[1], after[2]), level.alpha)


def _rows(level: Level, top: int, bottom: int) -> Level:
    """Some rows of a picture, counted at half size."""
    full, small = slice(top * 2, bottom * 2), slice(top, bottom)
    y, u, v = level.planes
    alpha = level.alpha and (level.alpha[0][full], level.alpha[1][small])
    return Level((y[full], u[small], v[small]), alpha)


def _recoloured_stripe(level: Level, steps: Sequence[Step], curve: Floats) -> tuple[Bytes, Bytes, Bytes]:
    """Y, U and V through every step; `curve` is what they make of the Y of every grey."""
    full, small = level.alpha or (None, None)
    y, *chroma = (_divided(part, by) for part, by in zip(level.planes, (full, small, small), strict=True))
    shade = _divided(half(level.planes[0]), small)
    changed = cv2.split(_through(steps, cv2.merge((shade, *chroma)).astype(np.float32)))
    correction = _grown(changed[0] - cv2.LUT(shade, curve), small)
    brightness = np.clip(cv2.add(cv2.LUT(y, curve), correction, dtype=cv2.CV_8U), 16, 235)
    u, v = (cv2.convertScaleAbs(part) for part in changed[1:])
    return _times(brightness, full), _times(u, small), _times(v, small)


def _grown(part: Floats, weight: Bytes | None) -> Floats:
    """A plane at twice its size, where it has opacity the pixels weighted by it."""
    size = (part.shape[1] * 2, part.shape[0] * 2)
    if weight is None:
        return cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[no-any-return]
    weights = cv2.resize(weight.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    total = cv2.resize(part * weight, size, interpolation=cv2.INTER_LINEAR)
    return total / np.maximum(weights, 1)  # type: ignore[no-any-return]


def _divided(part: Bytes, alpha: Bytes | None) -> Bytes:
    """As if it were opaque; 0 where it is wholly transparent."""
    return part if alpha is None else cv2.divide(part, alpha, scale=255)


def _times(part: Bytes, alpha: Bytes | None) -> Bytes:
    return part if alpha is None else cv2.multiply(part, alpha, scale=1 / 255)


def _softened(level: Level, sigma: float) -> Level:
    """The picture and its opacity blurred, chroma by half as many of its pixels."""
    less = sigma / chroma_step(level.planes)
    y, u, v = (blurred(part, by) for part, by in zip(level.planes, (sigma, less, less), strict=True))
    if level.alpha is None:
        return Level((y, u, v), None)
    full, small = level.alpha
    return Level((y, u, v), (blurred(full, sigma), blurred(small, less)))
