import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import Builder
from clipmill.media.draw.html.layout.blocks import Layout
from clipmill.media.draw.html.placed import ConstraintSpace, Placed
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import read_tree

BOX = "<div style='{}'></div>"
Places = list[tuple[float, float, float, float]]


def _grid(style: str, *boxes: str, shrinks: bool = False) -> Placed:
    html = f"<div style='display:grid;{style}'>{''.join(BOX.format(box) for box in boxes)}</div>"
    box = Builder(Sheet()).root(read_tree(html).root, Look(display="block"))
    return Layout(lambda node: Size(1, 1), "html").place(box, ConstraintSpace(400, shrinks=shrinks)).children[0]


def _places(grid: Placed) -> Places:
    return [(child.x, child.y, child.width, child.height) for child in grid.children]


@pytest.mark.parametrize(
    ("columns", "widths"),
    [("1fr 3fr", [100, 300]), ("100px 1fr", [100, 300]), ("repeat(4, 1fr)", [100] * 4), ("25% auto", [100, 300]),
     ("minmax(200px, 1fr) 3fr", [200, 200]), ("repeat(auto-fill, 150px)", [150, 150]),
     ("repeat(auto-fill, minmax(90px, 1fr))", [100] * 4), ("repeat(auto-fit, minmax(90px, 1fr))", [400])],
)  # fmt: skip
def test_columns_share_the_room(columns: str, widths: list[float]) -> None:
    count = 1 if "auto-fit" in columns else len(widths)
    grid = _grid(f"width:400px;grid-template-columns:{columns}", *["height:10px"] * count)
    assert [child.width for child in grid.children] == widths


def test_gaps_lie_between_columns_and_rows() -> None:
    grid = _grid("width:210px;grid-template-columns:1fr 1fr;gap:20px 10px", *["height:30px"] * 3)
    assert _places(grid) == [(0, 0, 100, 30), (110, 0, 100, 30), (0, 50, 100, 30)]
    assert grid.height == 80


def test_boxes_stand_where_they_are_told() -> None:
    style = "width:300px;grid-template-columns:repeat(3, 1fr);grid-auto-rows:20px"
    grid = _grid(style, "grid-column:2 / 4", "grid-row:2", "grid-column:1 / -1;grid-row:3", "")
    assert _places(grid) == [(100, 0, 200, 20), (0, 20, 100, 20), (0, 40, 300, 20), (100, 20, 100, 20)]


def test_dense_grids_fill_holes() -> None:
    style = "width:300px;grid-template-columns:repeat(3, 1fr);grid-auto-rows:20px"
    boxes = ("grid-column:span 2", "grid-column:span 2", "")
    assert _places(_grid(style, *boxes))[2] == (200, 20, 100, 20)
    assert _places(_grid(f"{style};grid-auto-flow:dense", *boxes))[2] == (200, 0, 100, 20)


def test_areas_are_named() -> None:
    rows = "&quot;top top&quot; 30px &quot;side main&quot; 1fr"
    style = f"width:300px;height:90px;grid-template:{rows} / 100px 1fr"
    grid = _grid(style, "grid-area:main", "grid-area:top", "grid-area:side")
    assert _places(grid) == [(100, 30, 200, 60), (0, 0, 300, 30), (0, 30, 100, 60)]


def test_columns_may_be_filled_first() -> None:
    style = "width:200px;grid-template-rows:20px 20px;grid-auto-columns:50px;grid-auto-flow:column"
    assert [(x, y) for x, y, _, _ in _places(_grid(style, "", "", ""))] == [(0, 0), (0, 20), (50, 0)]


def test_boxes_are_aligned_in_their_areas() -> None:
    style = "width:200px;height:100px;place-items:center"
    assert _places(_grid(style, "width:40px;height:20px")) == [(80, 40, 40, 20)]
    assert _places(_grid(style, "width:40px;height:20px;place-self:end start")) == [(0, 80, 40, 20)]
    assert _places(_grid(style, "width:40px;height:20px;margin:auto 0 0 auto")) == [(160, 80, 40, 20)]
    style = "width:200px;height:100px;grid-template-columns:40px;place-content:center"
    assert _places(_grid(style, "height:20px")) == [(80, 40, 40, 20)]


def test_a_grid_is_as_wide_as_its_content_asks() -> None:
    style = "width:max-content;grid-template-columns:auto 1fr;column-gap:10px"
    assert _grid(style, "width:40px", "width:60px").width == 110
    assert _grid("width:max-content;grid-template-columns:1fr 1fr", "width:40px", "width:60px").width == 120


def test_columns_begin_at_the_right_where_the_text_does() -> None:
    grid = _grid("width:300px;direction:rtl;grid-template-columns:100px 1fr", "height:5px", "height:5px")
    assert [(x, width) for x, _, width, _ in _places(grid)] == [(200, 100), (0, 200)]
