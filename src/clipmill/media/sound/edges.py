"""The edges of a sound: how one that stops or begins in the middle of a wave does so without a click."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from clipmill.media.sound import SAMPLE_RATE, Samples

#: Samples of a ramp: 8 ms.
RAMP = SAMPLE_RATE * 8 // 1000
#: A file that begins or ends louder than this (−34 dB) does so in the middle of a wave.
_MID_WAVE = 0.02
#: Samples on both sides of a joint that are looked at: 1 ms.
LOOK = SAMPLE_RATE // 1000
#: A joint is heard where it is steeper than the sounds themselves by this factor, and where one is so much quieter.
_STEEPER, _QUIETER = 1.5, 0.25
_NOTHING = 1e-4


def risen(sound: Samples, since: int) -> Samples:
    """The sound rising from nothing; `since`: how many samples after its beginning these begin."""
    return sound * _ramp(np.arange(since, since + sound.shape[1]))


def fallen(sound: Samples, left: int) -> Samples:
    """The sound falling to nothing; `left`: how many samples before its end these begin."""
    return sound * _ramp(np.arange(left - 1, left - 1 - sound.shape[1], -1))


def _ramp(places: np.ndarray) -> Samples:
    """A raised cosine over the first `RAMP` places."""
    share = np.clip((places + 1) / (RAMP + 1), 0, 1)
    return ((1 - np.cos(np.pi * share)) / 2).astype(np.float32)


def softened(
    blocks: Iterable[Samples], rises: Callable[[Samples], bool], falls: Callable[[Samples], bool]
) -> Iterator[Samples]:
    """A sound whose edges are ramps where its first sample, and at its end its last one, ask for that."""
    since, is_rising, held = 0, False, np.zeros((2, 0), np.float32)
    for block in blocks:
        is_rising = rises(block[:, :1]) if not since else is_rising
        held = np.concatenate((held, risen(block, since) if is_rising and since < RAMP else block), axis=1)
        since += block.shape[1]
        if held.shape[1] > RAMP:
            yield held[:, :-RAMP]
            held = held[:, -RAMP:]
    if held.shape[1]:
        yield fallen(held, held.shape[1]) if falls(held[:, -1:]) else held


def is_in_a_wave(sample: Samples) -> bool:
    """Whether silence beside this sample would be heard as a click."""
    return bool(np.abs(sample).max(initial=0) > _MID_WAVE)


def goes_on(last: Samples, first: Samples) -> bool:
    """Whether one sound goes over into another without a step, as the two halves of a cut one do, and loops."""
    if not (last.shape[1] and first.shape[1]):
        return False
    step = np.abs(first[:, 0] - last[:, -1]).max()
    own = max(np.abs(np.diff(each)).max(initial=0) for each in (last, first))
    louder, quieter = sorted((_level(last), _level(first)), reverse=True)
    return bool(step <= own * _STEEPER + _NOTHING and quieter >= louder * _QUIETER)


def _level(sound: Samples) -> float:
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))
