"""The boxes of an MP4 file, for tests: read by an ordinary walk, independent of what writes them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

#: Boxes that hold boxes, and how many bytes lie before the first of them.
_HOLDERS = {b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"edts": 0, b"udta": 0, b"ilst": 0, b"covr": 0,
            b"meta": 4, b"dinf": 0, b"stsd": 8, b"avc1": 78, b"mp4a": 28}  # fmt: skip


def boxes(data: bytes, path: str = "") -> Iterator[tuple[str, bytes]]:
    """Every box as its path, `moov/trak/mdia`, and its content. Two of one name follow each other."""
    at = 0
    while at < len(data):
        size, name, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        assert head <= size <= len(data) - at, f"{path}: {name!r} of {size} bytes in {len(data) - at}"
        content = data[at + head : at + size]
        here = f"{path}/{name.decode('latin-1')}".lstrip("/")
        yield here, content
        if name in _HOLDERS:
            yield from boxes(content[_HOLDERS[name] :], here)
        at += size


def boxes_of(path: Path) -> dict[str, list[bytes]]:
    """Path of a box → the contents of all boxes of that path."""
    found: dict[str, list[bytes]] = {}
    for name, content in boxes(path.read_bytes()):
        found.setdefault(name, []).append(content)
    return found


def words_in(content: bytes) -> list[int]:
    """A full box as numbers of four bytes, version and flags left out."""
    return list(struct.unpack(f">{len(content) // 4 - 1}I", content[4 : len(content) // 4 * 4]))
