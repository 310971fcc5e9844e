import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.media.draw.blur import blurred
from tests.rendering import photo


def _reference(plane: NDArray[np.uint8], sigma: float) -> NDArray[np.float64]:
    """The same in floats, with room for the whole of the Gaussian."""
    room = int(5 * sigma) + 2
    wide = cv2.copyMakeBorder(plane, room, room, room, room, cv2.BORDER_REPLICATE).astype(np.float64)
    reach = 2 * int(5 * sigma) + 1
    return cv2.GaussianBlur(wide, (reach, reach), sigma)[room:-room, room:-room]


@pytest.mark.parametrize("sigma", [0.5, 2, 4, 7.9, 8, 11, 16, 30, 50])
def test_every_strength_is_the_gaussian_it_says(sigma: float) -> None:
    plane = np.ascontiguousarray(photo(211, 157)[..., 0])
    off = np.abs(blurred(plane, sigma) - _reference(plane, sigma))
    assert off.mean() < 0.5
    assert off.max() < 1.2


def test_the_edge_of_a_picture_is_carried_on_beyond_it() -> None:
    plane = np.zeros((64, 96), np.uint8)
    plane[:, 0] = 255
    for sigma in (3, 10, 20):
        assert np.abs(blurred(plane, sigma) - _reference(plane, sigma)).max() < 1.2
        assert blurred(plane, sigma)[:, 0].min() > 127


def test_a_point_spreads_evenly_and_nothing_is_lost() -> None:
    plane = np.zeros((129, 129), np.uint8)
    plane[54:75, 54:75] = 255
    soft = blurred(plane, 9).astype(float)
    assert soft.sum() == pytest.approx(plane.sum(dtype=float), rel=0.01)
    assert np.abs(soft - soft[::-1, ::-1]).max() <= 1
    assert np.abs(soft - soft.T).max() <= 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (4, 1), (2, 90)])
def test_the_smallest_pictures_can_be_blurred_the_most(shape: tuple[int, int]) -> None:
    plane = np.full(shape, 77, np.uint8)
    for sigma in (0.1, 5, 100):
        assert np.array_equal(blurred(plane, sigma), plane)


def test_no_blur_is_the_plane_itself() -> None:
    plane = np.zeros((4, 4), np.uint8)
    assert blurred(plane, 0) is plane
