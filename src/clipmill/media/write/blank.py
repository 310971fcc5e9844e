"""Blank files: what stands in for a file that is not made yet, while it is asked what may be made of it."""

from __future__ import annotations

import struct
import wave
import zlib
from pathlib import Path

from clipmill.domain.media import MediaKind, MediaSpec

#: Samples a second of a blank sound.
_RATE = 8_000
_GREY = 0


def write_blank(spec: MediaSpec, into: Path) -> str:
    """Write a grey picture of that size, or silence of that length; the suffix of the file, "" for other kinds."""
    if spec.kind is MediaKind.IMAGE:
        into.write_bytes(_png(spec.width, spec.height))
        return ".png"
    if spec.kind is MediaKind.AUDIO:
        with wave.open(str(into), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(_RATE)
            sound.writeframes(bytes(2 * max(round(spec.seconds * _RATE), 1)))
        return ".wav"
    return ""


def _png(width: int, height: int) -> bytes:
    """An 8-bit grey picture (PNG specification, third edition, 5.3 and 11.2)."""
    rows = zlib.compress(bytes((width + 1) * height), 1)
    header = struct.pack(">IIBBBBB", width, height, 8, _GREY, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
