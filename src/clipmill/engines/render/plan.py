"""A plan: for every frame of a project the state of every layer, equal consecutive frames joined to runs.

Scenes, transitions and linked clips are flattened into one stack of layers, each with the frames it is seen in. Pure
arithmetic: no pixel is touched and no media is opened here.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from clipmill.domain.files.formats import Shape
from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.animation import Effect
from clipmill.domain.timeline.elements.visual import GifVisual, VideoVisual, Visual
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.motion import Motion, Ramp, Span, State, join_spans
from clipmill.engines.render.subtitles.content import SubtitleContent

#: A layer this large that comes or goes at once is a scene cut: x264 gets a key frame there.
_CUT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class PlannedLayer:
    """One visual in its place in the stack."""

    #: What is drawn; its class decides which kind of layer draws it.
    element: Element
    #: Its place in the project, as in `scenes[1].visuals[0]`.
    where: str
    motion: Motion
    #: About how much of the canvas it covers, 0–1.
    share: float

    def within(self, begin: int, end: int) -> PlannedLayer:
        """The same layer, seen only in these frames."""
        return replace(self, motion=self.motion.within(begin, end))


@dataclass(frozen=True, slots=True)
class Crossfade:
    """What a transition is told: two pictures and the frames over which one gives way to the other."""

    first: Plan
    second: Plan
    begin: int
    end: int
    effect: Effect
    ramp: Ramp


#: What a layer can be: the ground of a scene, a visual, the subtitle, a transition.
Element = Colour | Visual | SubtitleContent | Crossfade


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames throughout which the same layers are live; every other layer is still or hidden."""

    begin: int
    end: int
    #: Places in `Plan.layers` of the layers that are seen, bottom first, and of those that move or are about to.
    shown: tuple[int, ...]
    live: frozenset[int]


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive frames that are equal: the state of every layer of the plan, None where it is hidden."""

    begin: int
    end: int
    states: tuple[State | None, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames that want the same settings of the encoder."""

    begin: int
    end: int
    #: Whether camera pictures move in it; else it is graphics.
    footage: bool


