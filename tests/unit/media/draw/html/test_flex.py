import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import Builder
from clipmill.media.draw.html.flex import spread
from clipmill.media.draw.html.layout import Layout
from clipmill.media.draw.html.placed import Given, Placed
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import read_tree

BOX = "<div style='width:40px;height:20px;{}'></div>"


def _row(style: str, *boxes: str) -> list[Placed]:
    html = f"<div style='display:flex;width:200px;{style}'>{''.join(BOX.format(box) for box in boxes)}</div>"
    box = Builder(Sheet()).root(read_tree(html).root, Look(display="block"))
    return Layout(lambda node: Size(1, 1), "html").place(box, Given(400, 400)).children[0].children


def _places(placed: list[Placed]) -> list[tuple[float, float]]:
    return [(child.x, child.y) for child in placed]


@pytest.mark.parametrize(
    ("justify", "places"),
    [("flex-start", [0, 40]), ("center", [60, 100]), ("flex-end", [120, 160]), ("space-between", [0, 160]),
     ("space-around", [30, 130]), ("space-evenly", [40, 120])],
)  # fmt: skip
def test_room_is_shared_between_boxes(justify: str, places: list[float]) -> None:
    assert [x for x, _ in _places(_row(f"justify-content:{justify}", "", ""))] == places


@pytest.mark.parametrize(("align", "y"), [("flex-start", 0), ("center", 30), ("flex-end", 60)])
def test_boxes_are_aligned_across(align: str, y: float) -> None:
    assert _places(_row(f"height:80px;align-items:{align}", "")) == [(0, y)]
    assert _places(_row("height:80px", f"align-self:{align}")) == [(0, y)]


def test_boxes_without_a_height_are_stretched() -> None:
    assert [child.height for child in _row("height:80px", "height:auto", "")] == [80, 20]


def test_gaps_growing_and_shrinking() -> None:
    assert _places(_row("gap:10px", "", "")) == [(0, 0), (50, 0)]
    assert [child.width for child in _row("", "flex:1", "flex:3", "")] == [40, 120, 40]
    assert [child.width for child in _row("", "width:200px", "width:200px")] == [100, 100]
    assert [child.width for child in _row("", "width:200px;flex-shrink:0", "width:100px")] == [200, 0]


def test_rows_wrap() -> None:
    assert _places(_row("flex-wrap:wrap;gap:4px", *["width:90px"] * 3)) == [(0, 0), (94, 0), (0, 24)]


def test_boxes_stand_one_under_another() -> None:
    style = "flex-direction:column;height:100px;justify-content:space-between;align-items:center"
    assert _places(_row(style, "", "")) == [(80, 0), (80, 80)]
    assert [child.height for child in _row("flex-direction:column;height:100px", "", "flex-grow:1")] == [20, 80]


def test_rows_may_run_the_other_way() -> None:
    places = _places(_row("flex-direction:row-reverse", "width:30px", "width:50px"))
    assert sorted(places) == [(120, 0), (170, 0)]


def test_automatic_margins_take_the_room() -> None:
    assert _places(_row("", "", "margin-left:auto")) == [(0, 0), (160, 0)]


def test_nothing_is_spread_over_nothing() -> None:
    assert spread("center", 10, 0) == (0, 0)
    assert spread("space-between", -10, 2) == (0, 0)
