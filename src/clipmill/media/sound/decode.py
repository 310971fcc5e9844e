"""Decoding sound: a file becomes blocks of 48 kHz stereo samples, each where its time in the file says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from clipmill.errors import MediaError
from clipmill.media.facts.probe import DEMUXERS, options_of
from clipmill.media.facts.sniff import recognise

#: Samples a second of everything that is mixed.
SAMPLE_RATE = 48_000
#: Shape (2, samples), float32, −1 to 1; a file of floating-point numbers may go beyond.
Samples = NDArray[np.float32]

#: Beyond this a number in a file is no sound, 24 dB above full scale.
_LOUDEST = 16.0
#: Times of a file that jump by less are rounding, samples.
_JITTER = SAMPLE_RATE // 20
#: Decoded ahead of a wanted beginning, so that decoders are in their stride there, seconds.
_RUN_UP = 1.0
#: A beginning nearer than this is reached by decoding, seconds.
_WORTH_SEEKING = 10.0
#: Where an index makes jumping exact, and where the length is written down rather than guessed from the bit rate.
_INDEXED = frozenset({".mp4", ".mov", ".m4a", ".webm", ".mkv", ".wav", ".flac"})


def sound_blocks(path: str, *, where: str, begin: float = 0.0) -> Iterator[Samples]:
    """The sound of a file from `begin` (seconds of the file) to its end, in blocks of any length.

    Times count from where the file itself begins: a track that begins after the pictures begins with silence. One
    channel is heard from both sides, more than two are mixed down (ITU-R BS.775). Raises MediaError, also half-way.
    """
    with _opened(path, where) as (container, stream):
        length = (container.duration or 0) / av.time_base
        if _WORTH_SEEKING < begin < length and recognise(Path(path))[1] in _INDEXED:
            container.seek(round((begin + _origin(container) - _RUN_UP) * av.time_base))
        yield from _placed(container.decode(stream), _origin(container), round(begin * SAMPLE_RATE))


def sound_seconds(path: str, *, where: str) -> float | None:
    """How long the sound of a file is, None for one without a single packet. Raises MediaError."""
    with _opened(path, where) as (container, stream):
        if recognise(Path(path))[1] in _INDEXED:
            if stream.duration is not None and stream.time_base is not None:
                start = float((stream.start_time or 0) * stream.time_base) - _origin(container)
                return max(0.0, start + float(stream.duration * stream.time_base))
            if container.duration is not None:
                return container.duration / av.time_base
        packets = ((packet.pts, packet.duration or 0) for packet in container.demux(stream) if packet.pts is not None)
        last = max((pts + duration for pts, duration in packets), default=None)
        return None if last is None else float(last * (stream.time_base or 0)) - _origin(container)


@contextmanager
def _opened(path: str, where: str) -> Iterator[tuple[av.container.InputContainer, av.AudioStream]]:
    """The file and its first sound track; whatever is wrong with them is a MediaError."""
    suffix = recognise(Path(path), where)[1]
    if suffix not in DEMUXERS:
        raise MediaError(f"{where}: the file is a picture and has no sound", hint="Use a sound, or a video with sound.")
    try:
        with av.open(str(Path(path).absolute()), options=options_of(suffix), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise MediaError(f"{where}: the file has no sound", hint="Use a file with sound, or take it out.")
            yield container, container.streams.audio[0]
    except (FFmpegError, ValueError, ArithmeticError, OSError) as error:
        reason = getattr(error, "strerror", None) or "invalid data"
        raise MediaError(
            f"{where}: the sound cannot be decoded: {reason}", hint="It is damaged or cut short: save it anew."
        ) from error


def _origin(container: av.container.InputContainer) -> float:
    """When the file begins, by its own clock, seconds."""
    return (container.start_time or 0) / av.time_base


def _placed(frames: Iterable[av.AudioFrame], origin: float, place: int) -> Iterator[Samples]:
    """Samples from the file's sample `place` on without a gap; where the file has none there is silence."""
    stretch: _Stretch | None = None
    for frame in frames:
        at = None if frame.time is None else round((frame.time - origin) * SAMPLE_RATE)
        if stretch is None or not stretch.goes_on(frame, at):
            for block in stretch.end() if stretch else ():
                place += block.shape[1]
                yield block
            # Times that run back later on, or hardly at all, are not believed.
            apart = 0 if at is None else at - place
            silent, early = (
                max(0, apart) if stretch is None or apart >= _JITTER else 0,
                0 if stretch else max(0, -apart),
            )
            for length in _lengths(silent):
                yield np.zeros((2, length), np.float32)
            place += silent
            stretch = _Stretch(frame, place - early, early)
        for block in stretch.add(frame):
            place += block.shape[1]
            yield block
    yield from stretch.end() if stretch else ()


def _lengths(count: int) -> Iterator[int]:
    """A number of samples in parts of at most a second."""
    for begin in range(0, count, SAMPLE_RATE):
        yield min(SAMPLE_RATE, count - begin)


class _Stretch:
    """Frames of one kind that follow each other."""

    def __init__(self, first: av.AudioFrame, at: int, early: int) -> None:
        self._kind = _kind(first)
        #: Where its next frame should be.
        self._due = float(at)
        self._early = early
        self._mono = first.layout.nb_channels == 1
        self._resampler = av.AudioResampler("fltp", "mono" if self._mono else "stereo", SAMPLE_RATE)

    def goes_on(self, frame: av.AudioFrame, at: int | None) -> bool:
        """Whether a frame at this place belongs to the stretch."""
        return _kind(frame) == self._kind and (at is None or at - self._due < _JITTER)

    def add(self, frame: av.AudioFrame) -> Iterator[Samples]:
        """What becomes of one more frame."""
        self._due += frame.samples * SAMPLE_RATE / frame.sample_rate
        yield from self._blocks(frame)

    def end(self) -> Iterator[Samples]:
        """What the resampler still holds."""
        yield from self._blocks(None)

    def _blocks(self, frame: av.AudioFrame | None) -> Iterator[Samples]:
        for resampled in self._resampler.resample(frame):
            block = _sane(resampled.to_ndarray().astype(np.float32, copy=False)) if resampled else None
            if block is None:
                continue
            dropped = min(self._early, block.shape[1])
            self._early -= dropped
            if dropped < block.shape[1]:
                yield np.repeat(block[:, dropped:], 2, axis=0) if self._mono else block[:, dropped:]


def _kind(frame: av.AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name


def _sane(block: Samples) -> Samples:
    """The block without what is no number and no sound."""
    if np.isfinite(block).all() and np.abs(block).max(initial=0) <= _LOUDEST:
        return block
    return np.clip(np.nan_to_num(block, nan=0.0), -_LOUDEST, _LOUDEST)
