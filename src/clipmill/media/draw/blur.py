"""Blur: a Gaussian over one plane, its edges carried on beyond it; strong ones are made from a smaller copy."""

from __future__ import annotations

import math
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.media.draw.planes import Bytes

_Number = TypeVar("_Number", np.uint8, np.float32)

#: A copy is made smaller only as far as this much blur, in its own pixels, is left to do.
_LEAST_SIGMA = 6.0
#: Beyond this many standard deviations a Gaussian is nothing.
_REACH = 3.5


def blurred(plane: Bytes, sigma: float) -> Bytes:
    """The plane under a Gaussian of this standard deviation, pixels; 0 is the plane itself.

    Where a smaller copy serves, what shrinking and growing blur by themselves is taken off the Gaussian in between:
    a mean of n pixels has the variance (n² − 1) / 12, a line drawn between points n apart n² / 6.
    """
    if sigma <= 0:
        return plane
    factor = 2 ** max(0, math.floor(math.log2(sigma / _LEAST_SIGMA)))
    if factor == 1:
        return _gaussian(plane, sigma)
    left = math.sqrt(sigma**2 - (factor**2 - 1) / 12 - factor**2 / 6) / factor
    return _blurred_small(plane, factor, left)


def _blurred_small(plane: Bytes, factor: int, sigma: float) -> Bytes:
    """The plane through a copy `factor` times smaller, where `sigma` pixels of blur are left to do."""
    height, width = plane.shape
    margin = math.ceil(_REACH * sigma) + 1
    rows, columns = -(-height // factor), -(-width // factor)
    wide = cv2.copyMakeBorder(
        plane,
        margin * factor, (margin + rows) * factor - height,
        margin * factor, (margin + columns) * factor - width,
        cv2.BORDER_REPLICATE,
    )  # fmt: skip
    size = (columns + 2 * margin, rows + 2 * margin)
    small = _gaussian(cv2.resize(wide.astype(np.float32), size, interpolation=cv2.INTER_AREA), sigma)
    small = small[margin - 1 : margin + rows + 1, margin - 1 : margin + columns + 1]
    size = (small.shape[1] * factor, small.shape[0] * factor)
    grown = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)[factor : factor + height, factor : factor + width]
    return cv2.convertScaleAbs(grown)  # type: ignore[no-any-return]


def _gaussian(plane: NDArray[_Number], sigma: float) -> NDArray[_Number]:
    """A plane under a Gaussian that is cut off where it is nothing.

    `cv2.GaussianBlur` rounds its weights to 1/256 on bytes and is up to 2.6 levels off, and takes longer.
    """
    weights = cv2.getGaussianKernel(2 * math.ceil(_REACH * sigma) + 1, sigma)
    return cv2.sepFilter2D(plane, -1, weights, weights, borderType=cv2.BORDER_REPLICATE)  # type: ignore[no-any-return]
