import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clipmill.domain.timeline.sounds import Sound
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound import mix as module
from clipmill.engines.render.sound.mix import BLOCK, mix_sounds
from clipmill.errors import MediaError, ProjectError
from tests.sounds import RATE, decibels, ebur128, part, peak, speech, tone

Store = Callable[..., Sound]
Mix = Callable[..., np.ndarray]


@pytest.mark.parametrize("samples", [0, 1, 4800, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 77])
@pytest.mark.parametrize("loudness", [None, -14.0])
def test_the_mix_is_exactly_as_long_as_it_is_to_be(
    store: Store, mix: Mix, samples: int, loudness: float | None
) -> None:
    voice, music = store("v", tone(1, 0.3)), store("m", tone(2, 0.2, 200), ducked_by=9)
    assert mix(voice, music, seconds=samples / RATE, loudness=loudness).shape == (2, samples)


def test_blocks_are_whole_frames_of_aac(store: Store, assets: dict[str, str]) -> None:
    lengths = [block.shape[1] for block in mix_sounds([store("a", tone(1))], 5 * RATE, assets, Shelf())]
    assert lengths == [BLOCK] * 3 + [5 * RATE - 3 * BLOCK]
    assert BLOCK % 1024 == 0


@pytest.mark.parametrize("level", [0.001, 0.5, 0.8])  # the limiter begins at true peaks of −1 dB
def test_one_sound_that_does_not_clip_is_the_same_bits(store: Store, mix: Mix, level: float) -> None:
    samples = np.clip(speech(1, level), -1, 1)
    heard = mix(store("a", samples))
    assert np.array_equal(heard, ((samples * 32767).round() / 32768).astype(np.float32))


@pytest.mark.parametrize("count", [2, 7, 40])
def test_sounds_add_up_without_clipping(store: Store, mix: Mix, count: int) -> None:
    sounds = [store(f"s{number}", tone(1, 0.9, 200 + 37 * number)) for number in range(count)]
    heard = mix(*sounds)
    assert 0.8 < peak(heard) <= 1
    assert ebur128(np.pad(heard, ((0, 0), (0, 4800))))[1] <= -0.9


def test_what_is_silent_is_not_opened(store: Store, mix: Mix, assets: dict[str, str]) -> None:
    sound = store("a", tone(1), volume=0)
    assets[sound.src] = "/gone"
    assert peak(mix(sound, replace(sound, volume=1, end=Fraction(0)))) == 0


def test_music_goes_down_under_a_voice_and_comes_back(store: Store, mix: Mix) -> None:
    voice = store("voice", tone(2, 0.3, 3000), begin=Fraction(2), end=Fraction(4))
    music = store("music", tone(6, 0.2, 200), end=Fraction(6), ducked_by=14)
    both, alone = mix(voice, music, seconds=6), mix(voice, seconds=6)
    music_heard = both - alone
    before, under, after = (decibels(part(music_heard, *span)) for span in ((0, 1.7), (2.0, 4.0), (4.7, 6)))
    assert before == pytest.approx(after, abs=0.01)
    assert under - before == pytest.approx(-14, abs=0.1)


def test_the_voice_itself_is_not_lowered(store: Store, mix: Mix) -> None:
    voice, music = store("voice", tone(1, 0.3)), store("music", np.zeros((2, RATE), np.float32), ducked_by=20)
    assert np.array_equal(mix(voice, music), mix(voice))


def test_two_kinds_of_music_are_lowered_each_by_its_own(store: Store, mix: Mix) -> None:
    voice = store("voice", tone(2, 0.2, 3000), end=Fraction(2))
    low, high = (store(f"m{depth}", tone(2, 0.2, pitch), end=Fraction(2), ducked_by=depth)
                 for depth, pitch in ((6, 200), (12, 800)))  # fmt: skip
    spectrum = np.abs(np.fft.rfft(mix(voice, low, high, seconds=2)[0]))
    assert 20 * np.log10(spectrum[1600] / spectrum[400]) == pytest.approx(-6, abs=0.1)


@pytest.mark.parametrize("target", [-14.0, -23.0])
def test_the_whole_is_brought_to_the_loudness_asked_for(store: Store, mix: Mix, target: float) -> None:
    voice = store("voice", speech(6, 0.4), begin=Fraction(1), end=Fraction(6))
    music = store("music", tone(7, 0.05, 200), end=Fraction(7), ducked_by=12, fade_out=1)
    heard = mix(voice, music, seconds=7, loudness=target)
    loudness, true_peak = ebur128(heard)
    assert loudness == pytest.approx(target, abs=0.5)
    assert true_peak <= -1
    assert heard.shape == (2, 7 * RATE)


def test_a_long_mix_is_mixed_twice_to_the_same_samples(store: Store, mix: Mix, monkeypatch: pytest.MonkeyPatch) -> None:
    voice, music = store("v", speech(4, 0.4), end=Fraction(4)), store("m", tone(4, 0.1), end=Fraction(4), ducked_by=9)
    kept = mix(voice, music, seconds=4, loudness=-16.0)
    monkeypatch.setattr(module, "_KEPT_SAMPLES", 0)
    assert np.array_equal(mix(voice, music, seconds=4, loudness=-16.0), kept)


def test_silence_stays_silence(mix: Mix) -> None:
    assert peak(mix(seconds=3, loudness=-14.0)) == 0


def test_what_is_not_stored_is_named(store: Store, mix: Mix, assets: dict[str, str]) -> None:
    sound = store("a", tone(1))
    assets.clear()
    with pytest.raises(ProjectError, match=r"a\.src: 'asset:a' is no stored file"):
        mix(sound)


def test_what_is_no_sound_is_named(tmp_path: Path, mix: Mix, assets: dict[str, str]) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF but nothing else")
    assets["asset:x"] = str(tmp_path / "broken.wav")
    with pytest.raises(MediaError, match=r"^audios\[0\]\.src"):
        mix(Sound(src="asset:x", where="audios[0].src", begin=Fraction(0), end=Fraction(1)))


def test_a_longer_mix_needs_no_more_memory(store: Store, assets: dict[str, str]) -> None:
    long = np.tile(speech(20, 0.3)[:1, ::6], 12)
    voice = store("voice", long, rate=8000, end=Fraction(240))
    sounds = [voice, replace(voice, src=voice.src, volume=0.5, ducked_by=12.0)]
    peaks = []
    for seconds in (60, 240):
        tracemalloc.start()
        for _ in mix_sounds(sounds, seconds * RATE, assets, Shelf(), loudness=-14.0):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] < 40 * 1024**2
    assert peaks[1] - peaks[0] < 6 * 1024**2
