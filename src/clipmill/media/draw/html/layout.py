"""Layout: how large every box becomes, and where it lies in the one around it (CSS 2.1, chapters 8 to 10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import Box
from clipmill.media.draw.html.content import Item, Space, face_of
from clipmill.media.draw.html.flex import place_flex
from clipmill.media.draw.html.inline import Lines
from clipmill.media.draw.html.placed import Given, Placed, edges_of
from clipmill.media.draw.html.tree import Node

#: Wide enough for any text in one line.
ENDLESS = 1_000_000.0


class Layout:
    """Lays out boxes; remembers how wide their contents are."""

    def __init__(self, natural_size: Callable[[Node], Size], where: str) -> None:
        self._natural_size = natural_size
        self._where = where
        self._widths: dict[int, float] = {}
        self._placed: dict[tuple[int, Given], Placed] = {}

    def place(self, box: Box, given: Given) -> Placed:
        """Lay out a box and everything in it; the same question is worked out once."""
        key = (id(box), given)
        if key not in self._placed:
            self._placed[key] = self._laid_out(box, given)
        return replace(self._placed[key])

    def _laid_out(self, box: Box, given: Given) -> Placed:
        look = box.look
        margin, border, padding = edges_of(look, given.room)
        across = border[1] + border[3] + padding[1] + padding[3]
        down = border[0] + border[2] + padding[0] + padding[2]
        if box.node is not None:
            size = self._picture(box, given)
            return Placed(box, size.width + across, size.height + down, 0, 0, margin, border, padding)
        width = self._width(box, given, margin[1] + margin[3], across)
        height = _declared_height(look, given, down)
        placed = Placed(box, width + across, 0.0, 0, 0, margin, border, padding)
        inner_height = None if height is None else max(0.0, height - down)
        self._fill(placed, width, inner_height, given)
        natural = placed.content.height + down
        wanted = natural if height is None else height
        placed.height = max(down, _clamped(look, "height", wanted, down, given.whole_height))
        self._drop(placed)
        return placed

    def content_width(self, box: Box) -> float:
        """How wide a box's content is when nothing is broken that need not be."""
        if id(box) not in self._widths:
            self._widths[id(box)] = self._measured(box)
        return self._widths[id(box)]

    def outer_width(self, box: Box) -> float:
        """The same with padding, border and margin, and within the sizes its style allows."""
        margin, border, padding = edges_of(box.look, 0.0)
        across = border[1] + border[3] + padding[1] + padding[3]
        width = _clamped(box.look, "width", self.content_width(box) + across, across, None)
        return width + margin[1] + margin[3]

    def _measured(self, box: Box) -> float:
        if box.node is not None:
            return self._picture(box, Given(ENDLESS)).width
        declared = box.look.width
        if declared is not None and declared.unit != "%":
            _, border, padding = edges_of(box.look, 0.0)
            across = border[1] + border[3] + padding[1] + padding[3]
            whole = box.look.pixels(declared)
            return max(0.0, whole - across) if box.look.box_sizing == "border-box" else whole
        if box.items:
            return Lines(self._spaced(box, ENDLESS)[0], box.look, None, self._where).natural_width
        widths = [self.outer_width(child) for child in box.children]
        if box.look.display == "flex" and box.look.flex_direction.startswith("row"):
            return sum(widths) + box.look.pixels(box.look.column_gap) * max(0, len(widths) - 1)
        return max(widths, default=0.0)

    def _width(self, box: Box, given: Given, margins: float, across: float) -> float:
        """The width of the content."""
        if given.width is not None:
            return max(0.0, given.width - across)
        look = box.look
        if look.width is not None:
            whole = look.pixels(look.width, given.room)
            outer = whole if look.box_sizing == "border-box" else whole + across
        else:
            outer = max(0.0, given.room - margins)
            if given.shrinks:
                outer = min(outer, self.content_width(box) + across)
        return max(0.0, _clamped(look, "width", outer, across, given.room) - across)

    def _fill(self, placed: Placed, width: float, height: float | None, given: Given) -> None:
        if placed.box.items:
            self._set(placed, width)
        elif placed.box.look.display == "flex":
            place_flex(self, placed, Size(width, -1.0 if height is None else height))
        else:
            self._stack(placed, width, height, apart=given.apart)

    def _set(self, placed: Placed, width: float) -> None:
        """Lines of text, with the boxes that stand in them."""
        box = placed.box
        items, atoms = self._spaced(box, width)
        lines = Lines(items, box.look, width, self._where)
        if box.look.line_clamp is not None:
            lines = lines.shortened(box.look.line_clamp)
        elif box.look.text_overflow == "ellipsis" and lines.look.white_space in ("nowrap", "pre"):
            lines = lines.shortened(None)
        placed.lines = lines
        placed.text_x, placed.text_y = placed.corner
        known = self._widths.get(id(box), ENDLESS)
        placed.content = Size(known if known <= width else lines.natural_width, lines.height)
        placed.baseline = placed.text_y + lines.last_baseline
        if not atoms:
            return
        numbers = {number: item.atom for number, item in enumerate(lines.items) if isinstance(item, Space)}
        for part in lines.fragments(number for number, atom in numbers.items() if atom is not None):
            space, atom = lines.items[part.item], atoms[numbers[part.item] or 0]
            assert isinstance(space, Space)
            atom.x = placed.text_x + part.left + atom.margin[3]
            atom.y = placed.text_y + part.baseline - space.above + atom.margin[0]
            placed.children.append(atom)

    def _spaced(self, box: Box, room: float) -> tuple[tuple[Item, ...], list[Placed]]:
        """The items with room for the boxes among them, and these boxes."""
        atoms = [self.place(atom, Given(room, shrinks=True, apart=True)) for atom in box.atoms]
        items = [
            _room_for(atoms[item.atom], item, box.look) if isinstance(item, Space) and item.atom is not None else item
            for item in box.items
        ]
        return tuple(items), atoms

    def _stack(self, placed: Placed, width: float, height: float | None, *, apart: bool) -> None:
        """Blocks one under another; margins that meet become one."""
        x, y = placed.corner
        bottom, margin, widest = y, 0.0, 0.0
        for number, child in enumerate(placed.box.children):
            one = self.place(child, Given(width, whole_height=height, shrinks=child.node is not None))
            above = one.margin[0]
            bottom += above if number == 0 else _joined(margin, above)
            one.x = x + one.margin[3] + _auto_shift(child.look, width - one.outer.width)
            one.y = bottom
            bottom += one.height
            margin = one.margin[2]
            widest = max(widest, one.x - x + max(one.width, one.content.width + one.corner[0]))
            placed.baseline = one.y + one.baseline if one.baseline is not None else placed.baseline
            placed.children.append(one)
        if not apart:
            self._collapse(placed)
        last = placed.children[-1] if placed.children else None
        placed.content = Size(widest, 0.0 if last is None else last.y + last.height + last.margin[2] - y)

    def _collapse(self, placed: Placed) -> None:
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
            for child in placed.children:
                child.y -= move
            top = max(top, move)
            first.margin = (0.0, *first.margin[1:])
        if not (placed.border[2] or placed.padding[2]) and placed.box.look.height is None:
            bottom = max(bottom, last.margin[2])
            last.margin = (*last.margin[:2], 0.0, last.margin[3])
        placed.margin = (top, right, bottom, left)

    def _drop(self, placed: Placed) -> None:
        """Content lower in a box that is higher than it."""
        if not placed.box.drop:
            return
        move = (placed.inner.height - placed.content.height) * placed.box.drop
        placed.text_y += move
        placed.baseline = None if placed.baseline is None else placed.baseline + move
        for child in placed.children:
            child.y += move

    def _picture(self, box: Box, given: Given) -> Size:
        """The size of a picture: as its style says, else its own, its shape kept."""
        assert box.node is not None
        natural, look = self._natural_size(box.node), box.look
        wide = None if look.width is None else look.pixels(look.width, given.room)
        high = _pixels_down(look, look.height, given.whole_height)
        if wide is None and high is None:
            wide, high = natural.width, natural.height
        wide = wide if wide is not None else (high or 0.0) * natural.width / max(1.0, natural.height)
        high = high if high is not None else wide * natural.height / max(1.0, natural.width)
        limited = _clamped(look, "width", wide, 0.0, given.room)
        if limited != wide and look.height is None:
            high *= limited / wide
        return Size(limited, _clamped(look, "height", high, 0.0, given.whole_height))


