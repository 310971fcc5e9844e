from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.domain.timeline.elements.style import TextStyle
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.text import is_plain, text_layer
from clipmill.engines.render.layers.text_box import TextLayer
from clipmill.engines.render.motion import State
from clipmill.errors import ProjectError
from clipmill.media.draw.sprite import Sprite


def _layer(stage: Stage, text: str, style: dict[str, Any] | None = None, /, **fields: Any) -> TextLayer:
    visual = TextVisual.model_validate({"type": "TEXT", "text": text, "style": style or {}, **fields})
    layer = text_layer(visual, stage, "visuals[0]")
    assert isinstance(layer, TextLayer)
    return layer


def _sprite(stage: Stage, text: str, style: dict[str, Any] | None = None, /, **fields: Any) -> Sprite:
    return _layer(stage, text, style, **fields).sprite(State(1.0))


def _ink(sprite: Sprite) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is seen, on the canvas."""
    rows, columns = np.nonzero(sprite.alpha[0] > 100)
    left, top = sprite.rect.x, sprite.rect.y
    return left + columns.min(), top + rows.min(), left + columns.max() + 1, top + rows.max() + 1


def test_a_text_stands_at_its_place(stage: Stage) -> None:
    left, top, _, bottom = _ink(_sprite(stage, "H", {"fontSize": 40, "lineHeight": 1}, x=50, y=60))
    assert 50 <= left <= 55
    assert 60 < top < bottom < 100
    assert bottom - top == pytest.approx(40 * 0.72, abs=2)


@pytest.mark.parametrize(("align", "near"), [("left", 20), ("center", 160), ("right", 300)])
def test_lines_are_aligned_in_their_box(stage: Stage, align: str, near: int) -> None:
    left, _, right, _ = _ink(_sprite(stage, "iii", {"textAlign": align, "fontSize": 20}, x=20, width=280))
    assert {"left": left, "center": (left + right) / 2, "right": right}[align] == pytest.approx(near, abs=3)


def test_a_text_from_right_to_left_starts_at_the_right(stage: Stage) -> None:
    _, _, right, _ = _ink(_sprite(stage, "مرحبا", {"fontSize": 20}, x=20, width=280))
    assert right == pytest.approx(300, abs=3)


@pytest.mark.parametrize(("align", "share"), [("top", 0.0), ("middle", 0.5), ("bottom", 1.0)])
def test_a_block_stands_in_its_box(stage: Stage, align: str, share: float) -> None:
    style = {"fontSize": 20, "lineHeight": "20px", "verticalAlign": align}
    _, top, _, bottom = _ink(_sprite(stage, "H\nH", style, x=10, y=10, width=100, height=160))
    assert (top + bottom) / 2 == pytest.approx(10 + 20 + share * 120, abs=2)


def test_lines_are_as_far_apart_as_asked(stage: Stage) -> None:
    _, top, _, bottom = _ink(_sprite(stage, "H\nH\nH", {"fontSize": 20, "lineHeight": "37px"}, width=100))
    _, one_top, _, one_bottom = _ink(_sprite(stage, "H", {"fontSize": 20, "lineHeight": "37px"}, width=100))
    assert (top, bottom - one_bottom) == (one_top, 74)


def test_the_background_takes_the_size_of_its_text_and_padding(stage: Stage) -> None:
    def width(text: str) -> int:
        left, _, right, _ = _ink(_sprite(stage, text, {"backgroundColor": "#fff", "padding": "4px 10px"}, x=20, y=20))
        return right - left

    assert width("New") < width("Bestseller")
    left, top, _, _ = _ink(_sprite(stage, "New", {"backgroundColor": "#fff", "padding": "4px 10px"}, x=20, y=20))
    assert (left, top) == (20, 20)


def test_a_pill_is_round_and_its_text_in_the_middle(stage: Stage) -> None:
    style = {"backgroundColor": "#fff", "borderRadius": 999, "textAlign": "center", "verticalAlign": "middle"}
    sprite = _sprite(stage, "H", style, x=20, y=20, width=120, height=40)
    assert sprite.alpha[0][0, 0] == 0
    assert sprite.alpha[0][20, 0] > 200
    dark = np.nonzero(sprite.planes[0][:, 30:90] < 100)
    assert dark[1].mean() + 30 == pytest.approx(60, abs=2)
    assert dark[0].mean() == pytest.approx(20, abs=2)


def test_a_long_text_shrinks_until_it_fits(stage: Stage) -> None:
    style = {"fontSize": 60, "minFontSize": 8, "maxLines": 2, "lineHeight": 1.1}
    box = {"x": 10, "y": 10, "width": 200, "height": 60}
    left, top, right, bottom = _ink(
        _sprite(stage, "A headline of sixty characters must fit and never be clipped", style, **box)
    )
    assert left >= 9
    assert right <= 211
    assert top >= 9
    assert bottom <= 71
    assert bottom - top > 20


def test_a_short_text_keeps_its_size(stage: Stage) -> None:
    box = {"width": 200, "height": 60}
    fitted = _sprite(stage, "Hi", {"fontSize": 40, "minFontSize": 8}, **box)
    assert _ink(fitted) == _ink(_sprite(stage, "Hi", {"fontSize": 40}, **box))


def test_a_text_that_cannot_fit_is_refused_with_what_to_do(stage: Stage) -> None:
    with pytest.raises(ProjectError, match="does not fit its box at the smallest size of 30 px") as caught:
        _sprite(stage, "Donaudampfschifffahrt", {"fontSize": 40, "minFontSize": 30}, width=100, height=40)
    assert "lower minFontSize" in caught.value.hint


def test_more_lines_than_allowed_are_refused(stage: Stage) -> None:
    with pytest.raises(ProjectError, match="takes 3 lines; maxLines allows 2"):
        _sprite(stage, "a\nb\nc", {"maxLines": 2})


def test_a_text_without_a_width_breaks_at_the_edge_of_the_canvas(stage: Stage) -> None:
    _, top, right, bottom = _ink(_sprite(stage, "word " * 12, {"fontSize": 30}, x=100))
    assert right <= 320
    assert bottom - top > 60


@pytest.mark.parametrize(("position", "corner"), [("top-left", (0, 0)), ("bottom-right", (320, 180))])
def test_a_text_takes_a_position(stage: Stage, position: str, corner: tuple[int, int]) -> None:
    left, top, right, bottom = _ink(_sprite(stage, "x", {"backgroundColor": "#fff", "padding": 5}, position=position))
    assert corner in ((left, top), (right, bottom))


@pytest.mark.parametrize("text", [" ", "\n\n", "\u200b"])
def test_a_text_of_nothing_draws_nothing(stage: Stage, text: str) -> None:
    assert _sprite(stage, text).alpha[0].max(initial=0) == 0


@pytest.mark.parametrize(("align", "top", "bottom"), [("top", 99, 182), ("middle", 89, 171), ("bottom", 78, 162)])
def test_lines_wholly_outside_of_a_set_height_are_cut_and_told(stage: Stage, align: str, top: int, bottom: int) -> None:
    """Two lines of 38 pixels reach into 60: what stays is drawn whole, above and below the box."""
    layer = _layer(stage, "jÅ " * 30, {"verticalAlign": align}, x=10, y=100, width=40, height=60)
    _, first, _, last = _ink(layer.sprite(State(1.0)))
    assert top <= first < last <= bottom
    assert last - first > 55
    assert [doubt.check for doubt in layer.doubts] == ["cut_text"]
    assert layer.doubts[0].message.startswith("visuals[0]: 'jÅ jÅ")


@pytest.mark.parametrize("family", ["Manrope", "Roboto", "Source Sans Pro"])
@pytest.mark.parametrize("size", [20, 31, 40, 47])
@pytest.mark.parametrize("line", [0.8, 1, 1.12, 1.5])
@pytest.mark.parametrize("align", ["top", "bottom"])
def test_a_line_that_begins_where_its_box_ends_lies_outside(
    stage: Stage, family: str, size: int, line: float, align: str
) -> None:
    """Wherever a font's own height puts its letters in a line: of two lines in the height of one, one is left."""
    style = {"fontFamily": family, "fontSize": size, "lineHeight": line, "verticalAlign": align}
    layer = _layer(stage, "HHH\nHHH", style, x=10, y=60, width=200, height=max(1, int(size * line)))
    _, top, _, bottom = _ink(layer.sprite(State(1.0)))
    assert bottom - top < size
    assert [doubt.check for doubt in layer.doubts] == ["cut_text"]


