"""What is over too soon: sounds and clips whose files end before their places on the timeline do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from clipmill.domain.files.formats import format_of
from clipmill.domain.media import Doubt
from clipmill.domain.timeline.clip import Clips
from clipmill.domain.timeline.elements.visual import VideoVisual
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import schedule
from clipmill.domain.timeline.sounds import Sound, sounds_of
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.content import Playback
from clipmill.engines.render.plan import Plan
from clipmill.engines.render.sound.length import sound_length
from clipmill.media.footage.length import picture_seconds

#: Less than this is no doubt, seconds; files and their coders round by hundredths.
_LEAST, _ROUNDING = Fraction(1), Fraction(1, 40)
#: A sound nobody said the end of is one that was to last where it covers this share of its place: no click, no jingle.
_LASTING = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A sound and when its source is over, seconds on the timeline."""

    sound: Sound
    over: Fraction

    @property
    def silence(self) -> Fraction:
        """How much of its place is silent."""
        return (self.sound.end if self.sound.asked is None else self.sound.asked) - self.over

    @property
    def was_to_last(self) -> bool:
        """Whether it was to be heard to the end of its place: it was said so, or it is faded there, or it is long."""
        place = self.sound.end - self.sound.begin
        is_long = self.over - self.sound.begin >= _LASTING * place
        return self.sound.asked is not None or self.sound.fade_out > 0 or is_long


def early_silences(project: Project, clips: Clips, assets: Mapping[str, str]) -> Iterator[Doubt]:
    """Sounds that are over a second or more before their places are; those without an end only where all is silent.

    Raises MediaError for a sound that cannot be read.
    """
    if not format_of(project.format).audio_codec:
        return
    times = schedule(project, clips)
    heard = [_heard(sound, assets) for sound in sounds_of(project, times, clips) if sound.volume > 0]
    latest = max((min(each.over, each.sound.end) for each in heard), default=Fraction(0))
    for each in heard:
        open_end = each.sound.asked is None
        if each.silence < _LEAST - _ROUNDING or not each.was_to_last or (open_end and each.over < latest):
            continue
        end = float(each.over + each.silence)
        told = (f"{each.sound.where}: the sound is over at {float(each.over):.2f} s and its place at {end:.2f} s: "
                f"{float(each.silence):.1f} s of silence")  # fmt: skip
        yield Doubt("early_silence", told, max(0, min(int(each.over * times.fps), times.frames - 1)))


def _heard(sound: Sound, assets: Mapping[str, str]) -> _Heard:
    if sound.period is not None:
        return _Heard(sound, sound.end)
    length = sound_length(assets[sound.src], sound.where) if sound.src in assets else None
    ends = [exact(end) for end in (sound.source_end, length) if end is not None]
    if not ends:
        return _Heard(sound, sound.end)
    return _Heard(sound, sound.begin + max(Fraction(0), min(ends) - exact(sound.source_begin)) / exact(sound.speed))


def still_clips(plan: Plan, assets: Mapping[str, str]) -> Iterator[Doubt]:
    """Clips that show their last picture for a second or more, because they are over before their places are."""
    for layer in plan.layers:
        content, motion = layer.motion.content, layer.motion
        clip = layer.element
        if not (isinstance(clip, VideoVisual) and isinstance(content, Playback)) or content.source_end is None:
            continue
        if content.cycle is not None:
            continue
        length = picture_seconds(assets[clip.src]) if clip.src in assets else None
        source_end = content.source_end if length is None else min(content.source_end, exact(length))
        over = motion.origin + content.begin + (source_end - content.source_begin) / content.step
        begin, end = motion.shown
        still = (end - max(over, Fraction(begin))) / plan.fps
        if begin < end and still >= _LEAST - _ROUNDING:
            told = (f"{layer.where}.src: the clip is over at {float(over / plan.fps):.2f} s and its place at "
                    f"{float(end / plan.fps):.2f} s: it stands still for {float(still):.1f} s")  # fmt: skip
            yield Doubt("still_clip", told, end - 1)
