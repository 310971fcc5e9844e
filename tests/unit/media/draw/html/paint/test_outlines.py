import cv2
import numpy as np
import pytest

from clipmill.media.draw.html.paint.outlines import stroked


def _disc(radius: float) -> np.ndarray:
    large = np.zeros((1600, 1600), np.uint8)
    cv2.circle(large, (800, 800), round(radius * 16), 255, -1)
    return cv2.resize(large, (100, 100), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("width", [1, 3, 10])
def test_a_band_is_as_wide_as_asked_and_round(width: float) -> None:
    behind, around = stroked(_disc(20), width, behind=True) / 255.0, stroked(_disc(20), width, behind=False) / 255.0
    assert behind.sum() == pytest.approx(np.pi * (20 + width / 2) ** 2, rel=0.02)
    assert around.sum() == pytest.approx(np.pi * 40 * width, rel=0.12)
    assert around[50, 50] == 0


def test_an_edge_is_smooth() -> None:
    band = stroked(_disc(20), 6, behind=True)
    edge = band[(band > 0) & (band < 255)]
    assert len(np.unique(edge)) > 8


def test_thin_letters_are_never_lost_behind_their_outline() -> None:
    mask = np.zeros((20, 20), np.uint8)
    mask[:, 10] = 90
    assert (stroked(mask, 1, behind=True) >= mask).all()
