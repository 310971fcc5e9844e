import numpy as np
import pytest

from clipmill.media.footage.colours import Light
from clipmill.media.footage.light import STEPS, to_ordinary


def _grey(value: float) -> np.ndarray:
    return np.full((2, 2, 3), round(value * (STEPS - 1)), np.uint16)


@pytest.mark.parametrize("light", [Light.PQ, Light.HLG, Light.WIDE])
def test_black_stays_black_and_greys_stay_grey(light: Light) -> None:
    assert to_ordinary(_grey(0), light).max() == 0
    for value in np.linspace(0.05, 1, 12):
        shown = to_ordinary(_grey(value), light)
        assert int(shown.max()) - int(shown.min()) <= 1


def test_ordinary_light_in_wide_gamut_keeps_its_greys_and_gains_colour() -> None:
    assert to_ordinary(_grey(0.5), Light.WIDE)[0, 0, 0] == pytest.approx(127.5, abs=1)
    red = np.zeros((1, 1, 3), np.uint16)
    red[...] = (3000, 1500, 1200)
    plain, wide = red[0, 0] / (STEPS - 1) * 255, to_ordinary(red, Light.WIDE)[0, 0]
    assert wide[0] > plain[0]
    assert wide[1] < plain[1]


@pytest.mark.parametrize(("light", "page"), [(Light.PQ, 0.5807), (Light.HLG, 0.75)])
def test_a_white_page_is_as_bright_in_both_ways_of_coding_it(light: Light, page: float) -> None:
    assert to_ordinary(_grey(page), light)[0, 0, 0] == pytest.approx(214, abs=4)
