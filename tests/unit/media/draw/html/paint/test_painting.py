import numpy as np
import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError
from clipmill.media.draw.html.boxes import Builder
from clipmill.media.draw.html.layout.blocks import Layout
from clipmill.media.draw.html.paint.canvas import Canvas
from clipmill.media.draw.html.paint.painting import MOST_GROUPS, Painter
from clipmill.media.draw.html.placed import ConstraintSpace
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import read_tree
from clipmill.media.draw.planes import Bytes


def _drawn(html: str, *, cut: bool = False, height: float | None = None) -> Bytes:
    """An html text 200 pixels wide at (20, 20) of 260 × 200 pixels."""
    box = Builder(Sheet()).root(read_tree(html).root, Look(display="block", font_size=20))
    placed = Layout(lambda node: Size(30, 30), "html").place(box, ConstraintSpace(200, 200, height, apart=True))
    canvas = Canvas(-20, -20, 260, 200)
    painter = Painter(lambda placed, w, h: np.full((h, w, 4), 255, np.uint8), "html")
    painter.paint_inside(placed, canvas, 0, 0, cut=cut)
    return canvas.pixels


def _seen(pixels: Bytes, *colour: int) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(np.abs(pixels[..., :3].astype(int) - colour).max(-1) + (pixels[..., 3] < 250) < 1)
    return int(columns.min()) - 20, int(rows.min()) - 20, int(columns.max()) - 19, int(rows.max()) - 19


def test_a_box_is_painted_where_it_lies() -> None:
    html = "<div style='margin:10px;padding:5px;width:50px;height:20px;background:#ff0000'></div>"
    assert _seen(_drawn(html), 255, 0, 0) == (10, 10, 70, 40)


def test_a_pill_in_a_text_lies_around_its_words() -> None:
    pixels = _drawn("HH <span style='background:#ff0000;color:#ff0000;padding:3px 10px'>HH</span> HH")
    left, top, right, bottom = _seen(pixels, 255, 0, 0)
    assert 25 < left < 40
    assert right - left == pytest.approx(20 + 29, abs=3)
    assert bottom - top == 27 + 6


def test_a_pill_over_two_lines_is_round_only_at_its_ends() -> None:
    html = "<span style='background:#ff0000;color:#ff0000;border-radius:12px'>HHHHHHHHHH HHHHHHHHHH</span>"
    pixels = _drawn(html)
    left, top, _right, bottom = _seen(pixels, 255, 0, 0)
    assert bottom - top > 50
    assert pixels[20 + top, 20 + left, 3] < 128
    assert pixels[20 + bottom - 1, 20 + left, 3] == 255


def test_letters_may_be_cut_out_of_a_background() -> None:
    style = "color:transparent;background:linear-gradient(90deg,#ff0000,#0000ff);-webkit-background-clip:text"
    for html in (f"<div style='{style}'>HHHHHHHHHHHHH</div>", f"<span style='{style}'>HHHHHHHHHHHHH</span>"):
        pixels = _drawn(html)
        solid = pixels[pixels[..., 3] > 250]
        assert 0 < len(solid) < 200 * 27 * 0.6
        assert solid[..., 0].max() > 180
        assert solid[..., 2].max() > 180


def test_opacity_is_of_the_whole_element() -> None:
    inner = "<div style='background:#ff0000;height:10px'></div>"
    html = f"<div style='opacity:.5;background:#ff0000;height:20px'>{inner}</div>"
    pixels = _drawn(html)
    assert pixels[25, 50].tolist() == pixels[35, 50].tolist() == [128, 0, 0, 128]


def test_an_element_is_turned_about_its_middle() -> None:
    html = "<div style='width:60px;height:20px;margin:40px;background:#ff0000;transform:rotate(90deg)'></div>"
    assert _seen(_drawn(html), 255, 0, 0) == pytest.approx((60, 20, 80, 80), abs=1)


