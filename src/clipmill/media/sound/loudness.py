"""Loudness after ITU-R BS.1770 and EBU R 128: measured in one pass, brought to a target in the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipmill.media.sound.decode import SAMPLE_RATE, Samples
from clipmill.media.sound.filters import FilterChain
from clipmill.media.sound.limiter import FALL, HOP, RISE
from clipmill.media.sound.ramps import Levels, by_hop, gain_along, ramped

#: The K weighting at 48 kHz (BS.1770 annex 1): a shelf for the head, and a high pass.
_K_WEIGHTING = (
    ("biquad", "a1=-1.69065929318241:a2=0.73248077421585:b0=1.53512485958697:b1=-2.69169618940638:b2=1.19839281085285"),
    ("biquad", "a1=-1.99004745483398:a2=0.99007225036621:b0=1:b1=-2:b2=1"),
)  # fmt: skip
#: True peaks are looked for between the samples, at four times their rate (BS.1770 annex 2).
_FINER = 4
#: Loudness is measured over 400 ms, every 100 ms, in hops.
_WINDOW, _STEP = 120, 30
#: What is quieter is not counted: absolutely, LUFS, and below the mean of the rest, LU.
_SILENCE, _GATE = -70.0, -10.0
#: dBTP. A tenth is kept for what lies between the measured points.
_CEILING = -1.0 - 0.1
#: Nothing is made louder by more, dB: a room's hum is not to become the sound.
_MOST_GAIN = 30.0
#: Near enough, LU, and how often the gain is corrected for what the ceiling takes away.
_NEAR, _ROUNDS = 0.02, 40


@dataclass(frozen=True, slots=True)
class Profile:
    """A sound in hops of 1/300 s: enough to know its loudness under any gain. 2.4 kB a second."""

    #: Sum of the squares of its K-weighted samples, both channels.
    energies: NDArray[np.float32]
    #: Largest true peak of both channels.
    peaks: NDArray[np.float32]


def measured(blocks: Iterable[Samples]) -> Profile:
    """The profile of a sound; every block but the last is a multiple of `HOP` long."""
    weighting, finer = FilterChain(_K_WEIGHTING), FilterChain([("aresample", str(SAMPLE_RATE * _FINER))])
    energies: list[NDArray[np.float32]] = []
    peaks: list[NDArray[np.float32]] = []
    rest = np.zeros((2, 0), np.float32)
    for block in blocks:
        for weighted in weighting.add(block):
            hops = by_hop(weighted, HOP)
            energies.append(np.einsum("chs,chs->h", hops, hops))
        rest = np.concatenate((rest, *finer.add(block)), axis=1)
        whole = rest.shape[1] // (HOP * _FINER) * HOP * _FINER
        peaks.append(_peaks(rest[:, :whole]))
        rest = rest[:, whole:]
    peaks.append(_peaks(np.concatenate((rest, *finer.end()), axis=1)))
    energy, peak = (np.concatenate(parts or [np.zeros(0, np.float32)]) for parts in (energies, peaks))
    return Profile(energy, np.pad(peak, (0, max(0, len(energy) - len(peak))))[: len(energy)])


def _peaks(finer: Samples) -> NDArray[np.float32]:
    peaks: NDArray[np.float32] = np.abs(by_hop(finer, HOP * _FINER)).max(axis=(0, 2), initial=0)
    return peaks


def integrated(energies: NDArray[np.floating]) -> float | None:
    """Integrated loudness (LUFS) of energies of hops; None for silence, and for what is shorter than 400 ms."""
    sums = np.concatenate(([0.0], np.cumsum(energies, dtype=np.float64)))
    power = (sums[_WINDOW:] - sums[:-_WINDOW])[::_STEP] / (_WINDOW * HOP)
    power = power[power > _power(_SILENCE)]
    if not len(power):
        return None
    counted = power[power > power.mean() * 10 ** (_GATE / 10)]
    return float(-0.691 + 10 * np.log10(counted.mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def levels_to(target: float, profile: Profile) -> Levels:
    """The levels (dB) at the edges of hops that bring a sound to `target` LUFS with true peaks of at most −1 dBTP.

    Where the ceiling takes loudness away, more gain makes up for it, up to 30 dB in all. Silence stays silence.
    """
    loudness = integrated(profile.energies)
    if loudness is None:
        return np.zeros(len(profile.energies) + 1)
    peaks = 20 * np.log10(np.maximum(profile.peaks, 1e-9), dtype=np.float64)
    gain = 0.0
    for _ in range(_ROUNDS):
        error = target - (_SILENCE if loudness is None else loudness)
        gain = min(gain + error, _MOST_GAIN)
        levels = gain + ramped(np.minimum(_CEILING - peaks - gain, 0.0), fall=FALL, rise=RISE)
        factors = 10 ** ((levels[:-1] + levels[1:]) / 20)
        loudness = integrated(profile.energies * factors)
        if loudness is not None and (abs(target - loudness) < _NEAR or (gain == _MOST_GAIN and loudness < target)):
            break
    return levels


def levelled(blocks: Iterable[Samples], levels: Levels) -> Iterator[Samples]:
    """The blocks at these levels; every block but the last is a multiple of `HOP` long."""
    place = 0
    for block in blocks:
        hops = -(-block.shape[1] // HOP)
        yield block * gain_along(levels[place : place + hops + 1], HOP, block.shape[1])
        place += hops
