"""Parts of clips and sounds that reach beyond their ends, and clips whose ends are not known."""

from __future__ import annotations

from collections.abc import Iterator

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.cycles import cycle_of
from clipmill.domain.timeline.elements.visual import VideoVisual
from clipmill.domain.timeline.schedule import audio_end
from clipmill.engines.render.remarks.brief import Brief

#: So much silence before an exit is worth a word, seconds.
_SILENT = 0.1


def remarks(brief: Brief) -> Iterator[str]:
    """A sentence for each of them."""
    for path, visual in brief.project.every_visual():
        if isinstance(visual, VideoVisual):
            yield from _on_part(path, visual, brief.clips.get(visual.src))
    rooms = {"": brief.times.seconds} | {
        f"scenes[{span.index}].": span.frames / brief.times.fps for span in brief.times.scenes
    }
    for path, audio in brief.project.every_audio():
        end = audio_end(audio.model_copy(update={"exit": None}), brief.clips)
        room = float(rooms[path[: path.rindex("audios")]])
        if audio.exit is not None and end is not None and end < (place := min(audio.exit, room)) - _SILENT:
            yield (f"{path}.exit: the sound is over at {end:.4g} s, {place - end:.3g} s before its exit; "
                   "from there on it is silent")  # fmt: skip


def _on_part(path: str, visual: VideoVisual, facts: ClipFacts | None) -> Iterator[str]:
    """A part of a clip that reaches beyond its end."""
    if facts is None:
        return
    if visual.loop != "none" and cycle_of(visual, facts) is None:
        yield f"{path}.loop: the file does not say how long it is; it plays once"
    if not facts.seconds:
        return
    length = f"the clip, which is {facts.seconds:.4g} s long; it plays to its end"
    frame = 1 / float(facts.rate or 25)
    if visual.video_end is not None and visual.video_end > facts.seconds + frame:
        yield f"{path}.videoEnd: {visual.video_end:g} s is after the end of {length}"
    elif visual.video_duration is not None and visual.video_begin + visual.video_duration > facts.seconds + frame:
        yield f"{path}.videoDuration: {visual.video_duration:g} s is more than is left of {length}"
