"""Blocks, lines and pictures: how large they become, and where they lie in the box around them (CSS 2.1, 8 to 10).

It is long because widths, lines, floats and margins that collapse decide each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import INTRINSIC, Length
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import CssBox
from clipmill.media.draw.html.content import Item, Space, TextRun, face_of
from clipmill.media.draw.html.fitted import balanced, shortened
from clipmill.media.draw.html.inline import TextLines
from clipmill.media.draw.html.layout.flex import place_flex
from clipmill.media.draw.html.layout.floats import Floating, cleared, seen_from, set_around
from clipmill.media.draw.html.layout.grid import grid_width, place_grid
from clipmill.media.draw.html.layout.table import place_table, table_width
from clipmill.media.draw.html.placed import ConstraintSpace, Loose, Placed, edges_of, frame_of, shifted
from clipmill.media.draw.html.tree import Node

#: A word after the last line that is shown, so that it ends in an ellipsis.
_CUT = " " + "x" * 400
#: Limits that the content decides, whatever the room.
_BY_CONTENT = {"min_width": ("max-content", "min-content"), "max_width": INTRINSIC}
#: Wide enough for any text in one line.
ENDLESS = 1_000_000.0
#: Boxes that share their height among what is in them.
#: Letters of a text that may be one word.
_WORD = 30
_SHARING = frozenset({"flex", "grid", "table"})


class Layout:
    """Lays out boxes; remembers how wide their contents are."""

    def __init__(self, natural_size: Callable[[Node], Size], where: str) -> None:
        self._natural_size = natural_size
        self._where = where
        self._widths: dict[tuple[CssBox, bool], float] = {}
        #: Texts in lines that are broken only where they say so, measured once.
        self._unbroken: dict[CssBox, TextLines] = {}
        #: Tables, put together once.
        self.tables: dict[CssBox, object] = {}
        self._unsized: dict[tuple[CssBox, str], CssBox] = {}
        self._placed: dict[tuple[CssBox, ConstraintSpace], Placed] = {}

    def place(self, box: CssBox, given: ConstraintSpace) -> Placed:
        """Lay out a box and everything in it; the same question is worked out once."""
        key = (box, given)
        if key not in self._placed:
            self._placed[key] = self._laid_out(box, given)
        return replace(self._placed[key])

    def _laid_out(self, box: CssBox, given: ConstraintSpace) -> Placed:
        box = self._limited(box)
        look = box.look
        margin, border, padding = edges_of(look, given.room)
        across, down = frame_of(look, given.room)
        if box.node is not None:
            size = self._picture(box, given, across, down)
            return Placed(box, size.width + across, size.height + down, 0, 0, margin, border, padding)
        height = _declared_height(look, given, down)
        width = self._width(box, given, margin[1] + margin[3], (across, down), height)
        if height is None and look.aspect_ratio is not None:
            height = _ratio_height(look, width, across, down)
        placed = Placed(box, width + across, 0.0, 0, 0, margin, border, padding)
        inner_height = None if height is None else max(0.0, height - down)
        self._fill(placed, width, inner_height, given)
        natural = placed.content.height + down
        wanted = natural if height is None else height
        if look.aspect_ratio is not None and look.height is None and given.height is None:
            wanted = max(wanted, natural if look.overflow != "hidden" else 0.0)
        placed.height = max(down, _clamped(look, "height", wanted, down, given.whole_height))
        if look.display in _SHARING and (placed.height != natural if height is None else placed.height != height):
            tall = placed.height
            placed = Placed(box, width + across, tall, 0, 0, margin, border, padding)
            self._fill(placed, width, tall - down, given)
        self._drop(placed)
        return placed

    def content_width(self, box: CssBox, *, least: bool = False) -> float:
        """How wide a box's content is when nothing is broken that need not be, or everything that may be."""
        key = (box, least)
        if key not in self._widths:
            self._widths[key] = self._measured(box, least=least)
        return self._widths[key]

    def border_width(self, box: CssBox, *, least: bool = False) -> float:
        """The same with padding and border, and within the sizes its style allows."""
        across, box = frame_of(box.look)[0], self._limited(box)
        return _clamped(box.look, "width", self.content_width(box, least=least) + across, across, None)

    def outer_width(self, box: CssBox, *, least: bool = False) -> float:
        """The same with its margins."""
        margin, _, _ = edges_of(box.look, 0.0)
        return self.border_width(box, least=least) + margin[1] + margin[3]

    def unsized(self, box: CssBox, side: str) -> CssBox:
        """The same box, as wide or as high as its content."""
        if getattr(box.look, side) is None:
            return box
        key = (box, side)
        if key not in self._unsized:
            auto: dict[str, Any] = {side: None}
            self._unsized[key] = replace(box, look=replace(box.look, **auto))
        return self._unsized[key]

    def _limited(self, box: CssBox) -> CssBox:
        """The same box with the least and greatest widths that its content decides as lengths."""
        look = box.look
        told: dict[str, Any] = {}
        for name, words in _BY_CONTENT.items():
            limit = getattr(look, name)
            if limit is not None and limit.unit in words:
                frame = frame_of(look)[0] if look.box_sizing == "border-box" else 0.0
                free = self.unsized(box, "width")
                told[name] = Length(self._filled_width(free, least=limit.unit == "min-content") + frame)
        return replace(box, look=replace(look, **told)) if told else box

    def limits(self, box: CssBox, side: str, whole: float | None) -> tuple[float, float]:
        """The least and the greatest size of a border box that its style allows."""
        frame = frame_of(box.look, whole or 0.0)[side != "width"]
        least = _clamped(box.look, side, 0.0, frame, whole)
        return max(least, frame), _clamped(box.look, side, math.inf, frame, whole)

    def _measured(self, box: CssBox, *, least: bool) -> float:
        look, declared = box.look, box.look.width
        if box.node is not None:
            shares = least and any(one is not None and one.unit == "%" for one in (declared, look.max_width))
            return 0.0 if shares else self._picture(box, ConstraintSpace(ENDLESS), *frame_of(look)).width
        if declared is not None and declared.unit != "%":
            least = declared.unit == "min-content" or (least and declared.unit != "max-content")
            if declared.unit not in INTRINSIC:
                whole = look.pixels(declared)
                return max(0.0, whole - frame_of(look)[0]) if look.box_sizing == "border-box" else whole
        return self._filled_width(box, least=least)

    def _filled_width(self, box: CssBox, *, least: bool) -> float:
        """How wide what is in a box is."""
        look = box.look
        if box.items:
            return self._lines_width(box, least=least)
        if look.display in ("grid", "table"):
            return (grid_width if look.display == "grid" else table_width)(self, box, least=least)
        widths = [self.outer_width(child, least=least) for child in box.children]
        if look.display == "flex" and look.flex_direction.startswith("row"):
            gaps = look.pixels(look.column_gap) * max(0, len(widths) - 1)
            return max(widths, default=0.0) if least and look.flex_wrap != "nowrap" else sum(widths) + gaps
        beside = 0.0 if least else sum(self.outer_width(one) for _, one in box.floats)
        return max(widths, default=0.0) + beside

    def _lines_width(self, box: CssBox, *, least: bool) -> float:
        """How wide the lines of a text are in one, or broken wherever they may be."""
        look = box.look
        if not least or look.white_space in ("nowrap", "pre") or (not box.atoms and _is_a_word(box)):
            known = self._widths.get((box, False)) if least else None
            if known is not None:
                return known
            items = [
                replace(item, width=self.outer_width(box.atoms[item.atom]))
                if isinstance(item, Space) and item.atom is not None else item for item in box.items
            ]  # fmt: skip
            self._unbroken[box] = TextLines(tuple(items), look, None, self._where)
            return self._unbroken[box].natural_width
        if look.overflow_wrap == "break-word":
            look = replace(look, overflow_wrap="normal")
        words = TextLines(box.items, look, 1.0, self._where).natural_width
        return max(words, *(self.outer_width(atom, least=True) for atom in box.atoms), 0.0)

    def _width(
        self, box: CssBox, given: ConstraintSpace, margins: float, frame: tuple[float, float], height: float | None
    ) -> float:
        """The width of the content."""
        across, down = frame
        if given.width is not None:
            return max(0.0, given.width - across)
        look, declared = box.look, box.look.width
        if declared is not None and declared.unit not in INTRINSIC:
            whole = look.pixels(declared, given.room)
            outer = whole if look.box_sizing == "border-box" else whole + across
        elif look.aspect_ratio is not None and height is not None and (given.shrinks or look.height is not None):
            outer = (height if look.box_sizing == "border-box" else height - down) * look.aspect_ratio
            outer += 0.0 if look.box_sizing == "border-box" else across
        else:
            outer = max(0.0, given.room - margins)
            if declared is not None and declared.unit != "fit-content":
                outer = self.content_width(box, least=declared.unit == "min-content") + across
            elif given.shrinks or declared is not None or look.display == "table":
                outer = self._shrunk(box, outer, across)
        width = max(0.0, _clamped(look, "width", outer, across, given.room) - across)
        if look.display == "table" and width < self.content_width(box):
            return max(width, self.content_width(box, least=True))
        return width

    def _shrunk(self, box: CssBox, room: float, across: float) -> float:
        """As wide as the content, but no wider than the room for it, unless it cannot be broken."""
        most = self.content_width(box) + across
        return most if most <= room else min(most, max(room, self.content_width(box, least=True) + across))

    def _fill(self, placed: Placed, width: float, height: float | None, given: ConstraintSpace) -> None:
        inner = Size(width, -1.0 if height is None else height)
        display = placed.box.look.display
        if placed.box.items and given.beside:
            set_around(self, placed, width, given.beside)
        elif placed.box.items:
            self._set(placed, width, height)
        elif display == "flex":
            place_flex(self, placed, inner)
        elif display == "grid":
            place_grid(self, placed, inner)
        elif display == "table":
            place_table(self, placed, inner)
        else:
            self._stack(placed, width, height, given)

    def _set(self, placed: Placed, width: float, height: float | None) -> None:
        """Lines of text, with the boxes that stand in them."""
        box = placed.box
        items, atoms = self._spaced(box, width, height)
        whole = self._unbroken.get(box)
        fits = whole is not None and not atoms and whole.natural_width <= width
        lines = TextLines(items, box.look, width, self._where, whole if fits else None)
        if box.look.line_clamp is not None:
            lines = shortened(lines, box.look.line_clamp)
        elif box.look.text_overflow == "ellipsis" and lines.look.white_space in ("nowrap", "pre"):
            lines = shortened(lines, None)
        placed.lines = lines
        placed.text_x, placed.text_y = placed.corner
        if box.look.text_wrap == "balance" and not fits and lines.width is not None:
            placed.lines = lines = balanced(lines)
            placed.text_x += (width - (lines.width or width)) * lines.share
        known = self._widths.get((box, False), ENDLESS)
        placed.content = Size(known if known <= width else lines.natural_width, lines.height)
        first, last = lines.baselines
        placed.first_baseline, placed.baseline = placed.text_y + first, placed.text_y + last
        low = (placed.text_x, placed.text_y + lines.height)
        for loose, before in zip(box.loose, box.before, strict=True):
            placed.loose.append(Loose(loose, *(low if before else (placed.text_x, placed.text_y))))
        if not atoms:
            return
        numbers = {number: item.atom for number, item in enumerate(lines.items) if isinstance(item, Space)}
        for part in lines.fragments(number for number, atom in numbers.items() if atom is not None):
            space, atom = lines.items[part.item], atoms[numbers[part.item] or 0]
            assert isinstance(space, Space)
            atom.x = placed.text_x + part.left + atom.margin[3]
            atom.y = placed.text_y + part.baseline - space.above + atom.margin[0]
            placed.children.append(atom)

    def _spaced(self, box: CssBox, room: float, height: float | None = None) -> tuple[tuple[Item, ...], list[Placed]]:
        """The items with room for the boxes among them, and these boxes."""
        given = ConstraintSpace(room, shrinks=True, apart=True, whole_height=height)
        atoms = [self.place(atom, given) for atom in box.atoms]
        items = [
            _room_for(atoms[item.atom], item, box.look) if isinstance(item, Space) and item.atom is not None else item
            for item in box.items
        ]
        return tuple(items), atoms

    def _stack(self, placed: Placed, width: float, height: float | None, outer: ConstraintSpace) -> None:
        """Blocks one under another; margins that meet become one."""
        x, y = placed.corner
        bottom, margin, widest = y, 0.0, 0.0
        look = placed.box.look
        floating = Floating(self, width, placed.corner, outer.beside, [])
        for number, child in enumerate(self._within_lines(placed.box, width)):
            self._leave(placed, number, bottom + margin)
            self._float(placed, number, floating, bottom + margin)
            given = ConstraintSpace(width, whole_height=height, shrinks=child.node is not None)
            one = self.place(child, given)
            above = one.margin[0]
            if number and _is_empty(one) and child.look.clear == "none":
                margin = _joined(_joined(margin, above), one.margin[2])
                one.x, one.y = x + one.margin[3], bottom + margin
                placed.children.append(one)
                continue
            bottom += above if number == 0 else _joined(margin, above)
            right = 0.0
            if floating.bands:
                bottom = y + cleared(floating.bands, bottom - y, child.look.clear)
                one, right = floating.beside(child, one, given, bottom - y)
            rest = width - one.outer.width
            one.x = x + one.margin[3] + right + _auto_shift(child.look, rest, rtl=look.direction == "rtl")
            one.y = bottom
            floating.bands = (*floating.bands, *seen_from(one.hanging, -one.margin[3], -one.margin[1], y - one.y))
            bottom += one.height
            margin = one.margin[2]
            widest = max(widest, one.x - x + max(one.width, one.content.width + one.corner[0]))
            if one.first_baseline is not None and placed.first_baseline is None:
                placed.first_baseline = one.y + one.first_baseline
            placed.baseline = one.y + one.baseline if one.baseline is not None else placed.baseline
            placed.children.append(one)
        last = len(placed.box.children)
        self._leave(placed, last, bottom + margin, rest=True)
        self._float(placed, last, floating, bottom + margin)
        apart = outer.apart or look.display == "table-cell"
        if not apart:
            self._collapse(placed, floating.placed)
        end = placed.children[-1:]
        if apart or look.overflow == "hidden":
            end += floating.placed
        elif floating.placed:
            placed.hanging = seen_from(floating.bands[-len(floating.placed) :], -x, -x, -placed.corner[1])
        low = max((one.y + one.height + one.margin[2] - y for one in end), default=0.0)
        placed.children += floating.placed  # painted over the blocks beside them
        placed.content = Size(widest, max(0.0, low))

    def _within_lines(self, box: CssBox, width: float) -> list[CssBox]:
        """The blocks in a box, down to the one in which the last of its lines lies (`line-clamp`)."""
        most, kept = box.look.line_clamp, []
        if most is None:
            return box.children
        for child in box.children:
            held = replace(child, look=replace(child.look, line_clamp=most))
            kept.append(held)
            most -= self.place(held, ConstraintSpace(width)).count
            if most <= 0:
                last = child.items[-1:] if child is not box.children[-1] else ()
                more = (replace(item, text=_CUT) for item in last if isinstance(item, TextRun))
                kept[-1] = replace(held, items=(*held.items, *more))
                break
        return kept

    def _float(self, placed: Placed, number: int, floating: Floating, y: float) -> None:
        """Floats that stand before a block."""
        for before, box in placed.box.floats:
            if before == number:
                floating.add(box, y - placed.corner[1])

    def _leave(self, placed: Placed, number: int, y: float, *, rest: bool = False) -> None:
        """Boxes out of the flow that would begin before a block."""
        for loose, before in zip(placed.box.loose, placed.box.before, strict=True):
            if before == number or (rest and before > number):
                placed.loose.append(Loose(loose, placed.corner[0], y))

    def _collapse(self, placed: Placed, floats: list[Placed]) -> None:
        """The first and the last margin inside a plain block stand outside of it."""
        if (
            not placed.children
            or placed.box.look.display not in ("block", "list-item")
            or placed.box.look.overflow == "hidden"
        ):
            return
        first, last = placed.children[0], placed.children[-1]
        top, right, bottom, left = placed.margin
        if not (placed.border[0] or placed.padding[0]):
            move = first.margin[0]
            for child in (*placed.children, *floats):
                child.y -= move
            top = _joined(top, move)
            first.margin = (0.0, *first.margin[1:])
        look = placed.box.look
        sized = look.height is not None or look.min_height is not None or look.aspect_ratio is not None
        if not (placed.border[2] or placed.padding[2]) and not sized:
            bottom = _joined(bottom, last.margin[2])
            last.margin = (*last.margin[:2], 0.0, last.margin[3])
        placed.margin = (top, right, bottom, left)

    def _drop(self, placed: Placed) -> None:
        """Content lower in a box that is higher than it."""
        if not placed.box.drop:
            return
        shifted(placed, (placed.inner.height - placed.content.height) * placed.box.drop)

    def _picture(self, box: CssBox, given: ConstraintSpace, across: float, down: float) -> Size:
        """The size of a picture without its frame: as its style says, else its own, its shape kept."""
        assert box.node is not None
        natural, look = self._natural_size(box.node), box.look
        ratio = look.aspect_ratio or natural.width / max(1.0, natural.height)
        frame = (across, down) if look.box_sizing == "border-box" else (0.0, 0.0)
        wide = high = None
        room = given.room if given.room < ENDLESS else None
        if (told := _pixels(look, look.width, room)) is not None:
            wide = max(0.0, told - frame[0])
        if (told := _pixels(look, look.height, given.whole_height)) is not None:
            high = max(0.0, told - frame[1])
        wide = wide if given.width is None else max(0.0, given.width - across)
        high = high if given.height is None else max(0.0, given.height - down)
        free = wide is None, high is None
        if wide is None and high is None:
            wide, high = (natural.width, natural.width / ratio)
        wide = wide if wide is not None else (high or 0.0) * ratio
        high = high if high is not None else wide / ratio
        if given.width is None:
            limited = _clamped(look, "width", wide + across, across, room) - across
            high = high * limited / wide if free[1] and wide else high
            wide = limited
        if given.height is None:
            limited = _clamped(look, "height", high + down, down, given.whole_height) - down
            wide = wide * limited / high if free[0] and high else wide
            high = limited
        return Size(wide, high)


