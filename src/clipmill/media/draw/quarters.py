"""A zoom about the middle of a picture, drawn as four quarters.

OpenCV enlarges and shrinks by any factor from a picture's first corner on, in half the time it takes to move pixels
freely. In a zoom the middle is the one point that stays where it is: so each quarter is drawn from there on, mirrored
where the middle is not its first corner.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from clipmill.media.draw.planes import Bytes

#: Pixels repeated beyond the edges: the last ones drawn may lie a little outside.
_MARGIN = 4
#: Pixels of the source for one that is drawn. Below, the seams in the middle would show; above, pixels are left out.
_LEAST, _MOST = 0.98, 1.9
#: What mirrors the upper left, upper right and lower left quarter; the lower right one stays as it is.
_BOTH, _UPSIDE_DOWN, _LEFT_TO_RIGHT, _NOT = -1, 0, 1, None


def can_quarter(plane: Bytes, into: Bytes, across: float, down: float) -> bool:
    """Whether a plane can be drawn in this way: both have a middle between pixels, and the zoom is a usual one.

    Where as many pixels come out as went in, OpenCV copies them: a zoom so near the plane's own size would stand still.
    """
    even = all(length % 2 == 0 and length > 0 for length in (*plane.shape, *into.shape))
    if not even or min(across, down) < _LEAST or max(across, down) > _MOST:
        return False
    wide, high = _taken(into, across, down)
    return (round(wide / across), round(high / down)) != (wide, high)


def _taken(into: Bytes, across: float, down: float) -> tuple[int, int]:
    """How many columns and rows of a quarter are needed to fill a quarter of `into`."""
    return math.ceil(into.shape[1] // 2 * across) + 1, math.ceil(into.shape[0] // 2 * down) + 1


class Quarters:
    """One plane, ready to be drawn at many zooms; its sides are even."""

    def __init__(self, plane: Bytes) -> None:
        height, width = plane.shape[0] // 2, plane.shape[1] // 2
        parts = (plane[:height, :width], plane[:height, width:], plane[height:, :width], plane[height:, width:])
        turns = (_BOTH, _UPSIDE_DOWN, _LEFT_TO_RIGHT, _NOT)
        self._quarters = [(turn, _ready(part, turn)) for part, turn in zip(parts, turns, strict=True)]

    def draw(self, across: float, down: float, into: Bytes) -> None:
        """Fill `into`, shape (height, width), both even: its middle shows the plane's middle.

        `across` and `down` are pixels of the plane for one that is drawn.
        """
        height, width = into.shape[0] // 2, into.shape[1] // 2
        wide, high = _taken(into, across, down)
        targets = (into[:height, :width], into[:height, width:], into[height:, :width], into[height:, width:])
        for target, (turn, quarter) in zip(targets, self._quarters, strict=True):
            drawn = cv2.resize(
                quarter[:high, :wide], None, fx=1 / across, fy=1 / down, interpolation=cv2.INTER_LINEAR
            )[:height, :width]  # fmt: skip
            if turn is _NOT:
                target[:] = drawn
            else:
                cv2.flip(drawn, turn, target)


def _ready(part: Bytes, turn: int | None) -> Bytes:
    """A quarter with the middle of the picture as its first corner, and its edges repeated."""
    turned = part if turn is None else cv2.flip(part, turn)
    return cv2.copyMakeBorder(  # type: ignore[no-any-return]
        np.ascontiguousarray(turned), 0, _MARGIN, 0, _MARGIN, cv2.BORDER_REPLICATE
    )
