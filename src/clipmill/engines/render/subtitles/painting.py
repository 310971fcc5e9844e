"""Painting: masks and pictures laid onto a part of a page's planes, each part once and whole."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.planes import FULL_SIZE, Bytes, Rect, from_rgba, half, yuv_of
from clipmill.media.draw.sprite import Sprite, scaled


class Painting:
    """The part `dirty` of planes that lie at `rect` on the canvas: Y, U, V multiplied by opacity, and that twice."""

    def __init__(self, parts: Sequence[Bytes], rect: Rect, dirty: Rect) -> None:
        self._dirty = dirty
        self._inside = dirty.moved(-rect.x, -rect.y)
        self._parts = [part[self._inside.window(plane)] for plane, part in enumerate(parts)]

    def start(self, ground: Sprite | None) -> None:
        """Nothing, or the ground alone."""
        below: Sequence[Bytes | None] = (None,) * 5 if ground is None else (*ground.planes, *ground.alpha)
        for plane, (part, source) in enumerate(zip(self._parts, below, strict=True)):
            part[:] = 0 if source is None else source[self._inside.window(plane)]

    def empty(self) -> Bytes:
        """A mask of nothing, as large as this part."""
        return np.zeros((self._dirty.height, self._dirty.width), np.uint8)

    def lay(self, onto: Bytes, patch: Bytes, place: tuple[int, int], opacity: int) -> None:
        """Lay a patch into a mask at a place of the canvas; where it meets another the stronger of the two stays."""
        window, source = self._overlap(patch, place)
        part = patch[source]
        if part.size:
            np.maximum(onto[window], part if opacity == 255 else scaled(part, opacity / 255), out=onto[window])

    def paint(self, *masks: tuple[Bytes, Colour]) -> None:
        """Lay colours over what is there; masks that share an edge share its coverage."""
        seen = [(mask, colour) for mask, colour in masks if colour.alpha > 0 and mask.any()]
        if not seen:
            return
        covered = np.zeros_like(seen[0][0])
        for place, (mask, colour) in enumerate(seen):
            seen[place] = (scaled(mask, colour.alpha) if colour.alpha < 1 else mask, colour)
            covered = cv2.add(covered, seen[place][0])
        small = half(covered), [half(mask) for mask, _ in seen]
        for plane, part in enumerate(self._parts):
            over, inks = (covered, [mask for mask, _ in seen]) if plane in FULL_SIZE else small
            cv2.multiply(part, cv2.bitwise_not(over), part, 1 / 255)
            for ink, (_, colour) in zip(inks, seen, strict=True):
                cv2.add(part, scaled(ink, yuv_of(colour)[plane] / 255) if plane < 3 else ink, part)

    def paint_picture(self, picture: Bytes, place: tuple[int, int], opacity: int) -> None:
        """Lay an sRGB picture with opacity over what is there."""
        whole = np.zeros((self._dirty.height, self._dirty.width, 4), np.uint8)
        window, source = self._overlap(picture, place)
        whole[window] = picture[source]
        if opacity < 255:
            whole[..., 3] = scaled(np.ascontiguousarray(whole[..., 3]), opacity / 255)
        planes, alpha = from_rgba(whole)
        for plane, (part, above) in enumerate(zip(self._parts, (*planes, *alpha), strict=True)):
            cv2.multiply(part, cv2.bitwise_not(alpha[0 if plane in FULL_SIZE else 1]), part, 1 / 255)
            cv2.add(part, above, part)

    def _overlap(self, patch: Bytes, place: tuple[int, int]) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Where a patch at a place of the canvas lies in this part, and which part of the patch that is."""
        x, y = place[0] - self._dirty.x, place[1] - self._dirty.y
        left, top = max(0, x), max(0, y)
        right = max(left, min(self._dirty.width, x + patch.shape[1]))
        bottom = max(top, min(self._dirty.height, y + patch.shape[0]))
        return (slice(top, bottom), slice(left, right)), (slice(top - y, bottom - y), slice(left - x, right - x))
