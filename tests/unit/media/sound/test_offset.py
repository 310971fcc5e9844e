from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.sound.offset import measure_offset
from tests.sounds import RATE, Sound, tone, write_wav


def _speech(seconds: float, seed: int) -> Sound:
    """Syllables of noise, each as long and as loud as chance has it, with pauses."""
    chance, samples = np.random.default_rng(seed), round(seconds * RATE)
    shape, place = np.zeros(samples), 0
    while place < samples:
        length = int(chance.integers(3000, 12_000))
        there = shape[place : place + length]
        there[:] = (chance.uniform(0.1, 1) * np.hanning(length))[: len(there)]
        place += length + int(chance.integers(0, 9000))
    return np.tile((chance.normal(0, 0.2, samples) * shape).astype(np.float32), (2, 1))


def _late(sound: Sound, milliseconds: float) -> Sound:
    by = round(milliseconds * RATE / 1000)
    moved = np.roll(sound, by, axis=1)
    moved[:, slice(0, by) if by > 0 else slice(moved.shape[1] + by, None) if by else slice(0, 0)] = 0
    return moved


def _measured(tmp_path: Path, own: Sound, given: Sound, own_begin: float = 0, given_begin: float = 0,
              seconds: float = 300) -> dict[str, Any]:  # fmt: skip
    places = {"own": own_begin, "given": given_begin}
    files = {name: write_wav(tmp_path / f"{name}.wav", sound) for name, sound in (("own", own), ("given", given))}
    told = {name: {"path": str(files[name]), "begin": begin} for name, begin in places.items()}
    return measure_offset({**told, "seconds": seconds})


@pytest.mark.parametrize("seconds", [1.5, 4])
@pytest.mark.parametrize("milliseconds", [0, 42, 120, -73, 333])
def test_a_sound_that_says_the_same_is_found(tmp_path: Path, seconds: float, milliseconds: float) -> None:
    own = _speech(seconds, 1)
    noise = np.random.default_rng(5).normal(0, 0.003, own.shape).astype(np.float32)
    found = _measured(tmp_path, own, _late(own, milliseconds) * 0.6 + noise)
    assert found["milliseconds"] == pytest.approx(milliseconds, abs=1)
    assert found["likeness"] > 0.95


@pytest.mark.parametrize("seed", range(2, 8))
def test_one_that_says_something_else_is_not_like_it(tmp_path: Path, seed: int) -> None:
    assert _measured(tmp_path, _speech(3, 1), _speech(3, seed))["likeness"] < 0.7


def test_parts_are_compared_from_their_beginnings(tmp_path: Path) -> None:
    own = _speech(4, 1)
    found = _measured(tmp_path, own, _late(own, 60)[:, RATE:], own_begin=1.5, given_begin=0.5, seconds=2)
    assert found["milliseconds"] == pytest.approx(60, abs=1)


@pytest.mark.parametrize(
    "given", [tone(2), np.zeros((2, 2 * RATE), np.float32), _speech(0.2, 1)], ids=["even", "silent", "short"]
)
def test_nobody_can_tell_of_what_is_even_or_short(tmp_path: Path, given: Sound) -> None:
    assert _measured(tmp_path, _speech(3, 1), given) == {"milliseconds": None, "likeness": None}


def test_nothing_is_heard_beyond_the_end(tmp_path: Path) -> None:
    assert _measured(tmp_path, _speech(3, 1), _speech(3, 1), own_begin=5)["milliseconds"] is None


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF\0\0\0\0WAVEnothing")
    told = {"path": str(tmp_path / "a.wav"), "begin": 0}
    with pytest.raises(MediaError):
        measure_offset({"own": told, "given": told, "seconds": 3})
