"""The schedule: when each scene of a project begins and ends, and how long the whole is, in frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from clipmill.domain.timeline.clip import Clips
from clipmill.domain.timeline.elements.animation import Animation
from clipmill.domain.timeline.elements.audio import Audio
from clipmill.domain.timeline.elements.scene import Scene
from clipmill.domain.timeline.elements.visual import BaseVisual, VideoVisual
from clipmill.domain.timeline.project import DEFAULT_SECONDS, Project
from clipmill.domain.timeline.timing import exact, frame_count

#: Seconds of a scene that neither says how long it is nor holds anything that does.
_EMPTY_SCENE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SceneSpan:
    """One scene on the project's timeline; its last `overlap` frames are the next one's first."""

    index: int
    begin: int
    frames: int
    #: Frames of the transition into the next scene, 0 for a cut.
    overlap: int
    transition: Animation | None

    @property
    def end(self) -> int:
        """The first frame after the scene."""
        return self.begin + self.frames


@dataclass(frozen=True, slots=True)
class Schedule:
    """Frames of the whole, and of every scene."""

    frames: int
    fps: Fraction
    scenes: tuple[SceneSpan, ...]

    @property
    def seconds(self) -> Fraction:
        """Length of the whole."""
        return self.frames / self.fps


def schedule(project: Project, clips: Clips) -> Schedule:
    """When everything happens. Scenes set the length where there are any; else the project's duration, else 10 s."""
    fps = project.frame_rate
    if project.is_image:
        return Schedule(1, fps, ())
    if not project.scenes:
        return Schedule(frame_count(project.duration or DEFAULT_SECONDS, fps), fps, ())
    spans = _spans(project.scenes, [exact(_scene_seconds(scene, clips)) for scene in project.scenes], fps)
    return Schedule(spans[-1].end, fps, tuple(spans))


def _spans(scenes: Sequence[Scene], lengths: Sequence[Fraction], fps: Fraction) -> list[SceneSpan]:
    """Every scene, from and to the frames nearest to its exact times: no rounding is carried into the next one."""
    laps = _laps(scenes, lengths, fps)
    spans: list[SceneSpan] = []
    begin, moment, before = 0, Fraction(0), 0
    for index, (scene, seconds) in enumerate(zip(scenes, lengths, strict=True)):
        moment = max(moment + seconds, (begin + before + 1) / fps)
        frames = round(moment * fps) - begin
        lap, overlap = Fraction(0), 0
        if laps[index]:
            room = min(frames - before, frame_count(lengths[index + 1], fps)) - 1
            lap = min(laps[index], room / fps)
            overlap = round(lap * fps)
        spans.append(SceneSpan(index, begin, frames, overlap, scene.transition if overlap else None))
        begin, before, moment = begin + frames - overlap, overlap, moment - lap
    return spans


def _laps(scenes: Sequence[Scene], lengths: Sequence[Fraction], fps: Fraction) -> list[Fraction]:
    """Seconds of the transition out of each scene. Where a scene is too short for its two, both give way alike."""
    wanted = [
        exact(scene.transition_duration) if following is not None and _leads_on(scene, following) else Fraction(0)
        for scene, following in zip(scenes, [*scenes[1:], None], strict=True)
    ]
    rooms = [max(Fraction(0), seconds - 1 / fps) for seconds in lengths]
    return shared(wanted, rooms)


def shared(wanted: Sequence[Fraction], rooms: Sequence[Fraction]) -> list[Fraction]:
    """Lengths of transitions, each as long as wanted or as there is room for it; the last leads nowhere.

    Transition n needs room in n and in n + 1. All grow in step, by equal shares of what is wanted, until there is no
    room for one: it stays as it is, and the others go on.
    """
    given = [Fraction(0)] * len(wanted)
    growing = {number for number, length in enumerate(wanted) if length > 0}
    while growing:
        shares = {number: Fraction(1) for number in growing}
        for place, room in enumerate(rooms):
            beside = [number for number in (place - 1, place) if 0 <= number < len(wanted)]
            still = [number for number in beside if number in growing]
            if still:
                left = room - sum(given[number] for number in beside if number not in growing)
                share = max(Fraction(0), left) / sum(wanted[number] for number in still)
                shares.update({number: min(shares[number], share) for number in still})
        least = min(shares.values())
        full = {number for number in growing if shares[number] == least}
        given = [wanted[number] * least if number in full else length for number, length in enumerate(given)]
        growing -= full
    return given


def _leads_on(scene: Scene, following: Scene) -> bool:
    """Whether a scene's transition is meant for the scene that follows it."""
    return scene.transition is not None and scene.transition_id in ("", "none", following.id)


def _scene_seconds(scene: Scene, clips: Clips) -> float:
    """A scene's own duration, else the end of the last thing in it."""
    if scene.duration is not None:
        return scene.duration
    ends = [end for visual in scene.visuals if (end := _visual_end(visual, clips)) is not None]
    ends += [end for audio in scene.audios if (end := audio_end(audio, clips)) is not None]
    return max([end for end in ends if end > 0], default=_EMPTY_SCENE_SECONDS)


def _visual_end(visual: BaseVisual, clips: Clips) -> float | None:
    """When an element that says so, or a clip that is long enough, is over; None for what stays."""
    if visual.exit_end is not None:
        return visual.exit_end
    if visual.exit_begin is not None:
        return visual.exit_begin
    if isinstance(visual, VideoVisual):
        played = clip_seconds(visual, clips)
        return None if played is None else visual.enter_begin + played
    return None


def clip_seconds(visual: VideoVisual, clips: Clips) -> float | None:
    """How long a clip plays on the timeline when nothing ends it earlier; None where that is not known."""
    facts = clips.get(visual.src)
    ends = [facts.seconds] if facts is not None and facts.seconds else []
    if visual.video_end is not None:
        ends.append(visual.video_end)
    if visual.video_duration is not None:
        ends.append(visual.video_begin + visual.video_duration)
    return max(0.0, min(ends) - visual.video_begin) / visual.speed if ends else None


def audio_end(audio: Audio, clips: Clips) -> float | None:
    """When a sound is over on its timeline; None where that is not known."""
    if audio.exit is not None:
        return audio.exit
    facts = clips.get(audio.src)
    left = facts.seconds - audio.audio_begin if facts is not None and facts.seconds else None
    asked = audio.source_seconds
    played = min((seconds for seconds in (left, asked) if seconds is not None), default=None)
    return None if played is None else audio.enter + max(0.0, played) / audio.speed