def test_nothing_is_cut_where_overflow_is_visible(stage: Stage) -> None:
    layer = _layer(stage, "word " * 8, {"overflow": "visible"}, x=10, y=10, width=100, height=40)
    _, top, _, bottom = _ink(layer.sprite(State(1.0)))
    assert bottom - top > 250
    assert not layer.doubts


def test_what_is_hidden_is_cut_as_browsers_do_and_told_where_letters_lose_ink(stage: Stage) -> None:
    style = {"overflow": "hidden", "fontSize": 40, "lineHeight": 1}
    layer = _layer(stage, "gypsy", style, x=10, y=10, width=200, height=40)
    assert _ink(layer.sprite(State(1.0)))[3] == 50
    assert [doubt.check for doubt in layer.doubts] == ["cut_text"]
    assert not _layer(stage, "gypsy", style | {"lineHeight": 1.5}, x=10, y=10, width=200, height=60).doubts


#: What hangs out of its line: tails, accents upon accents, slants, scripts higher than Latin.
_HANGING = ("groß gypsy", "ẨỒẪ Ǻ", "ปี่กู๊ญี่", "क्षृत्त्र", "إلى ج ﷺ", "fjf")
_STYLES: tuple[dict[str, Any], ...] = (
    {}, {"background": "#eee"}, {"textShadow": "0 0 8px #000"}, {"-webkit-text-stroke": "4px #000"},
    {"fontStyle": "italic"}, {"transform": "rotate(-8deg)"}, {"padding": 2}, {"border": "2px solid #eee"},
)  # fmt: skip


