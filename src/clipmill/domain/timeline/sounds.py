"""Sounds: everything that is heard in a project, resolved to one flat list with exact times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from clipmill.domain.timeline.clip import ClipFacts, Clips
from clipmill.domain.timeline.cycles import cycle_of
from clipmill.domain.timeline.elements.audio import Audio
from clipmill.domain.timeline.elements.visual import VideoVisual, Visual
from clipmill.domain.timeline.links import fitted
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import Schedule
from clipmill.domain.timeline.timing import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """One sound on the project's timeline."""

    #: `asset:` reference of a sound, or of a video with sound.
    src: str
    #: Path of the field in the project, for messages: `scenes[1].visuals[2].src`.
    where: str
    #: From when to when it is heard, seconds on the timeline.
    begin: Fraction
    end: Fraction
    #: The part of the source that is used, seconds before `speed`; None is the source's end.
    source_begin: float | Fraction = 0.0
    source_end: float | Fraction | None = None
    #: Seconds of the source, before `speed`, after which that part begins again; None: it is heard once.
    period: Fraction | None = None
    #: 0.1 to 10; the pitch stays.
    speed: float = 1.0
    volume: float = 1.0
    #: Linear fades at the beginning and the end of what is heard, seconds on the timeline.
    fade_in: float = 0.0
    fade_out: float = 0.0
    #: Decibels this sound is lowered by while sounds that have 0 here are heard.
    ducked_by: float = 0.0
    #: Until when it was said to be heard, seconds on the timeline; None where that was left to its source.
    asked: Fraction | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """The timeline a sound lies on, the project's or a scene's: seconds of the project, and how it is joined."""

    where: str
    begin: Fraction
    end: Fraction
    #: Seconds in which it is mixed with the scene before it, and with the one after it.
    coming: Fraction = Fraction(0)
    going: Fraction = Fraction(0)


def sounds_of(project: Project, times: Schedule, clips: Clips) -> tuple[Sound, ...]:
    """Every sound of a project: audios, and clips with sound, of the project and of its scenes.

    Where one scene or clip gives way to another, their sounds fade into each other over the same time.
    """
    whole = _Part("", Fraction(0), times.seconds)
    found = [*_audios(project.audios, whole), *_clips(project.visuals, whole, clips, times.fps)]
    before = 0
    for span in times.scenes:
        scene = project.scenes[span.index]
        part = _Part(f"scenes[{span.index}].", span.begin / times.fps, span.end / times.fps,
                     before / times.fps, span.overlap / times.fps)  # fmt: skip
        found += [*_audios(scene.audios, part), *_clips(scene.visuals, part, clips, times.fps)]
        before = span.overlap
    return tuple(found)


def _audios(audios: Sequence[Audio], part: _Part) -> Iterator[Sound]:
    for number, audio in enumerate(audios):
        used = audio.source_seconds
        sound = Sound(
            src=audio.src,
            where=f"{part.where}audios[{number}].src",
            begin=part.begin + exact(audio.enter),
            end=part.end if audio.exit is None else min(part.end, part.begin + exact(audio.exit)),
            source_begin=audio.audio_begin,
            source_end=None if used is None else audio.audio_begin + used,
            speed=audio.speed,
            volume=audio.volume,
            fade_in=audio.fade_in,
            fade_out=audio.fade_out,
            ducked_by=audio.duck,
            asked=_asked(audio, part, used),
        )
        yield _joined(sound, part)


def _asked(audio: Audio, part: _Part, used: float | None) -> Fraction | None:
    """The moment until which an audio says it is to be heard: its `exit`, or the end of the part it names."""
    ends = [] if audio.exit is None else [exact(audio.exit)]
    if used is not None:
        ends.append(exact(audio.enter) + exact(used) / exact(audio.speed))
    return min(part.end, part.begin + min(ends)) if ends else None


def _clips(visuals: Sequence[Visual], part: _Part, clips: Clips, fps: Fraction) -> Iterator[Sound]:
    """The sound of every clip that has one and is to be heard."""
    visuals = fitted(visuals, fps)
    videos = {number: visual for number, visual in enumerate(visuals) if isinstance(visual, VideoVisual)}
    names = {visual.id: visual for visual in videos.values() if visual.id}
    links = {visual.transition_id: visual for visual in videos.values()
             if visual.transition is not None and visual.transition_id in names
             and names[visual.transition_id].enter_begin > visual.enter_begin}  # fmt: skip
    for number, visual in videos.items():
        facts = clips.get(visual.src)
        if visual.has_audio is False or visual.volume == 0 or facts is None or not facts.has_audio:
            continue
        following = names.get(visual.transition_id) if visual.transition is not None else None
        before = links.get(visual.id) if visual.id else None
        sound = _clip(visual, f"{part.where}visuals[{number}].src", part, (before, following))
        over = cycle_of(visual, facts)
        if over is not None:
            sound = replace(sound, source_begin=over.begin, source_end=over.end, period=over.seconds)
        yield _joined(replace(sound, asked=_pictured(sound, facts)), part)


def _pictured(sound: Sound, facts: ClipFacts) -> Fraction:
    """Until when a clip has pictures."""
    if sound.period is not None:
        return sound.end
    ends = [exact(end) for end in (sound.source_end, facts.seconds or None) if end is not None]
    if not ends:
        return sound.end
    return min(sound.end, sound.begin + (min(ends) - exact(sound.source_begin)) / exact(sound.speed))


def _clip(visual: VideoVisual, where: str, part: _Part, linked: tuple[VideoVisual | None, VideoVisual | None]) -> Sound:
    """A clip's sound; under the transition from or to another clip it fades in or out."""
    before, following = linked
    begin = part.begin + exact(visual.enter_begin)
    end = part.end if visual.exit_end is None else min(part.end, part.begin + exact(visual.exit_end))
    ends = [visual.video_end] if visual.video_end is not None else []
    if visual.video_duration is not None:
        ends.append(visual.video_begin + visual.video_duration)
    fade_out = 0.0
    if following is not None and following.enter_begin > visual.enter_begin:
        fade_out = visual.transition_duration
        end = min(part.end, part.begin + exact(following.enter_begin) + exact(fade_out))
    return Sound(
        src=visual.src,
        where=where,
        begin=begin,
        end=end,
        source_begin=visual.video_begin,
        source_end=min(ends) if ends else None,
        speed=visual.speed,
        volume=visual.volume,
        fade_in=before.transition_duration if before is not None else 0.0,
        fade_out=fade_out,
    )


def _joined(sound: Sound, part: _Part) -> Sound:
    """The sound fading with its scene, where it is heard while the scene gives way to another."""
    fade_in, fade_out = sound.fade_in, sound.fade_out
    if sound.begin < part.begin + part.coming:
        fade_in = max(fade_in, float(part.begin + part.coming - sound.begin))
    if sound.end > part.end - part.going:
        fade_out = max(fade_out, float(sound.end - (part.end - part.going)))
    return replace(sound, fade_in=fade_in, fade_out=fade_out)
