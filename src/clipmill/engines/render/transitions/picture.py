"""A picture in parts: the planes every transition works on, and the ways of mixing two of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.media.draw.planes import Bytes, Floats, half, is_full_colour
from clipmill.media.draw.sprite import scaled

Parts = tuple[Bytes, ...]
"""(Y, U, V) of an opaque picture, or (Y, U, V, A, Ahalf): planes multiplied by opacity, and opacity at both sizes.

Y and A have shape (height, width), both even; U, V and Ahalf half of that; uint8.
"""

#: (first, second, progress above 0 and below 1, into): writes the picture between two.
Transition = Callable[[Parts, Parts, float, Parts], None]
#: (width, height, progress) → how much of the second picture each pixel takes, 0–255; one row or one column may stand
#: for all of them.
Mask = Callable[[int, int, float], Bytes]

#: A figure for each pixel, or for each column or row.
Field = NDArray[np.floating[Any]]
#: Y, U and V, 0–255. FFmpeg's black and white are those of full range, darker and lighter than any picture.
Ground = tuple[int, int, int]
BLACK: Ground = (0, 128, 128)
WHITE: Ground = (255, 128, 128)

_RAMP = np.arange(256) / 255
#: Smoothstep of 0–255.
_SMOOTH = np.rint(255 * _RAMP * _RAMP * (3 - 2 * _RAMP)).astype(np.uint8)


def is_full(number: int) -> bool:
    """Whether this part of a picture is at full size: Y and A are, the others are at half."""
    return number in (0, 3)


def smoothstep(low: float, high: float, value: float) -> float:
    """0 up to `low`, 1 from `high`, and between them the cubic that is level at both ends."""
    place = min(1.0, max(0.0, (value - low) / (high - low)))
    return place * place * (3 - 2 * place)


def eased(field: Field, scale: float, offset: float) -> Bytes:
    """The smoothstep between 0 and 1 of `field × scale + offset`, as 0–255."""
    steps: Bytes = cv2.addWeighted(field, 255 * scale, field, 0, 255 * offset, dtype=cv2.CV_8U)
    smooth: Bytes = cv2.LUT(steps, _SMOOTH)
    return smooth


def chosen(where: NDArray[np.bool_]) -> Bytes:
    """A mask that takes the second picture wholly where this is true, and not at all elsewhere."""
    return where.astype(np.uint8) * np.uint8(255)


def columns(width: int) -> Floats:
    """The numbers of the columns, shape (1, width)."""
    return np.arange(width, dtype=np.float32)[None]


def rows(height: int) -> Floats:
    """The numbers of the rows, shape (height, 1)."""
    return np.arange(height, dtype=np.float32)[:, None]


def reach(share: float, length: int) -> int:
    """Whole pixels in this share of a length, in the precision FFmpeg has, so that both stop at the same pixel."""
    return int(np.float32(share) * np.float32(length))


def lay(first: Bytes, second: Bytes, share: Bytes, into: Bytes) -> None:
    """One plane between two: `share` of the second, 0–255 per pixel. Equal values stay as they are."""
    cv2.multiply(first, cv2.bitwise_not(share), into, 1 / 255)
    cv2.add(into, cv2.multiply(second, share, None, 1 / 255), into)


def mix_by_mask(first: Parts, second: Parts, mask: Bytes, into: Parts) -> None:
    """Every plane between two under one mask; planes at half size take its mean over four pixels."""
    full = np.ascontiguousarray(np.broadcast_to(mask, into[0].shape))
    shares = (half(full, full_colour=is_full_colour(into)), full)
    for number, planes in enumerate(zip(first, second, into, strict=True)):
        lay(planes[0], planes[1], shares[is_full(number)], planes[2])


def masked(mask: Mask) -> Transition:
    """The transition a mask describes."""

    def transition(first: Parts, second: Parts, progress: float, into: Parts) -> None:
        height, width = into[0].shape
        mix_by_mask(first, second, mask(width, height, progress), into)

    return transition


def fade(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Every pixel by the same share."""
    for one, other, out in zip(first, second, into, strict=True):
        cv2.addWeighted(one, 1 - progress, other, progress, 0, out)


def blank(picture: Parts) -> Parts:
    """Planes for a picture of the same size and kind; what is in them does not matter."""
    return tuple(np.empty(part.shape, np.uint8) for part in picture)


def veil(picture: Parts, ground: Ground) -> Parts:
    """One colour in the shape of a picture: over all of it, or multiplied by its opacity where it has one."""
    if len(picture) == 3:
        return tuple(np.full(part.shape, value, np.uint8) for part, value in zip(picture, ground, strict=True))
    alphas = (picture[3], picture[4], picture[4])
    planes = [scaled(alpha, value / 255) for alpha, value in zip(alphas, ground, strict=True)]
    return (*planes, picture[3], picture[4])
