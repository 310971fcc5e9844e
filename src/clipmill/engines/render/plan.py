"""A plan: for every frame of a project the state of every layer, equal consecutive frames joined to runs.

Pure arithmetic: no pixel is touched and no media is opened here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.visual import BaseVisual, TextVisual
from clipmill.engines.render.motion import Motion, Span, State, join_spans, motion_of

#: A layer this large that comes or goes at once is a scene cut: x264 gets a key frame there.
_CUT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class PlannedLayer:
    """One visual in its place in the stack."""

    #: Its place in the project's `visuals`.
    index: int
    motion: Motion
    #: About how much of the canvas it covers, 0–1.
    share: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames throughout which the same layers are live; every other layer is still or hidden."""

    begin: int
    end: int
    #: Places in `Plan.layers` of the layers that move, or are about to.
    live: frozenset[int]


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive frames that are equal: the state of every layer of the plan, None where it is hidden."""

    begin: int
    end: int
    states: tuple[State | None, ...]


@dataclass(frozen=True)
class Plan:
    """What every frame of one video consists of."""

    width: int
    height: int
    fps: int
    frames: int
    #: Bottom first.
    layers: tuple[PlannedLayer, ...]

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
        return tuple(Stretch(begin, end, self._live_in(begin)) for begin, end in itertools.pairwise(ordered))

    def _live_in(self, frame: int) -> frozenset[int]:
        return frozenset(
            place
            for place, layer in enumerate(self.layers)
            if any(begin <= frame < end for begin, end in layer.motion.live())
        )

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
    def cuts(self) -> frozenset[int]:
        """Frames at which most of the picture changes at once."""
        return frozenset(
            frame
            for layer in self.layers
            if layer.share >= _CUT_SHARE
            for frame in self._switches(layer.motion)
            if 0 < frame < self.frames
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
        return tuple(frame for frame, state in edges if state and state.alpha > 0.5 and not (state.dx or state.dy))


def plan_project(project: Project) -> Plan:
    """The plan of a project; layers lie as their tracks say, equal tracks in the order of the array."""
    order = sorted(range(len(project.visuals)), key=lambda index: (project.visuals[index].track, index))
    layers = tuple(
        PlannedLayer(index, motion_of(project.visuals[index], project), _share(project.visuals[index], project))
        for index in order
    )
    return Plan(project.width, project.height, project.frame_rate, project.frames, layers)


def _share(visual: BaseVisual, project: Project) -> float:
    """About how much of the canvas a visual covers; media of unknown size is taken to cover all of it."""
    if isinstance(visual, TextVisual):
        return 0.1
    if visual.resize or visual.width is None or visual.height is None:
        return 1.0
    return min(1.0, visual.width * visual.height / (project.width * project.height))
