"""Clips: one sound of the timeline each, read from its file a piece at a time, trimmed, at its speed and faded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from clipmill.domain.timeline.sounds import Sound
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound.length import sound_length
from clipmill.media.sound.decode import SAMPLE_RATE, Samples, sound_blocks
from clipmill.media.sound.edges import LOOK, RAMP, fallen, goes_on, is_in_a_wave, risen, softened
from clipmill.media.sound.loops import repeated
from clipmill.media.sound.tempo import at_speed

#: A decoded sound up to this size is kept for the next video of a batch, bytes: 16 seconds.
_KEPT_BYTES = 6 * 1024**2
_SAMPLE_BYTES = 8


class Clip:
    """A sound with its place on the timeline in samples, and how far it has been read."""

    def __init__(self, sound: Sound, path: str, shelf: Shelf) -> None:
        self._sound, self._path, self._shelf = sound, path, shelf
        self.begin = round(sound.begin * SAMPLE_RATE)
        self.end = round(sound.end * SAMPLE_RATE)
        self.ducked_by = sound.ducked_by
        #: Sample at which the fade out is over; known once the sound is opened.
        self._faded = 0
        self._source: Iterator[Samples] | None = None
        self._waiting: Samples = np.zeros((2, 0), np.float32)
        #: Whether it rises from nothing, and falls to nothing, in a ramp; None while that is not known.
        self._rises: bool | None = False if sound.fade_in else None
        self._falls: bool | None = False if sound.fade_out else None
        #: First sample → the sounds that begin there.
        self._others: Mapping[int, Sequence[Clip]] = {}

    def among(self, others: Mapping[int, Sequence[Clip]]) -> None:
        """Have it know the sounds that may go on where it ends: first sample → sounds."""
        self._others = others

    def add_to(self, block: Samples, at: int, gain: Samples | None = None) -> None:
        """Add what of the clip is heard in a block that begins at sample `at`; blocks are asked for in order.

        `gain`: a factor for each sample of the block. Raises MediaError.
        """
        first = max(at, self.begin)
        count = min(at + block.shape[1], self.end) - first
        if count <= 0:
            return
        sound = self._read(first, count)
        place = slice(first - at, first - at + sound.shape[1])
        block[:, place] += sound if gain is None else sound * gain[place]

    def close(self) -> None:
        """Let go of the file."""
        self._source = iter(())

    def _read(self, first: int, count: int) -> Samples:
        """The next samples of the clip as they are heard, from sample `first` of the timeline; fewer where it ends."""
        more = self._look_ahead(count + RAMP + 1)
        there = self._waiting[:, : self.end - first]
        sound = there[:, :count] * self._gain(first, min(count, there.shape[1]))
        if first - self.begin < RAMP and self._has_to_rise():
            sound = risen(sound, first - self.begin)
        if there.shape[1] <= count + RAMP and (not more or first + there.shape[1] == self.end):
            over = first + there.shape[1]
            if self._has_to_fall(first, over, is_cut=more or self._waiting.shape[1] > there.shape[1]):
                sound = fallen(sound, over - first)
        self._waiting = self._waiting[:, sound.shape[1] :].copy()
        return sound

    def _look_ahead(self, count: int) -> bool:
        """Have so many samples waiting; False where the source ends before."""
        if self._source is None:
            self._source = self._open()
        parts, length = [self._waiting], self._waiting.shape[1]
        while length < count:
            block = next(self._source, None)
            if block is None:
                break
            parts.append(block)
            length += block.shape[1]
        self._waiting = np.concatenate(parts, axis=1)
        return bool(length >= count)

    def _has_to_rise(self) -> bool:
        """Whether it begins in the middle of a wave: where its source is trimmed, or itself begins in one."""
        if self._rises is None:
            self._rises = self._sound.source_begin > 0 or is_in_a_wave(self._begins_with()[:, :1])
        return self._rises

    def _has_to_fall(self, first: int, over: int, *, is_cut: bool) -> bool:
        """Whether it ends in the middle of a wave, at sample `over`, and no other sound goes on from there."""
        if self._falls is None:
            begin = max(0, over - first - LOOK)
            ends = self._waiting[:, begin : over - first] * self._gain(first + begin, over - first - begin)
            following = [each for each in self._others.get(over, ()) if goes_on(ends, each._begins_with())]
            for each in following:
                each._rises = False
            stopped = is_cut or self._sound.source_end is not None
            self._falls = not following and (stopped or is_in_a_wave(ends[:, -1:]))
        return self._falls

    def _begins_with(self) -> Samples:
        """Its first samples, before any of them was read."""
        self._look_ahead(LOOK)
        there = self._waiting[:, : min(LOOK, self.end - self.begin)]
        return there * self._gain(self.begin, there.shape[1])

    def _open(self) -> Iterator[Samples]:
        sound = self._sound
        source = _source(sound, self._path, self._shelf)
        begin = round(exact(sound.source_begin) * SAMPLE_RATE)
        end = None if sound.source_end is None else round(exact(sound.source_end) * SAMPLE_RATE)
        ends = [known for known in (end, source.length) if known is not None and sound.period is None]
        # Where the end of the source is only stated, it is believed for the fade and for nothing else.
        natural = [self.begin + round((min(ends) - begin) / sound.speed)] if ends else []
        self._faded = min([self.end, *natural])
        part = _between(source, begin, end)
        if sound.period is not None and end is not None:
            part = repeated(lambda: _between(_source(sound, self._path, self._shelf), begin, end),
                            Fraction(end - begin), sound.period * SAMPLE_RATE)  # fmt: skip
        if sound.speed != 1:  # what changes its tempo smears an edge before it is a ramp
            part = softened(part, lambda first: begin > 0 or is_in_a_wave(first),
                            lambda last: end is not None or is_in_a_wave(last))  # fmt: skip
        return at_speed(part, sound.speed)

    def _gain(self, first: int, count: int) -> Samples:
        """Volume and linear fades, for `count` samples from sample `first` of the timeline."""
        sound = self._sound
        place = np.arange(first, first + count, dtype=np.float64)
        gain = np.full(count, sound.volume)
        if sound.fade_in:
            gain *= np.minimum(1, (place - self.begin) / (sound.fade_in * SAMPLE_RATE))
        if sound.fade_out:
            gain *= np.clip((self._faded - place) / (sound.fade_out * SAMPLE_RATE), 0, 1)
        return gain.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Source:
    """The samples of a file from sample `first` on."""

    blocks: Iterable[Samples]
    first: int
    #: How many samples the whole file has, None where it does not say.
    length: int | None


@dataclass(frozen=True, slots=True)
class _Decoded:
    """A short sound, decoded."""

    blocks: tuple[Samples, ...]
    #: Whether this is all of it: a file may be longer than it says.
    complete: bool

    @property
    def length(self) -> int:
        """Samples."""
        return sum(block.shape[1] for block in self.blocks)

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(block.nbytes for block in self.blocks)


def _source(sound: Sound, path: str, shelf: Shelf) -> _Source:
    """The file of a sound: decoded from the shelf when it is short, streaming when it is long."""
    seconds = sound_length(path, sound.where)
    if seconds is not None and seconds * SAMPLE_RATE * _SAMPLE_BYTES <= _KEPT_BYTES:
        decoded = shelf.get(("decoded", sound.src), lambda: _decode(path, sound.where))
        if decoded.complete:
            return _Source(decoded.blocks, 0, decoded.length)
    first = round(exact(sound.source_begin) * SAMPLE_RATE)
    length = None if seconds is None else round(seconds * SAMPLE_RATE)
    return _Source(sound_blocks(path, where=sound.where, begin=first / SAMPLE_RATE), first, length)


def _between(source: _Source, begin: int, end: int | None) -> Iterator[Samples]:
    """The samples of a source from `begin` up to `end`."""
    place = source.first
    for block in source.blocks:
        last = block.shape[1] if end is None else min(block.shape[1], end - place)
        part = block[:, max(0, begin - place) : max(0, last)]
        place += block.shape[1]
        if part.shape[1]:
            yield part
        if end is not None and place >= end:
            return


def _decode(path: str, where: str) -> _Decoded:
    blocks: list[Samples] = []
    size = 0
    for block in sound_blocks(path, where=where):
        size += block.nbytes
        if size > _KEPT_BYTES:
            return _Decoded((), complete=False)
        blocks.append(block)
    return _Decoded((np.concatenate(blocks, axis=1),) if blocks else (), complete=True)