@dataclass(frozen=True)
class Plan:
    """What every frame of one video consists of."""

    width: int
    height: int
    fps: Fraction
    frames: int
    #: Bottom first.
    layers: tuple[PlannedLayer, ...]
    #: None: nothing lies below the layers.
    background: Colour | None = None
    #: Whether its pictures are drawn in red, green and blue, each pixel with a colour of its own: those of an image.
    full_colour: bool = False

    @property
    def is_opaque(self) -> bool:
        """Whether its bottom is the ground of a scene, so that no part of it is transparent."""
        return bool(self.layers) and isinstance(self.layers[0].element, Colour)

    def states(self, frame: int) -> tuple[State | None, ...]:
        """The state of every layer in one frame."""
        return tuple(layer.motion.state(frame) for layer in self.layers)

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The whole video, cut wherever a layer comes, goes, starts or stops moving."""
        edges = {0, self.frames}
        for layer in self.layers:
            for begin, end in (layer.motion.shown, *layer.motion.live()):
                edges |= {begin, end}
        ordered = sorted(edge for edge in edges if 0 <= edge <= self.frames)
        return tuple(self._stretch(begin, end) for begin, end in itertools.pairwise(ordered))

    def _stretch(self, begin: int, end: int) -> Stretch:
        motions = [(place, layer.motion) for place, layer in enumerate(self.layers)]
        shown = tuple(place for place, motion in motions if motion.shown[0] <= begin < motion.shown[1])
        live = (place for place in shown if _covers(self._live[place], begin))
        return Stretch(begin, end, shown, frozenset(live))

    @cached_property
    def _live(self) -> tuple[tuple[Span, ...], ...]:
        return tuple(layer.motion.live() for layer in self.layers)

    def shown(self, frame: int, places: Iterable[int]) -> dict[int, State]:
        """The state of those of these layers that are seen in a frame, by their places, in the same order."""
        states = ((place, self.layers[place].motion.state(frame)) for place in places)
        return {place: state for place, state in states if state is not None}

    def runs(self) -> Iterator[Run]:
        """Every frame in order, equal neighbours joined."""
        current: Run | None = None
        for run in self._pieces():
            if current is not None and current.states == run.states:
                current = Run(current.begin, run.end, run.states)
                continue
            if current is not None:
                yield current
            current = run
        if current is not None:
            yield current

    def _pieces(self) -> Iterator[Run]:
        for stretch in self.stretches:
            step = 1 if stretch.live else stretch.end - stretch.begin
            for begin in range(stretch.begin, stretch.end, step):
                yield Run(begin, begin + step, self.states(begin))

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The whole video, cut where camera pictures begin or stop to move."""
        spans = self.footage()
        edges = sorted({0, self.frames, *(edge for span in spans for edge in span)})
        return tuple(
            Segment(begin, end, any(first <= begin < last for first, last in spans))
            for begin, end in itertools.pairwise(edges)
        )

    def footage(self) -> tuple[Span, ...]:
        """Spans of frames in which camera pictures move."""
        spans: list[Span] = []
        for layer in self.layers:
            if isinstance(layer.element, VideoVisual | GifVisual):  # camera pictures
                spans.extend(layer.motion.live())
            elif isinstance(layer.element, Crossfade):
                inside = (*layer.element.first.footage(), *layer.element.second.footage())
                spans.extend((max(begin, layer.element.begin), min(end, layer.element.end)) for begin, end in inside)
        clipped = ((max(0, begin), min(end, self.frames)) for begin, end in spans)
        return join_spans([span for span in clipped if span[0] < span[1]])

    @cached_property
    def cuts(self) -> frozenset[int]:
        """Frames at which most of the picture changes at once."""
        return frozenset(
            frame
            for layer in self.layers
            if layer.share >= _CUT_SHARE and not isinstance(layer.element, Crossfade)
            for frame in self._switches(layer.motion)
            if 0 < frame < self.frames and not self._in_transition(frame)
        )

    def _in_transition(self, frame: int) -> bool:
        """Whether a transition begins, ends or is at work: there nothing changes at once."""
        return any(
            isinstance(layer.element, Crossfade) and layer.element.begin <= frame <= layer.element.end
            for layer in self.layers
        )

    @cached_property
    def moving(self) -> tuple[Span, ...]:
        """Spans of frames in which every frame differs from the one before it."""
        spans: list[Span] = []
        for layer in self.layers:
            if layer.motion.opacity > 0 and layer.share > 0:
                spans.extend(layer.motion.moving())
                spans.extend((f, f + 1) for f in self._switches(layer.motion) if 0 < f < self.frames)
        return join_spans(spans)

    @staticmethod
    def _switches(motion: Motion) -> tuple[int, ...]:
        """The frames at which a layer comes or goes without an animation."""
        begin, end = motion.shown
        if begin >= end:
            return ()
        edges = ((begin, motion.state(begin)), (end, motion.state(end - 1)))
        return tuple(frame for frame, state in edges if state and _stands(state))


def _covers(spans: tuple[Span, ...], frame: int) -> bool:
    """Whether one of these spans, which are in order, holds the frame."""
    at = bisect.bisect_right(spans, (frame, math.inf)) - 1
    return at >= 0 and spans[at][0] <= frame < spans[at][1]


def shape_of(project: Project, plan: Plan) -> Shape:
    """What the pictures of a project's file are like."""
    width, height = (project.width, project.height) if project.is_image else project.canvas
    return Shape(width=width, height=height, fps=plan.fps, frames=plan.frames, transparent=project.transparent)


def _stands(state: State) -> bool:
    """Whether a layer is wholly there."""
    return state.alpha > 0.5 and not (state.dx or state.dy or state.crossings)
