"""Flattening: a project with its scenes, transitions, linked clips and subtitle as one stack of layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clipmill.domain.timeline.clip import NO_CLIPS, Clips
from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.animation import Animation
from clipmill.domain.timeline.elements.visual import BaseVisual, GifVisual, TextVisual, VideoVisual, Visual
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.links import fitted, links
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import SceneSpan, Schedule, schedule
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.content import loop, playback
from clipmill.engines.render.motion import Content, Motion, Period, Ramp, motion_of
from clipmill.engines.render.plan import Crossfade, Plan, PlannedLayer
from clipmill.engines.render.subtitles.content import SubtitleContent

#: About how much of the canvas a text covers.
_TEXT_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Ticking:
    """Content that is another in every frame: a transition's."""

    frames: int

    def at(self, frame: int) -> int:
        """The frame itself."""
        return frame

    def changes(self) -> tuple[tuple[int, int], ...]:
        """From the first frame to the last."""
        return ((1, self.frames),)


def plan_project(project: Project, clips: Clips = NO_CLIPS) -> Plan:
    """The plan of a project; layers lie as their tracks say, equal tracks in the order of the array."""
    return _Flattener(project, clips).plan()


class _Flattener:
    """One project on its way to a plan."""

    def __init__(self, project: Project, clips: Clips) -> None:
        self._project = project
        self._clips = clips
        self._canvas = Size(*project.canvas)
        self._schedule: Schedule = schedule(project, clips)

    def plan(self) -> Plan:
        """The whole."""
        project = self._project
        layers = [*self._scenes(), *self._stack(project.visuals, "", self._whole()), *self._subtitle()]
        return self._plan(layers, None if project.transparent else project.background_color)

    def _plan(self, layers: Sequence[PlannedLayer], background: Colour | None) -> Plan:
        width, height = self._project.canvas
        times, is_image = self._schedule, self._project.is_image
        return Plan(width, height, times.fps, times.frames, tuple(layers), background, full_colour=is_image)

    def _whole(self) -> Period:
        return Period(0, self._schedule.frames, self._schedule.fps, self._canvas)

    def _subtitle(self) -> Iterator[PlannedLayer]:
        """The subtitle, over everything. Words are too small to count as movement, or as a change of scene."""
        subtitle = self._project.subtitle
        if subtitle is not None and subtitle.captions:
            content = SubtitleContent(subtitle, self._schedule.fps)
            motion = Motion((0, self._schedule.frames), content=content)
            yield PlannedLayer(content, "subtitle", motion, 0.0)

    def _scenes(self) -> Iterator[PlannedLayer]:
        """Every scene where it is seen alone, and every transition between two."""
        spans = self._schedule.scenes
        stacks = [self._scene(span) for span in spans]
        before = 0
        for span, stack in zip(spans, stacks, strict=True):
            yield from (layer.within(span.begin + before, span.end - span.overlap) for layer in stack)
            before = span.overlap
            if span.transition is not None:
                following = stacks[span.index + 1]
                yield self._crossfade(span.transition, (stack, following), span.end - span.overlap, span.end,
                                      f"scenes[{span.index}].transition")  # fmt: skip

    def _scene(self, span: SceneSpan) -> list[PlannedLayer]:
        """A scene's background and its visuals."""
        scene = self._project.scenes[span.index]
        where = f"scenes[{span.index}]"
        colour = scene.background_color or self._project.background_color
        period = Period(span.begin, span.frames, self._schedule.fps, self._canvas)
        ground = PlannedLayer(colour, f"{where}.backgroundColor", Motion((span.begin, span.end)), 1.0)
        return [ground, *self._stack(scene.visuals, f"{where}.", period)]

    def _stack(self, visuals: Sequence[Visual], where: str, period: Period) -> list[PlannedLayer]:
        """The visuals of one timeline, bottom first, linked clips with their transitions."""
        visuals = fitted(visuals, self._schedule.fps)
        order = sorted(range(len(visuals)), key=lambda index: (visuals[index].track, index))
        layers = {index: self._layer(visuals[index], f"{where}visuals[{index}]", period) for index in order}
        crossings: dict[int, PlannedLayer] = {}
        for index, follower in links(visuals).items():
            crossing = self._link(layers, (index, follower), visuals)
            if crossing is not None:
                crossings[max(index, follower, key=order.index)] = crossing
        stacked = []
        for index in order:
            stacked.append(layers[index])
            if index in crossings:
                stacked.append(crossings[index])
        return stacked

    def _link(
        self, layers: dict[int, PlannedLayer], link: tuple[int, int], visuals: Sequence[Visual]
    ) -> PlannedLayer | None:
        """The transition from a clip into the one that follows; both are taken out of the stack for as long.

        The picture of the first goes on under it: its source plays on, or its last picture stays. None for a
        transition of no time, and where the clip is itself not wholly there yet: the first ends, the second begins.
        """
        index, follower = link
        visual, first, second = visuals[index], layers[index], layers[follower]
        assert isinstance(visual, VideoVisual)
        assert visual.transition is not None
        if visuals[follower].enter_begin <= visual.enter_begin:
            return None
        begin = second.motion.shown[0]
        frames = round(exact(visual.transition_duration) * self._schedule.fps)
        end = min(begin + frames, second.motion.shown[1])
        layers[index] = first.within(0, begin)
        if end <= begin or first.motion.shown[0] >= begin:
            return None
        going_on = replace(first, motion=replace(first.motion, shown=(begin, end)))
        layers[follower] = second.within(end, self._schedule.frames)
        return self._crossfade(visual.transition, ([going_on], [second.within(begin, end)]), begin, end,
                               f"{first.where}.transition")  # fmt: skip

    def _crossfade(
        self,
        transition: Animation,
        stacks: tuple[Sequence[PlannedLayer], Sequence[PlannedLayer]],
        begin: int,
        end: int,
        where: str,
    ) -> PlannedLayer:
        first, second = (self._plan([layer.within(begin, end) for layer in stack], None) for stack in stacks)
        frames = end - begin
        motion = Motion((begin, end), content=Ticking(frames), origin=begin)
        ramp = Ramp(0, frames, transition.easing)
        return PlannedLayer(Crossfade(first, second, begin, end, transition.effect, ramp), where, motion, 1.0)

    def _layer(self, visual: Visual, where: str, period: Period) -> PlannedLayer:
        motion = motion_of(visual, period, self._content(visual, period))
        return PlannedLayer(visual, where, motion, _share(visual, self._canvas))

    def _content(self, visual: Visual, period: Period) -> Content | None:
        if isinstance(visual, VideoVisual):
            return playback(visual, self._clips.get(visual.src), period)
        if isinstance(visual, GifVisual):
            return loop(visual, self._clips.get(visual.src), period)
        return None


def _share(visual: BaseVisual, canvas: Size) -> float:
    """About how much of the canvas a visual covers; media of unknown size is taken to cover all of it."""
    if isinstance(visual, TextVisual):
        return _TEXT_SHARE
    if visual.resize or visual.width is None or visual.height is None:
        return 1.0
    return min(1.0, visual.width * visual.height / (canvas.width * canvas.height))
