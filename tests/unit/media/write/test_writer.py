"""Errors of writing, told apart."""

from __future__ import annotations

import errno

import cv2
import numpy as np
import pytest
from av.error import FFmpegError

from clipmill.errors import MediaError, ProjectError, StoreError
from clipmill.media.draw.vips import pyvips
from clipmill.media.write.writer import translated


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
