"""Small pictures of frames, and how far one is from a reference."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from clipmill.media.facts.snapshot import drift_percent, small_picture, thumbnail, write_jpeg
from tests.footage import set_matrix, write_clip


def frame_of(colour: tuple[int, int, int], width: int, height: int) -> av.VideoFrame:
    picture = np.full((height, width, 3), colour, np.uint8)
    return av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")


def test_a_large_frame_is_scaled_to_360_pixels_and_keeps_its_ratio() -> None:
    assert small_picture(frame_of((9, 9, 9), 1080, 1920)).shape == (640, 360, 3)


def test_a_small_frame_keeps_its_size() -> None:
    assert small_picture(frame_of((9, 9, 9), 64, 48)).shape == (48, 64, 3)


def test_wide_pixels_and_turned_frames_are_shown_as_they_are_seen(tmp_path: Path) -> None:
    assert small_picture(frame_of((9, 9, 9), 72, 58), Fraction(16, 11)).shape == (58, 105, 3)
    picture = np.full((32, 64, 4), 255, np.uint8)
    picture[:, :32, :3] = 0
    clip = set_matrix(write_clip(tmp_path / "a.mp4", [picture] * 2, options={"qp": "1"}), 0, 1, -1, 0)
    with av.open(str(clip)) as container:
        seen = small_picture(next(container.decode(video=0)), Fraction(2))
    assert seen.shape == (128, 32, 3)
    assert (seen[30, 16, 0], seen[100, 16, 0]) == (0, 255)


def test_a_reference_of_another_ratio_is_cut_around_its_centre(tmp_path: Path) -> None:
    reference = np.zeros((300, 100, 3), np.uint8)
    reference[100:200] = 255
    cv2.imwrite(str(tmp_path / "tall.png"), reference)
    white = np.full((50, 50, 3), 255, np.uint8)
    assert drift_percent(white, tmp_path / "tall.png") < 1
    assert drift_percent(255 - white, tmp_path / "tall.png") > 99


def test_a_picture_that_is_not_there_gives_no_drift(tmp_path: Path) -> None:
    assert drift_percent(np.zeros((8, 8, 3), np.uint8), tmp_path / "nowhere.png") == -1.0


def test_a_jpeg_is_written_whole_and_small(tmp_path: Path) -> None:
    write_jpeg(np.full((202, 360, 3), 128, np.uint8), tmp_path / "new" / "first.jpg")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["first.jpg"]
    assert (tmp_path / "new" / "first.jpg").stat().st_size < 10_000


def test_writers_of_the_same_picture_do_not_meet(tmp_path: Path) -> None:
    picture, path = np.full((64, 48, 3), 9, np.uint8), tmp_path / "same" / "first.jpg"
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda _: write_jpeg(picture, path), range(400)))
    assert [found.name for found in path.parent.iterdir()] == ["first.jpg"]


@pytest.mark.parametrize(
    ("shape", "small"),
    [((202, 360, 3), (90, 160)), ((640, 360, 3), (160, 90)), ((40, 60, 3), (40, 60)), ((1, 960, 3), (1, 160))],
)
def test_thumbnail_fits_a_square_and_is_never_larger_than_the_picture(
    shape: tuple[int, int, int], small: tuple[int, int]
) -> None:
    assert thumbnail(np.zeros(shape, np.uint8)).shape[:2] == small
