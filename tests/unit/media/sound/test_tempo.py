import numpy as np
import pytest

from clipmill.media.sound.tempo import at_speed
from tests.sounds import RATE, clicks, in_blocks, joined, onset, part, pitch_of, tone

MOMENTS = (0.0, 0.31, 0.9, 1.4142, 2.0, 2.77, 3.9)


def _played(sound: np.ndarray, speed: float, length: int = 4800) -> np.ndarray:
    return joined(at_speed(in_blocks(sound, length), speed))


@pytest.mark.parametrize("speed", [0.1, 0.25, 0.5, 0.8, 1.25, 2, 3.3, 10])
def test_the_pitch_stays(speed: float) -> None:
    sound = tone(3)
    heard = _played(sound, speed)
    assert heard.shape == (2, round(3 * RATE / speed))
    middle = heard[:, heard.shape[1] // 8 : -heard.shape[1] // 8]
    assert pitch_of(middle) == pytest.approx(440, rel=0.01)
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("speed", [0.1, 0.25, 0.5, 0.7, 0.9, 1.1, 1.5, 2, 3, 5, 10])
def test_everything_is_heard_in_its_time(speed: float) -> None:
    apart = max(1, speed / 2)
    heard = _played(clicks(4 * apart, *(apart * moment for moment in MOMENTS)), speed)
    allowed = 0.02 if speed >= 0.5 else 0.02 / speed
    for moment in (apart * moment / speed for moment in MOMENTS):
        assert onset(heard, moment, 0.25 * apart / speed) == pytest.approx(moment, abs=allowed)


@pytest.mark.parametrize("samples", [0, 1, 7, 1000, 4801, 50_001])
@pytest.mark.parametrize("speed", [0.1, 0.33, 1.7, 9.9])
def test_the_length_is_exact(samples: int, speed: float) -> None:
    assert _played(tone(2)[:, :samples], speed).shape[1] == round(samples / speed)


def test_its_own_speed_is_the_same_bits() -> None:
    sound = tone(0.5)
    assert np.array_equal(_played(sound, 1), sound)


def test_blocks_of_any_length_give_the_same() -> None:
    sound = clicks(2, 0.5, 1.1)
    assert np.array_equal(_played(sound, 1.3, 999), _played(sound, 1.3, 48_000))


def test_the_last_moment_is_not_lost() -> None:
    heard = _played(tone(1), 2)
    assert np.abs(part(heard, 0.48, 0.5)).max() > 0.3
