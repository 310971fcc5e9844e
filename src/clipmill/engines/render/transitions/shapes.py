"""Shapes: edges about the middle or out of a corner: circles, rectangles, doors, diagonals, the hand of a clock."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from clipmill.engines.render.transitions.picture import (
    BLACK,
    Field,
    Parts,
    chosen,
    columns,
    eased,
    mix_by_mask,
    reach,
    rows,
    veil,
)
from clipmill.media.draw.planes import Bytes, Floats


@lru_cache(maxsize=2)
def _distances(width: int, height: int) -> Floats:
    """How far each pixel is from the middle."""
    return np.hypot(columns(width) - width // 2, rows(height) - height // 2)


@lru_cache(maxsize=2)
def _angles(width: int, height: int) -> Floats:
    """The angle of each pixel about the middle: 0 straight down, π/2 to the right, ±π straight up."""
    across, down = columns(width) - width // 2, rows(height) - height // 2
    angles: Floats = np.arctan2(across.astype(np.float64), down.astype(np.float64)).astype(np.float32)
    return angles


def _corner(width: int, height: int) -> float:
    """From the middle to a corner."""
    return math.hypot(width // 2, height // 2)


def circle_open(width: int, height: int, progress: float) -> Bytes:
    """A soft circle grows, the second picture in it."""
    return eased(_distances(width, height), -1 / _corner(width, height), 3 * progress - 0.5)


def circle_close(width: int, height: int, progress: float) -> Bytes:
    """A soft circle shrinks, the first picture in it."""
    return eased(_distances(width, height), 1 / _corner(width, height), 3 * progress - 1.5)


def circle_crop(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Black closes in on the first picture as a circle, and opens on the second."""
    height, width = into[0].shape
    radius = abs(1 - 2 * progress) ** 3 * _corner(width, height)
    _crop(first, second, progress, chosen(_distances(width, height) <= radius), into)


def rect_crop(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Black closes in on the first picture as a rectangle, and opens on the second."""
    height, width = into[0].shape
    across = np.abs(columns(width) - width // 2) < reach(abs(0.5 - progress), width)
    along = np.abs(rows(height) - height // 2) < reach(abs(0.5 - progress), height)
    _crop(first, second, progress, chosen(across & along), into)


def _crop(first: Parts, second: Parts, progress: float, seen: Bytes, into: Parts) -> None:
    """What is seen of the one picture that is there, and black, as opaque as that picture, around it."""
    picture = second if progress > 0.5 else first
    mix_by_mask(veil(picture, BLACK), picture, seen, into)


def radial(width: int, height: int, progress: float) -> Bytes:
    """A soft hand goes round clockwise, from the top."""
    return eased(_angles(width, height), 1, (progress - 0.5) * 2.5 * math.pi)


def vertical_open(width: int, height: int, progress: float) -> Bytes:
    """Two soft upright edges run from the middle outwards."""
    return eased(_off_middle(columns(width), width), -1, 2 * progress)


def vertical_close(width: int, height: int, progress: float) -> Bytes:
    """Two soft upright edges run from the sides inwards."""
    return eased(_off_middle(columns(width), width), 1, 2 * progress - 1)


def horizontal_open(width: int, height: int, progress: float) -> Bytes:
    """Two soft level edges run from the middle outwards."""
    return eased(_off_middle(rows(height), height), -1, 2 * progress)


def horizontal_close(width: int, height: int, progress: float) -> Bytes:
    """Two soft level edges run from above and below inwards."""
    return eased(_off_middle(rows(height), height), 1, 2 * progress - 1)


def _off_middle(places: Field, length: int) -> Field:
    """0 in the middle, 1 at the far edge."""
    off: Field = np.abs(places / (length / 2) - 1)
    return off


def diagonal_top_left(width: int, height: int, progress: float) -> Bytes:
    """The first picture lasts longest along the top and the left edge."""
    return _diagonal(columns(width), rows(height), progress)


def diagonal_top_right(width: int, height: int, progress: float) -> Bytes:
    """The first picture lasts longest along the top and the right edge."""
    return _diagonal(columns(width)[:, ::-1], rows(height), progress)


def diagonal_bottom_left(width: int, height: int, progress: float) -> Bytes:
    """The first picture lasts longest along the bottom and the left edge."""
    return _diagonal(columns(width), rows(height)[::-1], progress)


def diagonal_bottom_right(width: int, height: int, progress: float) -> Bytes:
    """The first picture lasts longest along the bottom and the right edge."""
    return _diagonal(columns(width)[:, ::-1], rows(height)[::-1], progress)


def _diagonal(across: Field, down: Field, progress: float) -> Bytes:
    """A soft hyperbola out of the corner where both places are greatest."""
    width, height = across.shape[1], down.shape[0]
    return eased((across / width) * (down / height), 1, 2 * progress - 1)