def test_what_sticks_out_is_cut_where_asked() -> None:
    inner = "<div style='width:400px;height:400px;background:#ff0000'></div>"
    assert _seen(_drawn(inner, cut=True, height=30), 255, 0, 0) == (0, 0, 200, 30)
    hidden = f"<div style='width:40px;height:30px;overflow:hidden;border-radius:10px'>{inner}</div>"
    pixels = _drawn(hidden)
    assert _seen(pixels, 255, 0, 0) == (0, 0, 40, 30)
    assert pixels[20, 20, 3] == 0


def test_pictures_have_round_corners() -> None:
    pixels = _drawn("<canvas style='border-radius:50%;border:2px solid #ff0000'></canvas>")
    assert pixels[20, 20, 3] == 0
    assert pixels[20 + 17, 20 + 17].tolist() == [255, 255, 255, 255]


@pytest.mark.parametrize(("kind", "seen"), [("disc", True), ("circle", True), ("square", True), ("none", False)])
def test_items_have_their_sign_outside_of_their_text(kind: str, seen: bool) -> None:
    pixels = _drawn(f"<ul style='margin:0;list-style-type:{kind}'><li>H</li></ul>")
    assert bool((pixels[20:50, 20:58, 3] > 200).any()) is seen


def test_numbers_end_before_their_text() -> None:
    columns = np.nonzero((_drawn("<ol style='margin:0'><li>H</li></ol>")[20:50, 20:59, 3] > 128).any(axis=0))[0]
    assert 15 < columns.min() < columns.max() < 38


def test_more_groups_than_any_text_needs_are_refused() -> None:
    with pytest.raises(MediaError, match="transparent, turned or cut"):
        _drawn("<b style='opacity:.5;display:block'></b>" * (MOST_GROUPS + 1))


@pytest.mark.parametrize(
    ("style", "box"),
    [("translate:10px 5px", (10, 5, 60, 25)), ("scale:2;transform-origin:0 0", (0, 0, 100, 40)),
     ("rotate:90deg;transform-origin:0 0", (-20, 0, 0, 50))],
)  # fmt: skip
def test_a_box_may_be_moved_by_properties_of_their_own(style: str, box: tuple[int, int, int, int]) -> None:
    html = f"<div style='width:50px;height:20px;background:#ff0000;{style}'></div>"
    assert _seen(_drawn(html), 255, 0, 0) == pytest.approx(box, abs=1)


def test_an_outline_takes_no_room() -> None:
    html = (
        "<div style='width:50px;height:20px;outline:4px solid #ff0000;outline-offset:2px'></div><div style='width:9px;"
    )
    pixels = _drawn(html + "height:9px;background:#0000ff'></div>")
    assert _seen(pixels, 255, 0, 0) == (-6, -6, 56, 26)
    assert _seen(pixels, 0, 0, 255)[1] == 20 or pixels[45, 22].tolist() == [0, 0, 255, 255]


def test_a_part_of_a_line_may_be_faded() -> None:
    pixels = _drawn("<span style='opacity:.5;background:#ff0000;color:transparent'>HH</span>")
    assert 120 <= pixels[30, 30, 3] <= 135


def test_glass_blurs_what_lies_behind_it() -> None:
    glass = "<div style='backdrop-filter:blur(6px);width:60px;height:40px;margin-left:-30px'></div>"
    sharp = (
        "<div style='width:200px;height:40px;padding-left:100px;background:linear-gradient(90deg,#f00 100px,#00f 0)'>"
    )
    row = _drawn(f"{sharp}{glass}</div>")[40]
    assert 20 < row[112, 0] < 250
    assert row[60].tolist() == [255, 0, 0, 255]


def test_a_frame_may_have_a_gradient_of_its_own() -> None:
    style = "border:6px solid transparent;background:linear-gradient(#fff,#fff) padding-box,"
    style += "linear-gradient(#f00,#f00) border-box"
    pixels = _drawn(f"<div style='{style};width:40px;height:20px'></div>")
    assert pixels[22, 40].tolist() == [255, 0, 0, 255]
    assert pixels[36, 46].tolist() == [255, 255, 255, 255]
