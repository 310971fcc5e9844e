"""The clock of a sound track: what the times of its frames say, with rounding and jitter taken out.

Frames are looked at well before they are heard. Times that drift from the number of samples are followed smoothly; a
jump is one only when the times after it stay where it led.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

import av

from clipmill.media.sound import SAMPLE_RATE

#: Times that jump by less are rounding or drift, samples.
JUMP = SAMPLE_RATE // 20
#: So many frames, and no more than so many samples, before and after a jump decide whether it is one.
_WITNESSES, _WITNESSED = 8, SAMPLE_RATE // 2
#: Samples that are looked at ahead of the one that is heard.
_AHEAD = SAMPLE_RATE * 3 // 2


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A frame, and by how much its time is later than the samples before it would have it."""

    frame: av.AudioFrame
    #: Samples before it, counted from the first frame.
    place: float
    #: Samples between its place and its time, None for a frame without a time.
    late: float | None


class TrackClock:
    """The frames of a track in their order; `next` gives them, and looks ahead."""

    def __init__(self, frames: Iterable[av.AudioFrame], origin: float) -> None:
        self._marks = _marks(frames, origin)
        self._waiting: deque[Mark] = deque()
        self._past: deque[Mark] = deque(maxlen=_WITNESSES)
        self._all = False
        #: Samples by which its times are behind since they ran back so far that it was not believed.
        self.slow = 0

    def next(self) -> tuple[Mark, bool] | None:
        """The next frame, and whether the time jumps to it; None after the last."""
        self._look_ahead()
        if not self._waiting:
            return None
        jumps = self._jumps(0)
        mark = self._waiting.popleft()
        if jumps:
            self._past.clear()
        if mark.late is not None:
            self._past.append(mark)
        return mark, bool(jumps)

    def begins_late(self, mark: Mark) -> float | None:
        """By how much the sound from a frame on is late: its own time may be the one that is wrong."""
        later = self._witnesses([mark, *self._waiting])
        return median(later) if later else mark.late

    def late(self, begin: float, end: float) -> float | None:
        """By how much the samples between two places are late; None where no frame there says so."""
        found = []
        for number, mark in enumerate(self._waiting):
            if self._jumps(number) is not False:
                break
            if mark.late is not None and begin <= mark.place <= end:
                found.append(mark.late)
        return median(found) + self.slow if found else None

    def _look_ahead(self) -> None:
        while not self._all and (not self._waiting or self._waiting[-1].place < self._waiting[0].place + _AHEAD):
            mark = next(self._marks, None)
            self._all = mark is None
            if mark is not None:
                self._waiting.append(mark)

    def _jumps(self, number: int) -> bool | None:
        """Whether the time jumps to a frame that waits; None where that will be known later."""
        mark = self._waiting[number]
        before = self._waiting[number - 1] if number else self._past[-1] if self._past else None
        if before is None or mark.late is None or before.late is None or abs(mark.late - before.late) < JUMP:
            return False
        later = self._witnesses(list(self._waiting)[number:])
        earlier = self._witnesses([*reversed(list(self._waiting)[:number]), *reversed(self._past)])
        jumps = abs(median(later) - median(earlier)) >= JUMP
        known = self._all or self._waiting[-1].place - mark.place >= _WITNESSED or len(later) == _WITNESSES
        return jumps if known else None

    def _witnesses(self, marks: Iterable[Mark]) -> list[float]:
        """How late the first of these frames are."""
        found: list[float] = []
        first: Mark | None = None
        for mark in marks:
            first = first or mark
            if len(found) == _WITNESSES or abs(mark.place - first.place) > _WITNESSED:
                break
            if mark.late is not None:
                found.append(mark.late)
        return found


def _marks(frames: Iterable[av.AudioFrame], origin: float) -> Iterator[Mark]:
    place = 0.0
    for frame in frames:
        late = None if frame.time is None else (frame.time - origin) * SAMPLE_RATE - place
        yield Mark(frame, place, late)
        place += frame.samples * SAMPLE_RATE / frame.sample_rate
