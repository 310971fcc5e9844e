"""MP4 videos: x264's pictures and AAC in our own container."""

from __future__ import annotations

from pathlib import Path

from clipmill.media.draw.planes import Planes
from clipmill.media.write.h264.parts import PartedEncoder
from clipmill.media.write.mp4.file import Mp4File
from clipmill.media.write.writer import MotionHint, Writer


class Mp4Writer(Writer):
    """A video in the making; pictures that stay may be repeated without being encoded."""

    def __init__(self, encoder: PartedEncoder, file: Mp4File, path: Path) -> None:
        super().__init__(path)
        self._encoder, self._file = encoder, file

    def _hold(self, planes: Planes, count: int, *, key: bool, hint: MotionHint = MotionHint.USUAL) -> None:
        for picture in self._encoder.hold(planes, count, key=key, hint=hint):
            self._file.add(picture)

    def _take(self, planes: Planes, *, key: bool) -> None:
        self._hold(planes, 1, key=key)

    def _finish(self) -> None:
        for picture in self._encoder.flush():
            self._file.add(picture)
        self._file.finish(self._encoder.parameter_sets)

    def _give_up(self) -> None:
        self._file.remove()
