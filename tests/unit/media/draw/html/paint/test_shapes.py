import pytest

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.look import Look, child_look
from clipmill.domain.timeline.colour import Colour
from clipmill.errors import MediaError
from clipmill.media.draw.html.paint.shapes import Outline, filled, hex_of, mask_of, outline_of, pixels_of

BOX = Outline(0, 0, 100, 40)


def _look(style: str) -> Look:
    return child_look(Look(), read_declarations(split_declarations(style)).values)


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


def test_a_box_larger_than_any_picture_is_refused() -> None:
    with pytest.raises(MediaError, match="pixels large"):
        pixels_of("", 40_000, 1)


def test_colours_are_written_without_opacity() -> None:
    assert hex_of(Colour(1, 2, 255, 0.5)) == "#0102ff"


def test_an_outline_is_filled() -> None:
    assert tuple(pixels_of(filled(BOX, Colour(1, 2, 3)), 100, 40)[20, 50]) == (1, 2, 3, 255)
    assert BOX.is_sharp
    assert not outline_of(_look("border-radius:3px"), 100, 40).is_sharp
