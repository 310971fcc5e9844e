"""The contrast of what was drawn to what lies around and behind it, measured in pixels (WCAG 2: 1 to 21)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.media.draw.planes import Bytes, Planes, Rect, chroma_step, stripes, to_rgb

#: Luminance is added this much before it is divided (WCAG 2).
_FLARE = 0.05
#: Steps between the darkest and the lightest, all of the same ratio.
_STEPS = 255
_SPAN = float(np.log((1 + _FLARE) / _FLARE))
#: Share of the rectangle around it from which on what was drawn is a box with ink in it, and no letters alone.
_BOX_SHARE = 0.6
#: A box's own edge is left aside so far, pixels.
_EDGE = 7
#: How many pixels must stand out: this share of the letters' outline; of a box this share, and so many.
_OUTLINE_SHARE, _BOX_INK, _LEAST = 0.4, 5e-4, 8
#: Around such a pixel darkest and lightest are looked for: an edge of a letter is no wider.
_AROUND = np.ones((5, 5), np.uint8)
#: Opacity from which on something was drawn.
_SEEN = 8

_NEUTRAL = 128
#: Colours this near to grey have the luminance of their luma.
_GREYISH = 10


def contrast(before: Planes, after: Planes, alpha: Bytes, rect: Rect, *, boxed: bool) -> float:
    """How far what was drawn stands out in a rectangle of `after`; 21 where too little was drawn to be measured.

    `before` is the picture without it, `alpha` its opacity in the rectangle; `boxed`: it may have a ground of its own,
    in which letters are looked for. An edge counts where it is in the picture and comes of what was drawn: letters on
    a box, in an outline or over a shadow count as they are seen, the folds of a photograph behind them do not.
    """
    light = [_lightness(planes, rect) for planes in (before, after)]
    added = light[1].astype(np.int16) - light[0]
    edges = np.minimum(_range(light[1].astype(np.int16)), _range(added))
    solid = (alpha >= max(_SEEN, int(alpha.max(initial=0)) // 2)).astype(np.uint8)
    if not solid.any():
        return 21.0
    inside = cv2.erode(solid, np.ones((_EDGE, _EDGE), np.uint8), borderValue=0)
    if boxed and solid.mean() > _BOX_SHARE and inside.any():
        looked, wanted = edges[inside > 0], max(_LEAST, int(_BOX_INK * inside.sum()))
    else:
        outline = solid - cv2.erode(solid, _AROUND, borderValue=0)
        looked, wanted = edges[solid > 0], max(_LEAST, int(_OUTLINE_SHARE * outline.sum()))
    if wanted >= looked.size:
        return 21.0
    reached = np.partition(looked, looked.size - wanted)[looked.size - wanted]
    return float(np.exp(reached / _STEPS * _SPAN))


def _range(values: NDArray[np.int16]) -> NDArray[np.int16]:
    """Between the least and the most around every pixel."""
    return np.asarray(cv2.subtract(cv2.dilate(values, _AROUND), cv2.erode(values, _AROUND)), np.int16)


def _lightness(planes: Planes, rect: Rect) -> Bytes:
    """The luminance in a rectangle, in steps of one ratio."""
    step = chroma_step(planes.parts)
    parts = [planes.parts[plane][rect.window(plane, step)] for plane in range(3)]
    if not planes.full_colour and all(cv2.norm(part, _grey(part), cv2.NORM_INF) <= _GREYISH for part in parts[1:]):
        return np.asarray(cv2.LUT(parts[0], _OF_LUMA), np.uint8)
    part = Planes(rect.width, rect.height, full_colour=planes.full_colour)
    for mine, theirs in zip(part.parts, parts, strict=False):
        mine[:] = theirs
    rgb, found = to_rgb(part), np.empty((rect.height, rect.width), np.uint8)
    for rows in stripes(rect.height):
        luminance = cv2.transform(cv2.LUT(rgb[rows], _LINEAR), np.array([[0.2126, 0.7152, 0.0722]], np.float32))
        steps = (cv2.log(luminance + _FLARE) - np.log(_FLARE)) * (_STEPS / _SPAN)
        found[rows] = np.clip(np.rint(steps), 0, _STEPS)
    return found


def _grey(part: Bytes) -> Bytes:
    return np.full_like(part, _NEUTRAL)


def _linear(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB 0–1 as light (IEC 61966-2-1)."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _steps_of_luma() -> Bytes:
    light = _linear(np.clip((np.arange(256) - 16) / 219, 0, 1))
    return np.asarray(np.rint((np.log(light + _FLARE) - np.log(_FLARE)) * (_STEPS / _SPAN)), np.uint8)


_LINEAR = _linear(np.arange(256) / 255).astype(np.float32)
#: Luma → luminance in steps, of what has no colour.
_OF_LUMA = _steps_of_luma()
