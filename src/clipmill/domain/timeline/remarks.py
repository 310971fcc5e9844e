"""Remarks on a project: what was asked for and will not be done, one sentence each. Nothing is left out silently."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clipmill.domain.formats import format_of, quality_warning, sound_warning, thumbnail_warning
from clipmill.domain.media import MediaKind
from clipmill.domain.timeline.clip import NO_CLIPS, ClipFacts, Clips
from clipmill.domain.timeline.elements.visual import BaseVisual, ImageVisual, SvgVisual, TextVisual, VideoVisual, Visual
from clipmill.domain.timeline.links import fitted
from clipmill.domain.timeline.loading import unknown_fields
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import Schedule, audio_end, schedule
from clipmill.domain.timeline.timing import exact
from clipmill.domain.timeline.unseen import unseen

_UNKNOWN = ClipFacts()
#: So much silence before an exit is worth a word, seconds.
_SILENT = 0.1
#: What moves in a drawing elsewhere.
_ANIMATED = re.compile(r"<(?:\w+:)?(?:animate(?:Motion|Transform|Color)?|set)[\s/>]|@keyframes\b")


def remarks(project: Project, clips: Clips = NO_CLIPS) -> Iterator[str]:
    """Every remark, each naming its field by its path; what is known of the clips is taken into account."""
    times = schedule(project, clips)
    yield from unknown_fields(project)
    yield from _on_size(project)
    yield from _on_length(project, times)
    yield from _on_format(project)
    yield from unseen(project, times)
    for path, visual in project.every_visual():
        yield from _on_code(path, visual)
        yield from _on_stillness(path, visual, clips)
        if isinstance(visual, VideoVisual):
            yield from _on_part(path, visual, clips.get(visual.src))
    yield from _on_links("", project.visuals, times)
    for number, scene in enumerate(project.scenes):
        yield from _on_links(f"scenes[{number}].", scene.visuals, times)
    yield from _on_transitions(project, times)
    yield from _on_sounds(project, times, clips)


def _on_transitions(project: Project, times: Schedule) -> Iterator[str]:
    """Transitions between scenes that are not drawn as they were asked for."""
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


def _on_size(project: Project) -> Iterator[str]:
    if project.is_image or project.canvas == (project.width, project.height):
        return
    kind = format_of(project.format).kind
    if kind is not MediaKind.AUDIO:
        width, height = project.canvas
        yield (f"{project.width} × {project.height} has an odd side, and pictures of a video are drawn with even "
               f"ones; it is {width} × {height}")  # fmt: skip


def _on_length(project: Project, times: Schedule) -> Iterator[str]:
    """A duration that the scenes do not have."""
    if project.duration is None or not project.scenes:
        return
    if abs(times.seconds - exact(project.duration)) > 1 / times.fps:
        yield "duration: left out, for scenes decide how long a video is; give each of them its own"


def _on_format(project: Project) -> Iterator[str]:
    """What the format cannot hold."""
    if project.thumbnail and (told := thumbnail_warning(project.format)):
        yield told
    if not project.is_image and project.quality and (told := quality_warning(project.format)):
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


def _on_stillness(path: str, visual: Visual, clips: Clips) -> Iterator[str]:
    """What moves elsewhere and stands still here."""
    if isinstance(visual, ImageVisual) and len(clips.get(visual.src, _UNKNOWN).delays) > 1:
        yield f"{path}.src: the file is a moving GIF, and an IMAGE element stands still; use a GIF element"
    if isinstance(visual, SvgVisual) and _ANIMATED.search(visual.svg):
        yield f"{path}.svg: a drawing stands still; its animation is left out"


def _on_part(path: str, visual: VideoVisual, facts: ClipFacts | None) -> Iterator[str]:
    """A part of a clip that reaches beyond its end."""
    if facts is None or not facts.seconds:
        return
    length = f"the clip, which is {facts.seconds:.4g} s long; it plays to its end"
    frame = 1 / float(facts.rate or 25)
    if visual.video_end is not None and visual.video_end > facts.seconds + frame:
        yield f"{path}.videoEnd: {visual.video_end:g} s is after the end of {length}"
    elif visual.video_duration is not None and visual.video_begin + visual.video_duration > facts.seconds + frame:
        yield f"{path}.videoDuration: {visual.video_duration:g} s is more than is left of {length}"


def _on_sounds(project: Project, times: Schedule, clips: Clips) -> Iterator[str]:
    """Sounds that are over before their place is."""
    rooms = {"": times.seconds} | {f"scenes[{span.index}].": span.frames / times.fps for span in times.scenes}
    for path, audio in project.every_audio():
        end = audio_end(audio.model_copy(update={"exit": None}), clips)
        room = float(rooms[path[: path.rindex("audios")]])
        if audio.exit is not None and end is not None and end < (place := min(audio.exit, room)) - _SILENT:
            yield (f"{path}.exit: the sound is over at {end:.4g} s, {place - end:.3g} s before its exit; "
                   "from there on it is silent")  # fmt: skip


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
