"""Errors of writing, told apart."""

from __future__ import annotations

import errno
from pathlib import Path

import cv2
import numpy as np
import pytest
from av.error import FFmpegError

from clipmill.errors import MediaError, ProjectError, StoreError
from clipmill.media.draw.planes import Planes
from clipmill.media.draw.vips import pyvips
from clipmill.media.write.writer import Writer, translated


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, StoreError),
        (errno.EDQUOT, StoreError),
        (errno.EINVAL, MediaError),
        (errno.EFBIG, ProjectError),
    ],
)
@pytest.mark.parametrize("raised", [FFmpegError, OSError])
def test_a_full_disk_is_told_apart_from_a_refusal(raised: type[Exception], number: int, error: type[Exception]) -> None:
    with pytest.raises(error), translated():
        raise raised(number, "no")


def test_no_library_error_of_a_picture_escapes() -> None:
    with pytest.raises(MediaError, match="picture cannot be encoded"), translated():
        cv2.imencode(".nothing", np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(MediaError, match="picture cannot be encoded"), translated():
        pyvips.Image.new_from_buffer(b"nothing", "")


def test_our_own_errors_pass_as_they_are() -> None:
    with pytest.raises(MediaError, match="the row's picture"), translated():
        raise MediaError("the row's picture")


class _Listed(Writer):
    """Remembers every picture it is given one by one."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.taken: list[tuple[int, bool]] = []

    def _take(self, planes: Planes, *, key: bool) -> None:
        self.taken.append((int(planes.parts[0][0, 0]), key))

    def _finish(self) -> None: ...

    def _give_up(self) -> None: ...


def test_a_picture_that_stays_is_written_as_often_as_it_is_shown(tmp_path: Path) -> None:
    planes = Planes(16, 16)
    with _Listed(tmp_path / "x") as writer:
        writer.write(planes)
        planes.buffer[:] = 7
        writer.hold(planes, 3, key=True)
        writer.hold(planes, 1)
    assert writer.taken == [(0, False), (7, True), (7, False), (7, False), (7, False)]
