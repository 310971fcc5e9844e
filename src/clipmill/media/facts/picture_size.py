"""Width and height of a picture as it will be shown, read from its header alone, in Python alone.

No decoder touches the file: a main process that only looks at headers cannot be crashed, or taken over, by a picture
made for it, and needs no picture library. EXIF orientations 5 to 8 stand a picture on its side: its sides are swapped.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from clipmill.errors import MediaError
from clipmill.media.facts.drawing import root_of, text_of

_ORIENTATION_TAG = 0x0112
#: An EXIF block lies in one JPEG segment, at most 64 kB.
_EXIF_BYTES = 65_536
_PARTS_READ = 10_000
#: No larger drawing is opened, whatever the settings allow.
_MOST_SVG_BYTES = 64 * 1024**2
_SVG_LENGTH = re.compile(r"\s*+([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,2})?)\s*+(px|pt|pc|mm|cm|in)?\s*+$")
#: CSS units in pixels (CSS Values 4, 96 per inch).
_PIXELS = {None: 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
#: What CSS gives a replaced element that has no size of its own.
_SVG_DEFAULT = (300, 150)


def picture_size(path: Path, suffix: str, name: str = "") -> tuple[int, int]:
    """Width and height in pixels; `suffix` is what `sniff` found, `name` what errors call the file.

    Raises MediaError for a damaged header.
    """
    try:
        with path.open("rb") as file:
            width, height = _READERS[suffix](file)
    except (struct.error, IndexError, ValueError, OverflowError, LookupError) as error:
        if suffix == ".svg" and str(error).startswith("the "):
            raise MediaError(f"{name or path.name}: {error}", hint="Save the drawing anew, or use a PNG.") from error
        raise _damaged(name or path.name) from error
    except OSError as error:
        raise MediaError(f"{name or path.name} cannot be read: {error.strerror}") from error
    if width < 1 or height < 1:
        raise _damaged(name or path.name)
    return width, height


def size_of_bytes(data: bytes, suffix: str) -> tuple[int, int]:
    """The same of a picture in memory. Raises MediaError."""
    try:
        return _READERS[suffix](BytesIO(data))
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise _damaged("the picture") from error


def _damaged(name: str) -> MediaError:
    return MediaError(f"{name} is damaged: its width and height cannot be read", hint="Save the picture anew.")


def _png(file: BinaryIO) -> tuple[int, int]:
    file.seek(8)
    size, orientation = (0, 0), 1
    for kind, length in _png_chunks(file):
        if kind == b"IHDR":
            size = struct.unpack(">II", file.read(8))
        elif kind == b"eXIf":
            orientation = _orientation(file.read(min(length, _EXIF_BYTES)))
    return _upright(size, orientation)


def _png_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """The chunks before the pixels; the file stands at the content of each."""
    for _ in range(_PARTS_READ):
        length, kind = struct.unpack(">I4s", file.read(8))
        if kind in {b"IDAT", b"IEND"}:
            return
        start = file.tell()
        yield kind, length
        file.seek(start + length + 4)


def _jpeg(file: BinaryIO) -> tuple[int, int]:
    file.seek(2)
    orientation = 1
    for marker, length in _jpeg_segments(file):
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">xHH", file.read(5))
            return _upright((width, height), orientation)
        if marker == 0xE1:
            block = file.read(min(length, _EXIF_BYTES))
            if block.startswith(b"Exif\0\0"):
                orientation = _orientation(block[6:])
    raise ValueError("no frame header")


def _jpeg_segments(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Marker and content length of every segment before the pixels; the file stands at the content of each."""
    for _ in range(_PARTS_READ):
        if file.read(1) != b"\xff":
            raise ValueError("no marker where one must be")
        marker = 0xFF
        while marker == 0xFF:
            marker = file.read(1)[0]
        if marker == 0xDA:
            return
        (length,) = struct.unpack(">H", file.read(2))
        start = file.tell()
        yield marker, length - 2
        file.seek(start + length - 2)


def _gif(file: BinaryIO) -> tuple[int, int]:
    file.seek(6)
    width, height = struct.unpack("<HH", file.read(4))
    return width, height


def _webp(file: BinaryIO) -> tuple[int, int]:
    file.seek(12)
    size, orientation, has_exif = (0, 0), 1, False
    for kind, length in _riff_chunks(file):
        if kind == b"VP8X":
            flags, size = _webp_canvas(file.read(10))
            has_exif = bool(flags & 0x08)
        elif kind == b"EXIF":
            orientation, has_exif = _orientation(file.read(min(length, _EXIF_BYTES)).removeprefix(b"Exif\0\0")), False
        elif kind in {b"VP8 ", b"VP8L"} and size == (0, 0):
            size = _webp_frame(kind, file.read(10))
        if size != (0, 0) and not has_exif:
            break
    return _upright(size, orientation)


def _webp_canvas(head: bytes) -> tuple[int, tuple[int, int]]:
    return head[0], (int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1)


def _webp_frame(kind: bytes, head: bytes) -> tuple[int, int]:
    if kind == b"VP8L":
        (bits,) = struct.unpack("<xI", head[:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<6xHH", head)
    return width & 0x3FFF, height & 0x3FFF


def _riff_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    for _ in range(_PARTS_READ):
        head = file.read(8)
        if len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        start = file.tell()
        yield kind, length
        file.seek(start + length + length % 2)


def _svg(file: BinaryIO) -> tuple[int, int]:
    """The root's own width and height, else those of its viewBox."""
    _, root = root_of(text_of(file.read(_MOST_SVG_BYTES), _MOST_SVG_BYTES))
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    sides = [float(part) for part in box[2:]] if len(box) == 4 else list(_SVG_DEFAULT)
    width, height = _svg_length(root.get("width")), _svg_length(root.get("height"))
    if width is None and height is None:
        width, height = sides
    elif width is None:
        width = (height or 0) * sides[0] / sides[1] if sides[1] else 0
    elif height is None:
        height = width * sides[1] / sides[0] if sides[0] else 0
    return round(width), round(height or 0)


def _svg_length(text: str | None) -> float | None:
    match = _SVG_LENGTH.match(text or "")
    return float(match[1]) * _PIXELS[match[2]] if match else None


def _orientation(block: bytes) -> int:
    """The EXIF orientation in a TIFF block, 1 where there is none or it is damaged."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(f"{order}I", block, 4)
        (entries,) = struct.unpack_from(f"{order}H", block, directory)
        for entry in range(entries):
            tag, value = struct.unpack_from(f"{order}H6xH", block, directory + 2 + 12 * entry)
            if tag == _ORIENTATION_TAG:
                return int(value)
    except struct.error:
        return 1
    return 1


def _upright(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return (size[1], size[0]) if 5 <= orientation <= 8 else size


_READERS: dict[str, Callable[[BinaryIO], tuple[int, int]]] = {
    ".png": _png, ".jpg": _jpeg, ".gif": _gif, ".webp": _webp, ".svg": _svg,
}  # fmt: skip
