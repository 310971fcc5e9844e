"""Boxes: the elements of a document with their looks, sorted into blocks and lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, groupby
from typing import Any

from clipmill.domain.css.declarations import Wide
from clipmill.domain.css.look import Look, child_look, seen_through
from clipmill.media.draw.html.content import Decoration, Item, Space, TextRun, rise_of
from clipmill.media.draw.html.counters import number_text
from clipmill.media.draw.html.hints import own_values, spans_of
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import Node
from clipmill.media.draw.html.white import NEW_LINE, collapsed

#: Tags that are pictures rather than text.
REPLACED = frozenset({"img", "svg", "canvas"})
_TABLE_PARTS = frozenset({"table-row", "table-cell", "table-row-group", "table-caption", "table-column"})
_BLOCKS = frozenset({"block", "flex", "grid", "list-item", "table"}) | _TABLE_PARTS
#: Boxes among the text → what they are inside; and tags whose content stands in the middle of their height.
_ATOMS = {"inline-block": "block", "inline-flex": "flex", "inline-grid": "grid", "inline-table": "table"}
_CENTRED = frozenset({"button"})
#: What stands in a table, and wants one around it (CSS 2.1, 17.2.1).
_INSIDE = frozenset({"table-row", "table-cell", "table-row-group", "table-caption"})
#: What a box of a table holds → what stands around anything else in it.
_HOLDS = {"table": ("table-row", "table-row-group", "table-caption"), "table-row-group": ("table-row",),
          "table-row": ("table-cell",)}  # fmt: skip
_AROUND = {"table": "table-row", "table-row-group": "table-row", "table-row": "table-cell"}


@dataclass(slots=True, eq=False)
class CssBox:
    """An element to be laid out: blocks one under another (or side by side), or lines of text, or a picture."""

    look: Look
    children: list[CssBox] = field(default_factory=list)
    items: tuple[Item, ...] = ()
    #: Boxes that stand among the text, and what surrounds parts of it: named by number from the items.
    atoms: list[CssBox] = field(default_factory=list)
    inlines: list[Look] = field(default_factory=list)
    #: An <img>, <svg> or <canvas>.
    node: Node | None = None
    #: `disc`, or a number and its dot.
    marker: str = ""
    #: Where its content stands in a higher box: 0 top, 1 bottom.
    drop: float = 0.0
    #: Boxes that are placed apart from the others, and before which of its blocks each would stand.
    loose: list[CssBox] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    #: Boxes at its sides that text keeps clear of, and before which of its blocks each stands.
    floats: list[tuple[int, CssBox]] = field(default_factory=list)
    #: What is said of its columns, where it is a table.
    columns: list[Look] = field(default_factory=list)
    #: Its place among all boxes of the text.
    number: int = 0
    #: Columns and rows of a table it takes.
    spans: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the text a piece lies: the look it inherits, what is drawn along it and around it."""

    look: Look
    decorations: tuple[Decoration, ...] = ()
    inside: tuple[int, ...] = ()
    rise: float = 0.0


