from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.errors import MediaError
from clipmill.media.draw.crop import WHOLE
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import from_rgb
from clipmill.media.footage.convert import Converter
from clipmill.media.footage.reader import FootageReader
from tests.footage import write_clip

BARS = np.array([
    [255, 255, 255], [255, 255, 0], [0, 255, 255], [0, 255, 0], [255, 0, 255], [255, 0, 0], [0, 0, 255], [0, 0, 0],
    [128, 128, 128], [200, 120, 60], [30, 60, 90], [250, 200, 180],
], np.uint8)  # fmt: skip
#: Name → number in the file, shares of red and blue.
MATRICES = {"bt709": (1, 0.2126, 0.0722), "bt601": (6, 0.299, 0.114), "bt2020": (9, 0.2627, 0.0593)}
#: Format → bits, and how many pixels share a chroma sample across and down.
FORMATS = {"yuv420p": (8, 2, 2), "yuv422p": (8, 2, 1), "yuv444p": (8, 1, 1), "yuv420p10le": (10, 2, 2),
           "yuv422p10le": (10, 2, 1), "yuv444p12le": (12, 1, 1)}  # fmt: skip
_WIDE, _HIGH = 16 * len(BARS), 96


def _bars() -> NDArray[np.uint8]:
    return np.repeat(np.repeat(BARS[None], _HIGH, 0), 16, 1)