def _room_for(atom: Placed, item: Space, parent: Look) -> Space:
    """The room a box needs in its line: above and below the baseline."""
    outer, face = atom.outer, face_of(parent)
    hidden = atom.box.look.overflow == "hidden"
    baseline = None if atom.baseline is None or hidden else atom.margin[0] + atom.baseline
    above = outer.height if baseline is None else baseline
    align = atom.box.look.vertical_align
    if isinstance(align, Length):
        above += atom.box.look.pixels(align, parent.line_pixels or parent.font_size)
    elif align == "middle":
        above = outer.height / 2 + parent.font_size / 4
    elif align in ("top", "text-top"):
        above = face.ascent
    elif align in ("bottom", "text-bottom"):
        above = outer.height - face.descent
    return replace(item, width=outer.width, above=above, below=outer.height - above)


def _joined(one: float, other: float) -> float:
    """Two margins that meet."""
    return max(0.0, one, other) + min(0.0, one, other)


def _auto_shift(look: Look, rest: float, *, rtl: bool = False) -> float:
    """How far a block moves into the room beside it: as margins that are `auto` say, else to where lines begin."""
    if look.margin_left is not None and look.margin_right is not None:
        return rest if rtl else 0.0
    if rest <= 0 or look.margin_left is not None:
        return 0.0
    return rest / 2 if look.margin_right is None else rest


