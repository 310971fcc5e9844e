import numpy as np
import pytest

from clipmill.media.sound.limiter import HOP
from clipmill.media.sound.loudness import integrated, levelled, levels_to, measured
from tests.sounds import RATE, clicks, ebur128, in_blocks, joined, peak, speech, tone

BLOCK = HOP * 60


def _brought(sound: np.ndarray, target: float) -> np.ndarray:
    levels = levels_to(target, measured(in_blocks(sound, BLOCK)))
    return joined(levelled(in_blocks(sound, BLOCK), levels))


SOUNDS = {
    "tone": tone(5, 0.2, 1000),
    "low tone": tone(5, 0.3, 60),
    "one side": tone(5, 0.4) * np.array([[1], [0]], np.float32),
    "speech": speech(8, 0.7),
    "with a long pause": np.concatenate([tone(4, 0.3), tone(6, 0.001), tone(2, 0.1)], axis=1),
    "an odd length": speech(5, 0.5)[:, :211_111],
}


@pytest.mark.parametrize("name", SOUNDS)
def test_the_measure_is_that_of_ebur128(name: str) -> None:
    loudness = integrated(measured(in_blocks(SOUNDS[name], BLOCK)).energies)
    assert loudness == pytest.approx(ebur128(SOUNDS[name])[0], abs=0.1)


@pytest.mark.parametrize("name", SOUNDS)
def test_peaks_are_those_between_the_samples(name: str) -> None:
    peaks = measured(in_blocks(SOUNDS[name], BLOCK)).peaks
    assert 20 * np.log10(peaks.max()) == pytest.approx(ebur128(SOUNDS[name])[1], abs=0.1)


def test_a_peak_between_two_samples_is_seen() -> None:
    time = np.arange(RATE) / RATE
    sound = np.tile(np.sin(2 * np.pi * 12_000 * time + np.pi / 4).astype(np.float32), (2, 1))
    assert peak(sound) < 0.71
    assert measured(in_blocks(sound, BLOCK)).peaks[10:-10].max() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("target", [-14.0, -16.0, -23.0, -30.0])
@pytest.mark.parametrize("name", SOUNDS)
def test_the_target_is_met_under_the_ceiling(name: str, target: float) -> None:
    heard = _brought(SOUNDS[name], target)
    loudness, true_peak = ebur128(heard)
    assert heard.shape == SOUNDS[name].shape
    assert loudness == pytest.approx(target, abs=0.3)
    assert true_peak <= -1.0


def test_peaky_speech_is_held_under_the_ceiling_and_still_loud() -> None:
    sound = speech(8, 0.3) + clicks(8, *np.arange(0.1, 8, 0.5)) * 0.9
    loudness, true_peak = ebur128(_brought(sound, -14))
    assert loudness == pytest.approx(-14, abs=0.5)
    assert true_peak <= -1.0


@pytest.mark.parametrize("sound", [np.zeros((2, RATE), np.float32), np.zeros((2, 10), np.float32), tone(3, 0.0001)])
def test_silence_stays_silence(sound: np.ndarray) -> None:
    assert np.array_equal(_brought(sound, -14), sound)


def test_a_whisper_is_raised_by_30_db_at_most() -> None:
    whisper = tone(4, 0.001)
    assert peak(_brought(whisper, -14)) == pytest.approx(0.001 * 10**1.5, rel=0.01)
