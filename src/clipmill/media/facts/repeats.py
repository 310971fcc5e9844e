"""The repeated pictures of a video: proven by their bytes to show the one before them again, and not decoded."""

from __future__ import annotations

from typing import Any, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from clipmill.errors import MediaError
from clipmill.media.write.h264.unsplice import Unsplicer

Packet: TypeAlias = "av.Packet[Any]"


class Repeats:
    """Which packets of a video are decoded, and which pictures are shown again; `stream` None: every packet is decoded.

    The first repetition of every run is decoded and compared with the picture it repeats.
    """

    def __init__(self, stream: av.VideoStream | None) -> None:
        self._unsplicer = _unsplicer_of(stream) if stream is not None else None
        #: Whether a packet was left out: everything after it is numbered anew.
        self._sparing = False
        #: When a decoded picture is shown → the packets that show it again, in the order they are shown.
        self._again: dict[int, list[Packet]] = {}
        #: When the last packet that was handed on is shown; the last picture that was decoded.
        self._handed = 0
        self._last: av.VideoFrame | None = None

    def to_decode(self, packet: Packet) -> Packet | None:
        """The packet as the decoder needs it, None for a repetition. Raises MediaError where too much was left out."""
        if self._unsplicer is None:
            return packet
        try:
            return self._without_repetition(packet, self._unsplicer)
        except MediaError:
            if self._sparing:
                raise
            self._unsplicer = None
            return packet

    def _without_repetition(self, packet: Packet, unsplicer: Unsplicer) -> Packet | None:
        if packet.pts is None or not packet.duration or packet.is_discard or packet.is_corrupt or _says_more(packet):
            raise MediaError("a packet of the video says more than which picture it holds")
        sample = bytes(packet)
        kept = unsplicer.picture(sample)
        if kept is not None:
            self._handed = packet.pts
            return packet if kept == sample else _holding(kept, packet)
        again = self._again.setdefault(self._handed, [])
        if packet.pts <= (again[-1].pts or 0 if again else self._handed):
            raise MediaError("the pictures of the video stream are not shown in their order")
        again.append(packet)
        self._sparing = True
        return None

    def of(self, frame: av.VideoFrame) -> list[Packet]:
        """The packets that show a decoded picture again. Raises MediaError where it is no repetition itself."""
        again = self._again.pop(frame.pts, []) if self._again and frame.pts is not None else []
        if again and (self._last is None or not _same(frame, self._last)):
            raise MediaError("what should repeat a picture of the video shows another one")
        self._last = frame
        return again


def _unsplicer_of(stream: av.VideoStream) -> Unsplicer | None:
    """None for a stream that no repetitions of ours can be in."""
    if stream.codec_context.name != "h264":
        return None
    try:
        return Unsplicer(bytes(stream.codec_context.extradata or b""))
    except MediaError:
        return None


def _says_more(packet: Packet) -> bool:
    return next(packet.iter_sidedata(), None) is not None


def _holding(data: bytes, packet: Packet) -> Packet:
    """The packet with another picture in it."""
    other = av.Packet(data)
    other.pts, other.dts, other.duration, other.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
    other.stream, other.is_keyframe = packet.stream, packet.is_keyframe
    return other


def _same(frame: av.VideoFrame, other: av.VideoFrame) -> bool:
    """Whether two pictures of a video are equal in every pixel."""
    pairs = zip(frame.planes, other.planes, strict=False)
    return frame.format.name == other.format.name and all(
        np.array_equal(_pixels(one), _pixels(two)) for one, two in pairs
    )


def _pixels(plane: av.video.plane.VideoPlane) -> NDArray[np.uint8]:
    """The bytes of a plane of 8-bit pixels, (height, width)."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
