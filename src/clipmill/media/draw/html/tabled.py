"""Boxes of tables that nobody wrote: cells and rows without a table around them get one (CSS 2.1, 17.2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from clipmill.domain.css.look import Look, child_look

if TYPE_CHECKING:
    from clipmill.media.draw.html.boxes import Box

_INSIDE = frozenset({"table-row", "table-cell", "table-row-group", "table-caption"})
#: What a box of a table holds → what stands around anything else in it.
_HOLDS = {"table": ("table-row", "table-row-group", "table-caption"), "table-row-group": ("table-row",),
          "table-row": ("table-cell",)}  # fmt: skip
_AROUND = {"table": "table-row", "table-row-group": "table-row", "table-row": "table-cell"}


def tabled(blocks: list[Box], look: Look) -> list[Box]:
    """The blocks of a box, with tables, rows and cells around those that need them."""
    if look.display in _HOLDS:
        holds = _HOLDS[look.display]
        return list(_grouped(blocks, look, _AROUND[look.display], lambda box: box.look.display not in holds))
    if all(box.look.display not in _INSIDE for box in blocks):
        return blocks
    return list(_grouped(blocks, look, "table", lambda box: box.look.display in _INSIDE))


def _grouped(blocks: list[Box], look: Look, display: str, is_bare: Callable[[Box], bool]) -> Iterator[Box]:
    for bare, group in groupby(blocks, is_bare):
        if not bare:
            yield from group
            continue
        around = child_look(look, [("display", display)])
        yield type(blocks[0])(around, tabled(list(group), around))
