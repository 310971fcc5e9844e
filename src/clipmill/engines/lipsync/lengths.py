"""Lengths: how a picture and a voice of different lengths are brought to one, in whole frames."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.cycles import picture_count, source_rate
from clipmill.domain.timeline.project import plain_rate
from clipmill.domain.timeline.timing import exact, frame_count
from clipmill.engines.lipsync.request import Request
from clipmill.errors import ProjectError

#: Pictures a second of what does not move, or does not say how it moves; a timeline has at least 1 and at most 60.
_USUAL_RATE, _HIGHEST_RATE = Fraction(25), 60
#: Rates that differ by less are one, written in two ways: 2997/125 and 24000/1001.
_SAME_RATE = Fraction(1, 100_000)
#: Between these a video may be stretched.
_SLOWEST, _FASTEST = Fraction(1, 10), Fraction(10)


@dataclass(frozen=True, slots=True)
class Shown:
    """How the picture is shown, and for how long."""

    #: Frames of the result, and how many there are a second.
    frames: int
    fps: Fraction
    #: How long the video is by itself, seconds; 0 for a picture that stands still.
    own: Fraction
    #: Pictures of the video a second.
    rate: Fraction
    #: `none`, `repeat` or `bounce`.
    loop: str = "none"
    speed: Fraction = Fraction(1)
    #: Whether it is stretched, so that its own sound is no longer in step with it.
    stretched: bool = False

    @property
    def seconds(self) -> Fraction:
        """How long the result is."""
        return self.frames / self.fps


def shown(request: Request, facts: Mapping[str, ClipFacts]) -> Shown:
    """How the picture of a request is shown. Raises ProjectError for one that would have to be stretched too far."""
    seen = facts[request.visual.src]
    fps = plain_rate(request.fps or own_rate(seen))
    spoken = _spoken(request, facts)
    if request.visual.type == "image":
        return Shown(frame_count(spoken, fps), fps, Fraction(0), fps)
    rate = source_rate(seen)
    own = picture_count(seen) / rate
    video, voice = frame_count(own, fps), frame_count(spoken, fps)
    speed = _conformed(seen, fps)
    if request.sync_mode in ("loop", "bounce"):
        frames = max(video, voice) if request.segments else voice
        loop = "none" if frames <= video else "repeat" if request.sync_mode == "loop" else "bounce"
        return Shown(frames, fps, own, rate, loop, speed)
    if request.segments or request.sync_mode == "silence" or video == voice:
        return Shown(video, fps, own, rate, speed=speed)
    if request.sync_mode == "remap":
        return Shown(voice, fps, own, rate, speed=_stretched(own, voice / fps), stretched=True)
    return Shown(min(video, voice), fps, own, rate, speed=speed)


def own_rate(facts: ClipFacts) -> Fraction:
    """The rate of a video, as a timeline may have it: of one with too many pictures every second one, or third …"""
    rate = facts.rate or _USUAL_RATE
    if rate < 1:
        return _USUAL_RATE
    return rate / math.ceil(rate / _HIGHEST_RATE)


def _spoken(request: Request, facts: Mapping[str, ClipFacts]) -> Fraction:
    """Until when there is something to say, seconds."""
    if request.segments:
        return max(exact(segment.end_time) for segment in request.segments)
    return exact(facts[request.audio[0].src].seconds)


def _conformed(facts: ClipFacts, fps: Fraction) -> Fraction:
    """The speed at which every frame has a picture of its own, where two rates are one written in two ways."""
    ratio = fps / source_rate(facts)
    return ratio if abs(ratio - 1) < _SAME_RATE else Fraction(1)


def _stretched(own: Fraction, wanted: Fraction) -> Fraction:
    """The speed at which a video is as long as wanted. Raises ProjectError where it is no possible one."""
    speed = own / wanted
    if not _SLOWEST <= speed <= _FASTEST:
        raise ProjectError(f"the video would be played at {float(speed):.3g} times its speed to last "
                           f"{float(wanted):.4g} s in the place of {float(own):.4g}; 0.1 to 10 are possible",
                           path="sync_mode", hint="Use loop or cut_off, or a sound of another length.")  # fmt: skip
    return speed
