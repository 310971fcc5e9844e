"""How far what is painted of a laid out box reaches: letters, shadows, outlines, what is turned and what hangs over."""

from __future__ import annotations

import math
from typing import NamedTuple

from clipmill.domain.css.look import Look
from clipmill.media.draw.html.boxes import border_widths
from clipmill.media.draw.html.paint.turning import bounds, matrix_of
from clipmill.media.draw.html.placed import Placed

#: A blur reaches so many of its radii; a list's marker stands at most so many font sizes beside its item.
_BLURS, _MARKER = 1.5, 4.0


class Reach(NamedTuple):
    """A rectangle, pixels from the top left of a box."""

    left: float
    top: float
    right: float
    bottom: float

    def moved(self, x: float, y: float) -> Reach:
        """The same farther right and down."""
        return Reach(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, by: float) -> Reach:
        """The same, larger by so much on every side."""
        return Reach(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def joined(self, other: Reach) -> Reach:
        """The smallest rectangle around both."""
        return Reach(min(self.left, other.left), min(self.top, other.top),
                     max(self.right, other.right), max(self.bottom, other.bottom))  # fmt: skip


def reach_of(placed: Placed) -> Reach:
    """What a box and everything in it may touch before its own transform, from the corner of its border box."""
    look, far = placed.box.look, effects_reach(placed.box.look)
    found = Reach(0.0, 0.0, placed.width, placed.height).grown(_around(look) + 1.0)
    if look.overflow == "hidden":
        return found.grown(far)
    if placed.box.marker:
        found = found.joined(Reach(-_MARKER * look.font_size - 9.0, 0.0, 0.0, look.font_size * 2))
    if placed.lines is not None:
        letters = Reach(*placed.lines.reach).moved(placed.text_x, placed.text_y)
        effects = max(_around_letters(one) for one in (look, *placed.box.inlines, *placed.lines.looks))
        found = found.joined(letters.grown(effects))
    for child in placed.children:
        found = found.joined(_turned(reach_of(child), child).moved(child.x, child.y))
    return found.grown(far)


def ink_of(placed: Placed) -> Reach | None:
    """The ink of all letters in a box, their outlines included, as if nothing were turned; None without any."""
    found = None
    if placed.lines is not None and (ink := placed.lines.ink) is not None:
        stroke = max((one.pixels(one.text_stroke_width) for one in placed.lines.looks), default=0.0)
        found = Reach(*ink).moved(placed.text_x, placed.text_y).grown(stroke / 2)
    for child in placed.children:
        inner = ink_of(child)
        if inner is not None:
            inner = inner.moved(child.x, child.y)
            found = inner if found is None else found.joined(inner)
    return found


def _turned(reach: Reach, placed: Placed) -> Reach:
    """The rectangle with what its element's transform makes of it: it is painted before it is turned."""
    look = placed.box.look
    if not look.moves:
        return reach
    matrix = matrix_of(look, placed.width, placed.height, (-reach.left, -reach.top))
    there = bounds(matrix, reach.right - reach.left, reach.bottom - reach.top)
    return reach.joined(Reach(*there).moved(reach.left, reach.top).grown(1.0))


def _around(look: Look) -> float:
    """How far what a box is painted with reaches out of it."""
    found = [0.0]
    for shadow in look.box_shadow:
        far = max(abs(look.pixels(shadow.x)), abs(look.pixels(shadow.y)))
        found.append(far + look.pixels(shadow.blur) * _BLURS + max(0.0, look.pixels(shadow.spread)) + 2)
    return max(found)


def effects_reach(look: Look) -> float:
    """How far filters and the outline of a box reach beyond what it shows."""
    far = max(0.0, look.outline_pixels + look.pixels(look.outline_offset)) if look.outline_pixels else 0.0
    for change in look.filter:
        if change.name == "blur":
            far += look.pixels(change.value) * _BLURS * 2
        elif change.name == "drop-shadow":
            shadow = change.value
            far += max(abs(look.pixels(shadow.x)), abs(look.pixels(shadow.y))) + look.pixels(shadow.blur) * _BLURS
    return far


def _around_letters(look: Look) -> float:
    """How far shadows and outlines of letters, and the boxes behind them, reach out of their ink."""
    shadows = [
        max(abs(look.pixels(shadow.x)), abs(look.pixels(shadow.y))) + look.pixels(shadow.blur) * _BLURS + 2
        for shadow in look.text_shadow
    ]
    boxed = max(look.pixels(side) for side in look.sides("padding_{}")) + max(border_widths(look))
    boxed += _around(look) + effects_reach(look)
    return math.ceil(max(shadows, default=0.0) + max(look.pixels(look.text_stroke_width), boxed)) + 1.0
