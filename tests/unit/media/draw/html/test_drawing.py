from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.elements.style import TextStyle
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError
from clipmill.media.draw.html.drawing import Frame, Source, fit, lay_out
from clipmill.media.draw.html.reading import read_document


def _source(html: str, **style: Any) -> Source:
    document = read_document(html)
    model = TextStyle.model_validate(style)
    return Source(
        document.root, document.sheet, lambda shrink: model.look(html=True, shrink=shrink), {}, 10**6, model.drop
    )


def _frame(width: float | None = None, height: float | None = None) -> Frame:
    return Frame(width, height, 300, Size(400, 200))


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