def _is_a_word(box: CssBox) -> bool:
    """Whether there is nothing in a text where a line could be broken."""
    text = "".join(item.text for item in box.items if isinstance(item, TextRun))
    free = box.look.overflow_wrap == "anywhere" or box.look.word_break == "break-all"
    return not free and len(text) < _WORD and text.isalnum() and text.isascii()


def _is_empty(placed: Placed) -> bool:
    """Whether a block is nothing, so that the margins around it meet."""
    return placed.height == 0 and placed.box.node is None and placed.box.look.display in ("block", "list-item")


def _ratio_height(look: Look, width: float, across: float, down: float) -> float:
    """The height of the border box that goes with the width of its content."""
    ratio = look.aspect_ratio or 1.0
    return (width + across) / ratio if look.box_sizing == "border-box" else width / ratio + down


def _pixels(look: Look, length: Length | None, whole: float | None) -> float | None:
    if length is None or length.unit in INTRINSIC or (length.unit == "%" and whole is None):
        return None
    return look.pixels(length, whole or 0.0)


def _declared_height(look: Look, given: ConstraintSpace, down: float) -> float | None:
    """The height of the border box, None where the content decides."""
    if given.height is not None:
        return given.height
    height = _pixels(look, look.height, given.whole_height)
    return height if height is None or look.box_sizing == "border-box" else height + down


def _clamped(look: Look, side: str, outer: float, frame: float, whole: float | None) -> float:
    """A size of the border box held inside what `min-` and `max-` allow."""
    extra = 0.0 if look.box_sizing == "border-box" else frame
    most = _pixels(look, getattr(look, f"max_{side}"), whole)
    least = _pixels(look, getattr(look, f"min_{side}"), whole)
    outer = outer if most is None else min(outer, most + extra)
    return outer if least is None else max(outer, least + extra)
