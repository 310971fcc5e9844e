"""A cmap: which characters a font file has, read straight from its table (OpenType 1.9, formats 4 and 12)."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

#: Ranges of code points, both ends included, in no order.
Ranges = tuple[tuple[int, int], ...]


@lru_cache(maxsize=4096)
def covered(font: Path) -> Ranges:
    """The code points the first face of a TTF, OTF or TTC file has; none for a file that is no such font."""
    try:
        data = font.read_bytes()
        start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
        table = _table(data, start, b"cmap")
        return () if table is None else _best_subtable(data, table)
    except (OSError, struct.error):
        return ()


def _table(data: bytes, start: int, tag: bytes) -> int | None:
    """Where a table of the face at `start` begins."""
    count = struct.unpack_from(">H", data, start + 4)[0]
    for place in range(start + 12, start + 12 + 16 * count, 16):
        name, _checksum, offset, _length = struct.unpack_from(">4sIII", data, place)
        if name == tag:
            return int(offset)
    return None


def _best_subtable(data: bytes, cmap: int) -> Ranges:
    """The full Unicode subtable where there is one, else the one for the first 65,536 characters."""
    ranges: Ranges = ()
    for number in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        _platform, _encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * number)
        kind = struct.unpack_from(">H", data, cmap + offset)[0]
        if kind == 12:
            return _segments_32(data, cmap + offset)
        if kind == 4:
            ranges = _segments_16(data, cmap + offset)
    return ranges


def _segments_32(data: bytes, table: int) -> Ranges:
    groups = struct.unpack_from(">I", data, table + 12)[0]
    found = (struct.unpack_from(">III", data, table + 16 + 12 * group) for group in range(groups))
    return tuple((first, last) for first, last, glyph in found if glyph or last > first)


def _segments_16(data: bytes, table: int) -> Ranges:
    segments = struct.unpack_from(">H", data, table + 6)[0] // 2
    layout = f">{segments}H"
    ends = struct.unpack_from(layout, data, table + 14)
    starts = struct.unpack_from(layout, data, table + 16 + 2 * segments)
    return tuple((first, last) for first, last in zip(starts, ends, strict=True) if first <= last and first != 0xFFFF)
