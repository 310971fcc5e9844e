"""Pictures that wait on disk for a second look: a lossless video beside the file it is made for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

from clipmill.media.draw.planes import Planes
from clipmill.media.write.frame import BoundFrame

#: As quick as x264 can be without a loss; flat pictures take a few kB each.
_LOSSLESS = {"preset": "ultrafast", "qp": "0", "flags": "+bitexact"}
_OPEN = {"format_whitelist": "matroska,webm", "protocol_whitelist": "file"}


class WaitingPictures:
    """A lossless video in the making, to be read once and removed."""

    def __init__(self, path: Path, width: int, height: int, time_base: Fraction) -> None:
        self._path = path
        self._time_base = time_base
        self._count = 0
        self._bound = BoundFrame()
        self._container = av.open(str(path), "w", format="matroska")
        self._stream = self._container.add_stream("libx264", rate=1 / time_base)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
        self._stream.codec_context.thread_count = 1
        self._stream.codec_context.time_base = time_base
        self._stream.codec_context.options = dict(_LOSSLESS)

    def add(self, planes: Planes) -> av.VideoFrame:
        """Keep the next picture; its frame, which shows the planes until they change."""
        frame = self._bound.of(planes)
        frame.pts, frame.time_base = self._count, self._time_base
        self._count += 1
        self._container.mux(self._stream.encode(frame))
        return frame

    def read(self) -> Iterator[av.VideoFrame]:
        """Every picture in order; nothing can be added from then on."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        with av.open(str(self._path), options=_OPEN) as container:
            container.streams.video[0].codec_context.thread_count = 1
            for number, frame in enumerate(container.decode(video=0)):
                frame.pts, frame.time_base = number, self._time_base
                yield frame

    def remove(self) -> None:
        """Delete the file, whether it was read or not."""
        self._container.close()
        self._path.unlink(missing_ok=True)