@pytest.mark.parametrize("style", _STYLES, ids=lambda style: next(iter(style), "plain"))
@pytest.mark.parametrize("align", ["top", "middle", "bottom"])
@pytest.mark.parametrize("kind", ["text", "html"])
def test_a_box_that_holds_its_lines_cuts_no_ink(stage: Stage, kind: str, align: str, style: dict[str, Any]) -> None:
    for text in _HANGING:
        for line in (0.8, 1, 1.12):
            given = {"color": "#000", "fontSize": 30, "lineHeight": line, "verticalAlign": align, **style}
            fields = {kind: text, "x": 60, "y": 60, "width": 200}
            held = _layer(stage, "", given, **fields, height=round(30 * line))
            if kind == "text" and is_plain(TextStyle.model_validate(given)):
                free = _layer(stage, "", given, **fields)
            else:
                free = _layer(stage, "", given | {"overflow": "visible"}, **fields, height=round(30 * line))
            ink, whole = (layer.sprite(State(1.0)).alpha[0].astype(int).sum() for layer in (held, free))
            assert ink == pytest.approx(whole, rel=0.005), (text, line)
            assert not held.doubts


def test_the_last_line_keeps_its_tails(stage: Stage) -> None:
    """As seen in the first video anyone makes: the g of the last line ended on the box, flat."""
    style = {"fontFamily": "Manrope", "fontSize": 56, "fontWeight": 600, "lineHeight": 1.12, "verticalAlign": "bottom"}
    for fields in ({}, {"height": 160}):
        sprite = _sprite(stage, "groß", style, x=4, y=4, width=310, **fields)
        assert (sprite.alpha[0] >= 128).any(axis=1).sum() == 55


