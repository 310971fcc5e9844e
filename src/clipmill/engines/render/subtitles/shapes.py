"""Shapes around letters: the outline grown from their ink, and the box that lies behind lines of different lengths."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import cv2
import numpy as np

from clipmill.domain.timeline.layout import Box
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.raster import draw_svg

#: Fainter ink than this has no outline.
_FAINT = 13
#: Corner radii are joined by this share of the way to make an arc (a quarter of a circle as a cubic curve).
_ARC = 0.5523


def grown(mask: Bytes, width: float) -> tuple[Bytes, int]:
    """The mask with everything within `width` pixels of its ink, edges smooth; and how much larger it is on each side.

    The distance of a pixel to the ink is taken to the edge inside the nearest inked pixel, as its coverage places it.
    """
    margin = int(np.ceil(width)) + 1
    padded = cv2.copyMakeBorder(mask, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    if int(mask.max(initial=0)) < _FAINT:
        return padded, margin
    empty = np.where(padded >= _FAINT, 0, 255).astype(np.uint8)
    distance, nearest = cv2.distanceTransformWithLabels(
        empty, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    inked = empty == 0
    coverage = np.zeros(int(nearest.max()) + 1, np.float32)
    coverage[nearest[inked]] = padded[inked]
    reach = width + 1.0 - distance - (1.0 - coverage[nearest] / 255)
    return np.maximum(padded, np.clip(np.rint(reach * 255), 0, 255).astype(np.uint8)), margin


def joined_boxes(boxes: Sequence[Box], radius: float, size: tuple[int, int]) -> Bytes:
    """Coverage (height, width) by boxes that stand below each other, as one shape with rounded corners."""
    width, height = size
    path = "".join(_path(corners, radius) for corners in _outlines(_levelled(boxes, radius)))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><path d="{path}"/></svg>'
    return np.ascontiguousarray(draw_svg(drawing, {}, where="subtitle.background")[..., 3])


def _levelled(boxes: Sequence[Box], radius: float) -> list[Box]:
    """The boxes, neighbours whose edges nearly agree made to agree: a step needs room for two corners."""
    sides = [[box.x, box.x + box.width] for box in boxes]
    step = max(2 * radius, 6.0)
    for _ in boxes:
        for upper, lower in itertools.pairwise(sides):
            for side, outer in ((0, min), (1, max)):
                if 0 < abs(upper[side] - lower[side]) < step:
                    upper[side] = lower[side] = outer(upper[side], lower[side])
    for place in range(1, len(boxes) - 1):
        if boxes[place + 1].y <= boxes[place - 1].y + boxes[place - 1].height:
            # Its neighbours touch each other: it cannot be narrower than both.
            sides[place][0] = min(sides[place][0], max(sides[place - 1][0], sides[place + 1][0]))
            sides[place][1] = max(sides[place][1], min(sides[place - 1][1], sides[place + 1][1]))
    return [Box(left, box.y, right - left, box.height) for (left, right), box in zip(sides, boxes, strict=True)]


def _outlines(boxes: Sequence[Box]) -> list[list[tuple[float, float]]]:
    """The corners of the shape they make together, clockwise; boxes that do not touch make shapes of their own."""
    groups: list[list[Box]] = []
    for box in boxes:
        if groups and box.y <= groups[-1][-1].y + groups[-1][-1].height and _side_by_side(groups[-1][-1], box):
            groups[-1].append(box)
        else:
            groups.append([box])
    return [_outline(group) for group in groups]


def _side_by_side(upper: Box, lower: Box) -> bool:
    return upper.x < lower.x + lower.width and lower.x < upper.x + upper.width


def _outline(group: Sequence[Box]) -> list[tuple[float, float]]:
    right: list[tuple[float, float]] = [(group[0].x + group[0].width, group[0].y)]
    left: list[tuple[float, float]] = [(group[0].x, group[0].y)]
    for upper, lower in itertools.pairwise(group):
        bottom, top = upper.y + upper.height, lower.y
        for corners, one, other, outwards in (
            (right, upper.x + upper.width, lower.x + lower.width, 1),
            (left, upper.x, lower.x, -1),
        ):
            if one != other:
                # The wider of the two keeps its whole height.
                y = bottom if (one - other) * outwards > 0 else top
                corners.extend([(one, y), (other, y)])
    last = group[-1]
    right.append((last.x + last.width, last.y + last.height))
    left.append((last.x, last.y + last.height))
    return [*right, *reversed(left)]


def _path(corners: Sequence[tuple[float, float]], radius: float) -> str:
    """An SVG path through corners with right angles, each rounded as far as its sides allow."""
    pieces: list[str] = []
    for place, (x, y) in enumerate(corners):
        before, after = corners[place - 1], corners[(place + 1) % len(corners)]
        lengths = [abs(x - other[0]) + abs(y - other[1]) for other in (before, after)]
        reach = min(radius, *(length / 2 for length in lengths))
        (ax, ay), (bx, by) = (_towards((x, y), other, reach) for other in (before, after))
        (cx, cy), (dx, dy) = (_towards((x, y), other, reach * (1 - _ARC)) for other in (before, after))
        curve = f"C{cx:.3f} {cy:.3f} {dx:.3f} {dy:.3f} {bx:.3f} {by:.3f}"
        pieces.append(f"{'L' if pieces else 'M'}{ax:.3f} {ay:.3f}{curve}")
    return "".join(pieces) + "Z"


def _towards(corner: tuple[float, float], other: tuple[float, float], distance: float) -> tuple[float, float]:
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    share = distance / length if length else 0.0
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share
