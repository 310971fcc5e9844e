import numpy as np
import pytest

from clipmill.engines.render.transitions import wipes
from clipmill.engines.render.transitions.picture import Mask

#: Where the first picture still is after 0.3 of the way over 20 × 10 pixels: its columns and rows.
_LEFT = [
    (wipes.wipe_left, slice(0, 15), slice(None)),
    (wipes.wipe_right, slice(7, 20), slice(None)),
    (wipes.wipe_up, slice(None), slice(0, 8)),
    (wipes.wipe_down, slice(None), slice(4, 10)),
    (wipes.wipe_top_left, slice(0, 15), slice(0, 8)),
    (wipes.wipe_top_right, slice(7, 20), slice(0, 8)),
    (wipes.wipe_bottom_left, slice(0, 15), slice(4, 10)),
    (wipes.wipe_bottom_right, slice(7, 20), slice(4, 10)),
]


@pytest.mark.parametrize(("wipe", "across", "down"), _LEFT)
def test_a_wipe_leaves_what_its_name_says(wipe: Mask, across: slice, down: slice) -> None:
    expected = np.full((10, 20), 255, np.uint8)
    expected[down, across] = 0
    assert np.array_equal(np.broadcast_to(wipe(20, 10, 0.3), (10, 20)), expected)


@pytest.mark.parametrize(
    ("smooth", "order"),
    [(wipes.smooth_left, 1), (wipes.smooth_right, -1), (wipes.smooth_up, 1), (wipes.smooth_down, -1)],
)
def test_a_smooth_edge_falls_from_the_side_it_comes_from(smooth: Mask, order: int) -> None:
    line = smooth(100, 100, 0.5).ravel()[::order].astype(int)
    assert line[0] == 0
    assert line[-1] >= 254
    assert (np.diff(line) >= 0).all()
    assert 126 <= line[50] <= 130