class _Flow:
    """Collects the content of one block."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._items: list[Item] = []
        self._atoms: list[CssBox] = []
        self._inlines: list[Look] = []
        self._blocks: list[CssBox] = []
        self._loose: list[CssBox] = []
        self._before: list[int] = []
        self._floats: list[tuple[int, CssBox]] = []
        #: What is said of the columns of a table.
        self.columns: list[Look] = []

    def text(self, text: str, place: _Place) -> None:
        """Letters."""
        self._items.append(TextRun(text, place.look, place.decorations, place.inside, place.rise))

    def room(self, width: float, place: _Place) -> None:
        """The edge of an inline box."""
        if width:
            self._items.append(Space(width, inside=place.inside))

    def atom(self, box: CssBox, place: _Place) -> None:
        """A box among the text."""
        self._items.append(Space(0.0, inside=place.inside, atom=len(self._atoms)))
        self._atoms.append(box)

    def inline(self, look: Look) -> int:
        """The number of a box around a part of the text."""
        self._inlines.append(look)
        return len(self._inlines) - 1

    def block(self, box: CssBox) -> None:
        """A box with a line of its own."""
        self._break()
        self._blocks.append(box)

    def loose(self, box: CssBox) -> None:
        """A box out of the flow."""
        self._loose.append(box)
        self._before.append(
            len(self._blocks) + any(isinstance(one, TextRun) and one.text.strip() for one in self._items)
        )

    def float(self, box: CssBox) -> None:
        """A box at a side."""
        self._floats.append((len(self._blocks), box))

    def done(self) -> CssBox:
        """The block with its content."""
        if not self._blocks and not holds_items(self._look) and not self._floats:
            box = CssBox(self._look, items=collapsed(self._items), atoms=self._atoms, inlines=self._inlines)
        else:
            self._break()
            box = CssBox(self._look, tabled(self._blocks, self._look))
        box.loose, box.before, box.floats = self._loose, self._before, self._floats
        box.columns = self.columns
        return box

    def _break(self) -> None:
        """Text between blocks is a block of its own, with nothing but what it inherits."""
        items = collapsed(self._items)
        if any(isinstance(item, Space) or item.text.strip(" ") for item in items):
            look = replace(child_look(self._look, ()), display="block")
            if not holds_items(self._look):
                look = replace(look, text_overflow=self._look.text_overflow)
            self._blocks.append(CssBox(look, items=items, atoms=self._atoms, inlines=self._inlines))
        self._items, self._atoms, self._inlines = [], [], []


@dataclass(frozen=True, slots=True)
class Builder:
    """Turns elements into boxes under the rules of a sheet; font sizes are multiplied by `shrink`."""

    sheet: Sheet
    shrink: float = 1.0
    _numbers: Iterator[int] = field(default_factory=count)

    def root(self, node: Node, look: Look) -> CssBox:
        """The box of the whole text, whose look is given."""
        return self._box(node, _Place(look, _decorated((), look)))

    def _box(self, node: Node, place: _Place) -> CssBox:
        flow = _Flow(place.look)
        self._fill(flow, node, place)
        return flow.done()

    def _fill(self, flow: _Flow, node: Node, place: _Place) -> None:
        number = 0
        for child in node.children:
            if isinstance(child, str):
                if not holds_items(place.look) or child.strip():
                    flow.text(child, place)
                continue
            number += child.tag == "li"
            self._element(flow, child, place, number)

    def _element(self, flow: _Flow, node: Node, place: _Place, number: int) -> None:
        look = self._look(node, place.look)
        if look.display == "none":
            return
        if look.display == "table-column":
            self._column(flow, node, look)
        elif look.position in ("absolute", "fixed"):
            flow.loose(self._whole(node, _blockified(look), ()))
        elif look.float_side != "none" and not holds_items(place.look):
            flow.float(self._whole(node, _blockified(look), ()))
        elif node.tag == "br":
            flow.text(NEW_LINE, replace(place, look=look))
        elif look.display == "contents":
            self._fill(flow, node, replace(place, look=look))
        else:
            self._in_flow(flow, node, _blockified(look) if holds_items(place.look) else look, (place, number))

    def _in_flow(self, flow: _Flow, node: Node, look: Look, what: tuple[_Place, int]) -> None:
        """A block, a box among the text, or a part of it."""
        place, number = what
        if look.display in _BLOCKS:
            box = self._whole(node, look, place.decorations)
            box.marker = _marker(look, number)
            flow.block(box)
        elif node.tag in REPLACED or look.display in _ATOMS or self._is_apart(node, look):
            inner = replace(look, display=_ATOMS.get(look.display, "block"))
            flow.atom(self._whole(node, inner, ()), replace(place, look=look))
        else:
            self._inline(flow, node, look, place)

    def _column(self, flow: _Flow, node: Node, look: Look) -> None:
        """A column of a table, or several in a group."""
        inside = [child for child in node.children if isinstance(child, Node)]
        for child in inside:
            self._column(flow, child, self._look(child, look))
        if not inside:
            flow.columns.extend([look] * spans_of(node)[0])

    def _whole(self, node: Node, look: Look, decorations: tuple[Decoration, ...]) -> CssBox:
        """The box of an element that is more than a part of a line."""
        number = next(self._numbers)
        if node.tag in REPLACED:
            return CssBox(look, node=node, number=number)
        box = self._box(node, _Place(look, _decorated(decorations, look)))
        box.number, box.spans = number, spans_of(node)
        box.drop = 0.5 if node.tag in _CENTRED and look.display == "block" else 0.0
        return box

    def _is_apart(self, node: Node, look: Look) -> bool:
        """Whether a part of a line must be a box: it is changed as a whole, moved, or holds what is placed in it."""
        if look.filter or look.clip_path or look.mask_image or look.mix_blend_mode != "normal":
            return True
        if look.opacity < 1 and is_painted(look):
            return True
        if look.position != "relative":
            return False
        inside = (child for child in node.children if isinstance(child, Node))
        moved = look.z_index is not None or any(length is not None for length in look.sides("{}"))
        return moved or any(self._look(each, look).position == "absolute" for each in inside)

    def _inline(self, flow: _Flow, node: Node, look: Look, place: _Place) -> None:
        inside, look = place.inside, seen_through(look)
        before, after = _edges(look)
        flow.room(before[0], place)
        if is_painted(look) or before[1] or after[1]:
            inside = (*inside, flow.inline(look))
        rise = place.rise + rise_of(look, place.look)
        inner = _Place(look, _decorated(place.decorations, look), inside, rise)
        flow.room(before[1], inner)
        self._fill(flow, node, inner)
        flow.room(after[1], inner)
        flow.room(after[0], place)

    def _look(self, node: Node, parent: Look) -> Look:
        return child_look(parent, self._values(node), self.shrink)

    def _values(self, node: Node) -> Iterator[tuple[str, Any]]:
        yield from own_values(node, sized=node.tag in REPLACED)
        yield from self.sheet.declarations(node)


def holds_items(look: Look) -> bool:
    """Whether what is inside stands in boxes of its own, text too."""
    return look.display in ("flex", "grid")


def is_painted(look: Look) -> bool:
    """Whether an element paints anything behind or around its content."""
    background = look.background_color
    return bool(
        background is None or background.alpha > 0 or look.background_image or look.box_shadow
        or look.outline_pixels
        or any(style not in ("none", "hidden") for style in look.sides("border_{}_style"))
    )  # fmt: skip


def border_widths(look: Look) -> tuple[float, float, float, float]:
    """The borders that are drawn, whole pixels: top, right, bottom, left."""
    widths = zip(look.sides("border_{}_style"), look.sides("border_{}_width"), strict=True)
    top, right, bottom, left = (look.line_width(style, width) for style, width in widths)
    return top, right, bottom, left


def _edges(look: Look) -> tuple[tuple[float, float], tuple[float, float]]:
    """Margin, and padding with border, before and after an inline element."""
    border = border_widths(look)

    def edge(side: str, width: float) -> tuple[float, float]:
        margin = getattr(look, f"margin_{side}")
        padding = getattr(look, f"padding_{side}")
        return (0.0 if margin is None else max(0.0, look.pixels(margin))), look.pixels(padding) + width

    return edge("left", border[3]), edge("right", border[1])


def _decorated(above: tuple[Decoration, ...], look: Look) -> tuple[Decoration, ...]:
    if not look.text_decoration_line or isinstance(look.text_decoration_line, Wide):
        return above
    colour = look.text_decoration_color or look.fill
    drawn = Decoration(look.text_decoration_line, colour, look.text_decoration_thickness, look.text_decoration_style,
                       look.text_underline_offset)  # fmt: skip
    return (*above, drawn)


def _blockified(look: Look) -> Look:
    if look.display in _BLOCKS - _TABLE_PARTS or look.display == "contents":
        return look
    return replace(look, display=_ATOMS.get(look.display, "block"))


def _marker(look: Look, number: int) -> str:
    if look.display != "list-item" or look.list_style_type == "none":
        return ""
    return number_text(look.list_style_type, number)


def tabled(blocks: list[CssBox], look: Look) -> list[CssBox]:
    """The blocks of a box, with tables, rows and cells around those that need them."""
    if look.display in _HOLDS:
        holds = _HOLDS[look.display]
        return list(_grouped(blocks, look, _AROUND[look.display], lambda box: box.look.display not in holds))
    if all(box.look.display not in _INSIDE for box in blocks):
        return blocks
    return list(_grouped(blocks, look, "table", lambda box: box.look.display in _INSIDE))


def _grouped(blocks: list[CssBox], look: Look, display: str, is_bare: Callable[[CssBox], bool]) -> Iterator[CssBox]:
    for bare, group in groupby(blocks, is_bare):
        if not bare:
            yield from group
            continue
        around = child_look(look, [("display", display)])
        yield CssBox(around, tabled(list(group), around))
