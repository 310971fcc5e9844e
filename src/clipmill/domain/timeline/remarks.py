"""Remarks on a project: what was asked for and will not be done, one sentence each. Nothing is left out silently."""

from __future__ import annotations

from collections.abc import Iterator

from clipmill.domain.formats import sound_warning, thumbnail_warning
from clipmill.domain.timeline.loading import unknown_fields
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.visual import BaseVisual, SvgVisual, TextVisual, VideoVisual, Visual


def remarks(project: Project) -> Iterator[str]:
    """Every remark, each naming its field by its path."""
    yield from unknown_fields(project)
    yield from _on_size(project)
    yield from _on_format(project)
    for path, visual in project.every_visual():
        yield from _on_code(path, visual)
    yield from _on_links("", project.visuals)
    for number, scene in enumerate(project.scenes):
        yield from _on_links(f"scenes[{number}].", scene.visuals)
        following = project.scenes[number + 1] if number + 1 < len(project.scenes) else None
        if scene.transition is not None and following is None:
            yield f"scenes[{number}].transition: the last scene leads nowhere; it is not drawn"
        elif following is not None and scene.transition_id not in ("", "none", following.id):
            yield f"scenes[{number}].transitionId: {scene.transition_id!r} is not the next scene; there is a cut"


def _on_size(project: Project) -> Iterator[str]:
    if not project.is_image and project.canvas != (project.width, project.height):
        width, height = project.canvas
        yield (f"{project.width} × {project.height} has an odd side, which video cannot have; "
               f"it is {width} × {height}")  # fmt: skip


def _on_format(project: Project) -> Iterator[str]:
    """What the format cannot hold."""
    if project.thumbnail and (told := thumbnail_warning(project.format)):
        yield told
    if any(True for _ in project.every_audio()) and (told := sound_warning(project.format)):
        yield told


def _on_code(path: str, visual: Visual) -> Iterator[str]:
    if isinstance(visual, TextVisual) and visual.resize:
        yield f"{path}.resize: a text keeps its size; use width and fontSize"
    if isinstance(visual, SvgVisual) and visual.custom_code:
        yield f"{path}.customCode: nothing runs inside a drawing; it is left out"
    if isinstance(visual, TextVisual) and visual.custom_code is not None and visual.custom_code.js.strip():
        yield f"{path}.customCode.js: scripts are not run; it is left out"


def _on_links(where: str, visuals: tuple[Visual, ...]) -> Iterator[str]:
    """Transitions of clips that do not find the clip they lead to."""
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
