"""A picture file as libvips opens it: to its end or not at all, and as whole as browsers take it.

A JPEG without its end marker is whole where all of its picture is there; one that is cut off and ends in a marker all
the same, as proxies and download tools leave it, is not.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from clipmill.media.draw.vips import pyvips

_JPEG, _JPEG_SCAN, _JPEG_END = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"
#: Bytes that are looked at for the end marker before the whole file is.
_TAIL_BYTES = 64
#: What the JPEG decoder says of a picture that is not whole; with its other complaints all of it is there.
_DAMAGE = re.compile(r"premature end|bad huffman|instead of rst|extraneous bytes before marker 0xd[0-7]", re.IGNORECASE)
_LEFT_OVER = re.compile(r"(\d+) extraneous bytes before marker 0xd9", re.IGNORECASE)
#: More than this share of a file is never left over behind a whole picture.
_MOST_LEFT_OVER = 0.05


class PictureFile:
    """A picture file; `where` it fails, pyvips.Error tells why."""

    def __init__(self, path: str) -> None:
        self._path = path
        #: The file with the end it lacks, None where it has one.
        self._mended = _mended(path)
        if self._mended is not None:
            self._mended = self._mended if _is_whole(self._mended) else None

    def opened(self, options: str = "", **how: Any) -> pyvips.Image:
        """The picture, its pixels decoded when they are asked for; `how` are libvips' options of loading."""
        if self._mended is not None:
            return pyvips.Image.new_from_buffer(self._mended, options, **how)
        return pyvips.Image.new_from_file(self._path, fail_on="truncated", **how)

    def thumbnail(self, width: int, **how: Any) -> pyvips.Image:
        """The picture shrunk while it is decoded."""
        if self._mended is not None:
            return pyvips.Image.thumbnail_buffer(self._mended, width, **how)
        return pyvips.Image.thumbnail(self._path, width, fail_on="truncated", **how)

    def check(self) -> None:
        """Decode all of it. Raises pyvips.Error where it has no end."""
        if self._mended is None:
            _decode(Path(self._path).read_bytes())


def _is_whole(content: bytes) -> bool:
    try:
        _decode(content)
    except pyvips.Error:
        return False
    return True


def _decode(content: bytes) -> None:
    """Decode all of a picture. Raises pyvips.Error where some of it is missing."""
    try:
        _load(content, "warning")
    except pyvips.Error as error:
        told = f"{error.message} {error.detail}"
        left = _LEFT_OVER.search(told)
        if _DAMAGE.search(told) or (left and int(left[1]) > _MOST_LEFT_OVER * len(content)):
            raise
        _load(content, "truncated")


def _load(content: bytes, fail_on: str) -> None:
    pyvips.Image.new_from_buffer(content, "", access="sequential", fail_on=fail_on).avg()


def _mended(path: str) -> bytes | None:
    """The bytes of a JPEG that lacks its end marker, with one; None for every other file. Raises OSError."""
    with Path(path).open("rb") as file:
        if file.read(2) != _JPEG:
            return None
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL_BYTES))
        if file.read().rstrip(b"\0").endswith(_JPEG_END):
            return None
        file.seek(0)
        content = file.read()
    if content.rfind(_JPEG_END) > content.rfind(_JPEG_SCAN):  # something follows the picture
        return None
    whole = content.rstrip(b"\0")
    return (content if len(content) - len(whole) < 2 else whole).removesuffix(b"\xff") + _JPEG_END
