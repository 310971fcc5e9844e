"""The limiter: sound that would clip is turned down for that moment, beginning before it; all else is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from clipmill.media.sound.decode import Samples
from clipmill.media.sound.ramps import Levels, by_hop, gain_along, ramped

#: Samples between two levels of the gain.
HOP = 160
#: Decibels a hop (1/300 s): 12 dB of a sudden bang are taken back in 5 ms, and given again in 160.
FALL, RISE = 8.0, 0.25
#: Where a sample above 1 is brought to.
_CEILING = 0.999


def limited(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The blocks with no sample beyond ±1; where none would be, they are the same bits.

    Every block but the last is a multiple of `HOP` long; one block is held back to look ahead.
    """
    level = 0.0
    waiting: Samples | None = None
    wanted = np.zeros(0)
    for block in blocks:
        following = _wanted(block)
        if waiting is not None:
            levels = ramped(np.concatenate((wanted, following)), fall=FALL, rise=RISE, before=level)
            levels = levels[: len(wanted) + 1]
            yield _turned(waiting, levels)
            level = float(levels[-1])
        waiting, wanted = block, following
    if waiting is not None:
        yield _turned(waiting, ramped(wanted, fall=FALL, rise=RISE, before=level))


def _wanted(block: Samples) -> Levels:
    """By how much each hop must be turned down, dB."""
    peaks = np.abs(by_hop(block, HOP)).max(axis=(0, 2), initial=0).astype(np.float64)
    return np.where(peaks > 1, 20 * np.log10(_CEILING / np.maximum(peaks, _CEILING)), 0.0)


def _turned(block: Samples, levels: Levels) -> Samples:
    return block * gain_along(levels, HOP, block.shape[1]) if levels.any() else block
