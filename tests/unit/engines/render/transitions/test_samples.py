import numpy as np
import pytest

from clipmill.engines.render.transitions.picture import Parts, Transition, blank
from clipmill.engines.render.transitions.samples import (
    blur_horizontal,
    pixelize,
    squeeze_horizontal,
    squeeze_vertical,
    zoom_in,
)


def _drawn(transition: Transition, first: Parts, second: Parts, progress: float) -> Parts:
    into = blank(first)
    transition(first, second, progress, into)
    return into


def test_a_squeezed_picture_lies_whole_in_the_middle_of_the_other(first: Parts, second: Parts) -> None:
    flat, narrow = (_drawn(squeeze, first, second, 0.5)[0] for squeeze in (squeeze_horizontal, squeeze_vertical))
    assert np.array_equal(flat[:46], second[0][:46])
    assert np.array_equal(flat[137:], second[0][137:])
    assert [np.array_equal(flat[row], first[0][of]) for row, of in ((46, 1), (91, 90), (136, 180))] == [True] * 3
    assert np.array_equal(narrow[:, :81], second[0][:, :81])
    assert np.array_equal(narrow[:, 242:], second[0][:, 242:])
    assert [np.array_equal(narrow[:, x], first[0][:, of]) for x, of in ((81, 1), (161, 160), (241, 320))] == [True] * 3


def test_a_zoom_ends_in_one_pixel_that_gives_way_to_the_second_picture(first: Parts, second: Parts) -> None:
    half_way = _drawn(zoom_in, first, second, 0.5)
    assert [len(np.unique(part)) for part in half_way] == [1, 1, 1]
    late = _drawn(zoom_in, first, second, 0.95)
    assert np.abs(late[0].astype(int) - second[0]).max() < 5


def test_a_zoom_goes_into_the_middle(first: Parts, second: Parts) -> None:
    early = _drawn(zoom_in, first, second, 0.2)[0]
    assert early[91, 161] == first[0][91, 161]
    assert not np.array_equal(early, first[0])
    assert set(np.unique(early)) <= set(np.unique(first[0]))


@pytest.mark.parametrize(("progress", "side"), [(0.5, 9.1), (0.25, 4.732)])
def test_pixels_grow_to_squares(progress: float, side: float, first: Parts, second: Parts) -> None:
    y = _drawn(pixelize, first, second, progress)[0].astype(int)
    assert (np.diff(y, axis=1) != 0).any(axis=0).sum() == pytest.approx(322 / side, abs=1.5)
    assert (np.diff(y, axis=0) != 0).any(axis=1).sum() == pytest.approx(182 / side, abs=1.5)


def test_a_blur_is_the_mean_to_the_right_of_as_many_pixels_as_there_are(first: Parts, second: Parts) -> None:
    y = _drawn(blur_horizontal, first, second, 0.5)[0]
    mixed = (first[0].astype(float) + second[0]) / 2
    assert abs(y[60, 10] - mixed[60, 10:172].mean()) < 1
    assert abs(y[60, 300] - mixed[60, 300:].mean()) < 1
    assert abs(y[60, 321] - mixed[60, 321]) <= 1