def _frame(format_name: str, matrix: str, *, full: bool = False, tagged: bool = True) -> av.VideoFrame:
    """The bars, encoded by the book (ITU-R BT.709-6, §3)."""
    bits, across, down = FORMATS[format_name]
    number, red, blue = MATRICES[matrix]
    rgb = _bars() / 255
    y = rgb @ [red, 1 - red - blue, blue]
    u, v = (rgb[..., 2] - y) / (2 - 2 * blue), (rgb[..., 0] - y) / (2 - 2 * red)
    steps = 2 ** (bits - 8)
    top = 2**bits - 1
    planes = [y * top, u * top + top // 2 + 1, v * top + top // 2 + 1] if full else [
        (16 + 219 * y) * steps, (128 + 224 * u) * steps, (128 + 224 * v) * steps
    ]  # fmt: skip
    planes[1:] = [part.reshape(_HIGH // down, down, _WIDE // across, across).mean((1, 3)) for part in planes[1:]]
    frame = av.VideoFrame(_WIDE, _HIGH, format_name)
    for plane, part in zip(frame.planes, planes, strict=True):
        _fill(plane, np.clip(np.rint(part), 0, top).astype("<u2" if bits > 8 else np.uint8))
    if tagged:
        frame.colorspace, frame.color_range = number, 2 if full else 1
    return frame


def _fill(plane: Any, values: NDArray[Any]) -> None:
    rows = np.zeros((plane.height, plane.line_size // values.itemsize), values.dtype)
    rows[:, : values.shape[1]] = values
    plane.update(rows.tobytes())


def _level(frame: av.VideoFrame, size: tuple[int, int] = (_WIDE, _HIGH)) -> Level:
    return Converter(WHOLE, "visuals[0].src").level(frame, size)


def _error(level: Level, expected: tuple[NDArray[np.uint8], ...]) -> int:
    """The largest difference in the middles of the bars."""
    worst = 0
    for part, wanted, step in zip(level.planes, expected, (16, 8, 8), strict=True):
        middles = np.arange(len(BARS)) * step + step // 2
        worst = max(worst, int(np.abs(part[:, middles].astype(int) - wanted[:, middles]).max()))
    return worst


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("format_name", FORMATS)
def test_colours_are_those_of_the_same_picture_in_srgb(format_name: str, matrix: str, full: bool) -> None:
    assert _error(_level(_frame(format_name, matrix, full=full)), from_rgb(_bars())) <= 2


@pytest.mark.parametrize("format_name", ["rgb24", "gbrp", "bgr0", "rgb48le"])
def test_rgb_is_taken_as_it_is(format_name: str) -> None:
    frame = av.VideoFrame.from_ndarray(_bars(), "rgb24").reformat(format=format_name)
    assert _error(_level(frame), from_rgb(_bars())) <= 2


def test_a_small_picture_that_names_no_matrix_is_bt601_and_a_large_one_bt709() -> None:
    assert _error(_level(_frame("yuv420p", "bt601", tagged=False)), from_rgb(_bars())) <= 2
    frame = av.VideoFrame(1280, 720, "yuv420p")
    for plane, value in zip(frame.planes, (81, 90, 240), strict=True):
        _fill(plane, np.full((plane.height, plane.width), value, np.uint8))
    level = _level(frame, (1280, 720))
    assert [int(part[50, 50]) for part in level.planes] == [81, 90, 240]


def test_a_picture_that_is_right_already_is_not_copied() -> None:
    frame = _frame("yuv420p", "bt709")
    level = _level(frame)
    assert np.shares_memory(level.planes[0], np.frombuffer(memoryview(frame.planes[0]), np.uint8))


@pytest.mark.parametrize("size", [(48, 24), (96, 48), (384, 192)])
def test_scaling_keeps_colours(size: tuple[int, int]) -> None:
    level = _level(_frame("yuv420p", "bt601"), size)
    y = from_rgb(_bars())[0]
    middles = np.arange(len(BARS)) * 16 + 8
    scale = size[0] / _WIDE
    found = level.planes[0][size[1] // 2, (middles * scale).astype(int)]
    assert np.abs(found.astype(int) - y[5, middles]).max() <= (3 if scale >= 0.5 else 25)


def test_colours_that_are_not_read_are_refused() -> None:
    frame = _frame("yuv420p", "bt709")
    frame.colorspace = 8  # YCgCo
    with pytest.raises(MediaError, match="colours are coded in a way that is not read"):
        _level(frame)


def _cutout() -> NDArray[np.uint8]:
    """An opaque red square on nothing, beside half-transparent green."""
    picture = np.zeros((48, 64, 4), np.uint8)
    picture[8:40, 16:48] = (255, 0, 0, 255)
    picture[:, 56:] = (0, 255, 0, 128)
    return picture


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("a.webm", "libvpx-vp9", "yuva420p"),
        ("prores.mov", "prores_ks", "yuva444p10le"),
        ("png.mov", "png", "rgba"),
        ("old.mov", "qtrle", "argb"),
    ],
)
@pytest.mark.parametrize("size", [(64, 48), (32, 24), (128, 96)])
def test_opacity_of_a_source_is_kept(
    tmp_path: Path, name: str, codec: str, pixel_format: str, size: tuple[int, int]
) -> None:
    clip = write_clip(tmp_path / name, [_cutout()] * 3, codec=codec, pixel_format=pixel_format, bit_rate=4_000_000)
    level = FootageReader(str(clip), where="v", rate=Fraction(30)).picture(1, size)
    assert level.alpha is not None
    across, down = size[0] / 64, size[1] / 48
    opacity = [int(level.alpha[0][int(y * down), int(x * across)]) for x, y in ((32, 24), (5, 24), (61, 24))]
    assert opacity == pytest.approx([255, 0, 128], abs=6)
    red = from_rgb(np.full((2, 2, 3), (255, 0, 0), np.uint8))
    middle = int(24 * down), int(32 * across)
    found = [
        int(part[middle[0] // step, middle[1] // step]) for part, step in zip(level.planes, (1, 2, 2), strict=True)
    ]
    assert found == pytest.approx([int(part[0, 0]) for part in red], abs=6)
    assert max(int(part[int(24 * down) // 2, int(5 * across) // 2]) for part in level.planes) <= 4


def test_no_dark_rim_lies_around_what_is_cut_out(tmp_path: Path) -> None:
    picture = np.zeros((48, 64, 4), np.uint8)
    picture[8:40, 16:48] = 255
    clip = write_clip(tmp_path / "a.mov", [picture] * 2, codec="png", pixel_format="rgba")
    level = FootageReader(str(clip), where="v", rate=Fraction(30)).picture(0, (50, 38))
    assert level.alpha is not None
    edge = (level.alpha[0] > 20) & (level.alpha[0] < 235)
    assert edge.any()
    expected = level.alpha[0][edge] * (235 / 255)
    assert np.abs(level.planes[0][edge] - expected).max() <= 2


def test_a_source_that_is_opaque_after_all_is_opaque(tmp_path: Path) -> None:
    picture = np.full((48, 64, 4), 255, np.uint8)
    clip = write_clip(tmp_path / "a.mov", [picture] * 2, codec="png", pixel_format="rgba")
    assert FootageReader(str(clip), where="v", rate=Fraction(30)).picture(0, (64, 48)).alpha is None


@pytest.mark.parametrize(("transfer", "white"), [(16, 0.5807), (18, 0.75)])
def test_the_white_page_of_a_bright_clip_is_bright_and_its_grey_scale_rises(transfer: int, white: float) -> None:
    shades = np.linspace(0, 1, 64)
    shades[40] = white
    frame = av.VideoFrame(64, 16, "yuv420p10le")
    _fill(frame.planes[0], np.tile(np.rint(64 + 876 * shades), (16, 1)).astype("<u2"))
    for plane in frame.planes[1:]:
        _fill(plane, np.full((8, 32), 512, "<u2"))
    frame.colorspace, frame.color_trc, frame.color_primaries, frame.color_range = 9, transfer, 9, 1
    level = _level(frame, (64, 16))
    luma = level.planes[0][8].astype(int)
    assert luma[40] / 235 == pytest.approx(0.86, abs=0.06)
    assert luma[0] == 16
    assert luma[63] == 235
    assert (np.diff(np.delete(luma, 40)) >= -1).all()
    assert np.abs(level.planes[1].astype(int) - 128).max() <= 1
