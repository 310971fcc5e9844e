"""Tables: cells in rows and columns that their contents share out among them (CSS 2.1, chapter 17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import INTRINSIC, Length
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import CssBox, border_widths, is_painted
from clipmill.media.draw.html.placed import ConstraintSpace, Nesting, Placed, frame_of, shifted

_DROPS = {"middle": 0.5, "bottom": 1.0}
#: No table has more cells, those it takes together counted apart.
_MOST_CELLS = 20_000
_SIDES = ("top", "right", "bottom", "left")


@dataclass(slots=True, eq=False)
class _Cell:
    box: CssBox
    #: The same without its own width and height: its columns and rows decide them.
    free: CssBox
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column needs and would like, pixels; a size or a share it was told."""

    least: float = 0.0
    most: float = 0.0
    told: float | None = None
    share: float | None = None


class _Table:
    """One table: its rows, the cells in them, and the room between them."""

    def __init__(self, layout: Nesting, box: CssBox) -> None:
        self._layout = layout
        self.look = look = box.look
        self._asked: dict[bool, list[_Column]] = {}
        self.captions = [child for child in box.children if child.look.display == "table-caption"]
        self.rows = [row for child in box.children for row in _rows_of(child)]
        collapsed = look.border_collapse == "collapse"
        self.rows = [_with_borders(row) for row in self.rows] if collapsed else self.rows
        self.cells = _cells(self.rows)
        self.columns = max((cell.column + cell.columns for cell in self.cells), default=0)
        told = [None if one.width is None or one.width.unit in INTRINSIC else one.width for one in box.columns]
        #: The widths that are said of columns themselves.
        self.told = (told + [None] * self.columns)[: self.columns]
        apart = (0.0, 0.0) if collapsed else tuple(look.pixels(room) for room in look.border_spacing)
        #: Room between columns and between rows, and around them: where borders meet, they are one.
        self.gaps = (apart[0], apart[1])
        self.edges = (apart[0], apart[1])
        if collapsed:
            sides = [border_widths(cell.box.look) for cell in self.cells]
            self.gaps = (-_shared(sides, 1, 3), -_shared(sides, 0, 2))
            own = border_widths(look)
            meets = [min(own[side], max((each[side] for each in sides), default=0.0)) for side in range(4)]
            self.edges = (-meets[3], -meets[0])

    def frame(self) -> float:
        """The room across that is no column's."""
        return self.gaps[0] * max(0, self.columns - 1) + 2 * self.edges[0]

    def asked(self, *, words: bool) -> list[_Column]:
        """What each column asks for; without `words`, the least each needs is not looked for."""
        words = words or any(self.told)
        if words not in self._asked:
            self._asked[words] = [self._held(*pair) for pair in zip(self._counted(words=words), self.told, strict=True)]
        return self._asked[words]

    def _held(self, asked: _Column, told: Length | None) -> _Column:
        """A column with the width that is said of it, unless a cell says more."""
        if told is None or asked.told is not None or asked.share is not None:
            return asked
        if told.unit == "%":
            return replace(asked, share=told.value / 100)
        width = max(asked.least, self.look.pixels(told) + max(0.0, -self.gaps[0]))  # borders that meet lie in both
        return replace(asked, most=width, told=width)

    def _counted(self, *, words: bool) -> list[_Column]:
        """The same, cells over several columns last."""
        found = [_Column()] * self.columns
        for cell in sorted(self.cells, key=lambda cell: cell.columns):
            own = self._of_cell(cell, words=words)
            if cell.columns == 1:
                now = found[cell.column]
                found[cell.column] = _Column(
                    max(now.least, own.least), max(now.most, own.most),
                    own.told if now.told is None else max(now.told, own.told or 0.0),
                    own.share if now.share is None else max(now.share, own.share or 0.0))  # fmt: skip
                continue
            over = range(cell.column, cell.column + cell.columns)
            gap = self.gaps[0] * (cell.columns - 1)
            least = max(0.0, own.least - gap - sum(found[number].least for number in over)) / cell.columns
            most = max(0.0, own.most - gap - sum(found[number].most for number in over)) / cell.columns
            for number in over:
                now = found[number]
                found[number] = replace(now, least=now.least + least, most=max(now.most + most, now.least + least))
        return found

    def _of_cell(self, cell: _Cell, *, words: bool) -> _Column:
        layout, look = self._layout, cell.box.look
        most = layout.border_width(cell.box)
        least = layout.border_width(cell.box, least=True) if words else 0.0
        if look.white_space in ("nowrap", "pre"):
            least = most
        if look.width is None or look.width.unit in INTRINSIC:
            return _Column(least, max(least, most))
        if look.width.unit == "%":
            return _Column(least, max(least, most), share=look.width.value / 100)
        told = look.pixels(look.width) + (0.0 if look.box_sizing == "border-box" else frame_of(look)[0])
        least = layout.border_width(cell.free, least=True)
        return _Column(least, max(told, least), told=max(told, least))

    def widths(self, room: float) -> list[float]:
        """The widths of the columns that share this room."""
        if self.look.table_layout == "fixed" and self.look.width is not None:
            return self._fixed(room)
        asked = self.asked(words=False)
        if sum(each.most for each in asked) > room or any(each.share for each in asked):
            asked = self.asked(words=True)
        most = [max(each.least, each.share * room) if each.share is not None else each.most for each in asked]
        wide = [each.least for each in asked]
        firm = [high if each.told is not None or each.share is not None else each.least
                for each, high in zip(asked, most, strict=True)]  # fmt: skip
        wide = firm if sum(firm) <= room else wide
        free, wish = room - sum(wide), [high - low for high, low in zip(most, wide, strict=True)]
        if free <= 0 or not wide:
            return wide
        if free < sum(wish):
            return [low + free * more / sum(wish) for low, more in zip(wide, wish, strict=True)]
        rest = room - sum(most)
        takers = [number for number, each in enumerate(asked) if each.told is None and each.share is None]
        takers = takers or [number for number, each in enumerate(asked) if each.told is None] or list(range(len(asked)))
        whole = sum(most[number] for number in takers)
        for number in takers:
            most[number] += rest * most[number] / whole if whole else rest / len(takers)
        return most

    def _fixed(self, room: float) -> list[float]:
        """As the first row says; what it leaves open shares the rest evenly."""
        told = [None if width is None else self.look.pixels(width, room) for width in self.told]
        for cell in self.cells:
            width = cell.box.look.width
            if cell.row == 0 and width is not None and width.unit not in INTRINSIC:
                whole = cell.box.look.pixels(width, room)
                if width.unit != "%" and cell.box.look.box_sizing != "border-box":
                    whole += frame_of(cell.box.look)[0]
                for number in range(cell.column, cell.column + cell.columns):
                    told[number] = whole / cell.columns
        free = room - sum(each for each in told if each is not None)
        count = sum(each is None for each in told)
        if not count:
            scale = room / sum(each or 0.0 for each in told) if any(told) else 1.0
            return [(each or 0.0) * scale for each in told]
        return [max(0.0, free) / count if each is None else each for each in told]


