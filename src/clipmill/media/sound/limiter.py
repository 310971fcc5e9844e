"""The limiter: sound that would clip is turned down for that moment, beginning before it; all else is left alone.

What counts is the true peak, between the samples too: players and coders make sound of them, not of the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from clipmill.media.sound import Samples
from clipmill.media.sound.ramps import Levels, by_hop, gain_along, ramped

#: Samples between two levels of the gain.
HOP = 160
#: Decibels a hop (1/300 s): 12 dB of a sudden bang are taken back in 5 ms, and given again in 160.
FALL, RISE = 8.0, 0.25
#: True peaks above this are turned down (−1 dBTP, EBU R 128), to a tenth of a decibel less.
HIGHEST = 10 ** (-1 / 20)
_CEILING = 10 ** (-1.1 / 20)
#: Between samples below this no peak is looked for: none is so far above them.
_QUIET = HIGHEST * 10 ** (-3.5 / 20)
#: Points at which a peak is looked for, from one sample to the next (BS.1770 annex 2), and samples on each side.
_FINER, _HALF = 4, 12


def _between() -> Samples:
    """Shares of the samples around a point, for each point between two (a windowed sinc)."""
    distances = np.arange(1 - _HALF, _HALF + 1) - np.arange(1, _FINER)[:, None] / _FINER
    shares = np.sinc(distances) * np.cos(np.pi * distances / (2 * _HALF)) ** 2
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)[:, None]


_SHARES = _between()


def limited(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The blocks with no true peak above −1 dBTP; where none would be, they are the same bits.

    Every block but the last is a multiple of `HOP` long; one block is held back to look ahead.
    """
    level = 0.0
    waiting: Samples | None = None
    wanted = np.zeros(0)
    past = np.zeros((2, 2 * _HALF - 1), np.float32)
    for block in blocks:
        following = _wanted(block, past)
        past = np.concatenate((past, block), axis=1)[:, 1 - 2 * _HALF :]
        if waiting is not None:
            levels = ramped(np.concatenate((wanted, following)), fall=FALL, rise=RISE, before=level)
            levels = levels[: len(wanted) + 1]
            yield _turned(waiting, levels)
            level = float(levels[-1])
        waiting, wanted = block, following
    if waiting is not None:
        yield _turned(waiting, ramped(wanted, fall=FALL, rise=RISE, before=level))


def _wanted(block: Samples, past: Samples) -> Levels:
    """By how much each hop must be turned down, dB; what lies before its last samples counts as the next block's."""
    peaks = np.abs(by_hop(block, HOP)).max(axis=(0, 2), initial=0).astype(np.float64)
    if peaks.max(initial=0) > _QUIET:
        whole = np.concatenate((past, block), axis=1)
        for shares in _SHARES:
            between = cv2.filter2D(whole, -1, shares, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
            between = between[:, : block.shape[1]]
            peaks = np.maximum(peaks, np.abs(by_hop(between, HOP)).max(axis=(0, 2), initial=0))
    return np.where(peaks > HIGHEST, 20 * np.log10(_CEILING / np.maximum(peaks, _CEILING)), 0.0)


def _turned(block: Samples, levels: Levels) -> Samples:
    return block * gain_along(levels, HOP, block.shape[1]) if levels.any() else block