@pytest.mark.parametrize("align", ["top", "middle", "bottom"])
def test_a_fitted_text_keeps_its_ink_in_its_box(stage: Stage, align: str) -> None:
    style = {"fontSize": 80, "minFontSize": 10, "lineHeight": 0.8, "verticalAlign": align}
    _, top, _, bottom = _ink(_sprite(stage, "Ågjp\nÅgjp", style, x=10, y=40, width=300, height=96))
    assert top >= 40
    assert 80 < bottom - 40 <= 96


def test_an_inner_shadow_and_what_is_turned_leave_the_box(stage: Stage) -> None:
    """In Chromium the shadow reaches from −14 to 134 where it is dark, and the turned bar from −20 to 86."""
    shadow = "<div style='height:120px;background:#fff;box-shadow:0 0 20px #000'></div>"
    layer = _layer(stage, "", {}, html=shadow, x=20, y=30, width=280, height=120)
    rows = np.nonzero(layer.sprite(State(1.0)).alpha[0].max(axis=1) > 5)[0] + layer.rect.y - 30
    assert (rows[0], rows[-1] + 1) == (pytest.approx(-16, abs=4), pytest.approx(136, abs=4))
    turned = "<div style='transform:rotate(-10deg);height:60px;background:#000'></div>"
    _, top, _, bottom = _ink(_sprite(stage, "", {}, html=turned, x=20, y=60, width=300, height=60))
    assert (top - 60, bottom - 60) == (pytest.approx(-26, abs=1), pytest.approx(86, abs=1))


def test_no_hyphen_is_added_where_a_word_is_broken(stage: Stage) -> None:
    broken = {"fontSize": 30, "minFontSize": 30}
    for fields in ({"text": "l" * 24}, {"html": f"<div style='word-break:break-all'>{'l' * 24}</div>"},
                   {"html": f"<div style='overflow-wrap:anywhere'>{'l' * 24}</div>"}):  # fmt: skip
        sprite = _sprite(stage, "", broken, **fields, x=10, y=10, width=100, height=150)
        assert cv2.connectedComponents((sprite.alpha[0] > 127).astype(np.uint8))[0] - 1 == 24


@pytest.mark.parametrize(
    ("style", "plain"),
    [
        ({}, True), ({"fontSize": 20, "padding": "2px 1em", "borderRadius": 4, "background-color": "red"}, True),
        ({"background": "red"}, False), ({"textShadow": "1px 1px red"}, False), ({"borderRadius": "50%"}, False),
        ({"borderRadius": "1px 2px"}, False), ({"padding": "10%"}, False), ({"transform": "rotate(3deg)"}, False),
        ({"cursor": "pointer"}, True), ({"backgroundColor": "currentColor"}, False),
    ],
)  # fmt: skip
def test_letters_on_a_box_take_the_short_way(style: dict[str, Any], plain: bool) -> None:
    assert is_plain(TextStyle.model_validate(style)) is plain


def test_both_ways_put_a_text_in_the_same_place(stage: Stage) -> None:
    style = {"fontSize": 30, "padding": "8px 12px", "backgroundColor": "#ffffff", "lineHeight": 1.5}
    fields = {"x": 20, "y": 30, "width": 200, "height": 60}
    plain, rich = (_sprite(stage, "Hello", style | more, **fields) for more in ({}, {"textShadow": "0 0 red"}))
    assert plain.rect == rich.rect
    dark = [np.nonzero(sprite.planes[0] < 80) for sprite in (plain, rich)]
    for axis in (0, 1):
        assert dark[0][axis].min() == pytest.approx(dark[1][axis].min(), abs=1)
        assert dark[0][axis].max() == pytest.approx(dark[1][axis].max(), abs=1)
