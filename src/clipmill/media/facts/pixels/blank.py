"""Blank pictures: black ones, and those of which nothing can be seen."""

from __future__ import annotations

import cv2
import numpy as np

from clipmill.media.draw.planes import Bytes, is_full_colour
from clipmill.media.draw.sprite import Sprite

#: Every n-th pixel of every n-th line tells most pictures from blank ones.
_STEP = 8
#: Opacity below which nothing is seen, and from which on colours are as they are.
_SEEN, _WHOLE = 8, 250
#: What covers less than this of the rectangle around it has a shape; a circle covers π / 4.
_WHOLE_SHARE, _ROUND_SHARE = 0.97, 0.75
#: Fewer pixels are no picture.
_FEWEST = 16
#: The lightest black, of limited-range luma and of full-range colours, and the share of pixels that may be lighter.
#: At night some hundredths of a picture are lighter than this; behind a closed lens almost nothing is.
_BLACK, _BLACK_RGB, _LIGHTER = 26, 12, 2e-3


def blankness(sprite: Sprite, *, rounded: bool = False) -> str:
    """`black all through`, `wholly transparent`; empty for a picture. One of another single colour may be a ground.

    What has a shape of its own, such as a logo in one colour, is a picture; `rounded`: its corners are cut off.
    """
    alpha = sprite.alpha[0]
    if not alpha.size or not _blank(sprite, _STEP):
        return ""
    told = _blank(sprite, 1)
    return told if not alpha.any() or _fills(alpha) >= (_ROUND_SHARE if rounded else _WHOLE_SHARE) else ""


def _fills(alpha: Bytes) -> float:
    """How much of the rectangle around what is seen is wholly there."""
    x, y, width, height = cv2.boundingRect((alpha >= _SEEN).astype(np.uint8))
    around = alpha[y : y + height, x : x + width]
    return float(np.count_nonzero(around >= _WHOLE) / around.size) if around.size else 1.0


def _blank(sprite: Sprite, step: int) -> str:
    """The same, looking at every n-th pixel of every n-th line."""
    alpha = np.ascontiguousarray(sprite.alpha[0][::step, ::step])
    if int(alpha.max(initial=0)) < _SEEN:
        return "wholly transparent"
    whole = alpha >= _WHOLE
    if np.count_nonzero(whole) < _FEWEST:
        return ""
    first = sprite.planes[0][::step, ::step][whole]
    in_rgb = is_full_colour(sprite.planes)
    if in_rgb:
        first = np.maximum.reduce([plane[::step, ::step][whole] for plane in sprite.planes])
    if np.count_nonzero(first > (_BLACK_RGB if in_rgb else _BLACK)) <= _LIGHTER * first.size:
        return "black all through"
    return ""
