import numpy as np
import pytest

from clipmill.media.sound.limiter import HOP, limited
from tests.sounds import RATE, ebur128, in_blocks, joined, part, peak, speech, tone

BLOCK = HOP * 30


def _limited(sound: np.ndarray, block: int = BLOCK) -> np.ndarray:
    return joined(limited(in_blocks(sound, block)))


@pytest.mark.parametrize(
    "sound", [tone(1, 0.88), speech(1, 0.8), np.zeros((2, 1234), np.float32), np.full((2, 9), 0.6, np.float32)]
)
def test_what_does_not_clip_is_the_same_bits(sound: np.ndarray) -> None:
    assert np.array_equal(_limited(sound), sound)


@pytest.mark.parametrize("level", [1.0001, 1.5, 4, 100])
def test_nothing_is_beyond_one(level: float) -> None:
    sound = tone(1, level) + speech(1, 1)
    heard = _limited(sound)
    assert heard.shape == sound.shape
    assert peak(heard) <= 1
    assert peak(part(heard, 0.4, 0.6)) > 0.6


@pytest.mark.parametrize(
    "sound",
    [tone(4, 0.99, 11_997), tone(4, 1.5), np.sign(tone(4, 1, 300)) * np.float32(0.88), speech(4, 1) * 3,
     np.clip(np.random.default_rng(1).normal(0, 0.4, (2, 4 * RATE)), -1, 1).astype(np.float32)],
)  # fmt: skip
def test_no_true_peak_is_above_one_decibel_below_full_scale(sound: np.ndarray) -> None:
    """Between the samples too: a tone at a fourth of the rate, a square, clipped noise."""
    ramp = np.minimum(1, np.minimum(np.arange(4 * RATE), np.arange(4 * RATE)[::-1]) / 500).astype(np.float32)
    before, after = ebur128(sound * ramp)[1], ebur128(_limited(sound * ramp))[1]
    assert before > -0.5
    assert after <= -0.9


def test_a_bang_leaves_the_rest_alone() -> None:
    sound = tone(2, 0.3)
    sound[:, RATE : RATE + 100] = 4
    heard = _limited(sound)
    assert np.array_equal(part(heard, 0, 0.99), part(sound, 0, 0.99))
    assert np.array_equal(part(heard, 1.3, 2), part(sound, 1.3, 2))
    assert peak(heard) <= 1


def test_no_block_is_heard_to_begin() -> None:
    sound = tone(1, 1.6)
    sound[:, : RATE // 2] *= 0.5
    assert np.allclose(_limited(sound), _limited(sound, BLOCK * 3), atol=1e-6)
    steps = np.abs(np.diff(_limited(sound)[0]))
    assert steps.max() < 0.1
