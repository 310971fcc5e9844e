"""Decoding sound: a file becomes blocks of 48 kHz stereo samples, each where its time in the file says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from clipmill.errors import MediaError
from clipmill.media.facts.probe import DEMUXERS, options_of
from clipmill.media.facts.sniff import recognise
from clipmill.media.sound import SAMPLE_RATE, Samples
from clipmill.media.sound.clock import JUMP, Mark, TrackClock
from clipmill.media.sound.edges import softened
from clipmill.media.sound.span import SoundSpan

__all__ = ["SAMPLE_RATE", "Samples", "sound_blocks", "sound_seconds"]

#: Times that run back by more are not believed, samples.
_FURTHEST_BACK = 2 * SAMPLE_RATE
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
    """Samples from the file's sample `place` on without a gap, each when its time says; where there are none, silence.

    Samples that are more or fewer than the times have room for are heard a little faster or slower.
    """
    clock = TrackClock(frames, origin)
    mark, jumps, is_first = _none(clock.next()), False, True
    while mark is not None:
        late = clock.begins_late(mark) if jumps else mark.late
        apart = 0 if late is None else round(mark.place + late + clock.slow) - place
        if is_first:
            silent, early = max(0, apart), max(0, -apart)
        else:
            silent = apart if apart >= JUMP else 0
            early = -apart if -_FURTHEST_BACK <= apart <= -JUMP else 0
            clock.slow += -apart if apart < -_FURTHEST_BACK else 0
        for length in _lengths(silent):
            yield np.zeros((2, length), np.float32)
        place += silent
        stretch = SoundSpan(clock, mark, place - early, early)
        for block in _between_gaps(stretch, rises=bool(silent or early) and not is_first):
            place += block.shape[1]
            yield block
        mark, jumps, is_first = stretch.following, stretch.breaks_off, False


def _between_gaps(stretch: SoundSpan, *, rises: bool) -> Iterator[Samples]:
    """The samples of a stretch, soft where it is broken off and taken up again."""
    return softened(stretch.blocks(), lambda _: rises, lambda _: stretch.breaks_off)


def _none(found: tuple[Mark, bool] | None) -> Mark | None:
    return None if found is None else found[0]


def _lengths(count: int) -> Iterator[int]:
    """A number of samples in parts of at most a second."""
    for begin in range(0, count, SAMPLE_RATE):
        yield min(SAMPLE_RATE, count - begin)
