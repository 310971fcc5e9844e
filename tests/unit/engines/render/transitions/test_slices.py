import numpy as np
import pytest

from clipmill.engines.render.transitions import slices
from clipmill.engines.render.transitions.picture import Mask


@pytest.mark.parametrize(
    ("cut", "order"),
    [(slices.slice_left, 1), (slices.slice_right, -1), (slices.slice_up, 1), (slices.slice_down, -1)],
)
def test_ten_blinds_turn_one_after_the_other(cut: Mask, order: int) -> None:
    line = cut(200, 200, 0.5).ravel()[::order]
    assert set(line.tolist()) == {0, 255}
    shares = (line.reshape(10, 20) == 255).mean(axis=1)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert (np.diff(shares) >= 0).all()
    assert ((shares > 0) & (shares < 1)).sum() >= 3


def test_a_blind_turns_from_its_first_pixel_on() -> None:
    blinds = (slices.slice_left(200, 2, 0.5).reshape(10, 20) == 255).astype(int)
    assert (np.diff(blinds, axis=1) <= 0).all()