def _table(layout: Nesting, box: CssBox) -> _Table:
    """The table of a box, put together once."""
    if box not in layout.tables:
        layout.tables[box] = _Table(layout, box)
    found = layout.tables[box]
    assert isinstance(found, _Table)
    return found


def table_width(layout: Nesting, box: CssBox, *, least: bool) -> float:
    """How wide the content of a table is when nothing else is said, or at least."""
    table = _table(layout, box)
    asked = table.asked(words=least)
    room = sum(each.least if least else each.most for each in asked)
    for each in () if least else asked:
        if each.share:  # wide enough for every column to have its share
            room = max(room, each.most / each.share)
    captions = max((layout.outer_width(caption, least=True) for caption in table.captions), default=0.0)
    return max(room + table.frame(), captions)


def place_table(layout: Nesting, placed: Placed, inner: Size) -> None:
    """Lay out the rows of a table; `inner.height` is negative where the content decides it."""
    table = _table(layout, placed.box)
    x, y = placed.corner
    top = _place_captions(layout, placed, table, inner.width)
    wide = table.widths(max(0.0, inner.width - table.frame()))
    lefts = _begins(wide, table.edges[0], table.gaps[0])
    cells = []
    for cell in table.cells:
        last = cell.column + cell.columns - 1
        width = lefts[last] + wide[last] - lefts[cell.column]
        cells.append((cell, layout.place(cell.free, ConstraintSpace(width, width, apart=True))))
    tall = _heights(table, cells, inner.height - top)
    tops = _begins(tall, top + table.edges[1], table.gaps[1])
    rtl = table.look.direction == "rtl"
    for number, row in enumerate(table.rows):
        band = Placed(row, inner.width - 2 * max(0.0, table.edges[0]), tall[number], x + max(0.0, table.edges[0]), y + tops[number])  # fmt: skip # noqa: E501
        for cell, one in cells:
            if cell.row == number:
                end = cell.row + cell.rows - 1
                left = inner.width - lefts[cell.column] - one.width if rtl else lefts[cell.column]
                _set(layout, one, tops[end] + tall[end] - tops[number], (x + left - band.x, 0.0))
                band.children.append(one)
        first = next((one for one in band.children if one.first_baseline is not None), None)
        if placed.first_baseline is None and first is not None:
            placed.first_baseline = placed.baseline = band.y + (first.first_baseline or 0.0)
        placed.children.append(band)
    below = table.edges[1] if tall else 0.0
    placed.content = Size(inner.width, (tops[-1] + tall[-1] if tall else top) + below)


def _place_captions(layout: Nesting, placed: Placed, table: _Table, width: float) -> float:
    """Captions stand above the rows; how high they are together."""
    x, y = placed.corner
    top = 0.0
    for caption in table.captions:
        one = layout.place(caption, ConstraintSpace(width, apart=True))
        one.x, one.y = x + one.margin[3], y + top + one.margin[0]
        top += one.outer.height
        placed.children.append(one)
    return top


