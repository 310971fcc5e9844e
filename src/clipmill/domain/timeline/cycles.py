"""A cycle of a clip that is played over and over: which pictures it has, and what it shows at any moment, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.visual import VideoVisual
from clipmill.domain.timeline.timing import exact

#: Pictures a second of a source that does not say.
UNKNOWN_RATE = Fraction(30)


@dataclass(frozen=True, slots=True)
class Cycle:
    """The pictures from `first` to `last` of a source, once forward, and back again where it bounces.

    A part that ends within a picture ends with that picture. On the way back neither the last picture nor the first is
    shown a second time.
    """

    #: Seconds of the source.
    begin: Fraction
    first: int
    last: int
    #: Pictures of the source a second.
    rate: Fraction
    bounces: bool

    @property
    def end(self) -> Fraction:
        """Where the last picture is over, seconds of the source."""
        return (self.last + 1) / self.rate

    @property
    def forward(self) -> Fraction:
        """How long the way forward is, seconds of the source."""
        return self.end - self.begin

    @property
    def seconds(self) -> Fraction:
        """How long the whole is, seconds of the source."""
        back = max(0, self.last - self.first - 1) if self.bounces else 0
        return self.forward + back / self.rate

    @property
    def pictures(self) -> int:
        """How many pictures there are."""
        return self.last - self.first + 1

    def moment(self, played: Fraction) -> Fraction:
        """The moment of the source that is shown when so many seconds of it were played."""
        inside = played % self.seconds
        if inside < self.forward:
            return self.begin + inside
        return (self.last - 1 - ((inside - self.forward) * self.rate).__floor__()) / self.rate


def source_rate(facts: ClipFacts | None) -> Fraction:
    """Pictures of a clip a second, as they are counted."""
    return (facts.rate if facts is not None else None) or UNKNOWN_RATE


def picture_count(facts: ClipFacts) -> int:
    """How many pictures of even time a clip has; 0 where that is not known."""
    seconds = facts.picture_seconds or facts.seconds
    return max(1, round(exact(seconds) * source_rate(facts))) if seconds else 0


def cycle_of(visual: VideoVisual, facts: ClipFacts | None) -> Cycle | None:
    """What a VIDEO element plays over and over; None for one that plays once, or whose length is not known."""
    count = picture_count(facts) if facts is not None else 0
    if visual.loop == "none" or not count:
        return None
    rate, begin = source_rate(facts), exact(visual.video_begin)
    ends = [] if visual.video_end is None else [exact(visual.video_end)]
    if visual.video_duration is not None:
        ends.append(begin + exact(visual.video_duration))
    first = min((begin * rate).__floor__(), count - 1)
    last = min([count - 1, *((end * rate).__ceil__() - 1 for end in ends)])
    return Cycle(min(begin, Fraction(count - 1) / rate), first, max(first, last), rate, visual.loop == "bounce")
