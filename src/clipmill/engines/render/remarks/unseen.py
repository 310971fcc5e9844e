"""The unseen: elements that no frame shows and sounds that nobody hears, told or refused before anything is drawn."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from clipmill.domain.files.formats import format_of
from clipmill.domain.media import MediaKind
from clipmill.domain.timeline.clip import Clips
from clipmill.domain.timeline.elements.audio import Audio
from clipmill.domain.timeline.elements.visual import BaseVisual, PictureVisual, TextVisual, VideoVisual, Visual
from clipmill.domain.timeline.layout import anchor_shares
from clipmill.domain.timeline.presets import Position
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import Schedule
from clipmill.domain.timeline.timing import exact, first_frame
from clipmill.engines.render.remarks.brief import Brief
from clipmill.errors import ProjectError

#: Shadows and glows reach this far out of a box at most, pixels.
_SHADOW = 100.0
#: What takes parts of an html text out of its box.
_ROAMING = re.compile(r"position|transform|translate|float|margin|inset|indent|<style", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Timeline:
    """The project's timeline or a scene's."""

    where: str
    called: str
    seconds: Fraction
    visuals: tuple[Visual, ...]
    audios: tuple[Audio, ...]


def remarks(brief: Brief) -> Iterator[str]:
    """A sentence for every element that is never seen, every animation without time, every place that is not taken."""
    project, times = brief.project, brief.times
    if format_of(project.format).kind is MediaKind.AUDIO:
        return
    for timeline in _timelines(project, times):
        for number, visual in enumerate(timeline.visuals):
            path = f"{timeline.where}visuals[{number}]"
            if not project.is_image:
                yield from _on_times(path, visual, timeline, times.fps)
            yield from _on_place(path, visual)
            if visual.opacity == 0:
                yield f"{path}.opacity: 0 is wholly transparent; it is never seen"
            elif _is_outside(visual, project.canvas):
                canvas = " × ".join(map(str, project.canvas))
                yield f"{path}: it lies wholly outside the {canvas} canvas; it is never seen"


def check_heard(project: Project, times: Schedule, clips: Clips) -> None:
    """Raises ProjectError for the first sound or clip that begins after the video or after its own source is over."""
    for timeline in _timelines(project, times):
        for number, audio in enumerate(timeline.audios):
            path = f"{timeline.where}audios[{number}]"
            _check_enter(f"{path}.enter", audio.enter, timeline)
            _check_begin(f"{path}.audioBegin", audio.audio_begin, _seconds(audio.src, clips), "heard")
        for number, visual in enumerate(timeline.visuals):
            if isinstance(visual, VideoVisual):
                path = f"{timeline.where}visuals[{number}].videoBegin"
                _check_begin(path, visual.video_begin, _seconds(visual.src, clips), "seen")


def _check_enter(path: str, enter: float, timeline: _Timeline) -> None:
    """Raises ProjectError for a sound that begins after its timeline is over."""
    if exact(enter) >= timeline.seconds:
        raise ProjectError(f"the sound begins at {enter:g} s and {timeline.called} is {float(timeline.seconds):g} s "
                           "long; it would never be heard", path=path,
                           hint="Let it begin earlier, or leave it out.")  # fmt: skip


def _check_begin(path: str, begin: float, length: float, done: str) -> None:
    """Raises ProjectError where a source is over before it begins."""
    if length and begin >= length:
        raise ProjectError(f"{begin:g} s is after the end of the file, which is {length:.4g} s long; "
                           f"it would never be {done}", path=path, hint="Begin earlier in the file.")  # fmt: skip


def _seconds(source: str, clips: Clips) -> float:
    """How long a source is, 0 where that is not known."""
    facts = clips.get(source)
    return facts.seconds if facts is not None else 0.0


def _timelines(project: Project, times: Schedule) -> Iterator[_Timeline]:
    yield _Timeline("", "the video", times.seconds, project.visuals, project.audios)
    for span in times.scenes:
        scene = project.scenes[span.index]
        yield _Timeline(f"scenes[{span.index}].", "the scene", span.frames / times.fps, scene.visuals, scene.audios)


def _on_times(path: str, visual: BaseVisual, timeline: _Timeline, fps: Fraction) -> Iterator[str]:
    """Times in which nothing can be seen."""
    begin, end = exact(visual.enter_begin), timeline.seconds
    if begin >= end:
        yield (f"{path}.enterBegin: {visual.enter_begin:g} s is after the end of {timeline.called}, "
               f"which is {float(end):g} s long; it is never seen")  # fmt: skip
        return
    if visual.exit_end is not None and first_frame(visual.exit_end, fps) <= first_frame(begin, fps):
        late = "not after" if visual.exit_end <= visual.enter_begin else "less than a frame after"
        yield f"{path}.exitEnd: {visual.exit_end:g} s is {late} enterBegin {visual.enter_begin:g} s; it is never seen"
        return
    if visual.enter_animation is not None and (visual.enter_end is None or visual.enter_end <= visual.enter_begin):
        yield f"{path}.enterAnimation: it has no time; give enterEnd, a moment after enterBegin. Nothing is animated"
    leaves = end if visual.exit_end is None else min(end, exact(visual.exit_end))
    if visual.exit_animation is not None and (visual.exit_begin is None or exact(visual.exit_begin) >= leaves):
        yield f"{path}.exitAnimation: it has no time; give exitBegin, a moment before the exit. Nothing is animated"


def _on_place(path: str, visual: Visual) -> Iterator[str]:
    """Coordinates beside a position that decides without them."""
    if visual.position is not Position.CUSTOM and (visual.x or visual.y):
        which = " and ".join(name for name, value in (("x", visual.x), ("y", visual.y)) if value)
        yield (f"{path}.position: {visual.position} says where it stands, and {which} beside it "
               f"{'do' if visual.x and visual.y else 'does'} nothing; leave one of the two out")  # fmt: skip


def _is_outside(visual: Visual, canvas: tuple[int, int]) -> bool:
    """Whether an element lies outside the canvas, whatever is in it; False where that is not certain."""
    if isinstance(visual, TextVisual) and visual.html and _ROAMING.search(visual.html):
        return False
    placed = visual.position is not Position.CUSTOM or visual.x or visual.y or visual.anchor
    if visual.resize and not placed:  # in the middle
        return False
    reach = 0.0 if isinstance(visual, PictureVisual) and visual.filter is None else _SHADOW
    moves = (visual.enter_animation, visual.exit_animation)
    reach += max((move.distance or 0.0 for move in moves if move is not None), default=0.0)
    width, height = (None, None) if visual.resize else (visual.width, visual.height)
    turned = (0.0, 0.0)
    if visual.angle:  # about its middle: no corner is further from there than half a diagonal
        if width is None or height is None:
            return False
        diagonal = math.hypot(width, height)
        turned = ((diagonal - width) / 2, (diagonal - height) / 2)
    across, down = anchor_shares(visual, visual.position)
    x, y = visual.x, visual.y
    if visual.position is not Position.CUSTOM:
        x, y = (share * side for share, side in zip(visual.position.shares, canvas, strict=True))
    return _misses(x, across, width, canvas[0], reach + turned[0]) or _misses(
        y, down, height, canvas[1], reach + turned[1]
    )


def _misses(at: float, share: float, length: float | None, side: int, reach: float) -> bool:
    """Whether a length held at `at` by a share of itself lies outside 0 to `side`; None is any length."""
    low = at - share * length if length is not None else at if share == 0 else 0.0
    high = low + length if length is not None else at if share == 1 else float(side)
    return low >= side + reach or high <= -reach
