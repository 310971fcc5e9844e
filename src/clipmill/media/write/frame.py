"""The frame an encoder reads: the planes' own buffer, wherever that can be."""

from __future__ import annotations

import av

from clipmill.media.draw.planes import Planes


class BoundFrame:
    """The frame of the planes that were written last; no pixel is copied while they stay the same object."""

    def __init__(self) -> None:
        self._planes: Planes | None = None
        self._frame: av.VideoFrame | None = None

    def of(self, planes: Planes) -> av.VideoFrame:
        """The planes as a frame in I420; encoders copy what they keep of it."""
        if planes.height % 4:  # PyAV takes such a buffer for that of a picture two rows lower
            return av.VideoFrame.from_ndarray(planes.buffer, "yuv420p")
        if self._frame is None or self._planes is not planes:
            self._planes, self._frame = planes, av.VideoFrame.from_numpy_buffer(planes.buffer, "yuv420p")
        return self._frame
