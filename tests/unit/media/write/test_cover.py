"""Cover pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.write.cover import cover_jpeg

_PIXELS = 40_000_000


def _decoded(cover: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(cover, np.uint8), cv2.IMREAD_UNCHANGED)


def test_a_large_picture_becomes_small_and_keeps_its_shape(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "x.png"), np.full((900, 2700, 3), (10, 20, 200), np.uint8))
    read = _decoded(cover_jpeg(str(tmp_path / "x.png"), pixels=_PIXELS, where="thumbnail"))
    assert read.shape == (427, 1280, 3)
    assert np.abs(read[100, 100].astype(int) - (10, 20, 200)).max() < 8


def test_a_small_picture_stays_as_small(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "x.jpg"), np.full((31, 51, 3), 90, np.uint8))
    assert _decoded(cover_jpeg(str(tmp_path / "x.jpg"), pixels=_PIXELS, where="thumbnail")).shape == (31, 51, 3)


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    picture = np.zeros((40, 40, 4), np.uint8)
    picture[:20] = (0, 0, 255, 255)
    cv2.imwrite(str(tmp_path / "x.png"), picture)
    read = _decoded(cover_jpeg(str(tmp_path / "x.png"), pixels=_PIXELS, where="thumbnail"))
    assert read[35, 20].min() > 245
    assert np.abs(read[4, 20].astype(int) - (0, 0, 255)).max() < 12


def test_the_same_picture_gives_the_same_cover(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "x.png"), np.random.default_rng(1).integers(0, 255, (90, 90, 3), np.uint8))
    covers = {cover_jpeg(str(tmp_path / "x.png"), pixels=_PIXELS, where="thumbnail") for _ in range(2)}
    assert len(covers) == 1


def test_what_is_no_picture_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"no picture")
    with pytest.raises(MediaError, match="thumbnail: "):
        cover_jpeg(str(tmp_path / "x.png"), pixels=_PIXELS, where="thumbnail")
