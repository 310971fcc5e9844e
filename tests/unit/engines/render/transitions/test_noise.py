import numpy as np
import pytest

from clipmill.engines.render.transitions.noise import (
    dissolve,
    noise,
    wind_down,
    wind_left,
    wind_right,
    wind_up,
)
from clipmill.engines.render.transitions.picture import Mask, columns, rows


def test_noise_is_spread_evenly_from_0_to_1() -> None:
    drawn = noise(columns(400), rows(300))
    assert drawn.shape == (300, 400)
    counts, _ = np.histogram(drawn, bins=10, range=(0, 1))
    assert counts.sum() == drawn.size
    assert np.abs(counts / drawn.size - 0.1).max() < 0.01


@pytest.mark.parametrize("progress", [0.1, 0.5, 0.9])
def test_a_dissolve_takes_as_many_pixels_as_it_has_progressed(progress: float) -> None:
    assert dissolve(322, 182, progress).mean() / 255 == pytest.approx(progress, abs=0.01)


def test_a_dissolved_pixel_stays_dissolved() -> None:
    assert (dissolve(64, 48, 0.7) >= dissolve(64, 48, 0.4)).all()


@pytest.mark.parametrize(
    ("wind", "edge"),
    [(wind_left, np.s_[:, -1]), (wind_right, np.s_[:, 0]), (wind_up, np.s_[-1, :]), (wind_down, np.s_[0, :])],
)
def test_a_wind_comes_from_one_edge_in_streaks_of_different_length(
    wind: Mask, edge: tuple[slice | int, slice | int]
) -> None:
    mask = wind(120, 80, 0.5)
    assert (mask[edge] == 255).all()
    lengths = (mask > 127).sum(axis=1 if wind in (wind_left, wind_right) else 0)
    assert len(set(lengths.tolist())) > 10
    assert not wind(120, 80, 1e-6).any()
    assert (wind(120, 80, 1 - 1e-6) == 255).all()