def _heights(table: _Table, cells: list[tuple[_Cell, Placed]], room: float) -> list[float]:
    """The heights of the rows; what a higher table leaves goes to them in their proportions."""
    tall = [row.look.pixels(row.look.height) if row.look.height is not None else 0.0 for row in table.rows]
    for cell, one in sorted(cells, key=lambda pair: pair[0].rows):
        over = range(cell.row, cell.row + cell.rows)
        lines = table.gaps[1] * (cell.rows - 1)
        height = max(one.height, _told_height(cell.box.look))
        tall[over[-1]] += max(0.0, height - lines - sum(tall[row] for row in over))
    _level(table, cells, tall)
    free = room - 2 * table.edges[1] - table.gaps[1] * max(0, len(tall) - 1) - sum(tall)
    if free > 0 and any(tall):
        whole = sum(tall)
        tall = [height + free * height / whole for height in tall]
    return tall


def _told_height(look: Look) -> float:
    """The height of a cell's border box that its style asks for."""
    if look.height is None or look.height.unit in ("%", *INTRINSIC):
        return 0.0
    return look.pixels(look.height) + (0.0 if look.box_sizing == "border-box" else frame_of(look)[1])


def _level(table: _Table, cells: list[tuple[_Cell, Placed]], tall: list[float]) -> None:
    """Cells of a row that are not told otherwise stand on one line: those that stand higher are moved down."""
    for number in range(len(table.rows)):
        row = [one for cell, one in cells if cell.row == number and cell.rows == 1 and _on_line(one)]
        line = max((one.first_baseline or 0.0 for one in row), default=0.0)
        for one in row:
            shifted(one, line - (one.first_baseline or 0.0))
            tall[number] = max(tall[number], one.height + line - (one.first_baseline or line))


def _on_line(one: Placed) -> bool:
    return one.box.look.vertical_align == "baseline" and one.first_baseline is not None


def _set(layout: Nesting, one: Placed, height: float, at: tuple[float, float]) -> None:
    """A cell as high as its rows, its content where `vertical-align` says."""
    align = one.box.look.vertical_align
    move = max(0.0, height - one.height) * _DROPS.get(align if isinstance(align, str) else "", 0.0)
    one.x, one.y = at
    one.height = height
    shifted(one, move)


def _rows_of(child: CssBox) -> list[CssBox]:
    """The rows of a part of a table; they are painted as their group is where they say nothing themselves."""
    if child.look.display == "table-row":
        return [child]
    if child.look.display != "table-row-group":
        return []
    group = child.look
    return [row if is_painted(row.look) or not is_painted(group) else _painted_as(row, group) for row in child.children]


def _painted_as(row: CssBox, group: Look) -> CssBox:
    look = replace(row.look, background_color=group.background_color, background_image=group.background_image)
    return replace(row, look=look)


def _cells(rows: list[CssBox]) -> list[_Cell]:
    """Every cell where it stands: the first place of its row that none above it takes."""
    taken: set[tuple[int, int]] = set()
    found: list[_Cell] = []
    for number, row in enumerate(rows):
        column = 0
        for box in row.children:
            while (number, column) in taken:
                column += 1
            columns, down = box.spans[0], min(box.spans[1], len(rows) - number)
            if len(taken) + columns * down > _MOST_CELLS:
                return found
            taken.update((number + a, column + b) for a in range(down) for b in range(columns))
            found.append(_Cell(box, _free(box), number, column, down, columns))
            column += columns
    return found


def _begins(sizes: list[float], at: float, gap: float) -> list[float]:
    found = []
    for size in sizes:
        found.append(at)
        at += size + gap
    return found


def _shared(sides: Sequence[Sequence[float]], one: int, other: int) -> float:
    """How wide the borders are that two neighbours have in common."""
    return min(max((each[side] for each in sides), default=0.0) for side in (one, other))


def _free(box: CssBox) -> CssBox:
    """A cell without its own width and height: its columns and rows decide them."""
    look = box.look
    if look.width is None and look.height is None:
        return box
    free = replace(look, width=None, height=None)
    return replace(box, look=free)


def _with_borders(row: CssBox) -> CssBox:
    """A row whose borders are those of its cells where these have none: only so they are seen when borders collapse."""
    look, widths = row.look, border_widths(row.look)
    cells = []
    for number, cell in enumerate(row.children):
        own = border_widths(cell.look)
        more: dict[str, Any] = {}
        for side, name in enumerate(_SIDES):
            ends = name in ("top", "bottom") or number == (0 if name == "left" else len(row.children) - 1)
            if widths[side] > own[side] and ends:
                parts = (f"border_{name}_{part}" for part in ("style", "width", "color"))
                more |= {part: getattr(look, part) for part in parts}
        cells.append(replace(cell, look=replace(cell.look, **more)) if more else cell)
    bare: dict[str, Any] = {f"border_{name}_style": "none" for name in _SIDES}
    return replace(row, look=replace(look, **bare), children=cells)
