"""What lies wholly outside of a box's set height, which is not painted; and letters that a box cuts itself."""

from __future__ import annotations

from dataclasses import replace

from clipmill.media.draw.html.boxes import is_painted
from clipmill.media.draw.html.paint.reach import ink_of
from clipmill.media.draw.html.placed import Placed

#: A line that reaches into the box by less than this (pixels) lies outside of it.
_GRAZE = 1.0
#: Letters that lose less than this (pixels) lose nothing worth a word: the edge of a curve.
_SLACK = 1.5


def kept_of(placed: Placed) -> tuple[Placed, bool]:
    """A box without the lines, boxes and pictures that lie wholly above or below it, and whether there were any.

    What was turned, moved or positioned is where its author wants it: it stays.
    """
    room = (placed.border[0] + _GRAZE, placed.height - placed.border[2] - _GRAZE)
    return _kept(placed, 0.0, room)


def cuts_letters(placed: Placed) -> bool:
    """Whether a box that hides what leaves it, this one or one in it, takes ink from letters."""
    if placed.box.look.overflow == "hidden":
        ink, (top, right, bottom, left) = ink_of(placed), placed.border
        return ink is not None and (
            ink.left < left - _SLACK
            or ink.top < top - _SLACK
            or ink.right > placed.width - right + _SLACK
            or ink.bottom > placed.height - bottom + _SLACK
        )
    return any(map(cuts_letters, placed.children))


def _kept(placed: Placed, y: float, room: tuple[float, float]) -> tuple[Placed, bool]:
    top, bottom = room
    lines, lost = placed.lines, False
    if lines is not None:
        begin = y + placed.text_y
        lines = lines.within(top - begin, bottom - begin)
        lost = lines is not placed.lines
    children = []
    for child in placed.children:
        if child.box.look.moves or child.box.look.position != "static":
            children.append(child)
            continue
        begin = y + child.y
        end = begin + max(child.height, child.corner[1] + child.content.height)
        if begin >= bottom or end <= top:
            lost = lost or _is_seen(child)
            continue
        one, less = _kept(child, begin, room)
        children.append(one)
        lost = lost or less
    return replace(placed, lines=lines, children=children), lost


def _is_seen(placed: Placed) -> bool:
    own = placed.box.node is not None or is_painted(placed.box.look)
    written = placed.lines is not None and not placed.lines.is_blank
    return own or written or any(map(_is_seen, placed.children))
