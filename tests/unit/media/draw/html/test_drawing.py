from base64 import b64encode
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.domain.timeline.elements.style import TextStyle
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError
from clipmill.media.draw.html.drawing import Constraints, HtmlSource, fit, lay_out
from clipmill.media.draw.html.reading import read_document


def _source(html: str, **style: Any) -> HtmlSource:
    document = read_document(html)
    model = TextStyle.model_validate(style)
    return HtmlSource(
        document.root, document.sheet, lambda shrink: model.look(html=True, shrink=shrink), {}, 10**6, model.drop
    )


def _frame(width: float | None = None, height: float | None = None) -> Constraints:
    return Constraints(width, height, 300, Size(400, 200))


def test_a_text_without_a_size_is_as_large_as_its_words_up_to_its_room() -> None:
    assert lay_out(_source("HH"), _frame()).size.width < 40
    assert lay_out(_source("word " * 40), _frame()).size.width <= 300


def test_the_size_of_the_element_wins_over_its_style() -> None:
    assert lay_out(_source("x", width=50, padding=10), _frame()).size.width == 70
    assert lay_out(_source("x", width=50, padding=10), _frame(100)).size.width == 120
    assert lay_out(_source("x", width="50%"), _frame()).size.width == 200
    assert lay_out(_source("x" * 200, maxWidth=120, wordBreak="break-all"), _frame()).size.width == 120


@pytest.mark.parametrize(("align", "middle"), [("top", 11), ("middle", 50), ("bottom", 89)])
def test_content_stands_where_it_should_in_a_higher_box(align: str, middle: float) -> None:
    rgba, _, y = lay_out(_source("HH", verticalAlign=align), _frame(100, 100)).draw()
    assert y + len(rgba) / 2 == pytest.approx(middle, abs=2)


def test_flex_centres_a_text() -> None:
    source = _source("<b>HH</b>", display="flex", alignItems="center", justifyContent="center")
    rgba, x, y = lay_out(source, _frame(200, 100)).draw()
    assert (x + rgba.shape[1] / 2, y + rgba.shape[0] / 2) == pytest.approx((100, 50), abs=2)


def test_a_picture_is_no_larger_than_what_is_seen() -> None:
    rgba, x, y = lay_out(_source("", background="#f00"), _frame(40, 20)).draw()
    assert (rgba.shape, x, y) == ((20, 40, 4), 0, 0)
    rgba, x, y = lay_out(_source("", background="#f00", boxShadow="0 0 0 5px #00f"), _frame(40, 20)).draw()
    assert (rgba.shape, x, y) == ((30, 50, 4), -5, -5)


def test_nothing_is_a_clear_pixel() -> None:
    rgba, _, _ = lay_out(_source(" "), _frame()).draw()
    assert rgba.shape == (1, 1, 4)
    assert rgba.max() == 0


