"""Boxes: the parts MP4 files consist of, each with its length and its name (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterable

#: A picture as it is, neither turned nor scaled.
UPRIGHT = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
#: What a length of four bytes can say.
MOST_32_BITS = (1 << 32) - 1


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of less than 4 GB."""
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def full_box(name: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box that begins with its version and flags."""
    return box(name, struct.pack(">I", version << 24 | flags), *parts)


def shorts(*values: int) -> bytes:
    """Numbers of two bytes."""
    return struct.pack(f">{len(values)}H", *values)


def words(*values: int) -> bytes:
    """Numbers of four bytes."""
    return struct.pack(f">{len(values)}I", *values)


def longs(*values: int) -> bytes:
    """Numbers of eight bytes."""
    return struct.pack(f">{len(values)}Q", *values)


def table(rows: Iterable[tuple[int, ...]]) -> bytes:
    """The number of rows, then their numbers of four bytes."""
    kept = list(rows)
    return words(len(kept)) + words(*(value for row in kept for value in row))


def data_head(length: int) -> bytes:
    """What begins the box of the samples, `length` bytes of them, of any size."""
    if length + 8 <= MOST_32_BITS:
        return words(8 + length) + b"mdat"
    return words(1) + b"mdat" + longs(16 + length)


def descriptor(tag: int, *parts: bytes) -> bytes:
    """A descriptor of MPEG-4 systems (ISO/IEC 14496-1), shorter than 128 bytes."""
    content = b"".join(parts)
    return bytes([tag, 0x80, 0x80, 0x80, len(content)]) + content
