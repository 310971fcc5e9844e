"""Sound is heard when its times say, whatever the number of its samples: without drift, steps and invented holes."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.media.sound import decode
from clipmill.media.sound.bend import Bend
from clipmill.media.sound.decode import sound_blocks
from tests.sounds import RATE, Sound, clicks, decibels, in_blocks, joined, onset, part, peak, pitch_of, tone

Times = Callable[[float], float]


def _frames(sound: Sound, times: Times, size: int = 1024, rate: int = RATE) -> Iterator[av.AudioFrame]:
    """A sound in frames; `times`: seconds of samples → seconds it says."""
    for begin in range(0, sound.shape[1], size):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[:, begin : begin + size]), "fltp", "stereo")
        frame.sample_rate, frame.time_base = rate, Fraction(1, 1_000_000)
        frame.pts = round(times(begin / rate) * 1e6)
        yield frame


def _heard(frames: Iterable[av.AudioFrame], begin: int = 0) -> Sound:
    return joined(decode._placed(frames, 0.0, begin))


def _step(sound: Sound) -> float:
    """The largest jump before the last millisecond, where a file may end in the middle of a wave."""
    return float(np.abs(np.diff(sound[0, :-48])).max())


def _quietest(sound: Sound, begin: float, end: float) -> float:
    """The level of the quietest window of 10 ms, dB."""
    return min(decibels(part(sound, at / 100, at / 100 + 0.01)) for at in range(round(begin * 100), round(end * 100)))


@pytest.mark.parametrize("drift", [-0.05, -0.01, -0.003, 0.002, 0.005, 0.01, 0.04])
@pytest.mark.parametrize("size", [960, 1152, 24_000])
def test_a_click_comes_when_its_time_says(drift: float, size: int) -> None:
    moments = (1.0, 6.0, 11.0, 23.0)
    clock = 1 + drift
    sound = clicks(25 / clock, *(moment / clock for moment in moments))
    heard = _heard(_frames(sound, lambda at: at * clock, size))
    for moment in moments[1:]:
        assert onset(heard, moment, 0.1) == pytest.approx(moment, abs=0.012)
    assert onset(heard, 1.0, 0.1) == pytest.approx(1.0, abs=0.04)
    assert heard.shape[1] / RATE == pytest.approx(25, abs=0.04)


@pytest.mark.parametrize("drift", [-0.02, -0.004, 0.004, 0.01, 0.02])
def test_a_tone_that_drifts_has_no_hole_and_no_step(drift: float) -> None:
    heard = _heard(_frames(tone(12 / (1 + drift), 0.5, 1000), lambda at: at * (1 + drift)))
    assert _quietest(heard, 0.05, 11.9) > -12
    assert _step(heard) < 0.5 * 2 * np.pi * 1000 / RATE * 1.05
    assert pitch_of(part(heard, 5, 10)) == pytest.approx(1000 / (1 + drift), rel=0.002)


def test_what_is_in_time_is_the_same_bits_and_rounding_and_jitter_are_not_drift() -> None:
    sound, random = tone(20, 0.5, 700), np.random.default_rng(4)
    assert np.array_equal(_heard(_frames(sound, lambda at: at)), sound)
    assert np.array_equal(_heard(_frames(sound, lambda at: round(at, 3))), sound)
    assert np.array_equal(_heard(_frames(sound, lambda at: at + random.uniform(0, 0.01) * (at > 0))), sound)
    # Frames that all carry the time at which a bunch of them arrived.
    assert np.array_equal(_heard(_frames(sound, lambda at: np.floor(at * 80) / 80)), sound)


def test_one_frame_with_a_wild_time_moves_nothing() -> None:
    sound = tone(6, 0.5, 700)
    assert np.array_equal(_heard(_frames(sound, lambda at: at + 0.4 * (3 < at < 3.02))), sound)


@pytest.mark.parametrize("gap", [0.06, 0.3, 2.5])
def test_a_gap_stays_a_gap_with_soft_edges(gap: float) -> None:
    heard = _heard(_frames(tone(6, 0.5, 220), lambda at: at + gap * (at >= 3)))
    hole = round(3 * RATE / 1024 + 0.5) * 1024 / RATE
    assert peak(part(heard, hole + 0.001, hole + gap - 0.001)) < 0.001
    assert heard.shape[1] == pytest.approx((6 + gap) * RATE, abs=2)
    assert _step(heard) <= 0.02


def test_after_a_gap_and_after_a_jump_back_all_is_in_time() -> None:
    sound = clicks(12, 2.0, 5.0, 8.0, 11.0)

    def times(at: float) -> float:
        return at + 0.5 * (at >= 4) - 0.7 * (at >= 7)

    heard = _heard(_frames(sound, times))
    for moment in (2.0, 5.5, 7.8, 10.8):
        assert onset(heard, moment, 0.1) == pytest.approx(moment, abs=0.003)


def test_small_losses_are_made_up_for_without_a_step() -> None:
    """A frame of 21 ms is lost every four seconds: heard a little slower, and in time at the end."""
    sound = tone(30, 0.5, 440)
    heard = _heard(_frames(sound, lambda at: at + 1024 / RATE * np.floor(at / 4)))
    assert heard.shape[1] / RATE == pytest.approx(30 + 7 * 1024 / RATE, abs=0.02)
    assert _quietest(heard, 0.05, 29) > -12
    assert _step(heard) < 0.5 * 2 * np.pi * 440 / RATE * 1.05


def test_a_late_part_is_the_same_as_that_of_the_whole(tmp_path: Path) -> None:
    path, clock = tmp_path / "a.mp4", Fraction(995, 1000)
    sound = clicks(60, 20.0, 50.0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        for number, block in enumerate(in_blocks(sound, 1024)):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", "stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, number * 1024, Fraction(1, RATE)
            _mux(container, stream, frame, clock)
        _mux(container, stream, None, clock)
    whole = joined(sound_blocks(str(path), where="x"))
    late = joined(sound_blocks(str(path), where="x", begin=49.0))
    assert onset(whole, 49.75, 0.1) == pytest.approx(49.75, abs=0.01)
    assert onset(late, 0.75, 0.1) == pytest.approx(0.75, abs=0.015)


def _mux(
    container: av.container.OutputContainer, stream: av.AudioStream, frame: av.AudioFrame | None, clock: Fraction
) -> None:
    for packet in stream.encode(frame):
        packet.pts = packet.dts = round((packet.pts or 0) * clock)
        packet.duration = round((packet.duration or 0) * clock)
        container.mux(packet)


def test_a_bend_keeps_bits_until_it_bends_and_is_clean_when_it_does() -> None:
    sound = tone(2, 0.5, 5000)
    bend = Bend()
    bend.add(sound)
    bend.finish()
    assert np.array_equal(bend.take(48_000), sound[:, :48_000])
    longer = np.concatenate([bend.take(24_000, 240), bend.take(24_000, -120)], axis=1)
    assert longer.shape[1] == pytest.approx(48_120, abs=2)
    assert _step(np.concatenate([sound[:, :48_000], longer], axis=1)) < 0.5 * 2 * np.pi * 5000 / RATE * 1.02
    spectrum = np.abs(np.fft.rfft(longer[0, 100:24_000] * np.hanning(23_900)))
    top = int(spectrum.argmax())
    beside = np.concatenate([spectrum[: top - 20], spectrum[top + 20 :]])
    assert 20 * np.log10(beside.max() / spectrum.max()) < -60
