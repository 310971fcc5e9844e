from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from clipmill.media.sound.edges import RAMP
from clipmill.media.sound.loops import repeated
from tests.sounds import Sound, in_blocks, peak, tone


def _looped(sound: Sound, total: int, length: Fraction, period: Fraction, block: int = 700) -> Sound:
    """The first `total` samples."""
    parts: list[Sound] = []
    blocks: Iterator[Sound] = repeated(lambda: in_blocks(sound, block), length, period)
    while sum(part.shape[1] for part in parts) < total:
        parts.append(next(blocks))
    return np.concatenate(parts, axis=1)[:, :total]


def _noise(count: int) -> Sound:
    return np.random.default_rng(2).uniform(-0.5, 0.5, (2, count)).astype(np.float32)


@pytest.mark.parametrize("block", [100, 700, 4800])
@pytest.mark.parametrize("period", [Fraction(3000), Fraction(10_001, 3)])
def test_it_begins_anew_at_exactly_its_moments(period: Fraction, block: int) -> None:
    sound = _noise(5000)
    looped = _looped(sound, 20_000, period, period, block)
    for number in range(5):
        begin, end = round(number * period), round((number + 1) * period)
        inside = slice(begin + RAMP, end - RAMP)
        assert np.array_equal(looped[:, inside], sound[:, RAMP : end - begin - RAMP]), number


def test_where_it_goes_over_into_itself_nothing_is_done() -> None:
    wave = tone(0.1, pitch=400.0)  # forty whole waves
    looped = _looped(wave, 4 * 4800, Fraction(4800), Fraction(4800))
    assert np.array_equal(looped, np.tile(wave, 4))


def test_where_it_does_not_both_sides_are_ramps() -> None:
    wave = tone(0.1, pitch=404.0) * np.linspace(0.2, 1, 4800, dtype=np.float32)
    looped = _looped(wave, 4 * 4800, Fraction(4800), Fraction(4800))
    assert np.abs(np.diff(looped, axis=1)).max() < 0.06
    assert np.abs(looped[:, 4799:4801]).max() < 0.01
    assert np.array_equal(looped[:, : 4800 - RAMP], wave[:, : 4800 - RAMP]), "its beginning is its own"


@pytest.mark.parametrize(("length", "there"), [(3000, 3000), (9000, 4000)])
def test_it_is_silent_until_it_begins_again(length: int, there: int) -> None:
    looped = _looped(_noise(4000), 12_000, Fraction(length), Fraction(6000))
    for begin in (0, 6000):
        assert peak(looped[:, begin + RAMP : begin + there - RAMP]) > 0.4
        assert peak(looped[:, begin + there - 2 : begin + there]) < 0.01
        assert peak(looped[:, begin + there : begin + 6000]) == 0
    assert peak(looped[:, 6000:6002]) < 0.01


def test_what_has_no_samples_is_silence() -> None:
    assert peak(_looped(np.zeros((2, 0), np.float32), 5000, Fraction(800), Fraction(800))) == 0
