from typing import Any

import numpy as np
import pytest

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.look import Look, child_look
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.html.content import Decoration, TextRun
from clipmill.media.draw.html.inline import TextLines
from clipmill.media.draw.html.paint.canvas import Canvas
from clipmill.media.draw.html.paint.ink import bar_mask, letters_mask, paint_letters
from clipmill.media.draw.planes import Bytes

RED, BLUE = Colour(255, 0, 0), Colour(0, 0, 255)


def _lines(style: str, text: str = "HH", decorations: tuple[Decoration, ...] = ()) -> TextLines:
    look = child_look(Look(font_size=40), read_declarations(split_declarations(style)).values)
    return TextLines((TextRun(text, look, decorations),), look, None)


def _drawn(style: str, **more: Any) -> Bytes:
    """Letters at (20, 20) of 200 × 100 pixels."""
    canvas = Canvas(-20, -20, 200, 100)
    paint_letters(canvas, _lines(style, **more), 0, 0)
    return canvas.pixels


def _seen(pixels: Bytes, colour: Colour) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what has this colour."""
    wanted = (colour.red, colour.green, colour.blue, 255)
    rows, columns = np.nonzero(np.abs(pixels.astype(int) - wanted).max(-1) < 30)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_a_shadow_is_moved_by_its_offset() -> None:
    pixels = _drawn("color:#ff0000; text-shadow: 50px 9px 0 #0000ff", text="I")
    red, blue = _seen(pixels, RED), _seen(pixels, BLUE)
    assert np.subtract(blue, red).tolist() == [50, 9, 50, 9]


def test_a_shadow_without_a_colour_has_that_of_the_text_and_may_lie_between_pixels() -> None:
    pixels = _drawn("color:#ff0000; text-shadow: 60.5px 0", text="I")
    assert pixels[..., 2].max() == 0
    assert pixels[:, 85:, 3].max() > 100


def test_clear_letters_still_cast_a_shadow() -> None:
    assert _seen(_drawn("color:transparent; text-shadow: 5px 5px 0 #0000ff"), BLUE)


@pytest.mark.parametrize("width", [2, 6])
def test_an_outline_behind_the_letters_reaches_out_by_half_its_width(width: int) -> None:
    plain, stroked = _drawn("color:#ff0000"), _drawn(f"color:#ff0000; stroke: {width}px #0000ff")
    inner, outer = _seen(plain, RED), _seen(stroked, BLUE)
    assert np.subtract(inner[:2], outer[:2]).tolist() == pytest.approx([width / 2] * 2, abs=1)
    assert _seen(stroked, RED) == inner


def test_an_outline_on_the_letters_covers_their_edge() -> None:
    bold = "color:#ff0000; font-weight:800;"
    plain, stroked = _drawn(bold), _drawn(f"{bold} -webkit-text-stroke: 3px #0000ff")
    inside, before = _seen(stroked, RED), _seen(plain, RED)
    assert inside[0] > before[0]
    assert inside[1] > before[1]


def test_lines_along_the_text_lie_where_they_belong() -> None:
    def middle(line: str) -> float:
        pixels = _drawn("color:#ff0000", decorations=(Decoration(frozenset({line}), BLUE),))
        _, top, _, bottom = _seen(pixels, BLUE)
        return (top + bottom) / 2

    _, top, _, bottom = _seen(_drawn("color:#ff0000"), RED)
    assert middle("underline") > bottom
    assert top < middle("line-through") < bottom
    assert middle("line-through") == pytest.approx((top + bottom) / 2, abs=6)
    assert middle("overline") < top


@pytest.mark.parametrize("thickness", [2, 7])
def test_a_line_is_as_thick_as_asked(thickness: float) -> None:
    pixels = _drawn("color:#ff0000", decorations=(Decoration(frozenset({"underline"}), BLUE, Length(thickness)),))
    left, top, right, bottom = _seen(pixels, BLUE)
    assert bottom - top == thickness
    assert right - left == pytest.approx(_lines("").natural_width, abs=1)


def test_hidden_letters_are_not_drawn() -> None:
    assert _drawn("visibility:hidden; text-shadow: 1px 1px red")[..., 3].max() <= 1


def test_letters_of_different_effects_are_drawn_together_in_place() -> None:
    plain = child_look(Look(font_size=40, color=RED), ())
    shadowed = child_look(plain, read_declarations([("text-shadow", "0 60px 0 #0000ff")]).values)
    canvas = Canvas(-20, -20, 200, 160)
    paint_letters(canvas, TextLines((TextRun("I", plain), TextRun("I", shadowed)), plain, None), 0, 0)
    red, blue = _seen(canvas.pixels, RED), _seen(canvas.pixels, BLUE)
    assert red[0] + 5 < blue[0] < red[2]


def test_the_mask_of_some_letters_leaves_out_the_others() -> None:
    look = Look(font_size=40, color=Colour(0, 0, 0, 0.0))
    found = letters_mask(TextLines((TextRun("I", look), TextRun("I", look)), look, None), lambda number, _: number == 1)
    assert found is not None
    columns = np.nonzero(found[0].max(axis=0) > 128)[0]
    assert columns.min() > found[0].shape[1] / 2


@pytest.mark.parametrize(("size", "thickness"), [(16, 1), (20, 2), (40, 4), (64, 6)])
@pytest.mark.parametrize("kind", ["line-through", "underline", "overline"])
def test_a_line_along_a_text_is_a_tenth_as_thick_as_the_text_is_high(kind: str, size: int, thickness: int) -> None:
    line = (Decoration(frozenset({kind}), BLUE),)
    _, top, _, bottom = _seen(_drawn(f"color:#ff0000; font-size:{size}px", text="nn", decorations=line), BLUE)
    assert bottom - top == thickness


def test_an_underline_makes_way_for_letters_that_reach_into_it_and_a_strike_does_not() -> None:
    drawn = {}
    for kind in ("underline", "line-through"):
        pixels = _drawn("color:#ff0000", text="ngn", decorations=(Decoration(frozenset({kind}), BLUE),))
        left, top, right, bottom = _seen(pixels, BLUE)
        drawn[kind] = (pixels[top:bottom, left:right, 2] > 200).all(axis=0)
    assert drawn["line-through"].all()
    assert drawn["underline"][0]
    assert drawn["underline"][-1]
    assert not drawn["underline"].all()


def test_a_line_along_a_text_casts_the_shadow_of_the_text() -> None:
    line = (Decoration(frozenset({"line-through"}), RED),)
    pixels = _drawn("color:transparent; text-shadow: 0 40px 0 #0000ff", text="  ", decorations=line)
    assert np.subtract(_seen(pixels, BLUE), _seen(pixels, RED)).tolist() == [0, 40, 0, 40]


@pytest.mark.parametrize("style", ["solid", "double", "dotted", "dashed", "wavy"])
def test_lines_along_a_text_have_their_shapes(style: str) -> None:
    mask, above = bar_mask(style, 4, 100)
    rows, columns = (mask > 128).any(axis=1), (mask > 128).any(axis=0)
    assert mask.shape[1] == 100
    assert columns.all() == (style in ("solid", "double", "wavy"))
    assert (above > 0) == (style == "wavy")
    assert rows.all() == (style in ("solid", "dotted", "dashed"))


def test_an_underline_lies_as_far_below_as_asked() -> None:
    near, far = (
        _seen(
            _drawn(
                "color:#0000ff",
                text="H",
                decorations=(Decoration(frozenset({"underline"}), RED, Length(2), "solid", offset),),
            ),
            RED,
        )
        for offset in (Length(3), Length(12))
    )
    assert (far[1] - near[1], far[3] - far[1]) == (9, 2)
