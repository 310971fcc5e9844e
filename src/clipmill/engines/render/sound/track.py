"""The sound track of a project, as its format wants it; AAC is kept for the next video of a batch that has the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clipmill.domain.files.formats import format_of
from clipmill.domain.timeline.clip import Clips
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import schedule
from clipmill.domain.timeline.sounds import sounds_of
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound.mix import mix_sounds
from clipmill.media.sound.decode import SAMPLE_RATE, Samples
from clipmill.media.write.sound import EncodedSound, encode_sound


def sound_track(
    project: Project, clips: Clips, assets: Mapping[str, str], shelf: Shelf
) -> EncodedSound | Iterator[Samples] | None:
    """The sound of a project, as long as its pictures to the sample; None for a project or a format without sound.

    AAC where the format takes it, samples for the others. Raises ProjectError, MediaError, the latter also half-way.
    """
    codec = format_of(project.format).audio_codec
    times = schedule(project, clips)
    sounds = sounds_of(project, times, clips)
    if not (sounds and codec):
        return None
    total = round(times.seconds * SAMPLE_RATE)

    def mixed() -> Iterator[Samples]:
        return mix_sounds(sounds, total, assets, shelf, loudness=project.loudness)

    if codec != "aac":
        return mixed()
    return shelf.get(("sound", sounds, total, project.loudness), lambda: encode_sound(mixed()))
