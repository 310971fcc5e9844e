from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clipmill.domain.timeline.sounds import Sound
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound import clips
from clipmill.errors import MediaError
from clipmill.media.sound.decode import sound_blocks
from tests.movies import Movie, write_movie
from tests.sounds import RATE, decibels, joined, onset, part, peak, pitch_of, tone, write_sound
from tests.sounds import clicks as clicking

Store = Callable[..., Sound]
Mix = Callable[..., np.ndarray]


def test_a_sound_is_placed_trimmed_and_turned_down(store: Store, mix: Mix) -> None:
    steps = np.concatenate([tone(0.5, 0.2), tone(0.5, 0.8)], axis=1)
    sound = store("a", steps, begin=Fraction(3, 10), end=Fraction(7, 10), volume=0.5, source_begin=0.5)
    heard = mix(sound)
    assert peak(part(heard, 0, 0.3)) == 0
    assert peak(part(heard, 0.3, 0.31)) == pytest.approx(0.4, abs=0.002)
    assert peak(part(heard, 0.69, 0.7)) == pytest.approx(0.4, abs=0.002)
    assert peak(part(heard, 0.7, 1)) == 0


def test_a_trim_counts_to_the_sample(store: Store, mix: Mix) -> None:
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (2, RATE)).astype(np.float32)
    sound = store("a", samples, begin=Fraction(1, 3), source_begin=0.123, source_end=0.457)
    heard = mix(sound)
    whole = mix(replace(sound, begin=Fraction(0), source_begin=0, source_end=None))
    # Its first and last 8 ms are ramps, for both trims lie in the middle of a wave.
    ramp = 384
    assert np.array_equal(heard[:, 16_000 + ramp : 16_000 + 16_032 - ramp], whole[:, 5904 + ramp : 21_936 - ramp])
    assert 0 < np.abs(heard[:, 16_000:16_004]).max() < 0.001
    assert peak(heard[:, 16_000 + 16_032 :]) == 0
    assert peak(heard[:, :16_000]) == 0


def test_fades_are_linear(store: Store, mix: Mix) -> None:
    heard = mix(store("a", tone(2), fade_in=0.4, fade_out=0.4))
    assert heard[0, 0] == 0
    assert peak(part(heard, 0.19, 0.2)) == pytest.approx(0.25, abs=0.02)
    assert peak(part(heard, 0.79, 0.8)) == pytest.approx(0.25, abs=0.02)
    assert peak(part(heard, 0.99, 1)) < 0.02


def test_a_sound_may_begin_anew_over_and_over(store: Store, mix: Mix) -> None:
    pings = clicking(0.5, 0.1)
    sound = store("a", pings, begin=Fraction(1, 10), source_end=Fraction(1, 4), period=Fraction(2, 5))
    heard = mix(sound, seconds=1.4)
    found = [moment for moment in np.arange(0, 1.4, 0.05) if peak(part(heard, moment, moment + 0.05)) > 0.15]
    assert found == pytest.approx([0.2, 0.6])
    assert onset(heard, 0.6, 0.05) == pytest.approx(0.6, abs=0.001)
    assert peak(part(heard, 1, 1.4)) == 0, "its place is over"


def test_a_sound_that_begins_anew_does_so_at_its_speed_and_fades_at_its_end(store: Store, mix: Mix) -> None:
    sound = store("a", tone(0.2, pitch=400.0), end=Fraction(2), source_end=Fraction(1, 5), period=Fraction(1, 5),
                  speed=0.5, fade_out=0.5)  # fmt: skip
    heard = mix(sound, seconds=2)
    assert decibels(part(heard, 0.1, 1.4)) == pytest.approx(decibels(tone(1.3)), abs=0.5)
    assert peak(part(heard, 1.7, 1.76)) == pytest.approx(0.3, abs=0.05)
    assert peak(part(heard, 1.99, 2)) < 0.03


@pytest.mark.parametrize(("trim", "end"), [({}, 0.5), ({"source_end": 0.4}, 0.4), ({"speed": 2.0}, 0.25),
                                           ({"speed": 0.625}, 0.8)])  # fmt: skip
