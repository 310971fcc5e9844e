"""Loops: a sound over and over, each time at its exact moment, without a click where one time meets the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import numpy as np

from clipmill.media.sound import Samples
from clipmill.media.sound.edges import LOOK, RAMP, fallen, goes_on, is_in_a_wave, risen

#: Silence is made in pieces of so many samples.
_PIECE = 48_000


def repeated(sound: Callable[[], Iterable[Samples]], length: Fraction, period: Fraction) -> Iterator[Samples]:
    """A sound without end: every `period` samples it begins anew and is heard for `length` samples at the most.

    `sound` opens it. Where it is over before its next beginning, there is silence. Where one time goes over into the
    next without a step nothing is done; else the one falls and the other rises in a ramp.
    """
    tail: Samples = np.zeros((2, 0), np.float32)
    number = 0
    while True:
        begin, end = round(number * period), round((number + 1) * period)
        heard = min(end, round(number * period + length)) - begin
        parts = _filled(sound(), heard, end - begin)
        head = _ahead(parts, RAMP)
        if number and not goes_on(tail[:, -LOOK:], head[:, :LOOK]):
            tail, head = fallen(tail, tail.shape[1]), risen(head, 0)
        yield tail
        tail = head
        for part in parts:
            tail = np.concatenate((tail, part), axis=1)
            yield tail[:, :-RAMP]
            tail = tail[:, -RAMP:]
        number += 1


def _ahead(parts: Iterator[Samples], count: int) -> Samples:
    """At least so many samples, unless there are fewer."""
    found: Samples = np.zeros((2, 0), np.float32)
    while found.shape[1] < count and (part := next(parts, None)) is not None:
        found = np.concatenate((found, part), axis=1)
    return found


def _filled(blocks: Iterable[Samples], heard: int, count: int) -> Iterator[Samples]:
    """The first `heard` samples of a sound, and silence up to `count`; into it, it falls in a ramp where it has to."""
    held: Samples = np.zeros((2, 0), np.float32)
    place = 0
    for block in blocks:
        part = block[:, : heard - place]
        place += part.shape[1]
        held = np.concatenate((held, part), axis=1)
        if place >= heard:
            break
        if held.shape[1] > RAMP:
            yield held[:, :-RAMP]
            held = held[:, -RAMP:]
    if place < count and is_in_a_wave(held[:, -1:]):
        ramp = held[:, -RAMP:]
        held = np.concatenate((held[:, :-RAMP], fallen(ramp, ramp.shape[1])), axis=1)
    yield held
    for begin in range(place, count, _PIECE):
        yield np.zeros((2, min(_PIECE, count - begin)), np.float32)
