"""The mix: every sound of a project trimmed, placed, faded and added up, block by block, in 48 kHz stereo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from clipmill.domain.payload import canonical_json
from clipmill.domain.timeline.audio import Audio
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.shelf import Shelf
from clipmill.errors import ProjectError
from clipmill.media.sound.decode import SAMPLE_RATE, Samples, sound_blocks, sound_seconds
from clipmill.media.write.encode import EncodedSound, encode_sound

#: Samples mixed at a time; a multiple of the 1,024 of an AAC frame.
_BLOCK = 1024 * 48
#: A decoded sound up to this size is kept for the next video of a batch, bytes.
_KEPT_BYTES = 12 * 1024**2
#: With several sounds, what is louder than this is bent so that it stays below 1.
_KNEE = 0.9


@dataclass(frozen=True, slots=True)
class Clip:
    """One audio on the timeline, in samples."""

    path: str
    where: str
    src: str
    #: First sample on the timeline, and of the source.
    begin: int
    offset: int
    length: int
    volume: float
    fade_in: int
    fade_out: int


def mix_project(project: Project, assets: Mapping[str, str], shelf: Shelf) -> EncodedSound | None:
    """The sound track of a project as AAC, exactly as long as its frames; None for a project without audios.

    Raises ProjectError, MediaError.
    """
    if not project.audios:
        return None
    total = round(exact(project.frames) / project.frame_rate * SAMPLE_RATE)
    described = canonical_json([audio.model_dump() for audio in project.audios])

    def encode() -> EncodedSound:
        clips = [_clip(audio, f"audios[{number}].src", assets, total) for number, audio in enumerate(project.audios)]
        return encode_sound(_mixed([clip for clip in clips if clip.length > 0], total, shelf))

    return shelf.get(("sound", described, total), encode)


def _clip(audio: Audio, where: str, assets: Mapping[str, str], total: int) -> Clip:
    path = assets.get(audio.src)
    if path is None:
        raise ProjectError(f"{audio.src!r} is no stored file", path=where)
    begin, offset = _samples(audio.enter), _samples(audio.audio_begin)
    ends = [total - begin]
    if audio.exit is not None:
        ends.append(_samples(audio.exit) - begin)
    if audio.source_seconds is not None:
        ends.append(_samples(audio.source_seconds))
    seconds = sound_seconds(path, where=where)
    if seconds is not None:
        ends.append(round(seconds * SAMPLE_RATE) - offset)
    return Clip(path, where, audio.src, begin, offset, max(0, min(ends)), audio.volume,
                _samples(audio.fade_in), _samples(audio.fade_out))  # fmt: skip


def _samples(seconds: float) -> int:
    return round(exact(seconds) * SAMPLE_RATE)


def _mixed(clips: list[Clip], total: int, shelf: Shelf) -> Iterator[Samples]:
    """Blocks of the finished mix, `total` samples in all."""
    readers = [_Reader(clip, shelf) for clip in clips]
    for begin in range(0, total, _BLOCK):
        length = min(_BLOCK, total - begin)
        block = np.zeros((2, length), np.float32)
        for reader in readers:
            reader.add_to(block, begin)
        yield _guarded(block) if len(clips) > 1 else block


def _guarded(block: Samples) -> Samples:
    """The block with its loudest parts bent under 1: several sounds may add up to more."""
    loud = np.abs(block) > _KNEE
    over = (np.abs(block[loud]) - _KNEE) / (1 - _KNEE)
    block[loud] = np.sign(block[loud]) * (_KNEE + (1 - _KNEE) * np.tanh(over))
    return block


class _Reader:
    """A clip's own place in its source."""

    def __init__(self, clip: Clip, shelf: Shelf) -> None:
        self._clip = clip
        self._blocks = _source(clip, shelf)
        self._waiting = np.zeros((2, 0), np.float32)
        self._skip = clip.offset

    def add_to(self, block: Samples, at: int) -> None:
        """Add what of the clip is heard in a block that begins at sample `at` of the timeline."""
        clip = self._clip
        first = max(at, clip.begin)
        count = min(at + block.shape[1], clip.begin + clip.length) - first
        if count <= 0:
            return
        sound = self._read(count)
        place = first - at
        block[:, place : place + sound.shape[1]] += sound * self._gain(first - clip.begin, sound.shape[1])

    def _read(self, count: int) -> Samples:
        """The next samples of the clip, fewer where the source ends."""
        while self._waiting.shape[1] < self._skip + count:
            block = next(self._blocks, None)
            if block is None:
                break
            self._waiting = np.concatenate((self._waiting, block), axis=1)
            if self._skip:
                dropped = min(self._skip, self._waiting.shape[1])
                self._waiting, self._skip = self._waiting[:, dropped:], self._skip - dropped
        sound, self._waiting = self._waiting[:, :count], self._waiting[:, count:]
        return sound

    def _gain(self, first: int, count: int) -> Samples:
        """Volume and linear fades, for samples of the clip."""
        clip = self._clip
        place = np.arange(first, first + count, dtype=np.float64)
        gain = np.full(count, clip.volume)
        if clip.fade_in:
            gain *= np.minimum(1, place / clip.fade_in)
        if clip.fade_out:
            gain *= np.clip((clip.length - place) / clip.fade_out, 0, 1)
        return gain.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """A short sound, decoded."""

    blocks: tuple[Samples, ...]

    @property
    def nbytes(self) -> int:
        return sum(block.nbytes for block in self.blocks)


def _source(clip: Clip, shelf: Shelf) -> Iterator[Samples]:
    """The blocks of a clip's file: from the shelf when it is short, streaming when it is long."""
    seconds = sound_seconds(clip.path, where=clip.where)
    if seconds is None or seconds * SAMPLE_RATE * 8 > _KEPT_BYTES:
        return sound_blocks(clip.path, where=clip.where)
    decoded = shelf.get(("decoded", clip.src), lambda: _Decoded(tuple(sound_blocks(clip.path, where=clip.where))))
    return iter(decoded.blocks)
