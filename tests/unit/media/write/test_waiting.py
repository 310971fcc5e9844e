"""Pictures that wait on disk come back as they were."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from clipmill.media.draw.planes import Planes
from clipmill.media.write.waiting import WaitingPictures


def test_every_picture_comes_back_without_a_loss(tmp_path: Path) -> None:
    random, planes = np.random.default_rng(3), Planes(66, 50)
    waiting = WaitingPictures(tmp_path / "x", 66, 50, Fraction(1, 30))
    kept = []
    for _ in range(9):
        planes.buffer[:] = random.integers(0, 256, planes.buffer.shape, np.uint8)
        kept.append(planes.buffer.copy())
        waiting.add(planes)
    for number, frame in enumerate(waiting.read()):
        assert (frame.to_ndarray() == kept[number]).all()
        assert (frame.pts, frame.time_base) == (number, Fraction(1, 30))
    assert number == 8
    waiting.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_was_never_read_can_be_removed(tmp_path: Path) -> None:
    waiting = WaitingPictures(tmp_path / "x", 66, 50, Fraction(1, 30))
    waiting.add(Planes(66, 50))
    waiting.remove()
    assert list(tmp_path.iterdir()) == []
