import av
import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.footage.colours import Light, colours_of, to_bt709


@pytest.mark.parametrize(
    ("width", "height", "matrix"),
    [(640, 480, "bt601"), (854, 480, "bt601"), (1280, 536, "bt709"), (1280, 720, "bt709"), (540, 960, "bt709")],
)
def test_what_names_no_matrix_has_that_of_its_size(width: int, height: int, matrix: str) -> None:
    assert colours_of(av.VideoFrame(width, height, "yuv420p"), "v").matrix == matrix


def test_what_a_picture_says_counts_more_than_its_size() -> None:
    frame = av.VideoFrame(1920, 1080, "yuv420p")
    frame.colorspace, frame.color_range = 5, 2
    found = colours_of(frame, "v")
    assert (found.matrix, found.full, found.light) == ("bt601", True, Light.ORDINARY)


@pytest.mark.parametrize(
    ("name", "full"), [("yuvj420p", True), ("gray", True), ("rgb24", True), ("yuv422p10le", False)]
)
def test_the_range_of_a_format_that_says_nothing(name: str, full: bool) -> None:
    assert colours_of(av.VideoFrame(64, 64, name), "v").full is full


def test_light_is_told_by_the_transfer_then_by_the_primaries() -> None:
    frame = av.VideoFrame(64, 64, "yuv420p10le")
    frame.color_primaries = 9
    assert (colours_of(frame, "v").light, colours_of(frame, "v").matrix) == (Light.WIDE, "bt2020")
    for number, light in ((16, Light.PQ), (18, Light.HLG)):
        frame.color_trc = number
        assert colours_of(frame, "v").light is light


@pytest.mark.parametrize("number", [8, 14, 15])
def test_matrices_that_are_not_read_are_named(number: int) -> None:
    frame = av.VideoFrame(64, 64, "yuv420p")
    frame.colorspace = number
    with pytest.raises(MediaError, match=f"matrix {number}"):
        colours_of(frame, "v")


def test_greys_are_the_same_in_every_matrix() -> None:
    y = np.arange(16, 236, dtype=np.uint8).reshape(2, 110)
    middle = np.full((1, 55), 128, np.uint8)
    for matrix in ("bt601", "bt2020", "bt709"):
        moved = to_bt709((y, middle, middle), matrix)
        assert np.array_equal(moved[0], y)
        assert np.array_equal(moved[1], middle)
