from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.sound import decode, span
from clipmill.media.sound.decode import sound_blocks, sound_seconds
from tests.movies import Movie, write_movie
from tests.rendering import photo, write_picture
from tests.sounds import clicks, joined, mux_sound, onset, part, peak, pitch_of, tone, write_sound, write_wav


def _sound(path: Path, begin: float = 0.0) -> np.ndarray:
    return joined(sound_blocks(str(path), where="x", begin=begin))


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000, 192_000])
def test_any_rate_becomes_48_khz_stereo(tmp_path: Path, rate: int) -> None:
    path = write_wav(tmp_path / "tone.wav", tone(1.5, rate=rate), rate)
    sound = _sound(path)
    assert sound.dtype == np.float32
    assert sound.shape == (2, 72_000)
    assert peak(part(sound, 0.1, 1.4)) == pytest.approx(0.5, abs=0.01)
    assert pitch_of(sound) == pytest.approx(440, abs=1)
    assert sound_seconds(str(path), where="x") == pytest.approx(1.5)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
def test_other_rates_stay_in_time(tmp_path: Path, rate: int) -> None:
    sound = _sound(write_wav(tmp_path / "c.wav", clicks(1.5, 1.0, rate=rate), rate))
    assert onset(sound, 1.0, 0.1) == pytest.approx(1.0, abs=0.001)


def test_one_channel_is_heard_as_loud_from_both_sides(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "mono.wav", tone(0.5)[:1])
    sound = _sound(path)
    assert np.array_equal(sound[0], sound[1])
    assert peak(sound) == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize(("channel", "left", "right"), [(0, 0.4, 0), (1, 0, 0.4), (2, 0.283, 0.283), (3, 0, 0),
                                                         (4, 0.283, 0), (5, 0, 0.283)])  # fmt: skip
def test_surround_is_mixed_down(tmp_path: Path, channel: int, left: float, right: float) -> None:
    surround = np.zeros((6, 24_000), np.float32)
    surround[channel] = tone(0.5, 0.4)[0]
    sound = _sound(write_sound(tmp_path / "s.flac", surround, "flac", layout="5.1"))
    assert np.abs(sound).max(axis=1) == pytest.approx([left, right], abs=0.002)


@pytest.mark.parametrize(("name", "codec"), [("s.m4a", "aac"), ("s.mp3", "libmp3lame"), ("s.ogg", "libopus"),
                                              ("s.webm", "libopus"), ("s.mkv", "flac"), ("s.mov", "pcm_s16le"),
                                              ("s.mp4", "aac")])  # fmt: skip
def test_every_codec_is_in_time(tmp_path: Path, name: str, codec: str) -> None:
    path = write_sound(tmp_path / name, clicks(2.0, 0.25, 1.0, 1.5), codec)
    sound = _sound(path)
    for moment in (0.25, 1.0, 1.5):
        assert onset(sound, moment, 0.1) == pytest.approx(moment, abs=0.003)
    assert sound_seconds(str(path), where="x") == pytest.approx(2, abs=0.06)
    assert sound.shape[1] == pytest.approx(96_000, abs=3000)


def test_a_track_that_begins_after_the_pictures_begins_with_silence(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "late.mkv"), "w") as container:
        video, audio = container.add_stream("mpeg4", rate=10), container.add_stream("flac", rate=48_000)
        video.width = video.height = 16
        for number in range(10):
            frame = av.VideoFrame(16, 16, "yuv420p")
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        mux_sound(container, audio, clicks(1, 0.5), first=24_000)
    sound = _sound(tmp_path / "late.mkv")
    assert onset(sound, 1.0, 0.2) == pytest.approx(1.0, abs=0.002)
    assert sound.shape[1] == pytest.approx(72_000, abs=100)
    assert sound_seconds(str(tmp_path / "late.mkv"), where="x") == pytest.approx(1.5, abs=0.01)


def _frame(at: float, rate: int = 48_000) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(tone(0.1, rate=rate), "fltp", "stereo")
    frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, 1_000_000), round(at * 1e6)
    return frame


