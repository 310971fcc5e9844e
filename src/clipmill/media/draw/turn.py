"""Turns: a sprite mirrored about its box, and rotated about a point, between pixels where it must be."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.timeline.layout import Box
from clipmill.media.draw.planes import FULL_SIZE, Bytes, Rect, chroma_step, even_rect
from clipmill.media.draw.sprite import Sprite, Tile, shifted

#: Where a rectangle's corner comes to lie, given the sums that stand for the centre (twice its x and y for a mirror).
Corner = Callable[[Rect, float, float], tuple[float, float]]

#: Parts of a pixel and of a degree smaller than 10 to the minus this are none.
_DIGITS = 6
#: Pixels around a rotated sprite for its smooth edge.
_MARGIN = 1


def flipped(sprite: Sprite, box: Box, *, across: bool, down: bool) -> Sprite:
    """The sprite mirrored about the centre of `box` (canvas pixels): left to right, upside down or both.

    Pixels are only reordered where twice the centre is an even number; elsewhere the mirrored sprite is moved by the
    part of two pixels that is left. The same object where it is mirrored neither way.
    """
    if not (across or down) or sprite.rect.is_empty:
        return sprite

    def corner(rect: Rect, wide: float, high: float) -> tuple[float, float]:
        return wide - rect.x - rect.width if across else rect.x, high - rect.y - rect.height if down else rect.y

    code = -1 if across and down else int(across)
    place = corner(sprite.rect, 2 * box.x + box.width, 2 * box.y + box.height)
    tiles = _reordered(sprite.tiles, corner, (sprite.rect.width, sprite.rect.height))
    return _laid([cv2.flip(part, code) for part in _parts(sprite)], tiles, place)


def rotated(sprite: Sprite, degrees: float, centre: tuple[float, float]) -> Sprite:
    """The sprite rotated clockwise about a point of the canvas (pixels), its edges smooth.

    Quarter turns only reorder pixels where the centre allows it. The same object for whole turns.
    """
    turn = round(degrees % 360, _DIGITS) % 360
    if turn == 0 or sprite.rect.is_empty:
        return sprite
    if turn == 180:
        return flipped(sprite, Box(*centre, 0, 0), across=True, down=True)
    if turn in (90, 270):
        return _quarter_turned(sprite, centre, clockwise=turn == 90)
    return _warped(sprite, math.radians(turn), centre)


def _quarter_turned(sprite: Sprite, centre: tuple[float, float], *, clockwise: bool) -> Sprite:
    """The sprite rotated by 90 degrees one way or the other."""

    def corner(rect: Rect, total: float, apart: float) -> tuple[float, float]:
        if clockwise:
            return total - rect.y - rect.height, rect.x - apart
        return rect.y + apart, total - rect.x - rect.width

    x, y = centre
    code = cv2.ROTATE_90_CLOCKWISE if clockwise else cv2.ROTATE_90_COUNTERCLOCKWISE
    tiles = _reordered(sprite.tiles, corner, (sprite.rect.height if clockwise else sprite.rect.width, 0), sideways=True)
    return _laid([cv2.rotate(part, code) for part in _parts(sprite)], tiles, corner(sprite.rect, x + y, x - y))


def _reordered(
    tiles: Sequence[Tile], corner: Corner, sums: tuple[int, int], *, sideways: bool = False
) -> tuple[Tile, ...]:
    """Where the parts of a sprite are after its pixels were reordered; `sideways` swaps width and height."""
    moved = []
    for tile in tiles:
        x, y = corner(tile.rect, *sums)
        width, height = tile.rect.width, tile.rect.height
        side = (height, width) if sideways else (width, height)
        moved.append(Tile(Rect(int(x), int(y), *side), tile.opaque))
    return tuple(moved)


def _laid(parts: Sequence[Bytes], tiles: tuple[Tile, ...], corner: tuple[float, float]) -> Sprite:
    """A sprite whose first pixel lies at any place, by interpolation where it is not even."""
    height, width = parts[0].shape
    x, y = (round(part, _DIGITS) for part in corner)
    left, top = math.floor(x / 2) * 2, math.floor(y / 2) * 2
    return shifted(_sprite(Rect(left, top, width, height), parts, tiles), x - left, y - top)


def _warped(sprite: Sprite, angle: float, centre: tuple[float, float]) -> Sprite:
    """The sprite rotated clockwise by any angle (radians), every new pixel drawn between four old ones.

    It stays one mixed tile: finding its opaque parts takes ten times as long as blending all of it.
    """
    back = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    about, old = np.array(centre), sprite.rect
    rect = _around(old, back, about)
    parts = []
    for number, part in enumerate(_parts(sprite)):
        step = 1 if number in FULL_SIZE else chroma_step(sprite.planes)
        first = about + back @ (np.array([rect.x, rect.y]) + step / 2 - about)
        move = np.column_stack([back, (first - [old.x, old.y]) / step - 0.5])
        size = (rect.width // step, rect.height // step)
        parts.append(cv2.warpAffine(part, move, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP))
    return _sprite(rect, parts, (Tile(Rect(0, 0, rect.width, rect.height), opaque=False),))


def _around(rect: Rect, back: NDArray[np.float64], about: NDArray[np.float64]) -> Rect:
    """The rectangle around another one when it is rotated; `back` is the matrix that rotates it back."""
    corners = np.array([(x, y) for x in (rect.x, rect.x + rect.width) for y in (rect.y, rect.y + rect.height)])
    turned = (corners - about) @ back + about
    (left, top), (right, bottom) = turned.min(0) - _MARGIN, turned.max(0) + _MARGIN
    return even_rect(float(left), float(top), float(right), float(bottom))


def _parts(sprite: Sprite) -> tuple[Bytes, ...]:
    """Y, U, V, and opacity at full and at half size."""
    return (*sprite.planes, *sprite.alpha)


def _sprite(rect: Rect, parts: Sequence[Bytes], tiles: tuple[Tile, ...]) -> Sprite:
    y, u, v, full, small = parts
    return Sprite(rect, (y, u, v), (full, small), tiles)
