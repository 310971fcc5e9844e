"""Flex: boxes side by side or one under another, sharing the room between them (CSS Flexible Box Layout 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import Box
from clipmill.media.draw.html.placed import Given, Placed, edges_of

if TYPE_CHECKING:
    from clipmill.media.draw.html.layout import Layout


def place_flex(layout: Layout, placed: Placed, inner: Size) -> None:
    """Lay out the children of a flex box; `inner.height` is negative where the content decides it."""
    look = placed.box.look
    children = placed.box.children[:: -1 if look.flex_direction.endswith("reverse") else 1]
    if look.flex_direction.startswith("row"):
        _Rows(layout, placed, inner).place(children)
    else:
        _Column(layout, placed, inner).place(children)


class _Rows:
    """Children side by side, in one row or several."""

    def __init__(self, layout: Layout, placed: Placed, inner: Size) -> None:
        self._layout = layout
        self._placed = placed
        self._inner = inner
        look = placed.box.look
        self._look = look
        self._gap = look.pixels(look.column_gap, inner.width)
        self._row_gap = look.pixels(look.row_gap, inner.width)

    def place(self, children: list[Box]) -> None:
        """Lay them out."""
        x, y = self._placed.corner
        top, widest = y, 0.0
        rows = self._rows([(child, self._basis(child)) for child in children])
        for row in rows:
            fixed = self._inner.height if len(rows) == 1 and self._inner.height >= 0 else -1.0
            items = self._sized(row)
            height = fixed if fixed >= 0 else max((item.outer.height for item in items), default=0.0)
            used = sum(item.outer.width for item in items) + self._gap * (len(items) - 1)
            self._spread(items, self._inner.width - used, x)
            for place, item in enumerate(items):
                items[place] = self._aligned(item, top, height)
            top += height + self._row_gap
            widest = max(widest, used)
            self._placed.children.extend(items)
        first = next((child for child in self._placed.children if child.baseline is not None), None)
        self._placed.baseline = None if first is None or first.baseline is None else first.y + first.baseline
        natural = max((child.outer.height for child in self._placed.children), default=0.0)
        content = max(0.0, top - self._row_gap - y) if len(rows) > 1 or self._inner.height < 0 else natural
        self._placed.content = Size(widest, content)

    def _basis(self, child: Box) -> float:
        """How wide a child would like to be, with its margins."""
        look = child.look
        declared = look.flex_basis if look.flex_basis is not None else look.width
        natural = self._layout.outer_width(child)
        if declared is None:
            return natural
        frame = natural - self._layout.content_width(child)
        whole = look.pixels(declared, self._inner.width)
        return whole if look.box_sizing == "border-box" and look.width is not None else whole + max(0.0, frame)

    def _rows(self, wanted: list[tuple[Box, float]]) -> list[list[tuple[Box, float]]]:
        rows: list[list[tuple[Box, float]]] = []
        used = 0.0
        for child, width in wanted:
            if not rows or (self._look.flex_wrap == "wrap" and used + self._gap + width > self._inner.width + 0.01):
                rows.append([])
                used = -self._gap
            rows[-1].append((child, width))
            used += self._gap + width
        return rows

    def _sized(self, row: list[tuple[Box, float]]) -> list[Placed]:
        """The children of a row at the widths they get."""
        free = self._inner.width - sum(width for _, width in row) - self._gap * (len(row) - 1)
        if free > 0:
            shares = [child.look.flex_grow for child, _ in row]
            factor = free / max(1.0, sum(shares))
        else:
            shares = [0.0 if child.node is not None else child.look.flex_shrink * width for child, width in row]
            factor = free / sum(shares) if sum(shares) else 0.0
        return [
            self._at(child, max(0.0, width + share * factor)) for (child, width), share in zip(row, shares, strict=True)
        ]

    def _at(self, child: Box, outer: float) -> Placed:
        margin, _, _ = edges_of(child.look, self._inner.width)
        whole = self._inner.height if self._inner.height >= 0 else None
        return self._layout.place(
            child, Given(self._inner.width, outer - margin[1] - margin[3], whole_height=whole, apart=True)
        )

    def _spread(self, items: list[Placed], free: float, x: float) -> None:
        """Give the free room to margins that are `auto`, else as `justify-content` says."""
        autos = [(item.box.look.margin_left is None, item.box.look.margin_right is None) for item in items]
        count = sum(left + right for left, right in autos)
        before, between = spread(_begins(self._look), free, len(items)) if not count else (0.0, 0.0)
        share = max(0.0, free) / count if count else 0.0
        x += before
        for item, (left, right) in zip(items, autos, strict=True):
            x += share * left
            item.x = x + item.margin[3]
            x += item.outer.width + share * right + self._gap + between

    def _aligned(self, item: Placed, top: float, height: float) -> Placed:
        align = item.box.look.align_self or self._look.align_items
        short = abs(item.outer.height - height) > 0.01
        if align == "stretch" and short and item.box.look.height is None and item.box.node is None:
            x = item.x
            item = self._layout.place(
                item.box,
                Given(self._inner.width, item.width, max(0.0, height - item.margin[0] - item.margin[2]), apart=True),
            )
            item.x = x
        rest = height - item.outer.height
        item.y = top + item.margin[0] + {"center": rest / 2, "flex-end": rest}.get(align, 0.0)
        return item


class _Column:
    """Children one under another."""

    def __init__(self, layout: Layout, placed: Placed, inner: Size) -> None:
        self._layout = layout
        self._placed = placed
        self._inner = inner
        self._look = placed.box.look
        self._gap = self._look.pixels(self._look.row_gap, max(0.0, inner.height))

    def place(self, children: list[Box]) -> None:
        """Lay them out."""
        x, y = self._placed.corner
        items = [self._sized(child) for child in children]
        used = sum(item.outer.height for item in items) + self._gap * max(0, len(items) - 1)
        free = self._inner.height - used if self._inner.height >= 0 else 0.0
        grow = sum(item.box.look.flex_grow for item in items)
        if free > 0 and grow:
            items = [self._grown(item, free * item.box.look.flex_grow / grow) for item in items]
            free = 0.0
        before, between = spread(_begins(self._look), free, len(items))
        top = y + before
        for item in items:
            rest = self._inner.width - item.outer.width
            item.x = x + item.margin[3] + self._shift(item, rest)
            item.y = top + item.margin[0]
            top += item.outer.height + self._gap + between
            if item.baseline is not None:
                self._placed.baseline = item.y + item.baseline
        self._placed.children.extend(items)
        self._placed.content = Size(max((item.outer.width for item in items), default=0.0), used)

    def _sized(self, child: Box) -> Placed:
        align = child.look.align_self or self._look.align_items
        whole = self._inner.height if self._inner.height >= 0 else None
        centred = child.look.margin_left is None
        return self._layout.place(
            child, Given(self._inner.width, shrinks=align != "stretch" or centred, whole_height=whole, apart=True)
        )

    def _grown(self, item: Placed, more: float) -> Placed:
        return self._layout.place(item.box, Given(self._inner.width, item.width, item.height + more, apart=True))

    def _shift(self, item: Placed, rest: float) -> float:
        look = item.box.look
        if look.margin_left is None:
            return max(0.0, rest / 2 if look.margin_right is None else rest)
        return {"center": rest / 2, "flex-end": rest}.get(look.align_self or self._look.align_items, 0.0)


def _begins(look: Look) -> str:
    """`justify-content`, seen from the left or the top: boxes that run the other way begin at the other end."""
    turned = {"flex-start": "flex-end", "flex-end": "flex-start"} if look.flex_direction.endswith("reverse") else {}
    return turned.get(look.justify_content, look.justify_content)


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
