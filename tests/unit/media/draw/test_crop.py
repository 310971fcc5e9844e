import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.media.draw.crop import WHOLE, Crop


def test_the_middle_of_a_part() -> None:
    assert WHOLE.middle(0.5, 1) == Crop(0.25, 0, 0.75, 1)
    assert Crop(0, 0.5, 0.5, 1).middle(0.5, 0.5) == Crop(0.125, 0.625, 0.375, 0.875)
    assert WHOLE.middle(1, 1).is_whole
    assert not WHOLE.middle(0.9, 1).is_whole


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_part_before_a_turn_holds_the_same_pixels(quarters: int) -> None:
    picture = np.arange(8 * 12).reshape(8, 12)
    turned = np.rot90(picture, -quarters)
    part = Crop(0.25, 0.5, 0.5, 1)
    x, y, width, height = part.pixels(turned.shape[1], turned.shape[0])
    left, top, wide, high = part.before_turn(quarters).pixels(12, 8)
    cut = np.rot90(picture[top : top + high, left : left + wide], -quarters)
    assert np.array_equal(cut, turned[y : y + height, x : x + width])


_shares = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)


@given(_shares, _shares, st.integers(1, 9000), st.integers(1, 9000))
def test_pixels_lie_inside_the_picture(across: list[float], down: list[float], width: int, height: int) -> None:
    x, y, wide, high = Crop(across[0], down[0], across[1], down[1]).pixels(width, height)
    assert 0 <= x < x + wide <= width
    assert 0 <= y < y + high <= height
