import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.media.sound.ramps import by_hop, gain_along, ramped

LEVELS = st.lists(st.floats(-60, 0), min_size=1, max_size=40).map(np.array)


@given(LEVELS, st.floats(0.1, 10), st.floats(0.1, 10), st.floats(-60, 0))
def test_a_ramp_is_never_above_what_is_wanted_nor_too_quick(
    wanted: np.ndarray, fall: float, rise: float, before: float
) -> None:
    levels = ramped(wanted, fall=fall, rise=rise, before=before)
    assert len(levels) == len(wanted) + 1
    assert (levels[:-1] <= wanted + 1e-9).all()
    assert (levels[1:] <= wanted + 1e-9).all()
    assert levels[0] <= before + 1e-9
    steps = np.diff(levels)
    assert (steps <= rise + 1e-9).all()
    assert (steps >= -fall - 1e-9).all()


def test_where_nothing_is_wanted_nothing_changes() -> None:
    assert not ramped(np.zeros(500), fall=1 / 15, rise=1 / 60).any()


def test_a_ramp_falls_before_and_rises_after() -> None:
    levels = ramped(np.array([0, 0, 0, 0, -1.0, 0, 0, 0, 0]), fall=0.5, rise=0.25)
    assert levels.tolist() == [0, 0, 0, -0.5, -1, -1, -0.75, -0.5, -0.25, 0]


def test_gain_runs_straight_between_the_edges() -> None:
    gain = gain_along(np.array([0, -20.0, -20.0]), 4, 7)
    assert gain == pytest.approx([1, 0.775, 0.55, 0.325, 0.1, 0.1, 0.1])


def test_the_last_hop_is_filled_with_silence() -> None:
    hops = by_hop(np.ones((2, 5), np.float32), 4)
    assert hops.shape == (2, 2, 4)
    assert hops.sum() == 10
