"""Slices: ten blinds turn one after the other."""

from __future__ import annotations

import numpy as np

from clipmill.engines.render.transitions.picture import Field, chosen, columns, rows
from clipmill.media.draw.planes import Bytes

_COUNT = 10


def slice_left(width: int, height: int, progress: float) -> Bytes:
    """Upright blinds, the leftmost last."""
    return _sliced(columns(width), width, progress)


def slice_right(width: int, height: int, progress: float) -> Bytes:
    """Upright blinds, the rightmost last."""
    return _sliced(columns(width)[:, ::-1], width, progress)


def slice_up(width: int, height: int, progress: float) -> Bytes:
    """Level blinds, the uppermost last."""
    return _sliced(rows(height), height, progress)


def slice_down(width: int, height: int, progress: float) -> Bytes:
    """Level blinds, the lowest last."""
    return _sliced(rows(height)[::-1], height, progress)


def _sliced(places: Field, length: int, progress: float) -> Bytes:
    """Each blind from its first pixel on, up to a share that grows from 0 to 1 while the front passes over it."""
    far = np.float32(length)
    passed = np.clip(2 * (places / far - np.float32(1.5) * np.float32(1 - progress)) + 1, 0, 1)
    share = passed * passed * (3 - 2 * passed)
    inside = np.float32(_COUNT) * places / far
    return chosen(share > inside - np.floor(inside))
