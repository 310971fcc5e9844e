"""Floats: boxes at the left or the right that lines of text keep clear of (CSS 2.1, 9.5)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from clipmill.domain.css.look import Look, child_look
from clipmill.domain.css.values import NOTHING
from clipmill.media.draw.html.boxes import CssBox
from clipmill.media.draw.html.content import Item, TextRun
from clipmill.media.draw.html.fitted import last
from clipmill.media.draw.html.inline import TextLines
from clipmill.media.draw.html.placed import Band, ConstraintSpace, Nesting, Placed

Bands = tuple[Band, ...]
#: Text is parted no more often beside floats.
_MOST_PARTS = 8


def taken(bands: Iterable[Band], y: float) -> tuple[float, float]:
    """How much floats take of a line at `y`: from the left and from the right."""
    beside = [band for band in bands if band.bottom > y + 0.01]
    left, right = (max((band.reach for band in beside if band.side == side), default=0.0) for side in ("left", "right"))
    return left, right


def cleared(bands: Iterable[Band], y: float, clear: str) -> float:
    """Where a box begins that stands below floats of a side, or of both."""
    return max([y, *(band.bottom for band in bands if clear in (band.side, "both"))])


def seen_from(bands: Iterable[Band], left: float, right: float, top: float) -> Bands:
    """The floats as a box sees them whose content begins so far inside."""
    seen = (Band(band.side, band.reach - (left if band.side == "left" else right), band.bottom - top) for band in bands)
    return tuple(band for band in seen if band.reach > 0 and band.bottom > 0.01)


@dataclass(slots=True)
class Floating:
    """The floats of one block while its boxes are stacked: those that reach into it, and its own."""

    layout: Nesting
    #: Width of its content, and where that begins.
    width: float
    corner: tuple[float, float]
    bands: Bands
    placed: list[Placed]

    def add(self, box: CssBox, y: float) -> None:
        """Place a float no higher than `y` (of the content)."""
        one = self.layout.place(box, ConstraintSpace(self.width, shrinks=True, apart=True))
        while sum(taken(self.bands, y)) + one.outer.width > self.width + 0.01 and any(taken(self.bands, y)):
            y = min(band.bottom for band in self.bands if band.bottom > y + 0.01)
        y = cleared(self.bands, y, box.look.clear)
        left, right = taken(self.bands, y)
        side = box.look.float_side
        x = left if side == "left" else self.width - right - one.outer.width
        one.x, one.y = self.corner[0] + x + one.margin[3], self.corner[1] + y + one.margin[0]
        reach = one.outer.width + (left if side == "left" else right)
        self.bands = (*self.bands, Band(side, reach, y + one.outer.height))
        self.placed.append(one)

    def beside(self, child: CssBox, one: Placed, given: ConstraintSpace, y: float) -> tuple[Placed, float]:
        """A block at `y` (of the content) again where floats stand beside it, and how far it moves right."""
        left, right = taken(self.bands, y)
        if not (left or right):
            return one, 0.0
        apart = child.node is not None or child.look.display not in ("block", "list-item")
        if apart or child.look.overflow == "hidden":
            return self.layout.place(child, replace(given, room=max(0.0, given.room - left - right))), left
        edges = [sum(sides) for sides in zip(one.margin, one.border, one.padding, strict=True)]
        bands = seen_from(self.bands, edges[3], edges[1], y + one.border[0] + one.padding[0])
        return self.layout.place(child, replace(given, beside=bands)), 0.0


def set_around(layout: Nesting, placed: Placed, width: float, bands: Bands) -> None:
    """Lines of text beside floats: parts of it one under another, each as wide as it may be."""
    box, (x, y), items, down = placed.box, placed.corner, placed.box.items, 0.0
    look = replace(child_look(box.look, ()), display="block")
    for number in range(_MOST_PARTS):
        left, right = taken(bands, down)
        ends = [band.bottom for band in bands if band.bottom > down + 0.01]
        room = max(1.0, width - left - right)
        first, items = (items, ()) if not ends else _parted(items, look, room, min(ends) - down)
        if not first and ends:
            down = min(ends)
            continue
        one = layout.place(replace(box, look=look, items=first, loose=[], before=[]), ConstraintSpace(room, width=room))
        one.x, one.y = x + left, y + down
        down += one.height
        placed.children.append(one)
        placed.first_baseline = one.y + (one.first_baseline or 0.0) if not number else placed.first_baseline
        placed.baseline = one.y + (one.baseline or 0.0)
        look = replace(look, text_indent=NOTHING)
        if not items:
            break
    placed.content = replace(placed.content, width=width, height=down)


def _parted(
    items: tuple[Item, ...], look: Look, room: float, height: float
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The items that fit beside a float of this height, and the rest."""
    whole = TextLines(items, look, room)
    most = math.ceil((height - 0.01) / max(1.0, whole.line)) * whole.line + 0.5
    text = "".join(item.text for item in items if isinstance(item, TextRun))
    places = [place + 1 for place, char in enumerate(text) if char in " \n"]
    words = "".join(text.split(maxsplit=1)[:1])
    if words and TextLines((TextRun(words, look),), look, None).natural_width > room:
        return (), items
    if whole.height <= most:
        return items, ()
    fitting = last(
        len(places), lambda number: TextLines(_split(items, places[number - 1])[0], look, room).height <= most
    )
    return _split(items, places[fitting - 1]) if fitting else ((), items)


def _split(items: tuple[Item, ...], count: int) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The items with the first letters, the blank after them left out, and those with the others."""
    for number, item in enumerate(items):
        if not isinstance(item, TextRun):
            continue
        if count <= len(item.text):
            ended = replace(item, text=item.text[: count - 1])
            rest = (replace(item, text=item.text[count:]),) if item.text[count:] else ()
            return (*items[:number], ended), (*rest, *items[number + 1 :])
        count -= len(item.text)
    return items, ()
