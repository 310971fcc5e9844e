import numpy as np
import pytest

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.look import Look, child_look
from clipmill.errors import MediaError
from clipmill.media.draw.html.boxes import border_widths
from clipmill.media.draw.html.paint.canvas import Canvas
from clipmill.media.draw.html.paint.frames import paint_background, paint_frame
from clipmill.media.draw.html.paint.shapes import outline_of
from clipmill.media.draw.planes import Bytes


def _drawn(style: str) -> Bytes:
    """A box of 60 × 40 whose corner lies at (20, 20) of 100 × 80 pixels."""
    look = child_look(Look(), read_declarations(split_declarations(style)).values)
    canvas = Canvas(-20, -20, 100, 80)
    paint_frame(canvas, look, outline_of(look, 60, 40), border_widths(look), 0, 0)
    return canvas.pixels


def test_a_shadow_lies_where_it_is_offset_and_not_under_its_box() -> None:
    pixels = _drawn("box-shadow: 10px 6px 0 #ff0000")
    assert pixels[63, 85].tolist() == [255, 0, 0, 255]
    assert pixels[30, 30].tolist() == [0, 0, 0, 0]
    assert pixels[22, 85].tolist() == [0, 0, 0, 0]


def test_a_shadow_grows_and_blurs() -> None:
    assert _drawn("box-shadow: 0 0 0 5px #000")[16, 50, 3] == 255
    soft = _drawn("box-shadow: 0 0 10px #000")[:20, 50, 3].astype(int)
    assert (np.diff(soft) >= 0).all()
    assert 100 < soft[-1] < 150


def test_a_shadow_may_lie_inside() -> None:
    pixels = _drawn("background:#fff; border: 2px solid #fff; box-shadow: inset 4px 0 0 #ff0000")
    assert pixels[40, 24].tolist() == [255, 0, 0, 255]
    assert pixels[40, 30].tolist() == [255, 255, 255, 255]
    assert pixels[40, 21].tolist() == [255, 255, 255, 255]


def test_the_first_of_two_shadows_is_on_top() -> None:
    assert _drawn("box-shadow: 5px 0 0 #ff0000, 5px 0 0 #0000ff")[40, 82].tolist() == [255, 0, 0, 255]


def test_gradients_lie_over_the_colour() -> None:
    pixels = _drawn("background: linear-gradient(90deg, #ff0000, transparent 50%), #0000ff")
    assert pixels[40, 21, 0] > 240
    assert pixels[40, 70].tolist() == [0, 0, 255, 255]


def test_a_background_reaches_under_the_border() -> None:
    look = child_look(Look(), read_declarations([("background", "#00ff00"), ("border", "4px dashed #000")]).values)
    canvas = Canvas(0, 0, 20, 20)
    paint_background(canvas, look, outline_of(look, 20, 20), border_widths(look), 0, 0)
    assert canvas.pixels[0, 0].tolist() == [0, 255, 0, 255]


def test_a_shadow_larger_than_any_picture_is_refused() -> None:
    with pytest.raises(MediaError, match="shadow"):
        _drawn("box-shadow: 0 0 90000px #000")
