"""Chroma key: the parts of a picture in one colour become transparent, as FFmpeg's `chromakey` decides it."""

from __future__ import annotations

import math

import cv2
import numpy as np

from clipmill.domain.timeline.elements.looks import ChromaKey
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import CHROMA_FROM_RGB, Bytes, Floats, half, is_full_colour, yuv_of

#: The distance between U and V as far apart as can be counts as 1.
_FARTHEST = 255 * math.sqrt(2)
#: A softer edge than none, at which an edge is still hard.
_HARD = 1e-6


def keyed(level: Level, key: ChromaKey) -> Level:
    """The picture with the key's colour gone; what opacity it had stays.

    A pixel goes by the mean distance of its 3 × 3 neighbourhood's U and V from the key's (1 being as far as can be):
    up to `similarity` it is transparent, from `similarity + blend` on opaque, with a ramp in between. Brightness
    plays no part, so a grey key takes every grey. Beyond the picture's edges its last pixels are carried on. Under a
    wholly transparent pixel there is no colour: it counts as the key's.
    """
    gain = 1 / max(key.blend / 100, _HARD)
    height, width = level.planes[0].shape
    distance = cv2.resize(_distance(level, key), (width, height), interpolation=cv2.INTER_NEAREST)
    mean = cv2.blur(distance, (3, 3), borderType=cv2.BORDER_REPLICATE)
    stays = cv2.addWeighted(mean, 255 * gain, mean, 0, -255 * gain * key.similarity / 100, dtype=cv2.CV_8U)
    small = half(stays, full_colour=is_full_colour(level.planes))
    y, u, v = (_times(part, by) for part, by in zip(level.planes, (stays, small, small), strict=True))
    if level.alpha is None:
        return Level((y, u, v), (stays, small))
    return Level((y, u, v), (_times(level.alpha[0], stays), _times(level.alpha[1], small)))


def _distance(level: Level, key: ChromaKey) -> Floats:
    """How far each chroma sample is from the key's colour, 0–1."""
    if is_full_colour(level.planes):
        return _distance_of_colours(level, key)
    across, down = (part.astype(np.float32) for part in level.planes[1:])
    _, u, v = yuv_of(key.key)
    if level.alpha is None:
        return cv2.magnitude(across - round(u), down - round(v)) / _FARTHEST  # type: ignore[no-any-return]
    weight = level.alpha[1].astype(np.float32) / 255
    apart = cv2.magnitude(across - round(u) * weight, down - round(v) * weight)
    return apart / (np.maximum(weight, 1 / 255) * _FARTHEST)  # type: ignore[no-any-return]


def _distance_of_colours(level: Level, key: ChromaKey) -> Floats:
    """The same for a picture in red, green and blue."""
    opacity = level.alpha[0] if level.alpha is not None else None
    straight = [part if opacity is None else cv2.divide(part, opacity, scale=255) for part in level.planes]
    colour = (key.key.red, key.key.green, key.key.blue)
    apart = cv2.transform(cv2.merge(straight).astype(np.float32) - np.array(colour, np.float32), CHROMA_FROM_RGB)
    return cv2.magnitude(*cv2.split(apart)) / _FARTHEST  # type: ignore[no-any-return]


def _times(part: Bytes, alpha: Bytes) -> Bytes:
    return cv2.multiply(part, alpha, scale=1 / 255)  # type: ignore[no-any-return]
