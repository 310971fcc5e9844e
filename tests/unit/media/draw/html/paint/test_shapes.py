import numpy as np
import pytest

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.look import Look, child_look
from clipmill.domain.css.paints import read_gradient
from clipmill.domain.timeline.colour import Colour
from clipmill.errors import MediaError
from clipmill.media.draw.html.boxes import border_widths
from clipmill.media.draw.html.paint.shapes import Outline, bordered, filled, hex_of, mask_of, outline_of, pixels_of
from clipmill.media.draw.planes import Bytes

BOX = Outline(0, 0, 100, 40)


def _look(style: str) -> Look:
    return child_look(Look(), read_declarations(split_declarations(style)).values)


def _gradient(text: str) -> Bytes:
    return pixels_of(filled(BOX, read_gradient(text), BOX), 100, 40)


def test_corners_are_round_and_fit_their_box() -> None:
    mask = mask_of(outline_of(_look("border-radius:999px"), 100, 40), 100, 40)
    assert mask[0, 0] == 0
    assert mask[20, 0] > 200
    assert mask[0, 50] == 255
    assert abs(int((mask > 127).sum()) - (60 * 40 + 3.1416 * 400)) < 30


def test_corners_may_be_shares_of_each_side() -> None:
    assert outline_of(_look("border-radius:50%"), 100, 40).radii[0] == (50, 20)


def test_an_outline_grows_with_its_corners() -> None:
    grown = Outline(0, 0, 10, 10, ((2, 2),) * 4).grown(1, 2, 3, 4)
    assert (grown.x, grown.y, grown.width, grown.height) == (-4, -1, 16, 14)
    assert grown.radii[0] == (6, 3)
    assert BOX.grown(1, 1, 1, 1).radii[0] == (0, 0)
    assert (BOX.moved(2, 3).x, BOX.moved(2, 3).y) == (2, 3)


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
    assert middle[0] > 250
    assert 100 < middle[3] < 150


@pytest.mark.parametrize(
    ("style", "place", "colour"),
    [
        ("border:4px solid #f00", (2, 50), (255, 0, 0, 255)), ("border:4px solid #f00", (5, 50), (0, 0, 0, 0)),
        ("border:6px double #f00", (3, 50), (0, 0, 0, 0)), ("border:6px double #f00", (5, 50), (255, 0, 0, 255)),
        ("border:4px solid #f00;border-left:8px solid #00f", (20, 3), (0, 0, 255, 255)),
        ("border-bottom:4px solid rgba(0,255,0,.5)", (38, 50), (0, 255, 0, 128)),
    ],
)  # fmt: skip
def test_borders_are_as_thick_as_asked(style: str, place: tuple[int, int], colour: tuple[int, ...]) -> None:
    look = _look(style)
    pixels = pixels_of(bordered(look, outline_of(look, 100, 40), border_widths(look)), 100, 40)
    assert np.abs(pixels[place].astype(int) - colour).max() <= 1


@pytest.mark.parametrize("style", ["dashed", "dotted"])
def test_broken_lines_have_gaps(style: str) -> None:
    look = _look(f"border:4px {style} #000")
    row = pixels_of(bordered(look, outline_of(look, 100, 40), border_widths(look)), 100, 40)[2, 10:90, 3]
    assert row.min() == 0
    assert row.max() == 255


def test_a_box_larger_than_any_picture_is_refused() -> None:
    with pytest.raises(MediaError, match="pixels large"):
        pixels_of("", 40_000, 1)


def test_colours_are_written_without_opacity() -> None:
    assert hex_of(Colour(1, 2, 255, 0.5)) == "#0102ff"
