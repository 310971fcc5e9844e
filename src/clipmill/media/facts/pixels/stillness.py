"""A watch over the luma of successive frames: which of them are black, and for how long the picture stands still."""

from __future__ import annotations

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]

#: Every n-th pixel of every n-th line decides most questions.
_STEP = 8
#: Luma up to which a pixel is black (16 is black in the limited range), and the share of such pixels of a black frame.
_BLACK_LUMA = 20
_BLACK_SHARE = 0.995
#: A coder redraws an unchanged picture with differences up to about this, here and there beyond.
_NOISE = 24
#: Share of pixels beyond the noise from which on the picture has changed.
_CHANGED_SHARE = 5e-5
#: So many samples beyond the noise say the same without a look at every pixel.
_CHANGED_SAMPLES = 4
#: A still shorter than this is part of a movement.
SHORTEST_STILL_SECONDS = 0.3
#: Formats whose first plane is 8-bit luma.
_LUMA_FIRST = frozenset(
    {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuva420p", "nv12", "gray"}
)


def luma(frame: av.VideoFrame) -> Luma:
    """The luma of a frame, (height, width); a view of the decoder's memory where the pixel format allows it."""
    if frame.format.name not in _LUMA_FIRST:
        return np.asarray(frame.reformat(format="gray", threads=1).to_ndarray(), dtype=np.uint8)
    plane = frame.planes[0]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]


class MotionDetector:
    """Counts black frames and collects still spans, one frame after the other.

    Each frame is compared with the first one of its still span and not with its predecessor, so that slow movement
    adds up to a change and the noise of a coder does not.
    """

    def __init__(self) -> None:
        #: Frames seen, and how many of them were black.
        self.frames = 0
        self.black_frames = 0
        #: (start, end) in seconds; every frame belongs to one span, most spans of a moving picture are one frame long.
        self._spans: list[tuple[float, float]] = []
        self._since = 0.0
        #: The first picture of the present span, its samples, and room for a difference of two pictures.
        self._anchor: tuple[Luma, Luma, Luma] | None = None

    def see(self, picture: Luma, at: float, count: int = 1) -> None:
        """Take in the frame that is shown from `at` seconds on; every picture has the size of the first.

        The picture is kept and not copied: it must not change afterwards, which a decoder's frame never does. `count`
        is how many frames in a row are this one.
        """
        self.frames += count
        sample = np.ascontiguousarray(picture[::_STEP, ::_STEP])
        if np.count_nonzero(sample <= _BLACK_LUMA) >= _BLACK_SHARE * sample.size:
            self.black_frames += count
        if self._anchor is None:
            self._anchor = picture, sample, np.empty_like(picture)
            return
        before, sample_before, room = self._anchor
        if _changed(sample_before, sample, before, picture, room):
            self._spans.append((self._since, at))
            self._since, self._anchor = at, (picture, sample, room)

    def stills(self, end: float) -> list[tuple[float, float]]:
        """Every span without a change, the last one up to `end`, the end of the video in seconds."""
        return [*self._spans, (self._since, end)] if self._anchor is not None else []

    def moving(self, end: float) -> list[tuple[float, float]]:
        """What lies between the stills that are long enough to be noticed."""
        edges = [0.0]
        for start, stop in self.stills(end):
            if stop - start >= SHORTEST_STILL_SECONDS:
                edges += [start, stop]
        edges.append(end)
        return [(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True) if stop > start]


def _changed(sample_before: Luma, sample: Luma, before: Luma, now: Luma, room: Luma) -> bool:
    """Whether more than a coder's noise differs: samples where they are sure, every pixel where they are not."""
    if np.count_nonzero(cv2.absdiff(sample_before, sample) > _NOISE) >= _CHANGED_SAMPLES:
        return True
    if cv2.norm(before, now, cv2.NORM_INF) <= _NOISE:
        return False
    cv2.threshold(cv2.absdiff(before, now, dst=room), _NOISE, 1, cv2.THRESH_BINARY, dst=room)
    return cv2.countNonZero(room) >= max(1.0, _CHANGED_SHARE * now.size)
