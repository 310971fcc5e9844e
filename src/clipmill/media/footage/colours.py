"""The colours of a decoded picture: which matrix, range and light its numbers mean, and the way to BT.709."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import av
import cv2
import numpy as np

from clipmill.errors import MediaError
from clipmill.media.draw.planes import Bytes

#: From this height, or width, on a picture that names no matrix is BT.709, below it BT.601: so do browsers and players.
_HD_HEIGHT, _HD_WIDTH = 720, 1280
#: Numbers of matrices (ISO/IEC 23091-2, table 4) → how filters call them. SMPTE 240M is BT.709 but for a hair.
_MATRICES = {1: "bt709", 4: "bt601", 5: "bt601", 6: "bt601", 7: "bt709", 9: "bt2020", 10: "bt2020"}
_RGB, _UNSPECIFIED = 0, 2
#: The matrix's shares of red and of blue in brightness.
_WEIGHTS = {"bt709": (0.2126, 0.0722), "bt601": (0.299, 0.114), "bt2020": (0.2627, 0.0593)}
#: Numbers of ranges, of primaries and of transfer functions.
_FULL, _BT2020_PRIMARIES, _PQ_TRANSFER, _HLG_TRANSFER = 2, 9, 16, 18
_FULL_FORMATS = ("yuvj", "gray", "ya", "mono")


class Light(StrEnum):
    """How numbers stand for light."""

    #: As on every ordinary screen.
    ORDINARY = "ordinary"
    #: The same in the wide gamut of BT.2020.
    WIDE = "wide"
    PQ = "pq"
    HLG = "hlg"


@dataclass(frozen=True, slots=True)
class Colours:
    """What the numbers of a picture mean."""

    #: `rgb`, `bt709`, `bt601` or `bt2020`.
    matrix: str
    #: Whether black is 0 rather than 16.
    full: bool
    light: Light


def colours_of(frame: av.VideoFrame, where: str) -> Colours:
    """What a picture says of itself, or what is usual where it says nothing. Raises MediaError for what is not read."""
    light = _light(frame)
    name = frame.format.name
    if frame.format.is_rgb or name == "pal8":
        return Colours("rgb", True, light)
    number = int(frame.colorspace)
    # A YUV picture that says RGB says nothing.
    matrix = _MATRICES.get(number)
    if matrix is None and number not in (_RGB, _UNSPECIFIED):
        raise MediaError(f"{where}: the video's colours are coded in a way that is not read (matrix {number})",
                         hint="Save it with ordinary colours: MP4, H.264, BT.709.")  # fmt: skip
    if matrix is None:
        large = frame.height >= _HD_HEIGHT or frame.width >= _HD_WIDTH
        matrix = "bt2020" if light is not Light.ORDINARY else "bt709" if large else "bt601"
    return Colours(matrix, int(frame.color_range) == _FULL or name.startswith(_FULL_FORMATS), light)


def _light(frame: av.VideoFrame) -> Light:
    transfer = int(frame.color_trc)
    if transfer in (_PQ_TRANSFER, _HLG_TRANSFER):
        return Light.PQ if transfer == _PQ_TRANSFER else Light.HLG
    return Light.WIDE if int(frame.color_primaries) == _BT2020_PRIMARIES else Light.ORDINARY


def to_bt709(planes: tuple[Bytes, Bytes, Bytes], matrix: str) -> tuple[Bytes, Bytes, Bytes]:
    """Planes of another matrix (4:2:0, limited range) as planes of BT.709; primaries are taken to be the same.

    Greys are greys in every matrix: brightness changes by what the colour, drawn at full size, adds to it.
    """
    if matrix == "bt709":
        return planes
    change = _encoding("bt709") @ np.linalg.inv(_encoding(matrix))
    y, u, v = planes
    colour = cv2.merge((u, v))
    moved = cv2.transform(colour, _about_middle(change[1:, 1:]))
    added = cv2.transform(colour.astype(np.float32), _about_middle(change[:1, 1:], middle=0.0))
    size = (y.shape[1], y.shape[0])
    brightness = cv2.add(y, cv2.resize(added, size, interpolation=cv2.INTER_LINEAR), dtype=cv2.CV_8U)
    return (brightness, *cv2.split(moved))


def _encoding(matrix: str) -> np.ndarray:
    """Red, green and blue 0–1 → Y, U and V in their limited ranges, offsets left aside."""
    red, blue = _WEIGHTS[matrix]
    luma = np.array([red, 1 - red - blue, blue])
    rows = [luma * 219, (np.array([0, 0, 1]) - luma) / (2 * (1 - blue)) * 224]
    return np.array([*rows, (np.array([1, 0, 0]) - luma) / (2 * (1 - red)) * 224])


def _about_middle(matrix: np.ndarray, middle: float = 128.0) -> np.ndarray:
    """A matrix for U and V, whose zero is 128, with results whose zero is `middle`."""
    return np.column_stack([matrix, middle - 128 * matrix.sum(1)])