def test_a_fade_out_ends_where_a_short_sound_ends(store: Store, mix: Mix, trim: dict[str, float], end: float) -> None:
    heard = mix(store("a", tone(0.5), fade_out=0.2, **trim))
    assert peak(part(heard, end - 0.11, end - 0.1)) > 0.15
    assert peak(part(heard, end - 0.02, end)) < 0.06
    assert peak(part(heard, end, 1)) == 0


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0])
def test_speed_keeps_the_pitch_and_the_time_of_what_is_trimmed(store: Store, mix: Mix, speed: float) -> None:
    sound = store("a", tone(4), speed=speed, source_begin=2.0, end=Fraction(4))
    heard = mix(sound, seconds=4)
    assert pitch_of(part(heard, 0.5 / speed, 0.9 / speed)) == pytest.approx(440, rel=0.02)
    length = 2 / speed
    assert peak(part(heard, min(length, 4) - 0.1, min(length, 4))) > 0.1
    assert peak(part(heard, length, 4)) == 0


def test_the_sound_of_a_video_is_heard(tmp_path: Path, mix: Mix, assets: dict[str, str]) -> None:
    movie = write_movie(tmp_path / "v.mp4", Movie(seconds=1))
    assets["asset:v"] = str(movie)
    heard = mix(Sound(src="asset:v", where="visuals[0].src", begin=Fraction(0), end=Fraction(1)))
    assert peak(part(heard, 0.2, 0.8)) == pytest.approx(0.25, abs=0.03)


def test_a_long_sound_is_streamed_to_the_same_samples(store: Store, mix: Mix, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = store("a", tone(2), source_begin=0.123, fade_out=0.3, end=Fraction(3))
    kept = mix(sound, seconds=3)
    monkeypatch.setattr(clips, "_KEPT_BYTES", 0)
    assert np.array_equal(mix(sound, seconds=3), kept)


def test_a_late_part_of_a_long_file_is_heard_at_its_sample(store: Store, mix: Mix) -> None:
    sound = store("a", clicking(30, 22.5), source_begin=22.0)
    assert onset(mix(sound), 0.5, 0.1) == pytest.approx(0.5, abs=0.0005)


def test_a_file_that_is_longer_than_it_says_is_heard_to_its_end(
    store: Store, mix: Mix, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = store("a", tone(1))
    monkeypatch.setattr(clips, "sound_length", lambda path, where: 0.25)
    monkeypatch.setattr(clips, "_KEPT_BYTES", 0.3 * RATE * 8)
    assert peak(part(mix(sound), 0.9, 1)) > 0.4


def test_a_short_sound_is_decoded_once_for_many_clips(store: Store, mix: Mix, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    monkeypatch.setattr(clips, "sound_blocks", lambda path, **rest: decoded.append(path) or sound_blocks(path, **rest))
    sound, shelf = store("a", tone(0.2, 0.2)), Shelf()
    heard = mix(sound, replace(sound, begin=Fraction(1, 2)), shelf=shelf)
    mix(sound, shelf=shelf)
    assert len(decoded) == 1
    assert peak(part(heard, 0.55, 0.65)) == pytest.approx(0.2, abs=0.01)


def test_a_file_is_let_go_when_its_clip_is_over(store: Store, mix: Mix, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    monkeypatch.setattr(clips.Clip, "close", lambda clip: closed.append(True))
    mix(store("a", tone(1), end=Fraction(1, 10)), seconds=4)
    assert closed


def test_a_video_without_sound_is_named(tmp_path: Path, mix: Mix, assets: dict[str, str]) -> None:
    assets["asset:v"] = str(write_movie(tmp_path / "v.mp4", Movie(sound="", seconds=0.2)))
    with pytest.raises(MediaError, match=r"audios\[0\]\.src: the file has no sound"):
        mix(Sound(src="asset:v", where="audios[0].src", begin=Fraction(0), end=Fraction(1)))


@pytest.mark.parametrize("codec", ["aac", "libmp3lame"])
def test_a_compressed_sound_is_heard_in_time(tmp_path: Path, mix: Mix, assets: dict[str, str], codec: str) -> None:
    name = {"aac": "c.m4a", "libmp3lame": "c.mp3"}[codec]
    assets["asset:c"] = str(write_sound(tmp_path / name, clicking(1, 0.5), codec))
    heard = mix(Sound(src="asset:c", where="x", begin=Fraction(1, 4), end=Fraction(1)))
    assert onset(heard, 0.75, 0.1) == pytest.approx(0.75, abs=0.003)
    assert joined([heard]).shape == (2, RATE)
