"""Flex: boxes side by side or one under another, sharing the room between them (CSS Flexible Box Layout 1)."""

from __future__ import annotations

from dataclasses import dataclass

from clipmill.domain.css.values import INTRINSIC
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import CssBox
from clipmill.media.draw.html.placed import ConstraintSpace, Loose, Nesting, Placed, Sides, edges_of

#: Shares of free room that lie before a box.
SHARES = {"center": 0.5, "flex-end": 1.0}
_TURNED = {"flex-start": "flex-end", "flex-end": "flex-start", "normal": "flex-end"}


@dataclass(slots=True, eq=False)
class _Item:
    """A child with its sizes along the main axis: of its border box, pixels."""

    box: CssBox
    margin: Sides
    base: float
    size: float = 0.0
    placed: Placed | None = None

    @property
    def laid(self) -> Placed:
        """The child once it is laid out."""
        assert self.placed is not None
        return self.placed


def place_flex(layout: Nesting, placed: Placed, inner: Size) -> None:
    """Lay out the children of a flex box; `inner.height` is negative where the content decides it."""
    _Flex(layout, placed, inner).place()


class _Flex:
    """One flex box: `across` is the size along which items follow one another, `down` the other one."""

    def __init__(self, layout: Nesting, placed: Placed, inner: Size) -> None:
        self._layout = layout
        self._placed = placed
        self._inner = inner
        self._look = look = placed.box.look
        self._is_row = look.flex_direction.startswith("row")
        self._rtl = look.direction == "rtl"
        self._turned = look.flex_direction.endswith("reverse") != (self._is_row and self._rtl)
        high = None if inner.height < 0 else inner.height
        self._main: float | None
        self._cross: float | None
        self._main, self._cross = (inner.width, high) if self._is_row else (high, inner.width)
        gaps = look.pixels(look.column_gap, inner.width), look.pixels(look.row_gap, max(0.0, inner.height))
        self._gap, self._line_gap = gaps if self._is_row else gaps[::-1]
        # first and last side along the main axis, and along the other one: top, right, bottom, left
        self._ends, self._sides = ((3, 1), (0, 2)) if self._is_row else ((0, 2), (3, 1))

    def place(self) -> None:
        """Lay them out."""
        children = sorted(self._placed.box.children, key=lambda child: child.look.order)
        lines = self._lines([self._item(child) for child in children])
        for line in lines:
            self._share(line)
            for item in line:
                item.placed = self._laid_out(item, line_size=self._cross if len(lines) == 1 else None)
        sizes, begin, between = self._line_sizes(lines)
        used = 0.0
        top = begin
        for line, size in zip(lines, sizes, strict=True):
            for item in line:
                self._stretch(item, size)
            used = max(used, self._spread(line))
            self._align(line, top, size)
            top += size + self._line_gap + between
        self._finish([item for line in lines for item in line], used)

    def _item(self, child: CssBox) -> _Item:
        margin, _, _ = edges_of(child.look, self._inner.width)
        return _Item(child, margin, self._base(child, margin))

    def _base(self, child: CssBox, margin: Sides) -> float:
        """How long a child would like to be."""
        look = child.look
        length = look.flex_basis if look.flex_basis is not None else look.width if self._is_row else look.height
        if length is not None and length.unit not in INTRINSIC and (length.unit != "%" or self._main is not None):
            whole = max(0.0, look.pixels(length, self._main or 0.0))
            frame = self._frame(child)
            return max(whole, frame) if look.box_sizing == "border-box" else whole + frame
        if self._is_row:
            least = length is not None and length.unit == "min-content"
            return self._layout.border_width(child, least=least)
        return self._at_width(child, margin, None).height

    def _frame(self, child: CssBox) -> float:
        _, border, padding = edges_of(child.look, self._inner.width)
        return sum(border[side] + padding[side] for side in self._ends)

    def _at_width(self, child: CssBox, margin: Sides, height: float | None) -> Placed:
        """A child of a column, as wide as it becomes."""
        fills = self._align_of(child) == "stretch" and child.look.width is None and not self._autos(child, self._sides)
        wide = max(0.0, self._inner.width - margin[1] - margin[3]) if fills and child.node is None else None
        given = ConstraintSpace(self._inner.width, wide, height, shrinks=True, whole_height=self._main, apart=True)
        return self._layout.place(child, given)

    def _bounds(self, item: _Item, *, shrinks: bool) -> tuple[float, float]:
        """The least and the greatest size of an item; the least is that of its content where nothing else is said."""
        side = "width" if self._is_row else "height"
        look = item.box.look
        least, most = self._layout.limits(item.box, side, self._main)
        if (
            getattr(look, f"min_{side}") is None
            and look.overflow != "hidden"
            and (shrinks or look.flex_basis is not None)
        ):
            declared = getattr(look, side)
            least = self._words(item.box) if self._is_row else self._natural(item)
            if declared is not None and declared.unit not in INTRINSIC:
                least = min(least, item.base) if look.flex_basis is None else least
        return least, max(least, most)

    def _words(self, child: CssBox) -> float:
        return self._layout.border_width(self._layout.unsized(child, "width"), least=True)

    def _natural(self, item: _Item) -> float:
        return self._at_width(self._layout.unsized(item.box, "height"), item.margin, None).height

    def _lines(self, items: list[_Item]) -> list[list[_Item]]:
        lines: list[list[_Item]] = []
        used = 0.0
        wraps = self._look.flex_wrap != "nowrap" and self._main is not None
        for item in items:
            least, most = self._layout.limits(item.box, "width" if self._is_row else "height", self._main)
            size = min(max(item.base, least), most) + sum(item.margin[side] for side in self._ends)
            if not lines or (wraps and used + self._gap + size > (self._main or 0.0) + 0.01):
                lines.append([])
                used = -self._gap
            lines[-1].append(item)
            used += self._gap + size
        return lines

    def _share(self, line: list[_Item]) -> None:
        """Give every item of a line its size (9.7): what hits a limit is set, and the rest shared again."""
        taken = sum(sum(item.margin[side] for side in self._ends) for item in line) + self._gap * (len(line) - 1)
        room = None if self._main is None else self._main - taken
        grows = room is None or sum(item.base for item in line) < room
        bounds = {id(item): self._bounds(item, shrinks=not grows) for item in line}
        rates = {id(item): self._rate(item, grows=grows) for item in line}
        waiting = list(line)
        for item in line:
            item.size = item.base
        while waiting:
            free = 0.0 if room is None else room - sum(item.size if item not in waiting else item.base for item in line)
            total = sum(rates[id(item)] for item in waiting)
            if grows and 0 < total < 1:
                free *= total
            over = {}
            for item in waiting:
                share = free * rates[id(item)] / total if total and room is not None else 0.0
                least, most = bounds[id(item)]
                item.size = min(max(item.base + share, least), most)
                over[id(item)] = item.size - (item.base + share)
            excess = sum(over.values())
            kept = [item for item in waiting if (over[id(item)] <= 0 if excess > 0 else over[id(item)] >= 0)]
            if abs(excess) < 1e-6 or len(kept) == len(waiting):
                return
            waiting = kept

    def _rate(self, item: _Item, *, grows: bool) -> float:
        return item.box.look.flex_grow if grows else item.box.look.flex_shrink * max(0.0, item.base)

    def _laid_out(self, item: _Item, line_size: float | None) -> Placed:
        if not self._is_row:
            return self._at_width(item.box, item.margin, item.size)
        high = None
        if line_size is not None and self._stretches(item.box):
            high = max(0.0, line_size - item.margin[0] - item.margin[2])
        given = ConstraintSpace(self._inner.width, item.size, high, whole_height=self._cross, apart=True)
        return self._layout.place(item.box, given)

    def _stretches(self, child: CssBox) -> bool:
        side = child.look.height if self._is_row else child.look.width
        return self._align_of(child) == "stretch" and side is None and not self._autos(child, self._sides)

    def _line_sizes(self, lines: list[list[_Item]]) -> tuple[list[float], float, float]:
        """How thick each line is, the room before the first, and the room between two."""
        if self._cross is not None and self._look.flex_wrap == "nowrap":
            return [self._cross] * len(lines), 0.0, 0.0
        sizes = [max((self._thick(item) for item in line), default=0.0) for line in lines]
        if self._is_row:
            for place, line in enumerate(lines):
                rises = [(self._rise(item), item.laid.outer.height) for item in line if self._on_line(item)]
                above = max((rise for rise, _ in rises), default=0.0)
                sizes[place] = max(sizes[place], above + max((high - rise for rise, high in rises), default=0.0))
        if self._cross is None or not lines:
            return sizes, 0.0, 0.0
        free = self._cross - sum(sizes) - self._line_gap * (len(sizes) - 1)
        if self._look.align_content in ("normal", "stretch"):
            return [size + max(0.0, free) / len(sizes) for size in sizes], 0.0, 0.0
        return sizes, *spread(self._look.align_content, free, len(sizes))

    def _thick(self, item: _Item) -> float:
        return item.laid.outer.height if self._is_row else item.laid.outer.width

    def _stretch(self, item: _Item, size: float) -> None:
        thick = max(0.0, size - item.margin[self._sides[0]] - item.margin[self._sides[1]])
        if not self._stretches(item.box):
            return
        if self._is_row and abs(item.laid.height - thick) > 0.01:
            item.placed = self._layout.place(item.box, ConstraintSpace(self._inner.width, item.size, thick, apart=True))
        elif not self._is_row and abs(item.laid.width - thick) > 0.01:
            given = ConstraintSpace(self._inner.width, thick, item.size, whole_height=self._main, apart=True)
            item.placed = self._layout.place(item.box, given)

    def _spread(self, line: list[_Item]) -> float:
        """Give the free room to margins that are `auto`, else as `justify-content` says; how much room is taken."""
        long = [item.laid.width if self._is_row else item.laid.height for item in line]
        edges = [sum(item.laid.margin[side] for side in self._ends) for item in line]
        used = sum(long) + sum(edges) + self._gap * (len(line) - 1)
        free = 0.0 if self._main is None else self._main - used
        autos = sum(len(self._autos(item.box, self._ends)) for item in line)
        justify = self._look.justify_content
        justify = _TURNED.get(justify, justify) if self._turned else justify
        before, between = (0.0, 0.0) if autos else spread(justify, free, len(line))
        share = max(0.0, free) / autos if autos else 0.0
        at = self._placed.corner[0 if self._is_row else 1] + before
        for item in line[:: -1 if self._turned else 1]:
            laid, open_ends = item.laid, self._autos(item.box, self._ends)
            first = laid.margin[self._ends[0]] + share * (self._ends[0] in open_ends)
            size = laid.width if self._is_row else laid.height
            if self._is_row:
                laid.x = at + first
            else:
                laid.y = at + first
            at += first + size + laid.margin[self._ends[1]] + share * (self._ends[1] in open_ends) + self._gap + between
        return used

    def _align(self, line: list[_Item], top: float, size: float) -> None:
        if self._look.flex_wrap == "wrap-reverse" and self._cross is not None:
            top = self._cross - top - size
        top += self._placed.corner[1 if self._is_row else 0]
        above = max((self._rise(item) for item in line if self._on_line(item)), default=0.0)
        for item in line:
            laid, align = item.laid, self._align_of(item.box)
            rest = size - self._thick(item)
            autos = self._autos(item.box, self._sides)
            if autos:
                move = max(0.0, rest) * (self._sides[0] in autos) / len(autos)
            elif self._on_line(item):
                move = above - self._rise(item)
            else:
                share = SHARES.get(align, 0.0)
                move = rest * (1.0 - share if self._rtl and not self._is_row else share)
            if self._is_row:
                laid.y = top + laid.margin[0] + move
            else:
                laid.x = top + laid.margin[3] + move

    def _on_line(self, item: _Item) -> bool:
        """Whether its baseline is where those of the others are."""
        return self._is_row and self._align_of(item.box) == "baseline" and not self._autos(item.box, self._sides)

    def _rise(self, item: _Item) -> float:
        first = item.laid.first_baseline
        return item.laid.margin[0] + (item.laid.height if first is None else first)

    def _align_of(self, child: CssBox) -> str:
        return child.look.align_self or self._look.align_items

    def _autos(self, child: CssBox, sides: tuple[int, int]) -> tuple[int, ...]:
        margins = child.look.sides("margin_{}")
        return tuple(side for side in sides if margins[side] is None)

    def _finish(self, items: list[_Item], used: float) -> None:
        placed = self._placed
        placed.children.extend(item.laid for item in items)
        x, y = placed.corner
        bottom = max((item.laid.y + item.laid.height + item.laid.margin[2] for item in items), default=y)
        right = max((item.laid.x + item.laid.width + item.laid.margin[1] for item in items), default=x)
        content = Size(used, bottom - y) if self._is_row else Size(right - x, used)
        placed.content = content
        first = next((child for child in placed.children if child.first_baseline is not None), None)
        placed.first_baseline = None if first is None else first.y + (first.first_baseline or 0.0)
        placed.baseline = placed.first_baseline
        main = SHARES.get(self._look.justify_content, 0.0)
        for loose in placed.box.loose:
            cross = SHARES.get(self._align_of(loose), 0.0)
            shares = (main, cross) if self._is_row else (cross, main)
            placed.loose.append(Loose(loose, x, y, shares, Size(self._inner.width, self._inner.height)))


def spread(justify: str, free: float, count: int) -> tuple[float, float]:
    """Free room before the first of some boxes, and between two of them."""
    if count == 0:
        return 0.0, 0.0
    if justify.startswith("space") and (free <= 0 or (justify == "space-between" and count == 1)):
        justify = "flex-start"
    each = {
        "flex-end": (free, 0.0),
        "center": (free / 2, 0.0),
        "space-between": (0.0, free / max(1, count - 1)),
        "space-around": (free / count / 2, free / count),
        "space-evenly": (free / (count + 1), free / (count + 1)),
    }
    return each.get(justify, (0.0, 0.0))
