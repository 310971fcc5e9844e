"""Hints: what an element says of its look before any style, by its tag, its place and its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clipmill.domain.css.properties import PROPERTIES
from clipmill.domain.css.values import Length
from clipmill.media.draw.html.defaults import DEFAULTS, INNER_LIST, INNER_SIGNS, LINK
from clipmill.media.draw.html.tree import ALIASES, Node

_LISTS = ("ul", "ol")
_CELLS = ("td", "th")
_ALIGNED = frozenset({"tr", "td", "th", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6"})
_SIZED = frozenset({"table", "tr", "td", "th", "hr", "col"})
#: What the sizes 1 to 7 of a <font> are, pixels.
_FONT_SIZES = (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
#: Cells of a table take no more columns or rows.
_MOST_SPAN = 100


def own_values(node: Node, *, sized: bool = False) -> Iterator[tuple[str, Any]]:
    """Properties with their values, the weakest first; `sized`: `width` and `height` are followed."""
    yield from DEFAULTS.get(node.tag, DEFAULTS.get(ALIASES.get(node.tag, ""), ()))
    if node.tag in _OWN:
        yield from _OWN[node.tag](node)
    if node.attributes.get("dir") in ("ltr", "rtl"):
        yield "direction", node.attributes["dir"]
    for name in ("width", "height") if sized or node.tag in _SIZED else ():
        if (length := _number(node.attributes.get(name, ""))) is not None:
            yield name, length
    if node.tag in ("table", *_CELLS):
        yield from _of_a_table(node)
    yield from _aligned(node)
    if node.tag in ("table", "tr", *_CELLS):
        yield from _read("vertical-align", node.attributes.get("valign", ""))
        yield from _read("background-color", node.attributes.get("bgcolor", ""))


def _of_a_font(node: Node) -> Iterator[tuple[str, Any]]:
    """`color`, `face` and `size`: 1 to 7, or so many more or less than 3."""
    yield from _read("color", node.attributes.get("color", ""))
    yield from _read("font-family", node.attributes.get("face", ""))
    text = node.attributes.get("size", "").strip()
    if text.lstrip("+-").isdecimal() and len(text) < 4:
        size = int(text) + (3 if text[0] in "+-" else 0)
        yield "font-size", Length(_FONT_SIZES[min(7, max(1, size)) - 1])


def spans_of(node: Node) -> tuple[int, int]:
    """Columns and rows of a table that an element takes."""
    names = ("span", "") if node.tag == "col" else ("colspan", "rowspan")
    across, down = (node.attributes.get(name, "1").strip() for name in names)
    numbers = [int(text) if text.isdecimal() and len(text) < 6 else 1 for text in (across, down)]
    return min(_MOST_SPAN, max(1, numbers[0])), min(_MOST_SPAN, max(1, numbers[1]))


def _aligned(node: Node) -> Iterator[tuple[str, Any]]:
    """`align`: of the text, and of the blocks in an element; a table does not take it over for its own text."""
    parent = node.parent
    around = (
        "" if parent is None else "center" if parent.tag == "center" else parent.attributes.get("align", "").lower()
    )
    where = node.attributes.get("align", "").lower() if node.tag == "table" and "align" in node.attributes else around
    if where in ("center", "right") and DEFAULTS.get(node.tag, ((), ()))[0][1:] in (("block",), ("table",)):
        yield "margin-left", None
        if where == "center":
            yield "margin-right", None
    if node.tag == "table" and around:
        yield "text-align", "start"
    elif node.tag in _ALIGNED and "align" in node.attributes:
        yield from _read("text-align", node.attributes["align"])


def _of_a_list(node: Node) -> Iterator[tuple[str, Any]]:
    depth = sum(above.tag in _LISTS for above in _above(node))
    if depth:
        yield from INNER_LIST
    if depth and node.tag == "ul":
        yield "list-style-type", INNER_SIGNS[min(depth, len(INNER_SIGNS)) - 1]


def _of_a_table(node: Node) -> Iterator[tuple[str, Any]]:
    """`border`, `cellpadding` and `cellspacing` of the table, for itself and for its cells."""
    table = node if node.tag == "table" else next((above for above in _above(node) if above.tag == "table"), node)
    border = _number(table.attributes.get("border", ""))
    if border is not None and border.value > 0:
        for side in ("top", "right", "bottom", "left"):
            yield f"border-{side}-width", border if node is table else Length(1.0)
            yield f"border-{side}-style", "solid"
    if node is table:
        room = _number(table.attributes.get("cellspacing", ""))
        if room is not None:
            yield "border-spacing", (room, room)
        return
    padding = _number(table.attributes.get("cellpadding", ""))
    for side in ("top", "right", "bottom", "left") if padding is not None else ():
        yield f"padding-{side}", padding


def _number(text: str) -> Length | None:
    """A number of pixels or percent in an attribute."""
    plain = text.strip().replace("%", "", 1).replace("px", "", 1)
    if not plain.replace(".", "", 1).isdecimal() or len(plain) > 7:
        return None
    return Length(float(plain), "%" if "%" in text else "px")


def _read(name: str, text: str) -> Iterator[tuple[str, Any]]:
    try:
        yield name, PROPERTIES[name].read(text.strip().lower())
    except ValueError:
        return


def _of_a_rule(node: Node) -> Iterator[tuple[str, Any]]:
    """`size`, borders included, `color` and `noshade` of an <hr>."""
    size = _number(node.attributes.get("size", ""))
    if size is not None and size.value <= 1:
        yield "border-bottom-width", Length(0.0)
    elif size is not None:
        yield "height", Length(size.value - 2)
    if "color" in node.attributes or "noshade" in node.attributes:
        for side in ("top", "right", "bottom", "left"):
            yield f"border-{side}-style", "solid"
            yield from _read(f"border-{side}-color", node.attributes.get("color", "gray"))


def _above(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _of_a_link(node: Node) -> Iterator[tuple[str, Any]]:
    if "href" in node.attributes:
        yield from LINK


#: What place and attributes mean of one tag alone.
_OWN: Mapping[str, Callable[[Node], Iterator[tuple[str, Any]]]] = {
    "a": _of_a_link, "font": _of_a_font, "hr": _of_a_rule, "ul": _of_a_list, "ol": _of_a_list,
}  # fmt: skip
