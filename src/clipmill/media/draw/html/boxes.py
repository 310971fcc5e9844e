"""Boxes: the elements of a document with their looks, sorted into blocks and lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from clipmill.domain.css.declarations import Wide
from clipmill.domain.css.look import Look, child_look
from clipmill.domain.css.properties import PROPERTIES
from clipmill.media.draw.html.content import Decoration, Item, Run, Space, rise_of
from clipmill.media.draw.html.counters import number_text
from clipmill.media.draw.html.defaults import DEFAULTS, INNER_LIST, INNER_SIGNS
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import Node
from clipmill.media.draw.html.white import NEW_LINE, collapsed

#: Tags that are pictures rather than text.
REPLACED = frozenset({"img", "svg", "canvas"})
_BLOCKS = frozenset({"block", "flex", "list-item"})


@dataclass(slots=True, eq=False)
class Box:
    """An element to be laid out: blocks one under another (or side by side), or lines of text, or a picture."""

    look: Look
    children: list[Box] = field(default_factory=list)
    items: tuple[Item, ...] = ()
    #: Boxes that stand among the text, and what surrounds parts of it: named by number from the items.
    atoms: list[Box] = field(default_factory=list)
    inlines: list[Look] = field(default_factory=list)
    #: An <img>, <svg> or <canvas>.
    node: Node | None = None
    #: `disc`, or a number and its dot.
    marker: str = ""
    #: Where its content stands in a higher box: 0 top, 1 bottom.
    drop: float = 0.0


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
        self._atoms: list[Box] = []
        self._inlines: list[Look] = []
        self._blocks: list[Box] = []

    def text(self, text: str, place: _Place) -> None:
        """Letters."""
        self._items.append(Run(text, place.look, place.decorations, place.inside, place.rise))

    def room(self, width: float, place: _Place) -> None:
        """The edge of an inline box."""
        if width:
            self._items.append(Space(width, inside=place.inside))

    def atom(self, box: Box, place: _Place) -> None:
        """A box among the text."""
        self._items.append(Space(0.0, inside=place.inside, atom=len(self._atoms)))
        self._atoms.append(box)

    def inline(self, look: Look) -> int:
        """The number of a box around a part of the text."""
        self._inlines.append(look)
        return len(self._inlines) - 1

    def block(self, box: Box) -> None:
        """A box with a line of its own."""
        self._break()
        self._blocks.append(box)

    def done(self) -> Box:
        """The block with its content."""
        if not self._blocks:
            return Box(self._look, items=collapsed(self._items), atoms=self._atoms, inlines=self._inlines)
        self._break()
        return Box(self._look, self._blocks)

    def _break(self) -> None:
        """Text between blocks is a block of its own, with nothing but what it inherits."""
        items = collapsed(self._items)
        self._items = []
        if any(isinstance(item, Space) or item.text.strip(" ") for item in items):
            look = replace(child_look(self._look, ()), display="block", text_overflow=self._look.text_overflow)
            self._blocks.append(Box(look, items=items, atoms=self._atoms, inlines=self._inlines))


@dataclass(frozen=True, slots=True)
class Builder:
    """Turns elements into boxes under the rules of a sheet; font sizes are multiplied by `shrink`."""

    sheet: Sheet
    shrink: float = 1.0

    def root(self, node: Node, look: Look) -> Box:
        """The box of the whole text, whose look is given."""
        return self._box(node, _Place(look, _decorated((), look)))

    def _box(self, node: Node, place: _Place) -> Box:
        flow = _Flow(place.look)
        self._fill(flow, node, place)
        return flow.done()

    def _fill(self, flow: _Flow, node: Node, place: _Place) -> None:
        number = 0
        for child in node.children:
            if isinstance(child, str):
                if "flex" not in place.look.display or child.strip():
                    flow.text(child, place)
                continue
            number += child.tag == "li"
            self._element(flow, child, place, number)

    def _element(self, flow: _Flow, node: Node, place: _Place, number: int) -> None:
        look = self._look(node, place.look)
        if look.display == "none":
            return
        if node.tag == "br":
            flow.text(NEW_LINE, replace(place, look=look))
        elif node.tag in REPLACED:
            box = Box(look, node=node)
            if look.display in _BLOCKS or "flex" in place.look.display:
                flow.block(box)
            else:
                flow.atom(box, replace(place, look=look))
        elif look.display in _BLOCKS or "flex" in place.look.display:
            box = self._box(node, _Place(_blockified(look), _decorated(place.decorations, look)))
            box.marker = _marker(look, number)
            flow.block(box)
        elif look.display in ("inline-block", "inline-flex"):
            inner = replace(look, display="flex" if "flex" in look.display else "block")
            flow.atom(self._box(node, _Place(inner, _decorated((), look))), replace(place, look=look))
        else:
            self._inline(flow, node, look, place)

    def _inline(self, flow: _Flow, node: Node, look: Look, place: _Place) -> None:
        inside = place.inside
        before, after = _edges(look)
        flow.room(before[0], place)
        if is_painted(look) or before[1] or after[1]:
            inside = (*inside, flow.inline(look))
        inner = _Place(look, _decorated(place.decorations, look), inside, place.rise + rise_of(look, place.look))
        flow.room(before[1], inner)
        self._fill(flow, node, inner)
        flow.room(after[1], inner)
        flow.room(after[0], place)

    def _look(self, node: Node, parent: Look) -> Look:
        return child_look(parent, self._values(node), self.shrink)

    def _values(self, node: Node) -> Iterator[tuple[str, Any]]:
        yield from DEFAULTS.get(node.tag, ())
        lists = sum(above.tag in ("ul", "ol") for above in _above(node)) if node.tag in ("ul", "ol") else 0
        if lists:
            yield from INNER_LIST
        if lists and node.tag == "ul":
            yield "list-style-type", INNER_SIGNS[min(lists, len(INNER_SIGNS)) - 1]
        if node.attributes.get("dir") in ("ltr", "rtl"):
            yield "direction", node.attributes["dir"]
        for name in ("width", "height") if node.tag in REPLACED else ():
            text = node.attributes.get(name, "")
            if text.replace("%", "", 1).replace("px", "", 1).replace(".", "", 1).isdigit():
                yield name, PROPERTIES[name].read(text)
        yield from self.sheet.declarations(node)


def is_painted(look: Look) -> bool:
    """Whether an element paints anything behind or around its content."""
    background = look.background_color
    return bool(
        background is None or background.alpha > 0 or look.background_image or look.box_shadow
        or any(style not in ("none", "hidden") for style in look.sides("border_{}_style"))
    )  # fmt: skip


def border_widths(look: Look) -> tuple[float, float, float, float]:
    """The borders that are drawn, pixels: top, right, bottom, left."""
    widths = zip(look.sides("border_{}_style"), look.sides("border_{}_width"), strict=True)
    top, right, bottom, left = (0.0 if style in ("none", "hidden") else look.pixels(width) for style, width in widths)
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
    return look if look.display in _BLOCKS else replace(look, display="flex" if "flex" in look.display else "block")


def _marker(look: Look, number: int) -> str:
    if look.display != "list-item" or look.list_style_type == "none":
        return ""
    return number_text(look.list_style_type, number)


def _above(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node
