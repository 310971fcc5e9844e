"""No sound stops or begins with a click: `step` is the largest jump from one sample to the next."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.sounds import Sound
from clipmill.engines.render.sound.mix import BLOCK
from clipmill.media.sound.edges import fallen, goes_on, risen
from tests.sounds import RATE, part, peak, tone

Store = Callable[..., Sound]
Mix = Callable[..., np.ndarray]
#: A tone whose own largest step is 0.0144.
LOW = 220


def step(sound: np.ndarray) -> float:
    """The largest jump, silence before and behind included."""
    return float(np.abs(np.diff(np.pad(sound, ((0, 0), (1, 1))))).max())


@pytest.mark.parametrize(
    "fields",
    [{"begin": Fraction(1), "end": Fraction("3.0013")}, {"source_end": 1.7503}, {"source_begin": 0.0011},
     {"source_begin": 0.0011, "begin": Fraction("0.51"), "end": Fraction("0.777")}, {"end": Fraction(6)},
     {"speed": 1.25, "source_begin": 0.0011, "end": Fraction("2.0007")}, {"end": Fraction(BLOCK + 5, RATE)},
     {"end": Fraction(BLOCK - 5, RATE)}, {"end": Fraction(1, 200)}],
)  # fmt: skip
def test_a_sound_that_is_stopped_or_begun_in_the_middle_of_a_wave_does_not_click(
    store: Store, mix: Mix, fields: dict[str, Any]
) -> None:
    heard = mix(store("a", tone(10, 0.5, LOW), **{"end": Fraction(4), **fields}), seconds=6)
    assert step(heard) <= 0.02
    assert peak(heard) > 0.2


def test_the_ramp_lies_before_the_end_and_is_eight_milliseconds_long(store: Store, mix: Mix) -> None:
    sound = store("a", tone(10, 0.5, LOW), begin=Fraction(1), end=Fraction("3.0013"))
    heard, end = mix(sound, seconds=6), round(3.0013 * RATE)
    longer = mix(replace(sound, end=Fraction(5)), seconds=6)
    assert np.array_equal(heard[:, : end - 384], longer[:, : end - 384])
    assert peak(heard[:, end:]) == 0
    assert peak(heard[:, end - 40 : end]) < 0.02


@pytest.mark.parametrize("way", ["begin", "end"])
def test_a_file_that_is_itself_cut_in_a_wave_does_not_click(store: Store, mix: Mix, way: str) -> None:
    cut = tone(1.01, 0.5, LOW)[:, 55:] if way == "begin" else tone(0.9013, 0.5, LOW)
    heard = mix(store("a", cut, begin=Fraction(1, 2), end=Fraction(3)), seconds=3)
    assert step(heard) <= 0.02


def test_a_beat_at_the_very_beginning_keeps_its_edge(store: Store, mix: Mix) -> None:
    beat = tone(0.5, 0.8, 2000) * np.exp(-np.arange(RATE // 2) / 2000).astype(np.float32)
    heard = mix(store("a", beat, begin=Fraction(1, 4), end=Fraction(1)))
    expected = ((beat * 32767).round() / 32768).astype(np.float32)
    assert np.array_equal(heard[:, RATE // 4 : RATE // 4 + 20_000], expected[:, :20_000])


def test_fades_that_are_asked_for_are_all_there_is(store: Store, mix: Mix) -> None:
    heard = mix(store("a", tone(10, 0.5, LOW), source_begin=0.0011, fade_in=0.2, fade_out=0.3, end=Fraction("0.9007")))
    source = ((tone(10, 0.5, LOW) * 32767).round() / 32768).astype(np.float32)[:, 53:]
    assert np.allclose(heard[:, 9600:28_000], source[:, 9600:28_000], atol=1e-6)
    share = np.arange(9600) / 9600
    assert np.allclose(heard[:, :9600], source[:, :9600] * share, atol=1e-6)


def test_a_loop_is_joined_without_a_click_or_a_dip(store: Store, mix: Mix) -> None:
    loop = tone(0.5, 0.5, LOW)
    sound = store("a", loop)
    heard = mix(*(replace(sound, begin=Fraction(n, 2), end=Fraction(n + 1, 2)) for n in range(4)), seconds=2)
    whole = ((tone(2, 0.5, LOW) * 32767).round() / 32768).astype(np.float32)
    assert np.array_equal(heard, whole)


def test_two_halves_of_one_sound_are_one_again(store: Store, mix: Mix) -> None:
    sound = store("a", tone(3, 0.5, LOW), end=Fraction(3))
    first = replace(sound, end=Fraction("1.3007"))
    second = replace(sound, begin=Fraction("1.3007"), source_begin=1.3007)
    assert np.array_equal(mix(second, first, seconds=3), mix(sound, seconds=3))


@pytest.mark.parametrize("length", [0.5012, 0.4991])
def test_a_loop_that_does_not_fit_itself_does_not_click(store: Store, mix: Mix, length: float) -> None:
    sound, moment = store("a", tone(length, 0.5, LOW)), Fraction(str(length))
    heard = mix(*(replace(sound, begin=moment * n, end=moment * (n + 1)) for n in range(3)), seconds=2)
    assert step(heard) <= 0.02


def test_what_goes_on_and_what_does_not() -> None:
    whole = tone(1, 0.5, LOW)
    assert goes_on(whole[:, 100:148], whole[:, 148:196])
    assert not goes_on(whole[:, 100:148], whole[:, 205:253])
    assert not goes_on(tone(1, 0.5, 9000)[:, :48], np.zeros((2, 48), np.float32))
    assert not goes_on(whole[:, :48], np.zeros((2, 0), np.float32))


def test_ramps_begin_and_end_at_nothing_and_leave_the_rest_alone() -> None:
    ones = np.ones((2, 1000), np.float32)
    assert np.array_equal(fallen(ones, 1000)[:, ::-1], risen(ones, 0))
    assert risen(ones, 0)[0, 0] < 1e-4
    assert np.all(risen(ones, 0)[:, 384:] == 1)
    assert np.array_equal(np.concatenate([risen(ones[:, :100], 0), risen(ones[:, 100:], 100)], axis=1), risen(ones, 0))
    assert peak(part(fallen(ones, 5000), 0, 1)) == 1
