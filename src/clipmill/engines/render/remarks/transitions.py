"""Transitions that are not drawn as they were brief for: between scenes, and from clip to clip."""

from __future__ import annotations

from collections.abc import Iterator

from clipmill.domain.timeline.elements.visual import BaseVisual, VideoVisual, Visual
from clipmill.domain.timeline.links import fitted
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import Schedule
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.remarks.brief import Brief


def remarks(brief: Brief) -> Iterator[str]:
    """A sentence for each of them."""
    project, times = brief.project, brief.times
    yield from _on_links("", project.visuals, times)
    for number, scene in enumerate(project.scenes):
        yield from _on_links(f"scenes[{number}].", scene.visuals, times)
    yield from _on_scenes(project, times)


def _on_scenes(project: Project, times: Schedule) -> Iterator[str]:
    """Transitions between scenes that are not drawn as they were brief for."""
    for span, scene in zip(times.scenes, project.scenes, strict=True):
        path, wanted = f"scenes[{span.index}]", scene.transition
        if wanted is None:
            continue
        if span.index + 1 == len(project.scenes):
            if any(other.transition != wanted for other in project.scenes) or span.index == 0:
                yield f"{path}.transition: the last scene leads nowhere; it is not drawn"
        elif scene.transition_id not in ("", "none", project.scenes[span.index + 1].id):
            yield f"{path}.transitionId: {scene.transition_id!r} is not the next scene; there is a cut"
        elif span.overlap < round(exact(scene.transition_duration) * times.fps):
            yield (f"{path}.transitionDuration: the scenes are too short for {scene.transition_duration:g} s; "
                   f"the transition takes {float(span.overlap / times.fps):.3g} s")  # fmt: skip


def _on_links(where: str, visuals: tuple[Visual, ...], times: Schedule) -> Iterator[str]:
    """Transitions of clips that do not find the clip they lead to, or are too long to be over before the next one."""
    for number, (visual, drawn) in enumerate(zip(visuals, fitted(visuals, times.fps), strict=True)):
        if isinstance(visual, VideoVisual) and isinstance(drawn, VideoVisual) and drawn is not visual:
            yield (f"{where}visuals[{number}].transitionDuration: the next transition begins before "
                   f"{visual.transition_duration:g} s are over; this one takes "
                   f"{drawn.transition_duration:.3g} s")  # fmt: skip
    clips: dict[str, BaseVisual] = {v.id: v for v in visuals if v.id and isinstance(v, VideoVisual)}
    for number, visual in enumerate(visuals):
        if not isinstance(visual, VideoVisual) or visual.transition is None:
            continue
        following = clips.get(visual.transition_id)
        path = f"{where}visuals[{number}].transitionId"
        if following is None or following is visual:
            yield f"{path}: {visual.transition_id!r} is no other VIDEO beside it; the transition is not drawn"
        elif following.enter_begin <= visual.enter_begin:
            yield f"{path}: {visual.transition_id!r} begins before this clip does; the transition is not drawn"
