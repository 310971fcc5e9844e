"""Structural similarity: how alike two planes look, 1 for equal ones."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_SMALL = (0.01 * 255) ** 2
_SMALLER = (0.03 * 255) ** 2


def ssim(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """The mean SSIM (Wang et al. 2004) of two uint8 planes of one shape, under a Gaussian window of 11 × 11, σ 1.5."""
    assert a.shape == b.shape
    one, other = a.astype(np.float64), b.astype(np.float64)
    mean_one, mean_other = _mean(one), _mean(other)
    spread_one = _mean(one * one) - mean_one**2
    spread_other = _mean(other * other) - mean_other**2
    together = _mean(one * other) - mean_one * mean_other
    likeness = (2 * mean_one * mean_other + _SMALL) * (2 * together + _SMALLER)
    likeness /= (mean_one**2 + mean_other**2 + _SMALL) * (spread_one + spread_other + _SMALLER)
    return float(likeness.mean())


def _mean(plane: NDArray[np.float64]) -> Any:
    return cv2.GaussianBlur(plane, (11, 11), 1.5)
