"""How long each picture of a GIF, or of an animated WebP, is shown: read from the file's blocks; nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from clipmill.errors import MediaError

#: Pictures of one file.
MOST_PICTURES = 2000
#: A picture that says it is shown no longer than this is shown for `_USUAL_SECONDS`, as browsers have it.
_NO_DELAY = 0.01
_USUAL_SECONDS = 0.1
#: No larger file is read.
_MOST_BYTES = 256 * 1024**2
#: First bytes of the parts of a GIF (GIF89a specification, §12–27).
_EXTENSION, _PICTURE, _TRAILER, _GRAPHIC_CONTROL = 0x21, 0x2C, 0x3B, 0xF9


def gif_delays(path: Path, name: str = "") -> tuple[float, ...]:
    """Seconds each picture is shown, in order; `()` for a single picture, or what is neither GIF nor WebP.

    A file that is cut short has the pictures that begin in it. Errors call it `name`.
    Raises MediaError when it has too many pictures, or cannot be read.
    """
    name = name or path.name
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise MediaError(f"{name} cannot be read: {error.strerror}", hint="Check that it may be read.") from error
    if len(data) > _MOST_BYTES:
        raise MediaError(f"{name} is larger than {_MOST_BYTES:,} bytes", hint="Use a video instead.")
    delays: list[float] = []
    for delay in _gif(data) if data.startswith(b"GIF8") else _webp(data):
        if len(delays) == MOST_PICTURES:
            raise MediaError(
                f"{name} has more than {MOST_PICTURES:,} pictures", hint="Save it as a video, MP4 or WebM."
            )
        delays.append(delay if delay > _NO_DELAY else _USUAL_SECONDS)
    return tuple(delays) if len(delays) > 1 else ()


def ends_within_a_picture(path: Path) -> bool:
    """Whether a GIF ends before a picture that begins in it does; one that only lacks its trailer does not."""
    data = path.read_bytes()
    return any(after > len(data) for _, _, after in _blocks(data))


def _gif(data: bytes) -> Iterator[float]:
    """The delay before each picture's successor; what follows the first part that is none is not read."""
    delay = 0.0
    for kind, place, _ in _blocks(data):
        if kind == _PICTURE:
            yield delay
            delay = 0.0
        elif data[place + 1] == _GRAPHIC_CONTROL and place + 6 <= len(data):
            delay = struct.unpack_from("<H", data, place + 4)[0] / 100


def _blocks(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Extensions and pictures: the first byte, where it stands, and where what follows stands."""
    if len(data) < 13:
        return
    place = 13 + _table_bytes(data[10])
    while place + 1 < len(data) and data[place] != _TRAILER:
        kind = data[place]
        if kind == _EXTENSION:
            after = _after_blocks(data, place + 2)
        elif kind == _PICTURE and place + 10 <= len(data):
            after = _after_blocks(data, place + 11 + _table_bytes(data[place + 9]))
        else:
            return
        yield kind, place, after
        place = after


def _table_bytes(flags: int) -> int:
    """Bytes of the colour table these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, place: int) -> int:
    """The place after a chain of blocks, each beginning with its length, up to and with the empty one."""
    while place < len(data) and data[place]:
        place += data[place] + 1
    return place + 1


def _webp(data: bytes) -> Iterator[float]:
    """The durations in the ANMF chunks of an animated WebP (RFC 9649, §2.7.1.1)."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return
    place = 12
    while place + 8 <= len(data):
        kind, length = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        if kind == b"ANMF" and place + 23 <= len(data):
            yield int.from_bytes(data[place + 20 : place + 23], "little") / 1000
        place += 8 + length + length % 2
