"""Transitions by noise: pixels and streaks in an order that looks like chance and is always the same one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from clipmill.engines.render.transitions.picture import Field, chosen, columns, eased, rows
from clipmill.media.draw.planes import Bytes, Floats

#: The one column, or the one row, that all the streaks of a wind are drawn from.
_ZERO: Floats = np.zeros((1, 1), np.float32)


def noise(x: Floats, y: Floats) -> Floats:
    """A number of 0–1 for each pair of column and row: the fraction of a large multiple of a sine.

    Every step is rounded to 32 bits as FFmpeg's is, since what is left of such a fraction depends on it;
    where two sines differ in the last bit, so does a pixel: some three of 58,000.
    """
    angle = x * np.float32(12.9898) + y * np.float32(78.233)
    large = np.sin(angle.astype(np.float64)).astype(np.float32) * np.float32(43758.545)
    drawn: Floats = large - np.floor(large)
    return drawn


@lru_cache(maxsize=2)
def _field(width: int, height: int) -> Floats:
    return noise(columns(width), rows(height))


def dissolve(width: int, height: int, progress: float) -> Bytes:
    """Single pixels, all over the picture."""
    return chosen(_field(width, height) < np.float32(progress))


def wind_left(width: int, height: int, progress: float) -> Bytes:
    """Streaks from the right edge."""
    return _blown(1 - columns(width) / width, noise(_ZERO, rows(height)), progress)


def wind_right(width: int, height: int, progress: float) -> Bytes:
    """Streaks from the left edge."""
    return _blown(columns(width) / width, noise(_ZERO, rows(height)), progress)


def wind_up(width: int, height: int, progress: float) -> Bytes:
    """Streaks from the lower edge."""
    return _blown(1 - rows(height) / height, noise(columns(width), _ZERO), progress)


def wind_down(width: int, height: int, progress: float) -> Bytes:
    """Streaks from the upper edge."""
    return _blown(rows(height) / height, noise(columns(width), _ZERO), progress)


def _blown(place: Field, delay: Field, progress: float) -> Bytes:
    """A soft edge that runs along `place`, 0–1, and through each line later by its own delay, 0–1.

    The edge is a fifth as long as the whole way, and so is the greatest delay.
    """
    return eased(6 * np.float32(progress) - delay - 4 * place, 1, 0)
