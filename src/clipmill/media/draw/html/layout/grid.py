"""Grid: boxes in columns and rows, where they are told to stand or where there is room (CSS Grid Layout 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clipmill.domain.css.grids import GridPlace, Tracks
from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import CssBox
from clipmill.media.draw.html.layout.flex import SHARES, spread
from clipmill.media.draw.html.layout.tracks import Contribution, cycled, spread_out, track_sizes
from clipmill.media.draw.html.placed import ConstraintSpace, Loose, Nesting, Placed, edges_of

#: No grid has more rows or columns.
_MOST = 400


@dataclass(frozen=True, slots=True)
class _Cell:
    """A child, and the columns and rows it lies in: the first and how many."""

    box: CssBox
    column: int
    row: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class _Range:
    """Tracks an item takes along one axis; `first` is None where it may stand anywhere."""

    first: int | None
    span: int


def grid_width(layout: Nesting, box: CssBox, *, least: bool) -> float:
    """How wide a grid is when its content decides."""
    look = box.look
    cells, columns, _ = _cells(box, None, None)
    contents = [_across(layout, cell, least=least) for cell in cells]
    gap = look.pixels(look.column_gap)
    tracks = cycled(spread_out(look.grid_template_columns, look, None, gap), look.grid_auto_columns, columns)
    return sum(track_sizes(tracks, contents, look, None, gap, stretch=False)) + gap * max(0, len(tracks) - 1)


def place_grid(layout: Nesting, placed: Placed, inner: Size) -> None:
    """Lay out the children of a grid; `inner.height` is negative where the content decides it."""
    look = placed.box.look
    high = None if inner.height < 0 else inner.height
    across, down = look.pixels(look.column_gap, inner.width), look.pixels(look.row_gap, high or 0.0)
    cells, columns, rows = _cells(placed.box, inner.width, high)
    tracks = cycled(spread_out(look.grid_template_columns, look, inner.width, across), look.grid_auto_columns, columns)
    used = {column for cell in cells for column in range(cell.column, cell.column + cell.columns)}
    if look.grid_template_columns.fits:
        empty = sorted(set(range(len(tracks))) - used)
        tracks = [track for number, track in enumerate(tracks) if number not in empty]
        cells = [_Cell(c.box, c.column - sum(e < c.column for e in empty), c.row, c.columns, c.rows) for c in cells]
    contents = [_across(layout, cell) for cell in cells]
    wide = track_sizes(tracks, contents, look, inner.width, across, stretch=_stretches(look.justify_content))
    lefts = _begins(wide, across, inner.width, look.justify_content)
    areas = [_extent(lefts, wide, cell.column, cell.columns) for cell in cells]
    natural = [
        _placed(layout, cell, look, end - begin, None, high) for cell, (begin, end) in zip(cells, areas, strict=True)
    ]
    lines = cycled(spread_out(look.grid_template_rows, look, high, down), look.grid_auto_rows, rows)
    contents = [_down(cell, one) for cell, one in zip(cells, natural, strict=True)]
    tall = track_sizes(lines, contents, look, high, down, stretch=_stretches(look.align_content))
    tops = _begins(tall, down, sum(tall) + down * max(0, len(tall) - 1) if high is None else high, look.align_content)
    x, y = placed.corner
    above = _first_lines(cells, natural, look)
    for cell, one, (begin, end) in zip(cells, natural, areas, strict=True):
        top, bottom = _extent(tops, tall, cell.row, cell.rows)
        found = _stretched(layout, cell, one, look, (end - begin, bottom - top))
        _align(found, look, (begin, end, top, bottom), above.get(cell.row, 0.0), inner.width)
        found.x, found.y = found.x + x, found.y + y
        placed.children.append(found)
    _finish(placed, Size(sum(wide) + across * max(0, len(wide) - 1), sum(tall) + down * max(0, len(tall) - 1)), inner)


def _finish(placed: Placed, content: Size, inner: Size) -> None:
    placed.content = content
    first = min((one for one in placed.children if one.first_baseline is not None), key=lambda one: one.y, default=None)
    placed.first_baseline = None if first is None else first.y + (first.first_baseline or 0.0)
    placed.baseline = placed.first_baseline
    look = placed.box.look
    for loose in placed.box.loose:
        ways = loose.look.justify_self or look.justify_items, loose.look.align_self or look.align_items
        shares = SHARES.get(ways[0], 0.0), SHARES.get(ways[1], 0.0)
        placed.loose.append(Loose(loose, *placed.corner, shares, inner))


def _cells(box: CssBox, width: float | None, height: float | None) -> tuple[list[_Cell], int, int]:
    """Where every child stands, and how many columns and rows there are."""
    look = box.look
    areas = _areas(look)
    columns = _count(look.grid_template_columns, look, width, look.pixels(look.column_gap, width or 0.0))
    rows = _count(look.grid_template_rows, look, height, look.pixels(look.row_gap, height or 0.0))
    columns = max(columns, max((len(row) for row in look.grid_template_areas), default=0))
    rows = max(rows, len(look.grid_template_areas))
    children = sorted(box.children, key=lambda child: child.look.order)
    by_column = "column" in look.grid_auto_flow
    wanted = []
    for child in children:
        own = child.look
        across = _range(own.grid_column_start, own.grid_column_end, columns, lambda name: areas.get(name, (0,) * 4)[:2])
        down = _range(own.grid_row_start, own.grid_row_end, rows, lambda name: areas.get(name, (0,) * 4)[2:])
        wanted.append((down, across) if by_column else (across, down))
    found = _arranged(wanted, rows if by_column else columns, dense="dense" in look.grid_auto_flow)
    cells = []
    for child, (minor, major), (first, second) in zip(children, wanted, found, strict=True):
        column, row, wide, high = (
            (second, first, major.span, minor.span) if by_column else (first, second, minor.span, major.span)
        )
        cells.append(_Cell(child, column, row, wide, high))
    columns = max([columns, *(cell.column + cell.columns for cell in cells)])
    rows = max([rows, *(cell.row + cell.rows for cell in cells)])
    return cells, columns, rows


def _count(tracks: Tracks, look: Look, room: float | None, gap: float) -> int:
    return len(spread_out(tracks, look, room, gap))


def _areas(look: Look) -> dict[str, tuple[int, ...]]:
    """Name → first and last column, first and last row, each last one exclusive."""
    found: dict[str, tuple[int, ...]] = {}
    for row, names in enumerate(look.grid_template_areas):
        for column, name in enumerate(names):
            left, right, top, bottom = found.get(name, (column, column + 1, row, row + 1))
            found[name] = (min(left, column), max(right, column + 1), min(top, row), max(bottom, row + 1))
    return found


def _range(begin: GridPlace, end: GridPlace, count: int, area: Callable[[str], tuple[int, ...]]) -> _Range:
    """The tracks between two places; line -1 is the last one of the template."""
    first, last = _line(begin, count, area, 0), _line(end, count, area, 1)
    span = begin.span or end.span or 1
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
        return _Range(first, max(1, last - first))
    if first is not None:
        return _Range(first, span)
    return _Range(None if last is None else max(0, last - span), span)


def _line(place: GridPlace, count: int, area: Callable[[str], tuple[int, ...]], side: int) -> int | None:
    if place.name:
        begin, end = area(place.name)
        return None if begin == end else (begin, end)[side]
    if place.line == 0:
        return None
    return max(0, place.line - 1 if place.line > 0 else count + 1 + place.line)


class _Field:
    """The places of a grid that are taken; along the minor axis it has `count` of them."""

    def __init__(self, wanted: list[tuple[_Range, _Range]], count: int) -> None:
        self._wanted = wanted
        self._taken: set[tuple[int, int]] = set()
        self.count = max([1, count, *((minor.first or 0) + minor.span for minor, _ in wanted)])
        self.found: dict[int, tuple[int, int]] = {}

    def put(self, number: int, minor: int, major: int) -> None:
        """An item stands here."""
        self._taken.update(self._places(number, minor, major))
        self.found[number] = (minor, major)
        self.count = max(self.count, minor + self._wanted[number][0].span)

    def is_free(self, number: int, minor: int, major: int) -> bool:
        """Whether an item may stand here."""
        return self._taken.isdisjoint(self._places(number, minor, major))

    def next_after(self, number: int, minor: int, major: int) -> tuple[int, int]:
        """The first place for an item from this one on, line after line."""
        across, _ = self._wanted[number]
        if across.first is not None:
            major += across.first < minor
            minor = across.first
        while major < _MOST and not (minor + across.span <= self.count and self.is_free(number, minor, major)):
            goes_on = across.first is None and minor + across.span < self.count
            minor, major = (minor + 1, major) if goes_on else (across.first or 0, major + 1)
        return minor, major

    def _places(self, number: int, minor: int, major: int) -> list[tuple[int, int]]:
        across, down = self._wanted[number]
        return [(minor + a, major + d) for a in range(across.span) for d in range(down.span)]


def _arranged(wanted: list[tuple[_Range, _Range]], count: int, *, dense: bool) -> list[tuple[int, int]]:
    """A place for every item: those that are told first, then the others line after line (8.5)."""
    field = _Field(wanted, count)
    for number, (across, down) in enumerate(wanted):
        if across.first is not None and down.first is not None:
            field.put(number, across.first, down.first)
    for number, (across, down) in enumerate(wanted):
        if across.first is None and down.first is not None:
            major = down.first
            minor = next(at for at in range(_MOST * _MOST) if field.is_free(number, at, major))
            field.put(number, minor, major)
    at = (0, 0)
    for number in range(len(wanted)):
        if number not in field.found:
            at = field.next_after(number, *((0, 0) if dense else at))
            field.put(number, *at)
    return [field.found[number] for number in range(len(wanted))]


def _across(layout: Nesting, cell: _Cell, *, least: bool = False) -> Contribution:
    hidden = cell.box.look.overflow == "hidden" and cell.box.look.width is None
    return Contribution(
        cell.column, cell.columns,
        lambda: 0.0 if hidden else layout.outer_width(cell.box, least=True),
        lambda: layout.outer_width(cell.box, least=least),
    )  # fmt: skip


def _down(cell: _Cell, placed: Placed) -> Contribution:
    return Contribution(cell.row, cell.rows, lambda: placed.outer.height, lambda: placed.outer.height)


def _stretches(content: str) -> bool:
    return content in ("normal", "stretch")


def _begins(sizes: list[float], gap: float, room: float, content: str) -> list[float]:
    """Where each track begins."""
    at, between = spread(content, room - sum(sizes) - gap * max(0, len(sizes) - 1), len(sizes))
    found = []
    for size in sizes:
        found.append(at)
        at += size + gap + between
    return found


def _extent(begins: list[float], sizes: list[float], first: int, span: int) -> tuple[float, float]:
    last = first + span - 1
    return begins[first], begins[last] + sizes[last]


def _placed(
    layout: Nesting, cell: _Cell, grid: Look, width: float, height: float | None, whole: float | None
) -> Placed:
    look = cell.box.look
    margin, _, _ = edges_of(look, width)
    autos = look.margin_left is None or look.margin_right is None
    fills = (look.justify_self or grid.justify_items) == "stretch" and look.width is None and not autos
    wide = max(0.0, width - margin[1] - margin[3]) if fills and cell.box.node is None else None
    if look.aspect_ratio is not None and look.height is not None:
        wide = None
    return layout.place(cell.box, ConstraintSpace(width, wide, height, shrinks=True, whole_height=whole, apart=True))


def _stretched(layout: Nesting, cell: _Cell, natural: Placed, grid: Look, area: tuple[float, float]) -> Placed:
    """An item at the height of its rows, where it is stretched to it or has a share of it."""
    look, (width, high) = cell.box.look, area
    height = max(0.0, high - natural.margin[0] - natural.margin[2])
    autos = look.margin_top is None or look.margin_bottom is None
    fills = (look.align_self or grid.align_items) == "stretch" and look.height is None and not autos
    if cell.box.node is not None or look.aspect_ratio is not None or not fills:
        return _placed(layout, cell, grid, width, None, high)
    return natural if abs(natural.height - height) < 0.01 else _placed(layout, cell, grid, width, height, high)


def _first_lines(cells: list[_Cell], placed: list[Placed], grid: Look) -> dict[int, float]:
    """How far below the top of each row its common baseline lies."""
    found: dict[int, float] = {}
    for cell, one in zip(cells, placed, strict=True):
        if (cell.box.look.align_self or grid.align_items) == "baseline" and one.first_baseline is not None:
            found[cell.row] = max(found.get(cell.row, 0.0), one.margin[0] + one.first_baseline)
    return found


def _align(one: Placed, grid: Look, area: tuple[float, float, float, float], line: float, width: float) -> None:
    """Put an item where it belongs in its area: left, right, top, bottom."""
    look = one.box.look
    left, right, top, bottom = area
    if grid.direction == "rtl":
        left, right = width - right, width - left
    rest = right - left - one.outer.width
    across = SHARES.get(look.justify_self or grid.justify_items, 0.0)
    across = 1.0 - across if grid.direction == "rtl" else across
    one.x = left + one.margin[3] + _auto(rest, look.margin_left is None, look.margin_right is None, across)
    align, rest = look.align_self or grid.align_items, bottom - top - one.outer.height
    one.y = (
        top + one.margin[0] + _auto(rest, look.margin_top is None, look.margin_bottom is None, SHARES.get(align, 0.0))
    )
    if align == "baseline" and one.first_baseline is not None:
        one.y = top + line - one.first_baseline


def _auto(rest: float, before: bool, after: bool, share: float) -> float:
    if before or after:
        return max(0.0, rest) * before / (before + after)
    return rest * share
