import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import Builder
from clipmill.media.draw.html.layout.blocks import Layout
from clipmill.media.draw.html.layout.flex import spread
from clipmill.media.draw.html.placed import ConstraintSpace, Placed
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import read_tree

BOX = "<div style='width:40px;height:20px;{}'></div>"


def _row(style: str, *boxes: str) -> list[Placed]:
    html = f"<div style='display:flex;width:200px;{style}'>{''.join(BOX.format(box) for box in boxes)}</div>"
    box = Builder(Sheet()).root(read_tree(html).root, Look(display="block"))
    return Layout(lambda node: Size(1, 1), "html").place(box, ConstraintSpace(400, 400)).children[0].children


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


def test_automatic_margins_take_the_room_of_a_column_too() -> None:
    column = "flex-direction:column;height:120px"
    assert _places(_row(column, "", "margin-top:auto")) == [(0, 0), (0, 100)]
    assert _places(_row(column, "margin:auto")) == [(80, 50)]
    assert _places(_row("height:120px", "margin-top:auto")) == [(0, 100)]


def test_text_alone_is_a_box_that_is_aligned() -> None:
    html = "<div style='display:flex;width:200px;min-height:100px;align-items:center;justify-content:flex-end'>Hi</div>"
    box = Builder(Sheet()).root(read_tree(html).root, Look(display="block"))
    flex = Layout(lambda node: Size(1, 1), "html").place(box, ConstraintSpace(400, 400)).children[0]
    (text,) = flex.children
    assert flex.height == 100
    assert (text.x + text.width, text.y) == (200, (100 - text.height) / 2)


def test_baselines_are_brought_onto_one_line() -> None:
    small, large = "<b style='font-size:20px'>H</b>", "<b style='font-size:80px'>H</b>"
    html = f"<div style='display:flex;align-items:baseline'>{small}{large}</div>"
    box = Builder(Sheet()).root(read_tree(html).root, Look(display="block"))
    first, second = Layout(lambda node: Size(1, 1), "html").place(box, ConstraintSpace(400, 400)).children[0].children
    assert first.first_baseline is not None
    assert second.first_baseline is not None
    assert second.y == 0
    assert first.y + first.first_baseline == second.first_baseline


def test_negative_margins_pull_boxes_over_others() -> None:
    placed = _row("", "width:60px", "width:60px;margin-left:-20px")
    assert [(child.x, child.width) for child in placed] == [(0, 60), (40, 60)]


def test_what_cannot_be_broken_is_not_shrunk_below_its_words() -> None:
    html = "<div style='display:flex;width:120px'><p style='flex:1'>unbreakable</p><p style='flex:1'>a b c d</p></div>"
    box = Builder(Sheet()).root(read_tree(html).root, Look(display="block"))
    layout = Layout(lambda node: Size(1, 1), "html")
    first, second = layout.place(box, ConstraintSpace(400, 400)).children[0].children
    assert first.width == layout.border_width(first.box, least=True) > 70
    assert first.width + second.width == pytest.approx(120)


def test_limits_are_kept_and_the_rest_is_shared_again() -> None:
    assert [child.width for child in _row("", "flex:1;max-width:30px", "flex:1", "flex:1")] == [30, 85, 85]
    assert [child.width for child in _row("", "flex:1;min-width:120px", "flex:1", "flex:1")] == [120, 40, 40]


def test_lines_lie_where_align_content_says() -> None:
    wide = ["width:150px"] * 2
    for content, tops in (("flex-start", [0, 20]), ("center", [30, 50]), ("flex-end", [60, 80]),
                          ("space-between", [0, 80]), ("stretch", [0, 50])):  # fmt: skip
        style = f"flex-wrap:wrap;height:100px;align-content:{content};align-items:flex-start"
        assert [y for _, y in _places(_row(style, *wide))] == tops
    assert [y for _, y in _places(_row("flex-wrap:wrap-reverse;height:40px", *wide))] == [20, 0]


def test_order_decides_who_comes_first() -> None:
    boxes = ("order:2;width:10px", "width:20px", "order:-1;width:30px")
    assert [child.width for child in _row("", *boxes)] == [30, 20, 10]


def test_rows_run_from_the_right_where_the_text_does() -> None:
    assert _places(_row("direction:rtl", "width:30px", "width:50px")) == [(170, 0), (120, 0)]


def test_nothing_is_spread_over_nothing() -> None:
    assert spread("center", 10, 0) == (0, 0)
    assert spread("space-between", -10, 2) == (0, 0)