def _room_for(atom: Placed, item: Space, parent: Look) -> Space:
    """The room a box needs in its line: above and below the baseline."""
    outer, face = atom.outer, face_of(parent)
    baseline = None if atom.baseline is None else atom.margin[0] + atom.baseline
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


def _auto_shift(look: Look, rest: float) -> float:
    """How far a block moves into the room beside it where its margins are `auto`."""
    if rest <= 0 or look.margin_left is not None:
        return 0.0
    return rest / 2 if look.margin_right is None else rest


def _pixels_down(look: Look, length: Length | None, whole: float | None) -> float | None:
    if length is None or (length.unit == "%" and whole is None):
        return None
    return look.pixels(length, whole or 0.0)


def _declared_height(look: Look, given: Given, down: float) -> float | None:
    """The height of the border box, None where the content decides."""
    if given.height is not None:
        return given.height
    height = _pixels_down(look, look.height, given.whole_height)
    return height if height is None or look.box_sizing == "border-box" else height + down


def _clamped(look: Look, side: str, outer: float, frame: float, whole: float | None) -> float:
    """A size of the border box held inside what `min-` and `max-` allow."""
    extra = 0.0 if look.box_sizing == "border-box" else frame
    most = _pixels_down(look, getattr(look, f"max_{side}"), whole)
    least = _pixels_down(look, getattr(look, f"min_{side}"), whole)
    outer = outer if most is None else min(outer, most + extra)
    return outer if least is None else max(outer, least + extra)
