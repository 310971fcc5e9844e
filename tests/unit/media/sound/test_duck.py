import numpy as np
import pytest

from clipmill.media.sound.duck import HOP, ducking_gain, followed
from tests.sounds import RATE, in_blocks, tone

BLOCK = HOP * 40


def _gain(leading: np.ndarray, ducked_by: float = 12.0, block: int = BLOCK) -> np.ndarray:
    """Decibels, sample by sample."""
    parts = []
    for part, shares in followed(in_blocks(leading, block)):
        gain = ducking_gain(shares, ducked_by, part.shape[1])
        parts.append(np.ones(part.shape[1]) if gain is None else gain)
    return 20 * np.log10(np.concatenate(parts))


def _voice(level: float = 0.3) -> np.ndarray:
    """Two seconds from the third on, of six."""
    leading = np.zeros((2, 6 * RATE), np.float32)
    leading[:, 2 * RATE : 4 * RATE] = tone(2, level)
    return leading


def test_others_are_down_while_a_voice_is_heard() -> None:
    gain = _gain(_voice())
    assert gain[2 * RATE : 4 * RATE] == pytest.approx(-12, abs=0.01)
    assert not gain[: round(1.8 * RATE)].any()
    assert not gain[round(4.65 * RATE) :].any()


def test_it_goes_down_in_150_ms_and_up_in_600() -> None:
    gain = _gain(_voice())
    assert gain[round(1.89 * RATE)] == pytest.approx(-6, abs=2)
    assert gain[round(4.33 * RATE)] == pytest.approx(-6, abs=1)
    assert np.abs(np.diff(gain)).max() < 12 / (0.1 * RATE)


@pytest.mark.parametrize(("level", "down"), [(0.0, 0), (0.004, 0), (0.02, -12)])
def test_only_what_is_above_45_db_below_full_scale_is_heard(level: float, down: float) -> None:
    assert _gain(_voice(level))[3 * RATE] == pytest.approx(down, abs=0.01)


def test_blocks_make_no_difference() -> None:
    voice = _voice()
    voice[:, RATE // 3 : RATE // 2] = 0.1
    assert np.allclose(_gain(voice), _gain(voice, block=HOP * 600), atol=1e-6)


def test_a_length_of_its_own_is_followed_to_the_end() -> None:
    assert _gain(_voice()[:, :100_001]).shape == (100_001,)
