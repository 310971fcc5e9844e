"""A sequence: every frame as a PNG of its own, all of them in one zip that is the same every time."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from clipmill.domain.files.formats import Shape
from clipmill.media.draw.planes import Planes
from clipmill.media.write.still import picture_of, png_quickly
from clipmill.media.write.writer import Writer, translated

#: The earliest date a zip can hold.
_DATE = (1980, 1, 1, 0, 0, 0)
#: An ordinary file that its owner may write and everybody read, for UNIX.
_MODE = 0o100644 << 16
_UNIX = 3


class SequenceWriter(Writer):
    """A zip in the making: `frame_00001.png` and so on, stored as they are, for a PNG does not shrink."""

    def __init__(self, path: Path, shape: Shape) -> None:
        super().__init__(path)
        self._shape = shape
        self._count = 0
        with translated():
            self._zip = ZipFile(path, "w", ZIP_STORED)

    def _take(self, planes: Planes, *, key: bool) -> None:
        self._count += 1
        entry = ZipInfo(f"frame_{self._count:05}.png", _DATE)
        entry.create_system, entry.external_attr = _UNIX, _MODE
        self._zip.writestr(entry, png_quickly(picture_of(planes, self._shape)))

    def _finish(self) -> None:
        self._zip.close()

    def _give_up(self) -> None:
        self._zip.close()
