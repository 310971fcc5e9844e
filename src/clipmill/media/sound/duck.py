"""Ducking: when the leading sounds are heard, and how far the others are down at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from clipmill.media.sound.decode import SAMPLE_RATE, Samples
from clipmill.media.sound.ramps import Levels, by_hop, gain_along, ramped

#: Samples between two looks: 10 ms.
HOP = SAMPLE_RATE // 100
#: Hops whose power is taken together, 50 ms, and the mean square above which that counts as heard: −45 dBFS.
_WINDOW = 5
_HEARD = 10 ** (-45 / 10)
#: Shares of the whole way, a hop: down within 150 ms, before the first word; up within 600 ms after the last.
_FALL, _RISE = 1 / 15, 1 / 60


def followed(leading: Iterable[Samples]) -> Iterator[tuple[Samples, Levels]]:
    """Each block of the leading sounds, with how far down the others are at the edges of its hops: 0, all up, to −1.

    Every block but the last is a multiple of `HOP` long; one block is held back to look ahead.
    """
    level = 0.0
    past = np.zeros(_WINDOW // 2)
    waiting: Samples | None = None
    power = np.zeros(0)
    for block in leading:
        following = _power(block)
        if waiting is not None:
            shares = _shares(past, np.concatenate((power, following)), level)[: len(power) + 1]
            yield waiting, shares
            level = float(shares[-1])
            past = np.concatenate((past, power))[-(_WINDOW // 2) :]
        waiting, power = block, following
    if waiting is not None:
        yield waiting, _shares(past, power, level)


def ducking_gain(shares: Levels, ducked_by: float, length: int) -> Samples | None:
    """The gain of `length` samples that are lowered by up to `ducked_by` dB; None for no change."""
    return gain_along(shares * ducked_by, HOP, length) if shares.any() else None


def _power(block: Samples) -> NDArray[np.float64]:
    """Mean square of each hop."""
    hops = by_hop(block, HOP)
    power: NDArray[np.float64] = np.square(hops, dtype=np.float64).mean(axis=(0, 2))
    return power


def _shares(past: NDArray[np.float64], power: NDArray[np.float64], level: float) -> Levels:
    around = np.concatenate((past, power, np.zeros(_WINDOW // 2)))
    mean = np.convolve(around, np.full(_WINDOW, 1 / _WINDOW), "valid")
    return ramped(np.where(mean > _HEARD, -1.0, 0.0), fall=_FALL, rise=_RISE, before=level)
