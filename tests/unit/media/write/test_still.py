"""Single pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.domain.files.formats import Shape
from clipmill.errors import MediaError, StoreError
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import WriteOptions, open_writer
from clipmill.media.write.still import write_still


def _picture(bands: int = 3) -> np.ndarray:
    """A slope of colours with a hard edge; the right half half transparent."""
    picture = np.zeros((60, 81, bands), np.uint8)
    picture[..., 0] = np.linspace(0, 255, 81)
    picture[..., 1] = np.linspace(0, 255, 60)[:, None]
    picture[20:40, 20:40, :3] = (250, 20, 30)
    if bands == 4:
        picture[..., 3] = 255
        picture[:, 40:, 3] = 128
    return picture


def _read(path: Path) -> np.ndarray:
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    return np.ascontiguousarray(read[..., [2, 1, 0, 3][: read.shape[2]]])


@pytest.mark.parametrize("bands", [3, 4])
def test_a_png_keeps_every_pixel(tmp_path: Path, bands: int) -> None:
    write_still(_picture(bands), tmp_path / "x.png", "png")
    assert (_read(tmp_path / "x.png") == _picture(bands)).all()


@pytest.mark.parametrize(("fmt", "bands"), [("jpg", 3), ("jpeg", 3), ("webp", 3), ("webp", 4)])
def test_quality_is_paid_for_in_bytes(tmp_path: Path, fmt: str, bands: int) -> None:
    off, sizes = [], []
    for quality in (10, 90):
        write_still(_picture(bands), tmp_path / "x", fmt, quality)
        off.append(float(np.abs(_read(tmp_path / "x")[..., :3].astype(int) - _picture(3)).mean()))
        sizes.append((tmp_path / "x").stat().st_size)
    assert off[1] < off[0]
    assert off[1] < 4
    assert sizes[0] < sizes[1]


def test_a_webp_keeps_opacity_exactly(tmp_path: Path) -> None:
    write_still(_picture(4), tmp_path / "x.webp", "webp", 40)
    assert (_read(tmp_path / "x.webp")[..., 3] == _picture(4)[..., 3]).all()


@pytest.mark.parametrize("fmt", ["png", "jpg", "webp"])
def test_the_crop_is_what_stays(tmp_path: Path, fmt: str) -> None:
    write_still(_picture(), tmp_path / "x", fmt, crop=(80, 59))
    assert _read(tmp_path / "x").shape == (59, 80, 3)


@pytest.mark.parametrize("fmt", ["png", "jpg", "webp"])
def test_no_date_and_no_profile_is_in_it(tmp_path: Path, fmt: str) -> None:
    write_still(_picture(), tmp_path / "x", fmt)
    content = (tmp_path / "x").read_bytes()
    assert not any(word in content for word in (b"tIME", b"tEXt", b"Exif", b"EXIF", b"ICC", b"vips"))


def test_a_jpeg_with_opacity_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot become jpg"):
        write_still(_picture(4), tmp_path / "x.jpg", "jpg")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be encoded: No such file"):
        write_still(_picture(), tmp_path / "none" / "x.png", "png")


def test_a_full_disk_is_told() -> None:
    with pytest.raises(StoreError, match="No space left"):
        write_still(_picture(), Path("/dev/full"), "png")


def test_the_first_picture_counts_and_an_odd_size_is_cut(tmp_path: Path) -> None:
    planes = Planes(64, 48)
    shape = Shape(width=63, height=47)
    with open_writer(tmp_path / "x", "jpg", shape, None, WriteOptions(quality=100)) as writer:
        for brightness in (200, 30):
            planes.parts[0][:], planes.parts[1][:], planes.parts[2][:] = brightness, 128, 128
            writer.write(planes)
    picture = _read(tmp_path / "x")
    assert picture.shape == (47, 63, 3)
    assert picture.mean() > 200


def test_a_picture_that_was_never_drawn_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(MediaError, match="no picture"),
        open_writer(tmp_path / "x", "png", Shape(width=2, height=2), None),
    ):
        pass
