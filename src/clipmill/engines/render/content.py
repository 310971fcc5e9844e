"""What changes inside a layer: the picture of a clip or of a GIF that belongs to each frame."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.cycles import Cycle, cycle_of, source_rate
from clipmill.domain.timeline.elements.visual import GifVisual, VideoVisual
from clipmill.domain.timeline.timing import exact, first_frame
from clipmill.engines.render.motion import Period, Span

#: A picture of a GIF that says it is shown no longer than this is shown for a tenth of a second, as browsers have it.
_NO_DELAY = 0.01
_GIF_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Playback:
    """A clip that plays from a moment on: which picture of the source each frame shows.

    The last one stays, unless there is a cycle: then it plays that over and over.
    """

    #: The frame of the element's timeline at which the source stands at `source_begin`.
    begin: Fraction
    #: Seconds of the source.
    source_begin: Fraction
    source_end: Fraction | None
    #: Seconds of the source per frame of the timeline.
    step: Fraction
    #: Pictures of the source a second.
    rate: Fraction
    #: Pictures a second that are taken from the source, None for all of them.
    taken: Fraction | None = None
    cycle: Cycle | None = None

    def at(self, frame: int) -> int:
        """The number of the source's picture."""
        played = max(Fraction(0), frame - self.begin) * self.step
        if self.cycle is not None:
            moment = self.cycle.moment(played)
        elif self.source_end is not None:
            moment = min(self.source_begin + played, self._last / self.rate)
        else:
            moment = self.source_begin + played
        if self.taken is not None:
            moment = (moment * self.taken).__floor__() / self.taken
        return (moment * self.rate).__floor__()

    @property
    def _last(self) -> Fraction:
        """The number of the last picture that begins before the end."""
        assert self.source_end is not None
        first = (self.source_begin * self.rate).__floor__()
        return Fraction(max(first, (self.source_end * self.rate).__ceil__() - 1))

    def changes(self) -> tuple[Span, ...]:
        """From its beginning until the source is over; always, where it goes round."""
        first = self.begin.__floor__() + 1
        if self.source_end is None or self.cycle is not None:
            return ((first, 1 << 40),)
        return ((first, (self.begin + (self.source_end - self.source_begin) / self.step).__ceil__() + 1),)


@dataclass(frozen=True)
class Loop:
    """Pictures that follow each other at their own times, over and over."""

    begin: int
    fps: Fraction
    #: How long each picture is shown, seconds.
    delays: tuple[float, ...]

    @cached_property
    def _ends(self) -> list[Fraction]:
        shown = (delay if delay > _NO_DELAY else _GIF_SECONDS for delay in self.delays)
        return list(itertools.accumulate(exact(delay) for delay in shown))

    def at(self, frame: int) -> int:
        """The number of the picture."""
        moment = max(0, frame - self.begin) / self.fps
        return bisect.bisect_right(self._ends, moment % self._ends[-1])

    def changes(self) -> tuple[Span, ...]:
        """Always, where there are several."""
        return ((self.begin + 1, 1 << 40),) if len(self.delays) > 1 else ()


def playback(visual: VideoVisual, facts: ClipFacts | None, period: Period) -> Playback:
    """How a VIDEO element plays its source."""
    ends = [exact(facts.seconds)] if facts is not None and facts.seconds else []
    if visual.video_end is not None:
        ends.append(exact(visual.video_end))
    if visual.video_duration is not None:
        ends.append(exact(visual.video_begin) + exact(visual.video_duration))
    return Playback(
        begin=exact(visual.enter_begin) * period.fps,
        source_begin=exact(visual.video_begin),
        source_end=min(ends) if ends else None,
        step=exact(visual.speed) / period.fps,
        rate=source_rate(facts),
        taken=None if visual.frame_rate is None else exact(visual.frame_rate),
        cycle=cycle_of(visual, facts),
    )


def loop(visual: GifVisual, facts: ClipFacts | None, period: Period) -> Loop | None:
    """How a GIF plays, None for one of a single picture or of unknown times."""
    if facts is None or len(facts.delays) < 2:
        return None
    return Loop(first_frame(visual.enter_begin, period.fps), period.fps, facts.delays)
