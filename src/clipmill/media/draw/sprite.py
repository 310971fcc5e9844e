"""A sprite: a picture with opacity as premultiplied planes, and the one way it is laid over another picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.planes import FULL_SIZE, Bytes, Planes, Rect, chroma_step, from_rgb, from_rgba, half, yuv_of

#: Tiles are made of squares of this side, pixels.
_TILE = 32


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a sprite that is wholly opaque (and is copied), or mixed (and is blended)."""

    #: Relative to the sprite.
    rect: Rect
    opaque: bool


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """Planes multiplied by their opacity, with that opacity at full and at half size."""

    rect: Rect
    planes: tuple[Bytes, Bytes, Bytes]
    alpha: tuple[Bytes, Bytes]
    #: The parts that are not wholly transparent.
    tiles: tuple[Tile, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(part.nbytes for part in (*self.planes, *self.alpha) if any(part.strides))

    @property
    def solid(self) -> Rect:
        """A part of the canvas that hides all below it: the largest opaque tile; empty where there is none."""
        tiles = [tile.rect for tile in self.tiles if tile.opaque]
        largest = max(tiles, key=lambda rect: rect.width * rect.height, default=Rect(0, 0, 0, 0))
        return largest.moved(self.rect.x, self.rect.y)


def scaled(part: Bytes, factor: float) -> Bytes:
    """Every value times a factor of 0–1. (`cv2.multiply` takes the number for an array where the part is 4 × 1.)"""
    return cv2.convertScaleAbs(part, alpha=factor)  # type: ignore[no-any-return]


def opaque(shape: tuple[int, ...]) -> Bytes:
    """An opacity that is whole everywhere, and takes no memory; not to be written to."""
    return np.broadcast_to(np.uint8(255), shape)


def empty_sprite() -> Sprite:
    """A sprite of nothing."""
    nothing = np.zeros((0, 0), np.uint8)
    return Sprite(Rect(0, 0, 0, 0), (nothing, nothing, nothing), (nothing, nothing), ())


def sprite_from_rgba(rgba: Bytes, x: int, y: int, *, full_colour: bool = False) -> Sprite:
    """A sprite whose first pixel lies at (x, y) of the canvas; odd places and sizes are padded with nothing."""
    left, top = x % 2, y % 2
    height, width = rgba.shape[:2]
    if left or top or width % 2 or height % 2:
        padded = np.zeros((height + top + (height + top) % 2, width + left + (width + left) % 2, 4), np.uint8)
        padded[top : top + height, left : left + width] = rgba
        rgba = padded
    planes, alpha = from_rgba(rgba, full_colour=full_colour)
    rect = Rect(x - left, y - top, rgba.shape[1], rgba.shape[0])
    return Sprite(rect, planes, alpha, tuple(tiles_of(alpha[0])))


def opaque_sprite(rgb: Bytes, x: int, y: int, *, full_colour: bool = False) -> Sprite:
    """A sprite of an opaque picture of even size at an even place."""
    planes = from_rgb(rgb, full_colour=full_colour)
    alpha = (opaque(planes[0].shape), opaque(planes[1].shape))
    rect = Rect(x, y, rgb.shape[1], rgb.shape[0])
    return Sprite(rect, planes, alpha, (Tile(Rect(0, 0, rect.width, rect.height), opaque=True),))


def sprite_from_mask(mask: Bytes, rect: Rect, colour: Colour, *, full_colour: bool = False) -> Sprite:
    """A sprite of one colour; `mask` is its coverage over the whole of `rect`."""
    full = scaled(mask, colour.alpha) if colour.alpha < 1 else mask
    alpha = (full, half(full, full_colour=full_colour))
    y, u, v = yuv_of(colour, full_colour=full_colour)
    planes = tuple(scaled(alpha[min(n, 1)], value / 255) for n, value in enumerate((y, u, v)))
    return Sprite(rect, (planes[0], planes[1], planes[2]), alpha, tuple(tiles_of(full)))


def over(top: Sprite, bottom: Sprite) -> Sprite:
    """Both sprites as one, laid out on the rectangle around both."""
    rect = top.rect.join(bottom.rect)
    step = chroma_step((bottom if top.rect.is_empty else top).planes)
    low, high = _spread(bottom, rect, step), _spread(top, rect, step)
    parts = []
    for plane, (below, above) in enumerate(zip((*low.planes, *low.alpha), (*high.planes, *high.alpha), strict=True)):
        clear = cv2.bitwise_not(high.alpha[0 if plane in (0, 3) else 1])
        parts.append(cv2.add(cv2.multiply(below, clear, scale=1 / 255), above))
    return Sprite(rect, (parts[0], parts[1], parts[2]), (parts[3], parts[4]), tuple(tiles_of(parts[3])))


def _spread(sprite: Sprite, rect: Rect, chroma: int) -> Sprite:
    """The sprite on a larger rectangle, with nothing around it."""
    inner = sprite.rect.moved(-rect.x, -rect.y)
    parts = []
    for number, part in enumerate((*sprite.planes, *sprite.alpha)):
        plane = 0 if number in FULL_SIZE else 1
        step = 1 if plane == 0 else chroma
        wide = np.zeros((rect.height // step, rect.width // step), np.uint8)
        wide[inner.window(plane, step)] = part
        parts.append(wide)
    return Sprite(rect, (parts[0], parts[1], parts[2]), (parts[3], parts[4]), ())


def lean(sprite: Sprite) -> Sprite:
    """The same sprite; the opacity of one that is opaque everywhere takes no memory."""
    if sprite.solid != sprite.rect:
        return sprite
    return replace(sprite, alpha=(opaque(sprite.alpha[0].shape), opaque(sprite.alpha[1].shape)))


def cropped(sprite: Sprite, room: Rect) -> Sprite:
    """What of the sprite lies in a part of the canvas; drawn as before, for its tiles are the same ones, cut."""
    rect = sprite.rect.meet(room)
    if rect == sprite.rect:
        return sprite
    if rect.is_empty:
        return empty_sprite()
    inside, step = rect.moved(-sprite.rect.x, -sprite.rect.y), chroma_step(sprite.planes)
    y, u, v, full, small = (
        part[inside.window(plane, step)].copy() for plane, part in enumerate((*sprite.planes, *sprite.alpha))
    )
    left = ((tile.rect.meet(inside).moved(-inside.x, -inside.y), tile.opaque) for tile in sprite.tiles)
    tiles = tuple(Tile(part, opaque) for part, opaque in left if not part.is_empty)
    return Sprite(rect, (y, u, v), (full, small), tiles)


def copied(sprite: Sprite) -> Sprite:
    """The sprite with planes of its own."""
    y, u, v = (part.copy() for part in sprite.planes)
    full, small = (part.copy() if any(part.strides) else part for part in sprite.alpha)
    return replace(sprite, planes=(y, u, v), alpha=(full, small))


def mixed(first: Sprite, second: Sprite, share: float) -> Sprite:
    """So much of the second sprite (0–1) and the rest of the first one, which has the same rectangle."""
    if not any((*first.alpha[0].strides, *second.alpha[0].strides)):  # opaque everywhere, both of them
        y, u, v = (cv2.addWeighted(one, 1 - share, other, share, 0)
                   for one, other in zip(first.planes, second.planes, strict=True))  # fmt: skip
        return replace(second, planes=(y, u, v))
    parts = [cv2.addWeighted(one, 1 - share, other, share, 0) for one, other in
             zip((*first.planes, *first.alpha), (*second.planes, *second.alpha), strict=True)]  # fmt: skip
    return Sprite(second.rect, (parts[0], parts[1], parts[2]), (parts[3], parts[4]), tuple(tiles_of(parts[3])))


def shifted(sprite: Sprite, dx: float, dy: float) -> Sprite:
    """The sprite moved by any distance (pixels), between pixels by interpolation."""
    left, top = math.floor(dx / 2) * 2, math.floor(dy / 2) * 2
    rect = sprite.rect.moved(left, top)
    across, down = dx - left, dy - top
    if across == 0 and down == 0:
        return Sprite(rect, sprite.planes, sprite.alpha, sprite.tiles)
    grown = Rect(rect.x, rect.y, rect.width + 2, rect.height + 2)
    parts = []
    for number, part in enumerate((*sprite.planes, *sprite.alpha)):
        step = 1 if number in FULL_SIZE else chroma_step(sprite.planes)
        move = np.array([[1, 0, across / step], [0, 1, down / step]], np.float64)
        size = (grown.width // step, grown.height // step)
        parts.append(cv2.warpAffine(part, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT))
    whole = (Tile(Rect(0, 0, grown.width, grown.height), opaque=False),)
    return Sprite(grown, (parts[0], parts[1], parts[2]), (parts[3], parts[4]), whole)


def tiles_of(alpha: Bytes) -> Iterator[Tile]:
    """The opaque and the mixed parts of a sprite with this opacity, as few rectangles; nothing for the rest."""
    height, width = alpha.shape
    columns, rows = -(-width // _TILE), -(-height // _TILE)
    padded = cv2.copyMakeBorder(
        alpha, 0, rows * _TILE - height, 0, columns * _TILE - width, cv2.BORDER_REPLICATE
    ).reshape(rows, _TILE, columns, _TILE)
    least, most = padded.min((1, 3)), padded.max((1, 3))
    kinds = np.where(least == 255, 2, np.where(most > 0, 1, 0))
    for top, bottom, row in _equal_rows(kinds):
        y, lower = top * _TILE, min(bottom * _TILE, height)
        for left, right, kind in _equal_values(row):
            if kind:
                x, end = left * _TILE, min(right * _TILE, width)
                yield Tile(Rect(x, y, end - x, lower - y), opaque=kind == 2)


def _equal_rows(kinds: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    begin = 0
    for row in range(1, len(kinds) + 1):
        if row == len(kinds) or not np.array_equal(kinds[row], kinds[begin]):
            yield begin, row, kinds[begin]
            begin = row


def _equal_values(row: np.ndarray) -> Iterator[tuple[int, int, int]]:
    begin = 0
    for column in range(1, len(row) + 1):
        if column == len(row) or row[column] != row[begin]:
            yield begin, column, int(row[begin])
            begin = column


def blend(sprite: Sprite, onto: Planes, clip: Rect, gain: float = 1.0) -> None:
    """Lay the sprite over a picture inside `clip`, its opacity multiplied by `gain` (0–1)."""
    x, y, small = sprite.rect.x, sprite.rect.y, chroma_step(onto.parts)
    right, bottom = clip.x + clip.width, clip.y + clip.height
    steps = [1 if plane in FULL_SIZE else small for plane in range(len(onto.parts))]
    parts = list(zip(onto.parts, (*sprite.planes, *sprite.alpha), steps, strict=False))
    for tile in sprite.tiles:
        left, top = max(tile.rect.x + x, clip.x), max(tile.rect.y + y, clip.y)
        end, low = min(tile.rect.x + x + tile.rect.width, right), min(tile.rect.y + y + tile.rect.height, bottom)
        if left >= end or top >= low:
            continue
        for plane, (picture, source, step) in enumerate(parts):
            below = picture[top // step : low // step, left // step : end // step]
            here = (slice((top - y) // step, (low - y) // step), slice((left - x) // step, (end - x) // step))
            if tile.opaque and gain >= 1:
                below[:] = source[here]
            elif tile.opaque:
                cv2.addWeighted(source[here], gain, below, 1 - gain, 0, below)
            else:
                _mix(below, source[here], sprite.alpha[0 if plane in FULL_SIZE else 1][here], gain)


def _mix(below: Bytes, above: Bytes, alpha: Bytes, gain: float) -> None:
    if gain < 1:
        above, alpha = scaled(above, gain), scaled(alpha, gain)
    cv2.multiply(below, cv2.bitwise_not(alpha), below, 1 / 255)
    cv2.add(below, above, below)
