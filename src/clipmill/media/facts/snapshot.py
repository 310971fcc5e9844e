"""Small pictures of single frames: the JPEGs of a contact sheet, and the drift of a frame from a reference picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from clipmill.making import becoming
from clipmill.media.facts.shown import shown_size, turn_of

Picture = NDArray[np.uint8]

SNAPSHOT_WIDTH = 360
#: Of what a person is to look at closely.
LARGE_WIDTH = 960
#: Of the smallest picture of a file, at most.
THUMBNAIL_SIDE = 160
JPEG_QUALITY = 80
#: What a file's colour matrix is called when it does not say (ISO 23091-2); players then take BT.709.
_UNSPECIFIED = 2
_SQUARE = Fraction(1)


def width_of(name: str) -> int:
    """How wide the picture of a frame that is kept under this name is at most."""
    return LARGE_WIDTH if name.startswith("doubt") else SNAPSHOT_WIDTH


def small_picture(frame: av.VideoFrame, aspect: Fraction = _SQUARE, most: int = SNAPSHOT_WIDTH) -> Picture:
    """The frame as it is shown, BGR bytes, (height, width, 3), at most so many pixels wide.

    `aspect`: width ÷ height of one of its pixels.
    """
    turn = turn_of(frame)
    shown = shown_size(frame.width, frame.height, aspect, turn)
    width = min(most, shown[0])
    size = (width, max(1, round(shown[1] * width / shown[0])))
    width, height = size[::-1] if turn.quarters % 2 else size
    matrix = Colorspace.ITU709 if frame.colorspace == _UNSPECIFIED else None
    small = frame.reformat(width=width, height=height, format="bgr24", src_colorspace=matrix, threads=1)
    picture = small.to_ndarray()
    picture = picture[:, ::-1] if turn.mirrored else picture
    return np.ascontiguousarray(np.rot90(picture, -turn.quarters), dtype=np.uint8)


def thumbnail(picture: Picture) -> Picture:
    """A picture so small that a list of them is quickly loaded."""
    height, width = picture.shape[:2]
    scale = min(THUMBNAIL_SIDE / max(width, height), 1.0)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def write_jpeg(picture: Picture, path: Path) -> None:
    """Write a BGR picture as JPEG, complete or not at all. Raises OSError."""
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    with becoming(path) as part:
        part.write_bytes(encoded.tobytes())


def drift_percent(picture: Picture, reference: Path) -> float:
    """Mean absolute difference of a BGR picture and the reference, percent of full scale over all channels.

    The reference is scaled to cover the picture and cut around its centre. -1 when it cannot be read as a picture.
    """
    wanted = _read(reference)
    if wanted is None:
        return -1.0
    height, width = picture.shape[:2]
    difference = cv2.absdiff(picture, _cover(wanted, width, height))
    return round(float(difference.mean()) / 255 * 100, 2)


def _read(path: Path) -> Picture | None:
    """The picture as BGR, turned the way its EXIF says, None for anything that is no picture."""
    try:
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, dtype=np.uint8)


def _cover(picture: Picture, width: int, height: int) -> Picture:
    """The middle of the picture at exactly this size, its ratio kept."""
    scale = max(width / picture.shape[1], height / picture.shape[0])
    wide = max(width, round(picture.shape[1] * scale))
    high = max(height, round(picture.shape[0] * scale))
    scaled = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (wide - width) // 2, (high - height) // 2
    return np.asarray(scaled[top : top + height, left : left + width], dtype=np.uint8)