def test_the_whole_is_turned_and_faded() -> None:
    source = _source("", background="#f00", transform="rotate(90deg)", opacity=0.5)
    rgba, x, y = lay_out(source, _frame(60, 20)).draw()
    assert (x, y) == pytest.approx((20, -20), abs=1)
    assert rgba[len(rgba) // 2, rgba.shape[1] // 2].tolist() == [255, 0, 0, 128]


def test_letters_shrink_together_until_they_fit() -> None:
    source = _source("<h1>A headline</h1><p style='font-size:20px'>and a line below it</p>", fontSize=40)
    found = fit(source, _frame(200, 100), 8, None)
    assert found is not None
    sizes = [child.box.look.font_size for child in found.placed.children]
    assert sizes[0] / sizes[1] == pytest.approx(80 / 20)
    assert found.placed.content.height <= 100.5
    assert not found.kept()[1]


def test_what_never_fits_is_told() -> None:
    assert fit(_source("Donaudampfschifffahrt"), _frame(20, 20), 8, None) is None
    assert fit(_source("a<br>b<br>c"), _frame(200, 400), 8, 2) is None


def test_what_lies_outside_is_left_out_and_known() -> None:
    whole = lay_out(_source("word " * 30), _frame(100, 30))
    kept, lost = whole.kept()
    assert lost
    assert whole.lines > 3
    assert len(whole.draw()[0]) > 100
    assert 30 < len(kept.draw()[0]) < 44  # two lines, the second of which begins inside


def test_ink_is_fitted_and_held_inside() -> None:
    """The lines would fit at 60 pixels, their tails and accents would not."""
    for align in ("top", "bottom"):
        source = _source("Ågjp<br>Ågjp", fontSize=60, lineHeight=0.8, verticalAlign=align)
        found = fit(source, _frame(300, 96), 8, None)
        assert found is not None
        rgba, _, y = found.draw()
        assert y >= 0
        assert 80 < y + len(rgba) <= 96


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(MediaError, match="pixels large"):
        lay_out(_source("x"), _frame(9000, 9000)).draw()


def test_nothing_outside_of_the_box_is_lost_where_it_is_not_cut() -> None:
    source = _source("H", textShadow="80px 0 0 #f00", color="#00f")
    whole, _, _ = lay_out(source, _frame()).draw()
    assert whole.shape[1] > 80
    assert np.array_equal(whole, lay_out(source, _frame(40, 12)).draw()[0])


def _pixels(html: str, width: float | None = None, height: float | None = None, **style: Any) -> Any:
    rgba, x, y = lay_out(_source(html, **style), _frame(width, height)).draw()
    whole = np.zeros((220, 420, 4), np.uint8)
    whole[y : y + rgba.shape[0], x : x + rgba.shape[1]] = rgba
    return whole


_BOX = "<div style='background: {}; height: 20px'></div>"


def test_the_element_itself_may_be_a_grid() -> None:
    html = _BOX.format("#f00; grid-column: 1 / -1") + _BOX.format("#0f0") + _BOX.format("#00f")
    seen = _pixels(html, 200, display="grid", gridTemplateColumns="1fr 3fr", gap="8px")
    assert tuple(seen[10, 190]) == (255, 0, 0, 255)
    assert tuple(seen[38, 40]) == (0, 255, 0, 255)
    assert tuple(seen[38, 60]) == (0, 0, 255, 255)
    assert seen[38, 52, 3] == 0


def test_the_element_itself_may_be_a_table() -> None:
    cells = "".join(
        f"<div style='display: table-cell; width: 40px; {style}'>H</div>" for style in ("", "background: red")
    )
    assert tuple(_pixels(cells, display="table")[8, 70]) == (255, 0, 0, 255)


def test_border_box_of_the_element_holds_its_padding() -> None:
    assert lay_out(_source("x", padding=10, boxSizing="border-box"), _frame(100, 50)).size == Size(100, 50)


@pytest.mark.parametrize(("told", "drawn"), [("1.5px", 1), ("2.9px", 2), ("0.2px", 1), ("0", 0)])
def test_borders_are_whole_pixels(told: str, drawn: int) -> None:
    seen = _pixels(f"<div style='width: 40px; height: 20px; border: {told} solid #000'></div>")
    assert np.count_nonzero(seen[:, 20, 3]) == 2 * drawn


def _picture() -> str:
    """4 × 2 pixels: blue, and red in its right half."""
    shown = np.zeros((2, 4, 3), np.uint8)
    shown[:, :2, 0], shown[:, 2:, 2] = 255, 255
    return f"data:image/png;base64,{b64encode(cv2.imencode('.png', shown)[1].tobytes()).decode()}"


def test_a_picture_lies_behind_a_box() -> None:
    style = f"width: 100px; height: 60px; background: #0f0 url({_picture()}) no-repeat right top / 40px auto"
    seen = _pixels(f"<div style='{style}'></div>")
    assert tuple(seen[10, 70, :3]) == (0, 0, 255)
    assert tuple(seen[10, 90, :3]) == (255, 0, 0)
    assert tuple(seen[30, 70, :3]) == tuple(seen[10, 50, :3]) == (0, 255, 0)
    assert tuple(_pixels("x", 40, 20, backgroundImage=f"url({_picture()})", backgroundSize="cover")[10, 35, :3]) == (
        255,
        0,
        0,
    )


def test_a_colour_stays_where_the_picture_beside_it_is_not_drawn() -> None:
    html = "<div style='height: 20px; background: #f00 url(elsewhere.gif)'></div>"
    assert tuple(_pixels(html, 40)[10, 20]) == (255, 0, 0, 255)
    assert read_document(html).unsupported[0].startswith("html: background: #f00 url(elsewhere.gif) is not drawn")


def test_text_keeps_clear_of_what_floats() -> None:
    floats = "<div style='float: {}; width: 60px; height: 50px; background: #f00'></div>"
    seen = _pixels(floats.format("left") + "<p style='margin: 0'>" + "word " * 30 + "</p>", 200)
    letters = (seen[..., 3] > 0) & (seen[..., 0] < 128)
    assert not letters[:50, :60].any()
    assert letters[:50, 60:].any()
    assert letters[70:, :40].any()
    seen = _pixels(floats.format("right") + "word " * 8, 200)
    assert tuple(seen[10, 150, :3]) == (255, 0, 0)


def test_what_is_cleared_stands_below_floats() -> None:
    html = "<div style='float: left; width: 9px; height: 50px'></div><div style='clear: both; height: 5px; background: red'></div>"  # fmt: skip # noqa: E501
    assert np.nonzero(_pixels(html, 100)[..., 3].any(axis=1))[0][0] == 50


def test_a_column_is_as_wide_as_it_is_told() -> None:
    html = "<table cellspacing=0 cellpadding=0><col width=70><col><tr><td>a<td style='background: red'>b</table>"
    assert np.nonzero(_pixels(html)[8, :, 0] == 255)[0][0] == 70


def test_lines_are_clamped_over_several_blocks() -> None:
    block = "<p style='margin: 0'>a<br>b</p>"
    html = f"<div style='line-clamp: 3; line-height: 20px'>{block}{block}</div>"
    assert lay_out(_source(html), _frame()).size.height == 60


def test_balanced_lines_are_about_alike_long() -> None:
    text = "<div style='text-wrap: {}'>six words that make more lines</div>"
    wide, even = (np.nonzero(_pixels(text.format(how), 200)[..., 3].any(axis=0))[0][-1] for how in ("wrap", "balance"))
    assert even < wide * 0.8


def test_content_limits_a_width() -> None:
    assert (
        lay_out(_source("<div style='width: 300px; max-width: max-content'>HH</div>"), _frame())
        .placed.children[0]
        .width
        < 40
    )
    assert (
        lay_out(_source("<div style='width: 9px; min-width: max-content'>HH HH</div>"), _frame())
        .placed.children[0]
        .width
        > 40
    )


def test_links_without_an_address_are_plain() -> None:
    assert np.array_equal(_pixels("<a>word</a>"), _pixels("<span>word</span>"))
    assert not np.array_equal(_pixels("<a href='#'>word</a>"), _pixels("<span>word</span>"))


def test_a_hyphen_is_shown_at_a_soft_one_alone() -> None:
    soft = _pixels("<div style='width: 60px'>Dampf\u00adschiff</div>")
    hard = _pixels("<div style='width: 60px'>Dampf-<br>schiff</div>")
    assert np.array_equal(soft, hard)
    assert np.array_equal(
        _pixels("<div style='width: 400px'>Dampf\u00adschiff</div>"),
        _pixels("<div style='width: 400px'>Dampfschiff</div>"),
    )


def test_no_line_is_broken_after_a_slash() -> None:
    assert lay_out(_source("<div style='width: 60px'>Monday/Tuesday</div>"), _frame()).lines == 1
