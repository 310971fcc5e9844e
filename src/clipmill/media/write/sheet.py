"""A contact sheet: pictures in rows and columns on one PNG, each with a line of words above it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from clipmill.errors import MediaError, StoreError
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.vips import pyvips

#: Pixels: the sheet's widest, a picture's widest and narrowest, the line of words, what lies between.
_WIDEST, _LARGE, _SMALL, _WORDS, _GAP = 2400, 960, 240, 34, 16
_PAPER, _INK, _BEHIND = 250, 24, 205
_FONT = "Manrope 15"
#: Pictures that are all of one row, or of one moment, stand in lines that make the sheet so wide for its height;
#: a row's moments stay in one line while they are this few.
_SHAPE, _IN_LINE = 1.5, 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture of a sheet: its file, what is written above it, and where it goes, from 0."""

    path: str
    words: str
    row: int
    column: int


def write_sheet(cells: Sequence[Cell], into: Path) -> None:
    """Write the cells as one PNG. Pictures keep their shapes; what is transparent shows grey. Raises StoreError."""
    cells = _laid_out(cells)
    columns = 1 + max(cell.column for cell in cells)
    most = min(_LARGE, max(_SMALL, (_WIDEST - _GAP) // columns - _GAP))
    pictures = [_fitted(_read(cell.path), most) for cell in cells]
    width = max(_SMALL, *(picture.shape[1] for picture in pictures))
    tops = _tops(cells, pictures)
    sheet = np.full((tops[-1], _GAP + columns * (width + _GAP), 3), _PAPER, np.uint8)
    for cell, picture in zip(cells, pictures, strict=True):
        left, top = _GAP + cell.column * (width + _GAP), tops[cell.row]
        _put(sheet, left, top, _worded(cell.words, width))
        _put(sheet, left, top + _WORDS, picture)
    done, encoded = cv2.imencode(".png", sheet)
    if not done:
        raise StoreError(f"{into.name} cannot be encoded")
    try:
        into.write_bytes(encoded.tobytes())
    except OSError as error:
        raise StoreError(f"{into.name} cannot be written: {error.strerror}") from error


def _laid_out(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The cells, and those of a single row or column as a grid: neither a tower nor a ribbon can be looked at."""
    of_one_row = len({cell.row for cell in cells}) == 1
    if (of_one_row and len(cells) <= _IN_LINE) or (not of_one_row and any(cell.column for cell in cells)):
        return cells
    height, width = _read(cells[0].path).shape[:2]

    def odd(columns: int) -> float:
        return abs(math.log(columns * width / (math.ceil(len(cells) / columns) * height * _SHAPE)))

    columns = min(range(1, len(cells) + 1), key=odd)
    return [replace(cell, row=place // columns, column=place % columns) for place, cell in enumerate(cells)]


def _read(path: str) -> Bytes:
    found = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    if found is None:
        raise MediaError(f"{Path(path).name} is no picture that can be read")
    picture: Bytes = np.atleast_3d(found)
    if picture.shape[2] < 4:
        return np.broadcast_to(picture, (*picture.shape[:2], 3))
    share = picture[..., 3:].astype(np.float32) / 255
    return np.rint(picture[..., :3] * share + _BEHIND * (1 - share)).astype(np.uint8)


def _fitted(picture: Bytes, width: int) -> Bytes:
    """No wider than that."""
    scale = width / picture.shape[1]
    if scale >= 1:
        return picture
    smaller: Bytes = cv2.resize(picture, (width, max(1, round(picture.shape[0] * scale))), interpolation=cv2.INTER_AREA)
    return smaller


def _tops(cells: Sequence[Cell], pictures: Sequence[Bytes]) -> list[int]:
    """Where each row begins, and where the sheet ends."""
    heights = [0] * (1 + max(cell.row for cell in cells))
    for cell, picture in zip(cells, pictures, strict=True):
        heights[cell.row] = max(heights[cell.row], picture.shape[0])
    tops = [_GAP]
    for height in heights:
        tops.append(tops[-1] + _WORDS + height + _GAP)
    return tops


def _worded(words: str, width: int) -> Bytes:
    """A line of words on paper, cut at that width."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    mask = pyvips.Image.text(escaped, font=_FONT, dpi=96).numpy()[: _WORDS - 8, :width]
    if mask.ndim == 3:
        mask = mask[..., 0]
    share = mask[..., None].astype(np.float32) / 255
    return np.repeat(np.rint(_INK * share + _PAPER * (1 - share)).astype(np.uint8), 3, axis=2)


def _put(sheet: Bytes, left: int, top: int, picture: Bytes) -> None:
    height, width = picture.shape[:2]
    sheet[top : top + height, left : left + width] = picture
