"""The H.264 encoder: x264 with one thread, whose pictures come out as MP4 stores them; a still costs almost nothing.

A picture that is held is encoded a few times, until it is as good as it gets, and repeated by skip pictures after that.
The first time as a P picture: what is new in it would be coarse in a B picture, and stay so to the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import av
from av.codec.context import Flags
from av.video.frame import PictureType

from clipmill.domain.files.formats import Shape
from clipmill.errors import MediaError
from clipmill.media.draw.planes import Planes
from clipmill.media.write.frame import BoundFrame
from clipmill.media.write.h264.bits import with_length
from clipmill.media.write.h264.parameters import Parameters, parameter_sets, read_parameters
from clipmill.media.write.h264.splice import CodedPicture, Splicer, slices_of
from clipmill.media.write.rhythm import Rhythm
from clipmill.media.write.stream import repeatable, say_bt709
from clipmill.media.write.writer import MotionHint

#: How often a held picture is encoded: a share of how long it is held, within limits. x264 spends the more on a picture
#: the longer it sees it last; with fewer, stills fall below the quality of encoding every frame. A picture that is
#: wholly new needs more than one in which a word or a price has changed.
_FED_SHARE, _FED_NEW_SHARE, _FED_LEAST, _FED_MOST = 1 / 3, 3 / 4, 2, 12
#: Frames of the shortest still that is held: below that, the P pictures it takes cost more bytes than B pictures.
_SHORTEST_STILL = 6
#: Repeated pictures between two that players can start from, at most: to show any of them they decode all before it.
MOST_HELD = 600


class H264Encoder:
    """One stream in the making. Pictures come out in coded order, some time after they went in.

    `begin` is the place of the first picture among those shown; `odd` tells a stream's second, fourth … encoder.
    """

    def __init__(
        self, shape: Shape, options: Mapping[str, str], *, holds: bool, begin: int = 0, odd: bool = False
    ) -> None:
        self._time_base = 1 / shape.fps
        self._context = _opened(shape, options)
        extradata = bytes(self._context.extradata or b"")
        parameters = _repeatable_by(extradata) if holds else None
        self._splicer = Splicer(parameters, odd=odd) if parameters is not None else None
        #: Sequence and picture parameter sets as NAL units.
        self.parameter_sets = ([parameters.sps], [parameters.pps]) if parameters else parameter_sets(extradata)
        self._bound, self._rhythm = BoundFrame(), Rhythm()
        #: Pictures given to x264, the place of the next one among those shown, and those repeated since the last key.
        self._fed, self._shown, self._held = 0, begin, 0
        self._begin = begin

    def hold(
        self, planes: Planes, count: int, *, key: bool, hint: MotionHint = MotionHint.USUAL
    ) -> Iterator[CodedPicture]:
        """Show the planes for `count` frames; what is ready by then. Raises MediaError, FFmpegError."""
        if self._splicer is not None and self._held + count > MOST_HELD:
            key = True
        parts = -(-count // MOST_HELD) if self._splicer is not None else 1
        for part in range(parts):
            length = count * (part + 1) // parts - count * part // parts
            yield from self._run(planes, length, key=key or part > 0, hint=hint)

    def _run(self, planes: Planes, count: int, *, key: bool, hint: MotionHint) -> Iterator[CodedPicture]:
        if key:
            self._held = 0
        share = _FED_NEW_SHARE if key or not self._fed else _FED_SHARE
        fed = max(_FED_LEAST, min(_FED_MOST, int(count * share)))
        if self._splicer is None or count < _SHORTEST_STILL:
            fed = count
        repeats = count - fed
        for number in range(fed):
            last = number == fed - 1
            ends = repeats and (number == 0 or number >= fed - 2)
            first = number == 0 and (key or not self._fed)
            kind = self._rhythm.kind(hint, key=first, must=bool(ends))
            yield from self._encode(planes, kind, repeats if last else 0)
        self._held += repeats

    def _encode(self, planes: Planes, kind: PictureType, repeats: int) -> Iterator[CodedPicture]:
        frame = self._bound.of(planes)
        frame.pts, frame.time_base, frame.pict_type = self._fed, self._time_base, kind
        if self._splicer is not None:
            self._splicer.expect(self._fed, self._shown, repeats)
        self._fed += 1
        self._shown += 1 + repeats
        yield from self._pictures(self._context.encode(frame))

    def flush(self) -> Iterator[CodedPicture]:
        """What is left; nothing can be added from then on."""
        yield from self._pictures(self._context.encode(None))

    def _pictures(self, packets: list[av.Packet[Any]]) -> Iterator[CodedPicture]:
        for packet in packets:
            assert packet.pts is not None
            if self._splicer is not None:
                yield from self._splicer.pictures(packet.pts, bytes(packet))
            else:
                data = b"".join(with_length(nal) for nal in slices_of(bytes(packet)))
                yield CodedPicture(data, self._begin + packet.pts, packet.is_keyframe)


def _opened(shape: Shape, options: Mapping[str, str]) -> av.VideoCodecContext:
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = shape.width, shape.height, "yuv420p"
    context.thread_count = 1
    context.time_base, context.framerate = 1 / shape.fps, Fraction(shape.fps)
    say_bt709(context)
    context.options = repeatable(options, "libx264")
    context.flags |= Flags.global_header
    context.open()
    return context


def _repeatable_by(extradata: bytes) -> Parameters | None:
    """What the stream says of itself; None for one in which pictures cannot be repeated."""
    try:
        return read_parameters(extradata)
    except MediaError:
        return None


def headers_of(shape: Shape, options: Mapping[str, str]) -> Parameters | None:
    """What a stream with these options says of itself; None for one in which pictures cannot be repeated."""
    return _repeatable_by(bytes(_opened(shape, options).extradata or b""))
