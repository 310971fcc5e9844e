"""A span of a sound track: frames of one kind that follow each other, as 48 kHz stereo that keeps to their times."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np

from clipmill.media.sound import SAMPLE_RATE, Samples
from clipmill.media.sound.bend import Bend
from clipmill.media.sound.clock import Mark, TrackClock

#: Beyond this a number in a file is no sound, 24 dB above full scale.
_LOUDEST = 16.0
#: Samples between two looks at the clock.
_PIECE = SAMPLE_RATE // 4
#: Sound that is so much off its times is still taken to be in time, samples: 8 ms. From there on it is followed.
_IN_TIME = SAMPLE_RATE // 125
#: The share of what it is off that is made up for in one piece, and the most it is bent: a tenth.
_SHARE, _MOST = 0.25, _PIECE / 10
#: Where a drift that is followed by this share a piece is looked for so that it is met exactly, samples ahead.
_LEAD, _AROUND = round(_PIECE * (1 / _SHARE - 1)), SAMPLE_RATE // 2
#: What is further off than this cannot be followed any more: it is a jump.
_LOST = SAMPLE_RATE // 4


class SoundSpan:
    """From one frame on, until the kind changes or the time jumps."""

    def __init__(self, clock: TrackClock, first: Mark, at: int, early: int) -> None:
        """`at`: the sample at which the frame is to be heard; so many samples, `early`, are not."""
        self._clock, self._first = clock, first
        self._kind = _kind(first.frame)
        self._mono = first.frame.layout.nb_channels == 1
        self._resampler = av.AudioResampler("fltp", "mono" if self._mono else "stereo", SAMPLE_RATE)
        self._bend = Bend()
        self._early = early
        #: Samples given, as a place in the file, and taken, as a place in the track.
        self._given, self._taken = at, first.place
        #: By how many samples it is off its times, whether that is followed, and by which share it is made longer.
        self._off, self._follows, self._longer = 0.0, False, 0.0
        #: The frame after the stretch, and whether the time jumps to it.
        self.following: Mark | None = None
        self.breaks_off = False

    def blocks(self) -> Iterator[Samples]:
        """Its samples, in blocks of any length."""
        found: tuple[Mark, bool] | None = (self._first, False)
        while found is not None:
            mark, jumps = found
            if mark is not self._first and (jumps or self._is_lost() or _kind(mark.frame) != self._kind):
                self.following, self.breaks_off = mark, jumps or self._is_lost()
                break
            self._take_in(mark.frame)
            while self._bend.ready >= _PIECE:
                yield from self._piece(_PIECE)
            found = self._clock.next()
        self._take_in(None)
        self._bend.finish()
        while (left := self._bend.ready) > 0:
            yield from self._piece(min(left, _PIECE))

    def _take_in(self, frame: av.AudioFrame | None) -> None:
        for resampled in self._resampler.resample(frame):
            if resampled:
                block = _sane(resampled.to_ndarray().astype(np.float32, copy=False))
                self._bend.add(np.repeat(block, 2, axis=0) if self._mono else block)

    def _piece(self, count: int) -> Iterator[Samples]:
        """The next samples, made longer or shorter by some of what they are off their times."""
        end = self._taken + count
        # What waits behind the last frame has times of its own.
        late = None if self.following else self._clock.late(end + _LEAD - _AROUND, end + _LEAD + _AROUND)
        if late is not None:
            self._off = late - (self._given - self._bend.ahead - self._taken)
            self._follows = self._follows or abs(self._off) >= _IN_TIME
            self._longer = float(np.clip(self._off * _SHARE, -_MOST, _MOST)) / _PIECE if self._follows else 0.0
        block = self._bend.take(count, count * self._longer)
        self._taken, self._given = end, self._given + block.shape[1]
        dropped = min(self._early, block.shape[1])
        self._early -= dropped
        if dropped < block.shape[1]:
            yield block[:, dropped:]

    def _is_lost(self) -> bool:
        return abs(self._off) > _LOST


def _kind(frame: av.AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name


def _sane(block: Samples) -> Samples:
    """The block without what is no number and no sound."""
    if np.isfinite(block).all() and np.abs(block).max(initial=0) <= _LOUDEST:
        return block
    return np.clip(np.nan_to_num(block, nan=0.0), -_LOUDEST, _LOUDEST)
