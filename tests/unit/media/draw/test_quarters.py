"""Zooms drawn in quarters against pixels moved freely, and against the arithmetic itself."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.quarters import Quarters, can_quarter

Picture = np.ndarray


@pytest.fixture(scope="module")
def picture() -> Bytes:
    """Soft clouds with hard edges, shape (360, 480)."""
    noise = np.random.default_rng(3).integers(0, 256, (36, 48), np.uint8)
    clouds = cv2.resize(noise, (480, 360), interpolation=cv2.INTER_CUBIC)
    clouds[100:200, 120:300] = 235
    return clouds  # type: ignore[no-any-return]


def exact(picture: Bytes, across: float, down: float, shape: tuple[int, int]) -> Picture:
    """Linear interpolation about the middle, in floating point."""
    found = picture.astype(np.float64)
    for axis, ratio in ((0, down), (1, across)):
        length, count = picture.shape[axis], shape[axis]
        at = np.clip((length - 1) / 2 + ratio * (np.arange(count) - (count - 1) / 2), 0, length - 1)
        low = np.minimum(at.astype(int), length - 2)
        share = (at - low).reshape((-1, 1) if axis == 0 else (1, -1))
        found = found.take(low, axis) * (1 - share) + found.take(low + 1, axis) * share
    return found


@pytest.mark.parametrize("zoom", [1.0, 1.0007, 1.05, 1.149, 1.2])
@pytest.mark.parametrize("shape", [(300, 400), (270, 360), (2, 4)])
def test_quarters_are_one_picture_enlarged_about_its_middle(
    picture: Bytes, zoom: float, shape: tuple[int, int]
) -> None:
    across = down = 1.2 / zoom
    into = np.zeros(shape, np.uint8)
    Quarters(picture).draw(across, down, into)
    off = into - exact(picture, across, down, shape)
    assert np.abs(off).max() <= 1
    assert abs(off.mean()) < 0.2


def test_a_picture_that_just_fills_its_box_shows_its_edges(picture: Bytes) -> None:
    into = np.zeros((300, 400), np.uint8)
    Quarters(picture).draw(480 / 400, 360 / 300, into)
    assert np.abs(into - exact(picture, 1.2, 1.2, (300, 400))).max() <= 1
    assert into.min() >= picture.min()


@pytest.mark.parametrize("value", [0, 16, 127, 235, 255])
def test_one_colour_stays_that_colour(value: int) -> None:
    into = np.full((40, 60), 99, np.uint8)
    Quarters(np.full((60, 80), value, np.uint8)).draw(1.3, 1.4, into)
    assert set(into.ravel()) == {value}


def test_a_part_of_a_larger_plane_is_filled_in_its_place(picture: Bytes) -> None:
    larger = np.zeros((320, 420), np.uint8)
    Quarters(picture).draw(1.2, 1.2, larger[10:310, 10:410])
    alone = np.zeros((300, 400), np.uint8)
    Quarters(picture).draw(1.2, 1.2, alone)
    assert np.array_equal(larger[10:310, 10:410], alone)
    assert larger[:10].max() == larger[:, :10].max() == larger[310:].max() == larger[:, 410:].max() == 0


@pytest.mark.parametrize(
    ("source", "into", "ratios", "can"),
    [
        ((60, 80), (40, 60), (1.3, 1.3), True),
        ((61, 80), (40, 60), (1.3, 1.3), False),
        ((60, 80), (40, 61), (1.3, 1.3), False),
        ((60, 80), (60, 100), (0.8, 1.0), False),
        ((60, 80), (20, 20), (4.0, 1.0), False),
    ],
)
def test_only_zooms_whose_middle_lies_between_pixels_are_drawn_in_quarters(
    source: tuple[int, int], into: tuple[int, int], ratios: tuple[float, float], can: bool
) -> None:
    assert can_quarter(np.zeros(source, np.uint8), np.zeros(into, np.uint8), *ratios) is can