def test_a_hole_in_the_track_is_silence() -> None:
    sound = joined(decode._placed([_frame(0.0), _frame(0.1), _frame(0.7)], 0.0, 0))
    assert sound.shape[1] == 38_400
    assert peak(part(sound, 0.2, 0.7)) == 0
    assert peak(part(sound, 0.7, 0.8)) > 0.4


def test_times_that_run_back_a_little_are_kept_to_and_far_ones_are_not_believed() -> None:
    """What comes a second time is left out, so that all that follows is in time."""
    twice = [0.0, 0.1, 0.2, 0.3, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert joined(decode._placed([_frame(at) for at in twice], 0.0, 0)).shape[1] == 33_600
    anew = [number / 10 for number in (*range(30), *range(10))]
    assert joined(decode._placed([_frame(at) for at in anew], 0.0, 0)).shape[1] == 40 * 4800


def test_a_track_may_change_its_rate() -> None:
    sound = joined(decode._placed([_frame(0.0), _frame(0.1, 24_000), _frame(0.2)], 0.0, 0))
    assert sound.shape[1] == pytest.approx(14_400, abs=4)
    assert pitch_of(part(sound, 0.1, 0.2)) == pytest.approx(440, abs=10)


def test_what_is_no_number_is_silence_and_what_is_no_sound_is_held_down() -> None:
    sane = span._sane(np.array([[np.nan, np.inf, -np.inf, 0.5, 1e30], [1, 2, 3, 4, 5]], np.float32))
    assert sane.tolist() == [[0, 16, -16, 0.5, 16], [1, 2, 3, 4, 5]]


@pytest.mark.parametrize(("name", "codec"), [("s.m4a", "aac"), ("s.mkv", "flac"), ("s.webm", "libopus"),
                                              ("s.mp3", "libmp3lame")])  # fmt: skip
def test_a_sound_can_begin_late_in_a_long_file(tmp_path: Path, name: str, codec: str) -> None:
    path = write_sound(tmp_path / name, clicks(24, 3, 20.25, 21.5), codec)
    late = _sound(path, begin=20.0)
    assert onset(late, 0.25, 0.1) == pytest.approx(0.25, abs=0.003)
    assert onset(late, 1.5, 0.1) == pytest.approx(1.5, abs=0.003)
    assert late.shape[1] <= 4.1 * 48_000


def test_a_beginning_behind_the_end_is_silence(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "t.wav", tone(11))
    assert list(sound_blocks(str(path), where="x", begin=30)) == [] or peak(_sound(path, begin=30)) == 0


@pytest.mark.parametrize("read", [lambda path: list(sound_blocks(path, where="audios[0].src")),
                                  lambda path: sound_seconds(path, where="audios[0].src")])  # fmt: skip
def test_what_has_no_sound_is_named(tmp_path: Path, read: Callable[[str], object]) -> None:
    silent = write_movie(tmp_path / "silent.mp4", Movie(sound="", seconds=0.2))
    playlist = tmp_path / "list.wav"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x\n")
    picture = write_picture(tmp_path / "p.png", photo())
    for path in (silent, playlist, picture, tmp_path / "gone.wav"):
        with pytest.raises(MediaError, match=r"^audios\[0\]\.src"):
            read(str(path))


@pytest.mark.parametrize("name", ["d.wav", "d.mp3", "d.m4a", "d.ogg", "d.flac"])
def test_a_damaged_file_is_a_media_error_or_sound(tmp_path: Path, name: str) -> None:
    codec = {"wav": "pcm_s16le", "mp3": "libmp3lame", "m4a": "aac", "ogg": "libopus", "flac": "flac"}[name[2:]]
    good = write_sound(tmp_path / name, tone(0.3), codec).read_bytes()
    random = np.random.default_rng(3)
    for _ in range(30):
        bad = bytearray(good[: int(random.integers(8, len(good) + 1))])
        for place in random.integers(8, len(bad), 6) if len(bad) > 8 else ():
            bad[place] = int(random.integers(256))
        (tmp_path / name).write_bytes(bad)
        try:
            sound = next(sound_blocks(str(tmp_path / name), where="x"), np.zeros((2, 1), np.float32))
            assert np.isfinite(sound).all()
            sound_seconds(str(tmp_path / name), where="x")
        except MediaError as error:
            assert str(error).startswith("x")
