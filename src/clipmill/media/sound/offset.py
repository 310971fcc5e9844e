"""The offset of one sound against another that says the same: found by laying their envelopes over each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipmill.media.sound import SAMPLE_RATE
from clipmill.media.sound.decode import sound_blocks

#: Samples of a step of an envelope: 5 ms.
_STEP = SAMPLE_RATE // 200
_STEP_MILLISECONDS = 1000 * _STEP / SAMPLE_RATE
#: So far apart two sounds are looked for, steps, and so much of the shorter one they must have in common.
_FURTHEST, _IN_COMMON = 400, 0.7
#: Shorter sounds are compared with nothing, steps.
_SHORTEST = 60
#: A sound that hardly changes, by this share of its mean, or a part by this share of the whole, has no shape.
_FLAT = 0.05

Envelope = NDArray[np.float64]


def measure_offset(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Asked of a worker: `own` and `given` (each `path` and `begin`, seconds), and for how many `seconds` to compare.

    Answers `milliseconds` by which the given sound is later than the own one, and `likeness`, −1 to 1; both None where
    one of them is too short or too even to tell. Raises MediaError.
    """
    own, given = (
        _envelope(arguments[name]["path"], arguments[name]["begin"], arguments["seconds"]) for name in ("own", "given")
    )
    found = offset_of(own, given)
    return {"milliseconds": found[0], "likeness": found[1]} if found else {"milliseconds": None, "likeness": None}


def offset_of(own: Envelope, given: Envelope) -> tuple[float, float] | None:
    """Milliseconds by which the second is later, and how alike they are then (Pearson's r); None: nobody can tell."""
    shorter = min(len(own), len(given))
    if shorter < _SHORTEST or any(each.std() <= _FLAT * each.mean() for each in (own, given)):
        return None
    least = max(_SHORTEST, round(_IN_COMMON * shorter))
    lags = np.arange(max(-_FURTHEST, least - len(own)), min(_FURTHEST, len(given) - least) + 1)
    likeness = _likeness((own - own.mean()) / own.std(), (given - given.mean()) / given.std(), lags)
    best = int(likeness.argmax())
    return (int(lags[best]) + _between(likeness, best)) * _STEP_MILLISECONDS, float(likeness[best])


def _likeness(own: Envelope, given: Envelope, lags: NDArray[np.int64]) -> Envelope:
    """Pearson's r of what two envelopes have in common when the second is so many steps later, for each of these."""
    size = 1 << (len(own) + len(given)).bit_length()
    together = np.fft.irfft(np.conj(np.fft.rfft(own, size)) * np.fft.rfft(given, size), size)[lags]
    begin, end = np.maximum(0, -lags), np.minimum(len(own), len(given) - lags)
    count = end - begin
    one, one_squared = _sums(own, begin, end), _sums(own**2, begin, end)
    other, other_squared = _sums(given, begin + lags, end + lags), _sums(given**2, begin + lags, end + lags)
    varies = np.maximum(one_squared - one**2 / count, 0) * np.maximum(other_squared - other**2 / count, 0)
    is_flat = varies < (_FLAT**2 * count) ** 2
    likeness: Envelope = np.where(is_flat, 0, (together - one * other / count) / np.sqrt(np.where(is_flat, 1, varies)))
    return likeness


def _sums(values: Envelope, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Envelope:
    """The sums of these spans."""
    whole = np.concatenate((np.zeros(1), np.cumsum(values)))
    sums: Envelope = whole[end] - whole[begin]
    return sums


def _between(likeness: Envelope, best: int) -> float:
    """How far beside the best place the top of a parabola through it and its neighbours lies, steps."""
    if not 0 < best < len(likeness) - 1:
        return 0.0
    before, top, after = likeness[best - 1 : best + 2]
    bend = before - 2 * top + after
    return float((before - after) / (2 * bend)) if bend < 0 else 0.0


def _envelope(path: str, begin: float, seconds: float) -> Envelope:
    """How loud a sound is, step by step: the cube root of its mean square, in which quiet syllables count too."""
    powers, held = [], np.zeros(0, np.float32)
    left = round(seconds * SAMPLE_RATE)
    for block in sound_blocks(path, where="the sound", begin=begin):
        held = np.concatenate((held, block.mean(axis=0)[:left]))
        left -= min(left, block.shape[1])
        whole = len(held) // _STEP * _STEP
        powers.append(np.square(held[:whole].reshape(-1, _STEP), dtype=np.float64).mean(axis=1))
        held = held[whole:]
        if not left:
            break
    return np.cbrt(np.concatenate(powers)) if powers else np.zeros(0)
