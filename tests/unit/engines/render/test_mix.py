from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.engines.render import mix
from clipmill.engines.render.shelf import Shelf
from clipmill.errors import MediaError, ProjectError
from tests.rendering import project, reference, write_tone

RATE = 48_000


def _project(*audios: dict[str, Any], seconds: float = 1.0) -> Project:
    return load_project(project(duration=seconds, audios=list(audios)))


@pytest.fixture
def mixed(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """What went into the encoder."""
    blocks: list[np.ndarray] = []
    monkeypatch.setattr(mix, "encode_sound", lambda source: blocks.extend(source) or mix.EncodedSound((), 0))
    return blocks


def _sound(loaded: Project, assets: dict[str, str], blocks: list[np.ndarray]) -> np.ndarray:
    mix.mix_project(loaded, assets, Shelf())
    return np.concatenate(blocks, axis=1)


def _level(sound: np.ndarray, begin: float, end: float) -> float:
    return float(np.abs(sound[:, round(begin * RATE) : round(end * RATE)]).max(initial=0))


def test_a_project_without_audios_has_no_sound() -> None:
    assert mix.mix_project(_project(), {}, Shelf()) is None


@pytest.mark.parametrize("seconds", [0.1, 1, 2.3, 3])
def test_the_mix_is_exactly_as_long_as_the_frames(
    seconds: float, stored: dict[str, Path], assets: dict[str, str], mixed: list[np.ndarray]
) -> None:
    loaded = _project({"src": reference(stored["tone.wav"])}, seconds=seconds)
    assert _sound(loaded, assets, mixed).shape == (2, round(loaded.frames / 10 * RATE))


def test_a_sound_is_placed_trimmed_and_turned_down(
    stored: dict[str, Path], assets: dict[str, str], mixed: list[np.ndarray]
) -> None:
    audio = {"src": reference(stored["tone.wav"]), "enter": 0.3, "exit": 0.7, "volume": 0.5, "audioBegin": 0.5}
    sound = _sound(_project(audio), assets, mixed)
    assert _level(sound, 0, 0.3) == 0
    assert _level(sound, 0.3, 0.7) == pytest.approx(0.25, abs=0.002)
    assert _level(sound, 0.7, 1) == 0


def test_fades_are_linear(stored: dict[str, Path], assets: dict[str, str], mixed: list[np.ndarray]) -> None:
    sound = _sound(_project({"src": reference(stored["tone.wav"]), "fadeIn": 0.4, "fadeOut": 0.4}), assets, mixed)
    assert sound[0, 0] == 0
    assert _level(sound, 0.19, 0.2) == pytest.approx(0.25, abs=0.02)
    assert _level(sound, 0.79, 0.8) == pytest.approx(0.25, abs=0.02)
    assert _level(sound, 0.99, 1) < 0.02


def test_a_fade_out_ends_where_a_short_sound_ends(tmp_path: Path, mixed: list[np.ndarray]) -> None:
    tone = write_tone(tmp_path / "short.wav", seconds=0.5)
    sound = _sound(_project({"src": reference(tone), "fadeOut": 0.2}), {reference(tone): str(tone)}, mixed)
    assert _level(sound, 0.48, 0.5) < 0.06
    assert _level(sound, 0.5, 1) == 0


def test_sounds_add_up_without_clipping(tmp_path: Path, mixed: list[np.ndarray]) -> None:
    tone = write_tone(tmp_path / "loud.wav", level=0.9)
    assets = {reference(tone): str(tone)}
    sound = _sound(_project({"src": reference(tone)}, {"src": reference(tone)}), assets, mixed)
    assert 0.95 < _level(sound, 0, 1) <= 1


def test_one_sound_is_left_as_it_is(tmp_path: Path, mixed: list[np.ndarray]) -> None:
    tone = write_tone(tmp_path / "loud.wav", level=1.0)
    assert _level(_sound(_project({"src": reference(tone)}), {reference(tone): str(tone)}, mixed), 0, 1) > 0.99


def test_other_rates_become_48_khz(tmp_path: Path, mixed: list[np.ndarray]) -> None:
    tone = write_tone(tmp_path / "cd.wav", rate=44_100)
    sound = _sound(_project({"src": reference(tone)}), {reference(tone): str(tone)}, mixed)
    spectrum = np.abs(np.fft.rfft(sound[0]))
    assert np.argmax(spectrum) == pytest.approx(440, abs=1)


def test_a_long_sound_is_streamed_to_the_same_samples(
    stored: dict[str, Path], assets: dict[str, str], mixed: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = _project({"src": reference(stored["tone.wav"]), "audioBegin": 0.123})
    kept = _sound(loaded, assets, mixed)
    mixed.clear()
    monkeypatch.setattr(mix, "_KEPT_BYTES", 0)
    assert np.array_equal(_sound(loaded, assets, mixed), kept)


def test_the_same_sound_is_encoded_once(stored: dict[str, Path], assets: dict[str, str]) -> None:
    shelf, loaded = Shelf(), _project({"src": reference(stored["tone.wav"])})
    first = mix.mix_project(loaded, assets, shelf)
    assert first is not None
    assert mix.mix_project(loaded, assets, shelf) is first
    assert mix.mix_project(loaded, assets, Shelf()) == first


def test_what_is_no_sound_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF but nothing else")
    with pytest.raises(MediaError, match=r"audios\[0\]\.src: the sound cannot be decoded"):
        mix.mix_project(_project({"src": reference(broken)}), {reference(broken): str(broken)}, Shelf())
    with pytest.raises(ProjectError, match=r"audios\[0\]\.src"):
        mix.mix_project(_project({"src": "asset:gone"}), {}, Shelf())
