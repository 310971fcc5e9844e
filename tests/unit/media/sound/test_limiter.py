import numpy as np
import pytest

from clipmill.media.sound.limiter import HOP, limited
from tests.sounds import RATE, in_blocks, joined, part, peak, speech, tone

BLOCK = HOP * 30


def _limited(sound: np.ndarray, block: int = BLOCK) -> np.ndarray:
    return joined(limited(in_blocks(sound, block)))


@pytest.mark.parametrize(
    "sound", [tone(1, 1.0), speech(1, 0.9), np.zeros((2, 1234), np.float32), np.ones((2, 9), np.float32)]
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
