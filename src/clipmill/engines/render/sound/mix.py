"""The mix: sounds of a timeline added up block by block, ducked, at the loudness asked for, and never clipping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from clipmill.domain.timeline.sounds import Sound
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound.clips import Clip
from clipmill.errors import ProjectError
from clipmill.media.sound.decode import SAMPLE_RATE, Samples
from clipmill.media.sound.duck import ducking_gain, followed
from clipmill.media.sound.limiter import limited
from clipmill.media.sound.loudness import levelled, levels_to, measured

#: Samples mixed at a time, 1.6 s: whole AAC frames (1,024), and whole hops of the limiter (160) and of ducking (480).
BLOCK = 1024 * 75
#: A mix up to this long is kept between measuring and levelling; a longer one is mixed again.
_KEPT_SAMPLES = 30 * SAMPLE_RATE


def mix_sounds(
    sounds: Sequence[Sound], total: int, assets: Mapping[str, str], shelf: Shelf, *, loudness: float | None = None
) -> Iterator[Samples]:
    """Blocks of 48 kHz stereo within ±1, `total` samples in all; every block but the last has `BLOCK` of them.

    `assets`: reference → path. `loudness`: LUFS the whole is brought to, with true peaks of at most −1 dBTP.
    Raises ProjectError, MediaError, also half-way.
    """
    heard = [sound for sound in sounds if sound.volume > 0 and sound.begin < sound.end]
    for sound in heard:
        if sound.src not in assets:
            raise ProjectError(f"{sound.src!r} is no stored file", path=sound.where)

    def mixed() -> Iterator[Samples]:
        return _mixed(_beside_each_other([Clip(sound, assets[sound.src], shelf) for sound in heard]), total)

    if loudness is None:
        return limited(mixed())
    return _levelled(mixed, total, loudness)


def _beside_each_other(clips: list[Clip]) -> list[Clip]:
    """The clips in order of time, each knowing those that begin where it may end."""
    begins: dict[int, list[Clip]] = {}
    for clip in clips:
        begins.setdefault(clip.begin, []).append(clip)
    for clip in clips:
        clip.among(begins)
    return sorted(clips, key=lambda clip: clip.begin)


def _levelled(mixed: Callable[[], Iterator[Samples]], total: int, loudness: float) -> Iterator[Samples]:
    """The mix at a loudness: measured first, levelled then, with a limiter for the peaks."""
    kept = list(mixed()) if total <= _KEPT_SAMPLES else None
    levels = levels_to(loudness, measured(mixed() if kept is None else kept))
    return limited(levelled(mixed() if kept is None else kept, levels))


def _mixed(clips: list[Clip], total: int) -> Iterator[Samples]:
    """Everything added up, however loud that is."""
    ducked = [clip for clip in clips if clip.ducked_by]
    leading = _added([clip for clip in clips if not clip.ducked_by], total)
    if not ducked:
        yield from leading
        return
    place = 0
    for block, shares in followed(leading):
        for clip in _reaching(ducked, place):
            clip.add_to(block, place, ducking_gain(shares, clip.ducked_by, block.shape[1]))
        place += block.shape[1]
        yield block


def _added(clips: list[Clip], total: int) -> Iterator[Samples]:
    """Sounds that nothing lowers."""
    for place in range(0, total, BLOCK):
        block = np.zeros((2, min(BLOCK, total - place)), np.float32)
        for clip in _reaching(clips, place):
            clip.add_to(block, place)
        yield block


def _reaching(clips: list[Clip], place: int) -> list[Clip]:
    """The clips that are not over before sample `place`; those that are let go of their files."""
    for clip in [clip for clip in clips if clip.end <= place]:
        clip.close()
        clips.remove(clip)
    return clips
