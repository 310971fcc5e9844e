import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import Builder
from clipmill.media.draw.html.layout.blocks import Layout
from clipmill.media.draw.html.placed import ConstraintSpace, Placed
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import read_tree


def _placed(html: str, width: float = 300, height: float | None = None, shrinks: bool = False) -> Placed:
    look = Look(display="block", line_height=1.25)
    box = Builder(Sheet()).root(read_tree(html).root, look)
    given = ConstraintSpace(width, None if shrinks else width, height, shrinks=shrinks, apart=True)
    return Layout(lambda node: Size(200, 100), "html").place(box, given)


def test_blocks_stand_one_under_another_and_their_margins_meet() -> None:
    placed = _placed("<p style='margin:10px'>a</p><p style='margin:30px 0 0'>b</p>")
    assert [(child.x, child.y) for child in placed.children] == [(10, 10), (0, 60)]
    assert placed.content.height == 80


def test_padding_and_border_lie_outside_of_the_width() -> None:
    child = _placed("<div style='width:100px;height:50px;padding:10px;border:5px solid'>x</div>").children[0]
    assert (child.width, child.height) == (130, 80)
    child = _placed("<div style='box-sizing:border-box;width:100px;height:50px;padding:10px'>x</div>").children[0]
    assert (child.width, child.height) == (100, 50)


def test_a_block_is_as_wide_as_the_one_around_it() -> None:
    child = _placed("<div style='padding:0 10px'><div style='width:50%'>x</div></div>").children[0]
    assert child.width == 300
    assert child.children[0].width == 140


@pytest.mark.parametrize(
    ("style", "width"), [("max-width:80px", 80), ("min-width:400px", 400), ("width:90px;max-width:10%", 30)]
)
def test_widths_have_bounds(style: str, width: float) -> None:
    assert _placed(f"<div style='{style}'>x</div>").children[0].width == width


@pytest.mark.parametrize(("margin", "x"), [("0 auto", 100), ("0 0 0 auto", 200), ("0 auto 0 0", 0)])
def test_automatic_margins_share_what_is_left(margin: str, x: float) -> None:
    assert _placed(f"<div style='width:100px;margin:{margin}'>x</div>").children[0].x == x


def test_the_margins_inside_a_plain_block_stand_outside_of_it() -> None:
    placed = _placed("<div><p style='margin:20px 0'>a</p></div><p style='margin:0'>b</p>")
    assert placed.children[0].height == 20
    assert placed.children[1].y - placed.children[0].y == 40


def test_a_padded_block_keeps_the_margins_inside() -> None:
    assert _placed("<div style='padding:1px'><p style='margin:20px 0'>a</p></div>").children[0].height == 62


def test_a_text_is_as_narrow_as_it_can_be_where_it_shrinks() -> None:
    placed = _placed("<b>HHH</b>", shrinks=True)
    assert placed.lines is not None
    assert placed.width == placed.lines.natural_width < 60


def test_boxes_stand_in_their_line() -> None:
    placed = _placed("H<span style='display:inline-block;width:40px;height:30px'></span>H")
    (atom,) = placed.children
    assert (atom.width, atom.height) == (40, 30)
    assert 10 < atom.x < 16
    assert placed.height >= 30


@pytest.mark.parametrize(
    ("style", "size"),
    [("", (200, 100)), ("width:100px", (100, 50)), ("height:20px", (40, 20)), ("width:50%;height:10px", (150, 10)),
     ("max-width:50px", (50, 25)), ("display:block", (200, 100))],
)  # fmt: skip
def test_pictures_keep_their_shape(style: str, size: tuple[float, float]) -> None:
    atom = _placed(f"<canvas style='{style}'></canvas>").children[0]
    assert (atom.width, atom.height) == size


def test_lists_are_indented() -> None:
    placed = _placed("<ul style='margin:0'><li>a</li><li>b</li></ul>").children[0]
    assert [child.x for child in placed.children] == [40, 40]
    assert [child.y for child in placed.children] == [0, 20]


def test_content_that_is_larger_than_its_box_is_known() -> None:
    placed = _placed("Donaudampfschifffahrtsgesellschaft\nx", width=40, height=10)
    assert placed.content.width > placed.inner.width
    assert placed.content.height > placed.inner.height


def test_boxes_nested_deeply_are_laid_out_in_reasonable_time() -> None:
    assert _placed("<div style='display:flex'>" * 40 + "x" + "</div>" * 40).height == 20


@pytest.mark.parametrize(("width", "found"), [("max-content", 93.75), ("min-content", 50), ("fit-content", 93.75)])
def test_widths_that_the_content_decides(width: str, found: float) -> None:
    child = _placed(f"<div style='width:{width}'>several words</div>").children[0]
    assert child.width == pytest.approx(found, abs=12)
    assert child.width < 120


def test_a_shape_gives_the_height() -> None:
    assert _placed("<div style='aspect-ratio:16/9;width:160px'></div>").children[0].height == 90
    assert _placed("<div style='aspect-ratio:2;height:50px;width:auto'></div>").children[0].width == 100


def test_a_picture_has_a_share_of_a_height_that_is_known() -> None:
    html = "<div style='width:80px;height:60px'><canvas style='width:100%;height:100%'></canvas></div>"
    (picture,) = _placed(html).children[0].children
    assert (picture.width, picture.height) == (80, 60)


def test_a_picture_wider_than_its_box_stays_on_its_first_line() -> None:
    html = "<div style='width:100px;height:80px;overflow:hidden'><canvas width='120' height='80'></canvas></div>"
    (picture,) = _placed(html).children[0].children
    assert (round(picture.x), round(picture.y)) == (0, 0)


def test_margins_around_nothing_meet() -> None:
    placed = _placed("<p style='margin:10px 0'>a</p><div style='margin:30px 0'></div><p style='margin:20px 0'>b</p>")
    assert placed.children[2].y - placed.children[0].y - placed.children[0].height == 30
