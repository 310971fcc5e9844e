"""Samples: pictures drawn anew from single pixels of themselves or from the mean of many."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.engines.render.transitions.picture import (
    Parts,
    blank,
    chosen,
    columns,
    fade,
    is_full,
    mix_by_mask,
    smoothstep,
)
from clipmill.media.draw.planes import Bytes, Floats, half

Places = NDArray[np.intp]

_HALF = np.float32(0.5)


def _drawn(picture: Parts, down: Places, across: Places) -> Parts:
    """The picture whose pixel (x, y) is that of column `across[x]` and row `down[y]`."""
    parts = []
    for number, part in enumerate(picture):
        step = 1 if is_full(number) else 2
        drawn = np.take(np.take(part, down // step, axis=0), across // step, axis=1)
        parts.append(drawn if is_full(number) else half(drawn))
    return tuple(parts)


def squeeze_horizontal(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """The first picture is pressed flat, from above and below, to a level line."""
    height, width = into[0].shape
    down, seen = _squeezed(height, progress)
    mix_by_mask(_drawn(first, down, np.arange(width)), second, chosen(~seen)[:, None], into)


def squeeze_vertical(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """The first picture is pressed flat, from left and right, to an upright line."""
    height, width = into[0].shape
    across, seen = _squeezed(width, progress)
    mix_by_mask(_drawn(first, np.arange(height), across), second, chosen(~seen)[None], into)


def _squeezed(length: int, progress: float) -> tuple[Places, NDArray[np.bool_]]:
    """Where each place comes from in a picture pressed about its middle, and whether anything of it is there."""
    place = _HALF + (np.arange(length, dtype=np.float32) / np.float32(length) - _HALF) / np.float32(1 - progress)
    inside = (place >= 0) & (place <= 1)
    return np.rint(np.clip(place, 0, 1) * np.float32(length - 1)).astype(np.intp), inside


def zoom_in(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Into the middle of the first picture until one pixel is left, at half-way; out of that the second fades in."""
    height, width = into[0].shape
    scale = smoothstep(0.5, 1, 1 - progress)
    near = _drawn(first, _near(height, scale), _near(width, scale))
    fade(near, second, 1 - smoothstep(0, 0.5, 1 - progress), into)


def _near(length: int, scale: float) -> Places:
    """Where each place comes from in a picture drawn larger about its middle."""
    place = _HALF + (np.arange(length, dtype=np.float32) / np.float32(length) - _HALF) * np.float32(scale)
    places: Places = np.ceil(place * np.float32(length - 1)).astype(np.intp)
    return places


def pixelize(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """A fade through squares, which are largest half-way: a twentieth of the shorter side."""
    height, width = into[0].shape
    share = math.ceil(np.float32(min(progress, 1 - progress)) * np.float32(50)) / 50
    side = np.float32(2 * share * min(width, height) / 20)
    mixed = blank(into)
    fade(first, second, progress, mixed)
    for out, part in zip(into, _drawn(mixed, _middles(height, side), _middles(width, side)), strict=True):
        out[:] = part


def _middles(length: int, side: np.float32) -> Places:
    """For each place the middle of its square."""
    number = np.floor(np.arange(length, dtype=np.float32) / side)
    middles: Places = np.minimum((number + _HALF) * side, length - 1).astype(np.intp)
    return middles


def blur_horizontal(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """A fade through a blur to the right, which is widest half-way: half the width."""
    width = into[0].shape[1]
    size = 1 + int(width // 2 * np.float32(2 * min(progress, 1 - progress)))
    mixed = blank(into)
    fade(first, second, progress, mixed)
    for number, (part, out) in enumerate(zip(mixed, into, strict=True)):
        # The middle of this many half-size pixels lies where the middle of `size` whole ones does.
        _blur(part, size if is_full(number) else (size + 1) // 2, out)


def _blur(part: Bytes, size: int, into: Bytes) -> None:
    """Each pixel the mean of `size` pixels from itself to the right, or of as many as there are."""
    total: Floats = cv2.boxFilter(
        part, cv2.CV_32F, (size, 1), anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    width = part.shape[1]
    total /= np.minimum(np.float32(size), width - columns(width))
    cv2.convertScaleAbs(total, into)
