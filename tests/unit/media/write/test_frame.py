"""Frames show their planes."""

from __future__ import annotations

import numpy as np
import pytest

from clipmill.media.draw.planes import Planes
from clipmill.media.write.frame import BoundFrame


@pytest.mark.parametrize("height", [2, 4, 48, 50, 1350])
def test_a_frame_is_the_picture_whatever_its_height(height: int) -> None:
    planes, bound = Planes(66, height), BoundFrame()
    for seed in (1, 2):
        planes.buffer[:] = np.random.default_rng(seed).integers(0, 256, planes.buffer.shape, np.uint8)
        frame = bound.of(planes)
        assert (frame.width, frame.height) == (66, height)
        assert (frame.to_ndarray() == planes.buffer).all()


def test_the_same_planes_are_the_same_frame_and_others_are_not() -> None:
    one, other, bound = Planes(64, 48), Planes(64, 48), BoundFrame()
    other.buffer[:] = 9
    assert bound.of(one) is bound.of(one)
    assert (bound.of(other).to_ndarray() == 9).all()
    assert (bound.of(one).to_ndarray() == 0).all()
