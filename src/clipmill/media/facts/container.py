"""What container a finished file is, by its first bytes, and how many bytes are missing at its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from clipmill.media.facts.sniff import HEAD_BYTES, sniff

#: Containers that are made and not opened elsewhere.
_ONLY_MADE = (("avi", b"RIFF", b"AVI "), ("zip", b"PK\x03\x04", b""))
_RIFF = frozenset({"avi", "wav", "webp"})
_ISO_MEDIA = frozenset({"mp4", "mov", "m4a"})
_GIF_END = b";"
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
#: Flags of Xing's tag: it holds the number of frames, and of bytes.
_XING_FRAMES, _XING_BYTES = 1, 2
#: EBML (RFC 8794): a size of ones only is unknown, as in a stream that was never finished.
_LONGEST_SIZE = 8


def container_of(path: Path) -> str:
    """`mp4`, `mov`, `webm`, `avi`, `gif`, `zip`, `png`, `jpg` …; empty for what is no such file. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for name, first, kind in _ONLY_MADE:
        if head.startswith(first) and head[8:].startswith(kind):
            return name
    found = sniff(head)
    return found[1].removeprefix(".") if found else ""


def cut_off(path: Path, container: str) -> str:
    """What is missing of a file that was cut off, as a sentence; empty when it is whole or does not say its length.

    Raises OSError.
    """
    said = next((read for names, read in _LENGTHS if container in names), None)
    if said is None:
        return ""
    size = path.stat().st_size
    with path.open("rb") as file:
        missing = said(file, size) - size
    return f"{missing:,} bytes of it are missing at its end" if missing > 0 else ""


def _iso_media_bytes(file: BinaryIO, size: int) -> int:
    """Where the last box ends (ISO/IEC 14496-12)."""
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        length = int.from_bytes(head[8:16], "big") if length == 1 else length or size - at
        if length < 8:
            return size + 1
        at += length
    return at


def _riff_bytes(file: BinaryIO, size: int) -> int:
    """Where the last RIFF chunk ends; a large AVI has several, each with its length."""
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(8)
        if len(head) < 8 or head[:4] != b"RIFF":
            break
        length = int.from_bytes(head[4:], "little")
        at += 8 + length + length % 2
    return at


def _matroska_bytes(file: BinaryIO, size: int) -> int:
    """Where the segment ends, which is the second element."""
    file.seek(4)
    header, unknown = _ebml_size(file)
    file.seek(header, 1)
    if unknown or file.read(4) != b"\x18\x53\x80\x67":
        return size
    length, unknown = _ebml_size(file)
    return size if unknown else file.tell() + length


def _ebml_size(file: BinaryIO) -> tuple[int, bool]:
    """A size of variable length, and whether it means unknown."""
    first = file.read(1)
    if not first or not first[0]:
        return 0, True
    length = _LONGEST_SIZE + 1 - first[0].bit_length()
    value = int.from_bytes(first + file.read(length - 1), "big") & (1 << 7 * length) - 1
    return value, value == (1 << 7 * length) - 1


def _gif_bytes(file: BinaryIO, size: int) -> int:
    """A GIF ends in a semicolon."""
    file.seek(max(0, size - 1))
    return size if file.read(1) == _GIF_END else size + 1


def _png_bytes(file: BinaryIO, size: int) -> int:
    """A PNG ends in an empty chunk that says so."""
    file.seek(max(0, size - len(_PNG_END)))
    return size if file.read() == _PNG_END else size + 1


def _mp3_bytes(file: BinaryIO, size: int) -> int:
    """The length that the first frame tells, if it is one that tells something (Xing's and LAME's tag)."""
    head = file.read(HEAD_BYTES)
    tag = (
        10 + sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(head[6:10])) if head[:3] == b"ID3" else 0
    )
    at = max(head.find(b"Xing"), head.find(b"Info"))
    if at < 0 or not head[at + 7] & _XING_BYTES:
        return size
    at += 12 if head[at + 7] & _XING_FRAMES else 8
    return tag + int.from_bytes(head[at : at + 4], "big")


_LENGTHS: tuple[tuple[frozenset[str], Callable[[BinaryIO, int], int]], ...] = (
    (_ISO_MEDIA, _iso_media_bytes), (_RIFF, _riff_bytes), (frozenset({"webm", "mkv"}), _matroska_bytes),
    (frozenset({"gif"}), _gif_bytes), (frozenset({"png"}), _png_bytes), (frozenset({"mp3"}), _mp3_bytes),
)  # fmt: skip
