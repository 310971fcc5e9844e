"""A zip of PNGs."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import cv2
import numpy as np

from clipmill.domain.files.formats import Shape
from clipmill.media.draw.planes import Planes, to_rgb
from tests.finished import draw, shape_of, write_file


def test_every_frame_is_a_picture_under_its_number(tmp_path: Path) -> None:
    planes = Planes(160, 96)
    with ZipFile(write_file(tmp_path / "x.zip", "png-sequence")) as archive:
        assert archive.namelist() == [f"frame_{number:05}.png" for number in range(1, 26)]
        assert {entry.compress_type for entry in archive.infolist()} == {ZIP_STORED}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for number, name in enumerate(archive.namelist()):
            draw(planes, number)
            read = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_UNCHANGED)
            assert (read[..., ::-1] == to_rgb(planes)).all()


def test_opacity_is_kept(tmp_path: Path) -> None:
    path = write_file(tmp_path / "x.zip", "png-sequence", shape_of("png-sequence", transparent=True))
    with ZipFile(path) as archive:
        read = cv2.imdecode(np.frombuffer(archive.read("frame_00001.png"), np.uint8), cv2.IMREAD_UNCHANGED)
    assert (read[0, 0, 3], read[-1, -1, 3]) == (255, 0)


def test_an_odd_size_is_cut_from_larger_planes(tmp_path: Path) -> None:
    path = write_file(tmp_path / "x.zip", "png-sequence", Shape(width=63, height=47, frames=2))
    with ZipFile(path) as archive:
        read = cv2.imdecode(np.frombuffer(archive.read("frame_00002.png"), np.uint8), cv2.IMREAD_UNCHANGED)
    assert read.shape == (47, 63, 3)
