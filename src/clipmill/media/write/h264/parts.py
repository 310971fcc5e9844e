"""One stream of several encoders: each part of a video has the settings that suit it, and all the same headers."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping

from clipmill.domain.files.formats import Shape
from clipmill.media.draw.planes import Planes
from clipmill.media.write.h264.encoder import H264Encoder, headers_of
from clipmill.media.write.h264.splice import CodedPicture
from clipmill.media.write.writer import MotionHint

Options = Mapping[str, str]


class PartedEncoder:
    """A stream in the making. Where parts cannot follow each other in one stream, `options` are those of all of it.

    `parts` has the first picture of every part and x264's options for it; each begins with an IDR picture.
    """

    def __init__(self, shape: Shape, options: Options, parts: Mapping[int, Options], *, holds: bool) -> None:
        self._shape, self._holds = shape, holds
        self._parts = sorted(parts.items()) if holds and _joinable(shape, parts) else [(0, options)]
        self._place, self._shown = 0, 0
        self._encoder = self._begun()
        #: Sequence and picture parameter sets as NAL units.
        self.parameter_sets = self._encoder.parameter_sets

    def hold(
        self, planes: Planes, count: int, *, key: bool, hint: MotionHint = MotionHint.USUAL
    ) -> Iterator[CodedPicture]:
        """Show the planes for `count` frames; what is ready by then. Raises MediaError, FFmpegError."""
        while count:
            place = bisect.bisect(self._parts, self._shown, key=lambda part: part[0]) - 1
            if place != self._place:
                yield from self._encoder.flush()
                self._place = place
                del self._encoder  # two at a time would take twice the memory
                self._encoder = self._begun()
            following = self._parts[place + 1][0] - self._shown if place + 1 < len(self._parts) else count
            length = min(count, following)
            yield from self._encoder.hold(planes, length, key=key, hint=hint)
            self._shown += length
            count, key = count - length, False

    def flush(self) -> Iterator[CodedPicture]:
        """What is left; nothing can be added from then on."""
        yield from self._encoder.flush()

    def _begun(self) -> H264Encoder:
        options = self._parts[self._place][1]
        return H264Encoder(self._shape, options, holds=self._holds, begin=self._shown, odd=self._place % 2 == 1)


def _joinable(shape: Shape, parts: Mapping[int, Options]) -> bool:
    """Whether there are several, and x264 gives them the same headers, with which pictures can be repeated."""
    if 0 not in parts:
        return False
    headers = [headers_of(shape, options) for options in {id(each): each for each in parts.values()}.values()]
    return headers[0] is not None and all(each == headers[0] for each in headers)
