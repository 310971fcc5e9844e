"""A motion: how one layer stands in every frame, as an exact function of the frame number."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from clipmill.domain.timeline.elements.animation import Animation, Easing, Effect, Zoom
from clipmill.domain.timeline.elements.visual import BaseVisual, PictureVisual
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.timing import exact, first_frame

#: Frames from the first up to, not including, the second.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Crossing:
    """An effect at work between the layer and nothing."""

    effect: Effect
    #: How much of the layer is there: 0 nothing, 1 all of it.
    progress: float
    leaves: bool


@dataclass(frozen=True, slots=True)
class State:
    """How a layer stands in one frame: equal states draw equal pixels."""

    #: Opacity 0–1.
    alpha: float
    #: Displacement from its place, pixels.
    dx: float = 0.0
    dy: float = 0.0
    #: Zoom of the picture inside its box.
    scale: float = 1.0
    #: Which picture of a source with several is shown.
    content: Hashable = 0
    crossings: tuple[Crossing, ...] = ()


class Content(Protocol):
    """What a layer shows, where that changes with time."""

    def at(self, frame: int) -> Hashable:
        """What is shown in this frame of the layer's own timeline; equal values are equal pixels."""

    def changes(self) -> tuple[Span, ...]:
        """The spans of frames that may differ from the frame before them, in order."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """Progress 0 → 1 between two moments, in frames; a time between two frames has a fraction."""

    begin: float
    end: float
    easing: Easing = Easing.LINEAR

    def at(self, frame: int) -> float:
        """Eased progress in this frame."""
        if frame <= self.begin:
            return 0.0
        if frame >= self.end:
            return 1.0
        return self.easing.at((frame - self.begin) / (self.end - self.begin))

    def span(self) -> Span:
        """The frames that differ from the one before them."""
        return math.floor(self.begin) + 1, math.ceil(self.end) + 1


@dataclass(frozen=True, slots=True)
class Passage:
    """An entrance or an exit: how far the layer is away from its place, 1 being wholly away."""

    ramp: Ramp
    enters: bool
    fades: bool = False
    #: Displacement when wholly away, pixels.
    dx: float = 0.0
    dy: float = 0.0
    #: The effect that mixes it with nothing, where it neither fades nor moves.
    effect: Effect | None = None

    def away(self, frame: int) -> float:
        """How far away, 0–1."""
        progress = self.ramp.at(frame)
        return 1.0 - progress if self.enters else progress


@dataclass(frozen=True, slots=True)
class Motion:
    """How one layer stands in every frame it is shown in."""

    #: The frames the layer is shown in.
    shown: Span
    opacity: float = 1.0
    passages: tuple[Passage, ...] = ()
    zoom: Ramp | None = None
    zoom_from: float = 1.0
    zoom_to: float = 1.0
    content: Content | None = None
    #: The frame at which the timeline that ramps and content count in begins.
    origin: int = 0

    def state(self, frame: int) -> State | None:
        """How the layer stands in this frame, None while it is not shown."""
        if not self.shown[0] <= frame < self.shown[1]:
            return None
        local = frame - self.origin
        alpha, dx, dy, scale = self.opacity, 0.0, 0.0, 1.0
        crossings: tuple[Crossing, ...] = ()
        for passage in self.passages:
            away = passage.away(local)
            dx += passage.dx * away
            dy += passage.dy * away
            if passage.fades:
                alpha *= 1.0 - away
            if passage.effect is not None and away > 0:
                crossings += (Crossing(passage.effect, 1.0 - away, not passage.enters),)
        if self.zoom is not None:
            scale = self.zoom_from + (self.zoom_to - self.zoom_from) * self.zoom.at(local)
        return State(alpha, dx, dy, scale, self.content.at(local) if self.content else 0, crossings)

    def moving(self) -> tuple[Span, ...]:
        """The spans of frames in which each frame differs from the one before, in order."""
        ramps = [passage.ramp for passage in self.passages] + ([self.zoom] if self.zoom else [])
        local = [ramp.span() for ramp in ramps] + list(self.content.changes() if self.content else ())
        first, last = self.shown
        spans = ((max(begin + self.origin, first + 1), min(end + self.origin, last)) for begin, end in local)
        return join_spans([span for span in spans if span[0] < span[1]])

    def live(self) -> tuple[Span, ...]:
        """The moving spans with the frame each of them starts from: there the layer is about to move."""
        return join_spans([(begin - 1, end) for begin, end in self.moving()])

    def within(self, begin: int, end: int) -> Motion:
        """The same motion, seen only in these frames."""
        first = max(self.shown[0], begin)
        return replace(self, shown=(first, max(first, min(self.shown[1], end))))


@dataclass(frozen=True, slots=True)
class Period:
    """The timeline an element lives on, the project's or a scene's, in frames of the project."""

    begin: int
    frames: int
    fps: Fraction
    canvas: Size

    @property
    def seconds(self) -> Fraction:
        """How long it is."""
        return self.frames / self.fps

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.begin + self.frames


def join_spans(spans: list[Span]) -> tuple[Span, ...]:
    """The same frames as spans that neither overlap nor touch, in order."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def motion_of(visual: BaseVisual, period: Period, content: Content | None = None) -> Motion:
    """The motion a visual's times and animations describe on its timeline."""
    fps, whole = period.fps, period.seconds
    exit_end = whole if visual.exit_end is None else exact(visual.exit_end)
    begin = min(first_frame(visual.enter_begin, fps), period.frames)
    end = period.frames if exit_end >= whole else min(first_frame(exit_end, fps), period.frames)
    exit_begin = exit_end if visual.exit_begin is None else exact(visual.exit_begin)
    enter_begin = exact(visual.enter_begin)
    enter_end = enter_begin if visual.enter_end is None else exact(visual.enter_end)
    passages = (
        _passage(visual.enter_animation, _ramp(enter_begin, enter_end, fps), period.canvas, enters=True),
        _passage(visual.exit_animation, _ramp(exit_begin, exit_end, fps), period.canvas, enters=False),
    )
    zoom = visual.zoom if isinstance(visual, PictureVisual) else None
    return Motion(
        shown=(period.begin + min(begin, end), period.begin + end),
        opacity=visual.opacity,
        passages=tuple(passage for passage in passages if passage is not None),
        zoom=_zoom_ramp(zoom, enter_begin, min(exit_end, whole), fps),
        zoom_from=zoom.start if zoom else 1.0,
        zoom_to=zoom.end if zoom else 1.0,
        content=content,
        origin=period.begin,
    )


def _ramp(begin: Fraction, end: Fraction, fps: Fraction, easing: Easing = Easing.LINEAR) -> Ramp:
    return Ramp(float(begin * fps), float(end * fps), easing)


def _passage(animation: Animation | None, ramp: Ramp, canvas: Size, *, enters: bool) -> Passage | None:
    """An animation over its window; None where nothing would be seen of it."""
    if animation is None or ramp.end <= ramp.begin:
        return None
    eased = Ramp(ramp.begin, ramp.end, animation.easing)
    if animation.effect is Effect.FADE:
        return Passage(eased, enters, fades=True)
    right, down = animation.effect.direction
    if animation.distance is None or not (right or down):
        return Passage(eased, enters, animation.fade, effect=animation.effect)
    sign = -1 if enters else 1
    distance = animation.distance
    return Passage(eased, enters, animation.fade, sign * right * distance, sign * down * distance)


def _zoom_ramp(zoom: Zoom | None, begin: Fraction, end: Fraction, fps: Fraction) -> Ramp | None:
    if zoom is None or zoom.start == zoom.end:
        return None
    return _ramp(begin, max(end - exact(zoom.rest), begin), fps)
