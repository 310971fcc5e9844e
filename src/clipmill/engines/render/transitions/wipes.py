"""Wipes: an edge runs over two pictures that stand still, hard or smooth."""

from __future__ import annotations

from clipmill.engines.render.transitions.picture import chosen, columns, eased, reach, rows
from clipmill.media.draw.planes import Bytes


def wipe_left(width: int, height: int, progress: float) -> Bytes:
    """The edge runs to the left."""
    return chosen(columns(width) > reach(1 - progress, width))


def wipe_right(width: int, height: int, progress: float) -> Bytes:
    """The edge runs to the right."""
    return chosen(columns(width) <= reach(progress, width))


def wipe_up(width: int, height: int, progress: float) -> Bytes:
    """The edge runs up."""
    return chosen(rows(height) > reach(1 - progress, height))


def wipe_down(width: int, height: int, progress: float) -> Bytes:
    """The edge runs down."""
    return chosen(rows(height) <= reach(progress, height))


def wipe_top_left(width: int, height: int, progress: float) -> Bytes:
    """The first picture is left in the top left corner at last."""
    return wipe_left(width, height, progress) | wipe_up(width, height, progress)


def wipe_top_right(width: int, height: int, progress: float) -> Bytes:
    """The first picture is left in the top right corner at last."""
    return wipe_right(width, height, progress) | wipe_up(width, height, progress)


def wipe_bottom_left(width: int, height: int, progress: float) -> Bytes:
    """The first picture is left in the bottom left corner at last."""
    return wipe_left(width, height, progress) | wipe_down(width, height, progress)


def wipe_bottom_right(width: int, height: int, progress: float) -> Bytes:
    """The first picture is left in the bottom right corner at last."""
    return wipe_right(width, height, progress) | wipe_down(width, height, progress)


def smooth_left(width: int, height: int, progress: float) -> Bytes:
    """A soft edge as long as the picture runs to the left."""
    return eased(columns(width) / width, 1, 2 * progress - 1)


def smooth_right(width: int, height: int, progress: float) -> Bytes:
    """A soft edge as long as the picture runs to the right."""
    return eased(columns(width)[:, ::-1] / width, 1, 2 * progress - 1)


def smooth_up(width: int, height: int, progress: float) -> Bytes:
    """A soft edge as long as the picture runs up."""
    return eased(rows(height) / height, 1, 2 * progress - 1)


def smooth_down(width: int, height: int, progress: float) -> Bytes:
    """A soft edge as long as the picture runs down."""
    return eased(rows(height)[::-1] / height, 1, 2 * progress - 1)
