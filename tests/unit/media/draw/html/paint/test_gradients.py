import numpy as np
import pytest

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.layers import read_gradient
from clipmill.domain.css.look import Look, child_look
from clipmill.errors import MediaError
from clipmill.media.draw.html.paint.gradients import gradient_pixels, layer_pixels
from clipmill.media.draw.html.paint.shapes import Outline
from clipmill.media.draw.planes import Bytes


def _gradient(text: str, width: int = 100, height: int = 40) -> Bytes:
    return gradient_pixels(read_gradient(text), Look(), width, height)


def _layer(style: str) -> Bytes:
    look = child_look(Look(), read_declarations(split_declarations(style)).values)
    found = layer_pixels(look, "background", 0, (Outline(0, 0, 100, 40), (100, 40)), None)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("linear-gradient(90deg, #f00, #00f)", (20, 0), (20, 99)), ("linear-gradient(#f00, #00f)", (0, 50), (39, 50)),
        ("linear-gradient(to left, #f00, #00f)", (20, 99), (20, 0)),
        ("linear-gradient(to bottom right, #f00, #00f)", (0, 0), (39, 99)),
        ("radial-gradient(circle at left, #f00, #00f)", (20, 0), (0, 99)),
    ],
)  # fmt: skip
def test_a_gradient_begins_and_ends_where_it_should(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    pixels = _gradient(text)
    assert np.abs(pixels[first][:3].astype(int) - (255, 0, 0)).max() < 16
    assert np.abs(pixels[last][:3].astype(int) - (0, 0, 255)).max() < 16


def test_stops_lie_where_they_are_put() -> None:
    pixels = _gradient("linear-gradient(90deg, #000 0 50%, #fff 50%, #fff 80px, #888)")
    assert pixels[20, 45, 0] == 0
    assert pixels[20, 55, 0] == 255
    assert 120 < pixels[20, 99, 0] < 150


def test_a_clear_stop_does_not_darken_what_is_beside_it() -> None:
    middle = _gradient("linear-gradient(90deg, #fff, transparent)")[20, 50]
    assert abs(int(middle[0]) - middle[3]) <= 1
    assert 100 < middle[3] < 150


@pytest.mark.parametrize(
    ("text", "place", "red"),
    [("conic-gradient(#f00 25%, #000 0)", (5, 90), True), ("conic-gradient(#f00 25%, #000 0)", (35, 90), False),
     ("repeating-linear-gradient(90deg, #f00 0 5px, #000 5px 10px)", (20, 42), True),
     ("repeating-linear-gradient(90deg, #f00 0 5px, #000 5px 10px)", (20, 47), False),
     ("radial-gradient(circle closest-side, #f00 99%, #000 0)", (20, 68), True),
     ("radial-gradient(circle closest-side, #f00 99%, #000 0)", (20, 72), False),
     ("radial-gradient(10px 4px, #f00 99%, #000 0)", (20, 58), True),
     ("linear-gradient(#f00 0, #000 0)", (9, 9), False),
     ("linear-gradient(90deg, #f00 calc(100% - 20px), #000 0)", (9, 78), True)],
)  # fmt: skip
def test_a_hard_stop_is_where_it_should(text: str, place: tuple[int, int], red: bool) -> None:
    assert _gradient(text)[place][0] == (255 if red else 0)


def test_a_hint_moves_the_middle() -> None:
    assert abs(int(_gradient("linear-gradient(90deg, #000, 20%, #fff)")[20, 20, 0]) - 128) < 8


@pytest.mark.parametrize(
    ("style", "painted", "clear"),
    [("background-size:10px 10px;background-repeat:no-repeat", (5, 5), (5, 15)),
     ("background-size:10px 10px;background-repeat:no-repeat;background-position:right bottom", (35, 95), (5, 5)),
     ("background-size:10px 10px;background-repeat:repeat-x", (5, 95), (15, 5)),
     ("background-size:30px 40px;background-repeat:space", (5, 99), (5, 32)),
     ("background-size:50% 50%;background-repeat:no-repeat;background-position:calc(100% - 4px) 0", (5, 94), (5, 97))],
)  # fmt: skip
def test_a_layer_lies_where_it_is_put(style: str, painted: tuple[int, int], clear: tuple[int, int]) -> None:
    pixels = _layer(f"background-image:linear-gradient(#f00,#f00);{style}")
    assert (pixels[painted][3], pixels[clear][3]) == (255, 0)


def test_round_tiles_fill_the_box() -> None:
    row = _layer("background:linear-gradient(90deg,#000 50%,#fff 0) 0 0/30px 40px round")[20, :, 0]
    assert np.count_nonzero(np.diff(row.astype(int))) == 5


def test_a_gradient_larger_than_any_picture_is_refused() -> None:
    with pytest.raises(MediaError, match="pixels"):
        _gradient("linear-gradient(red,blue)", 40_000, 40_000)
