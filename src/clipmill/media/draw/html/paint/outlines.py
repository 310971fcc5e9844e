"""Outlines of letters: a band along their edge, found by how far each pixel lies from it."""

from __future__ import annotations

import cv2
import numpy as np

from clipmill.media.draw.planes import Bytes

#: How much finer than the pixels the edge is looked for.
_FINE = 4
#: Above this many pixels it is looked for half as finely.
_LARGE = 1_500_000


def stroked(mask: Bytes, width: float, *, behind: bool) -> Bytes:
    """Coverage of a band of this width (pixels) whose middle is the edge of a mask, smooth like the mask.

    With `behind` everything inside the edge is covered too. The mask must have `width` pixels of room around it.
    """
    fine = _FINE if mask.size <= _LARGE else _FINE // 2
    large = cv2.resize(mask, None, fx=fine, fy=fine, interpolation=cv2.INTER_CUBIC)
    inside = (large >= 128).astype(np.uint8)
    outward = cv2.distanceTransform(1 - inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    reach = width / 2 * fine
    band = np.clip(reach + 0.5 - np.maximum(outward - 0.5, 0), 0, 1)
    if not behind:
        inward = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        band = np.minimum(band, np.clip(reach + 0.5 - np.maximum(inward - 0.5, 0), 0, 1))
    size = (mask.shape[1], mask.shape[0])
    drawn = cv2.resize((band * 255).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    found: Bytes = np.clip(np.rint(drawn), 0, 255).astype(np.uint8)
    return np.maximum(found, mask) if behind else found
