"""A motion: how one layer stands in every frame, as an exact function of the frame number."""

from __future__ import annotations

import math
from dataclasses import dataclass

from clipmill.domain.timeline.animation import Animation, Easing, Zoom
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.timing import exact, first_frame
from clipmill.domain.timeline.visual import BaseVisual, ImageVisual

#: Frames from the first up to, not including, the second.
Span = tuple[int, int]


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
    fades: bool
    #: Displacement when wholly away, pixels.
    dx: float
    dy: float

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

    def state(self, frame: int) -> State | None:
        """How the layer stands in this frame, None while it is not shown."""
        if not self.shown[0] <= frame < self.shown[1]:
            return None
        alpha, dx, dy, scale = self.opacity, 0.0, 0.0, 1.0
        for passage in self.passages:
            away = passage.away(frame)
            dx += passage.dx * away
            dy += passage.dy * away
            if passage.fades:
                alpha *= 1.0 - away
        if self.zoom is not None:
            scale = self.zoom_from + (self.zoom_to - self.zoom_from) * self.zoom.at(frame)
        return State(alpha, dx, dy, scale)

    def moving(self) -> tuple[Span, ...]:
        """The spans of frames in which each frame differs from the one before, in order."""
        ramps = [passage.ramp for passage in self.passages] + ([self.zoom] if self.zoom else [])
        first, last = self.shown
        spans = ((max(begin, first + 1), min(end, last)) for begin, end in (ramp.span() for ramp in ramps))
        return join_spans([span for span in spans if span[0] < span[1]])

    def live(self) -> tuple[Span, ...]:
        """The moving spans with the frame each of them starts from: there the layer is about to move."""
        return join_spans([(begin - 1, end) for begin, end in self.moving()])


def join_spans(spans: list[Span]) -> tuple[Span, ...]:
    """The same frames as spans that neither overlap nor touch, in order."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def motion_of(visual: BaseVisual, project: Project) -> Motion:
    """The motion a visual's times and animations describe. Slides without a distance cross the whole canvas."""
    fps, frames = project.frame_rate, project.frames
    exit_end = project.duration if visual.exit_end is None else visual.exit_end
    shown = (min(first_frame(visual.enter_begin, fps), frames), _end_frame(exit_end, project))
    exit_begin = exit_end if visual.exit_begin is None else visual.exit_begin
    canvas = Size(project.width, project.height)
    enter_end = visual.enter_begin if visual.enter_end is None else visual.enter_end
    passages = (
        _passage(visual.enter_animation, _ramp(visual.enter_begin, enter_end, fps), canvas, enters=True),
        _passage(visual.exit_animation, _ramp(exit_begin, exit_end, fps), canvas, enters=False),
    )
    zoom = visual.zoom if isinstance(visual, ImageVisual) else None
    return Motion(
        shown=(min(shown), shown[1]),
        opacity=visual.opacity,
        passages=tuple(passage for passage in passages if passage is not None),
        zoom=_zoom_ramp(zoom, visual.enter_begin, min(exit_end, project.duration), fps),
        zoom_from=zoom.start if zoom else 1.0,
        zoom_to=zoom.end if zoom else 1.0,
    )


def _end_frame(exit_end: float, project: Project) -> int:
    """The first frame after the exit; an exit at the end of the project leaves the last frame shown."""
    if exit_end >= project.duration:
        return project.frames
    return min(first_frame(exit_end, project.frame_rate), project.frames)


def _ramp(begin: float, end: float, fps: int, easing: Easing = Easing.LINEAR) -> Ramp:
    return Ramp(float(exact(begin) * fps), float(exact(end) * fps), easing)


def _passage(animation: Animation | None, ramp: Ramp, canvas: Size, *, enters: bool) -> Passage | None:
    """An animation over its window; None where nothing would be seen of it."""
    if animation is None or ramp.end <= ramp.begin:
        return None
    right, down = animation.effect.direction
    across = canvas.width if animation.distance is None else animation.distance
    along = canvas.height if animation.distance is None else animation.distance
    sign = -1 if enters else 1
    eased = Ramp(ramp.begin, ramp.end, animation.easing)
    return Passage(eased, enters, animation.fades, sign * right * across, sign * down * along)


def _zoom_ramp(zoom: Zoom | None, begin: float, end: float, fps: int) -> Ramp | None:
    if zoom is None or zoom.start == zoom.end:
        return None
    return _ramp(begin, max(end - zoom.rest, begin), fps)
