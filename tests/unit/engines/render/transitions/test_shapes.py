import numpy as np
import pytest

from clipmill.engines.render.transitions import shapes
from clipmill.engines.render.transitions.picture import Mask, Parts, Transition, blank

_MIDDLE, _TOP, _LEFT, _RIGHT = (40, 60), (0, 60), (40, 0), (40, 119)
_TOP_LEFT, _TOP_RIGHT, _BOTTOM_LEFT, _BOTTOM_RIGHT = (0, 0), (0, 119), (79, 0), (79, 119)


@pytest.mark.parametrize(
    ("shape", "changed", "unchanged"),
    [
        (shapes.circle_open, _MIDDLE, _TOP_LEFT),
        (shapes.circle_close, _TOP_LEFT, _MIDDLE),
        (shapes.vertical_open, _MIDDLE, _LEFT),
        (shapes.vertical_close, _LEFT, _MIDDLE),
        (shapes.horizontal_open, _MIDDLE, _TOP),
        (shapes.horizontal_close, _TOP, _MIDDLE),
        (shapes.radial, (20, 100), (20, 20)),
        (shapes.diagonal_top_left, _BOTTOM_RIGHT, _TOP_LEFT),
        (shapes.diagonal_top_right, _BOTTOM_LEFT, _TOP_RIGHT),
        (shapes.diagonal_bottom_left, _TOP_RIGHT, _BOTTOM_LEFT),
        (shapes.diagonal_bottom_right, _TOP_LEFT, _BOTTOM_RIGHT),
    ],
)
def test_a_shape_takes_one_place_before_another(
    shape: Mask, changed: tuple[int, int], unchanged: tuple[int, int]
) -> None:
    mask = np.broadcast_to(shape(120, 80, 0.5), (80, 120))
    assert mask[changed] > 240
    assert mask[unchanged] < 15


def _drawn(transition: Transition, first: Parts, second: Parts, progress: float) -> Parts:
    into = blank(first)
    transition(first, second, progress, into)
    return into


@pytest.mark.parametrize("crop", [shapes.circle_crop, shapes.rect_crop])
def test_a_crop_shows_the_middle_of_one_picture_on_black(crop: Transition, first: Parts, second: Parts) -> None:
    for picture, progress in ((first, 0.15), (second, 0.85)):
        y, u, _ = _drawn(crop, first, second, progress)
        assert np.array_equal(y[81:101, 151:171], picture[0][81:101, 151:171])
        assert (y[0, 0], u[0, 0]) == (0, 128)


def test_a_cropped_sprite_keeps_its_opacity(nothing: Parts, sprite: Parts) -> None:
    drawn = _drawn(shapes.circle_crop, nothing, sprite, 0.7)
    assert np.array_equal(drawn[3], sprite[3])
    assert not drawn[0][30, 170]
    assert sprite[0][30, 170]


def test_grids_of_two_sizes_at_most_are_kept() -> None:
    for width in (10, 20, 30):
        shapes.circle_open(width, 10, 0.5)
    assert shapes._distances.cache_info().currsize == 2
