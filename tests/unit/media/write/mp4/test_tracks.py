"""Tracks: clocks, lengths, edit lists and what the samples are."""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from clipmill.domain.files.formats import Shape
from clipmill.engines.render.profile import GRAPHICS
from clipmill.media.write.h264.encoder import headers_of
from clipmill.media.write.h264.splice import CodedPicture
from clipmill.media.write.mp4.tracks import PictureTrack, SoundTrack, Timescale, movie_head, movie_rate
from clipmill.media.write.sound import encode_sound
from tests.boxes import boxes, words_in


@pytest.mark.parametrize("fps", [Fraction(1), Fraction(10), Fraction(30), Fraction(24_000, 1001), Fraction(25, 2),
                                 Fraction(30_000, 1001), Fraction(599_401, 10_000), Fraction(60)])  # fmt: skip
def test_a_picture_is_a_whole_number_of_ticks(fps: Fraction) -> None:
    clock = Timescale.of(fps)
    assert Fraction(clock.rate, clock.step) == fps
    assert 10_000 <= clock.rate < 1_000_000
    assert movie_rate(clock, None) == clock.rate


def test_the_whole_file_counts_both_tracks_exactly() -> None:
    sound = SoundTrack(encode_sound(iter([np.zeros((2, 4800), np.float32)])))
    rate = movie_rate(Timescale.of(Fraction(30_000, 1001)), sound)
    assert rate % 30_000 == rate % 48_000 == 0
    assert movie_rate(Timescale(4_000_000_007, 1), sound) == 4_000_000_007


def _pictures(shown: list[int], fps: Fraction = Fraction(25)) -> dict[str, bytes]:
    shape = Shape(width=64, height=48, fps=fps)
    track = PictureTrack(shape, Timescale.of(fps))
    for number, place in enumerate(shown):
        track.add(CodedPicture(b"1234", place, number in (0, 4)), 4 * number)
    parameters = headers_of(shape, GRAPHICS)
    assert parameters is not None
    return dict(boxes(track.to_box(0, track.clock.rate, ([parameters.sps], [parameters.pps]))))


def test_pictures_are_shown_when_they_are_meant_to_be() -> None:
    found = _pictures([0, 3, 1, 2, 4, 5])
    step = Timescale.of(Fraction(25)).step
    assert words_in(found["trak/mdia/minf/stbl/stts"]) == [1, 6, step]
    assert words_in(found["trak/mdia/minf/stbl/stss"]) == [2, 1, 5]
    # The one picture that comes early makes all wait for one step; the edit list takes that back.
    assert words_in(found["trak/mdia/minf/stbl/ctts"]) == [4, 1, step, 1, 3 * step, 2, 0, 2, step]
    assert words_in(found["trak/edts/elst"]) == [1, 6 * step, step, 1 << 16]
    assert words_in(found["trak/mdia/mdhd"])[2:4] == [Timescale.of(Fraction(25)).rate, 6 * step]


def test_pictures_in_their_order_do_not_wait() -> None:
    found = _pictures([0, 1, 2])
    assert words_in(found["trak/mdia/minf/stbl/ctts"]) == [1, 3, 0]
    assert words_in(found["trak/edts/elst"])[2] == 0


def test_the_picture_is_described() -> None:
    found = _pictures([0])
    entry = found["trak/mdia/minf/stbl/stsd/avc1"]
    assert struct.unpack(">HH", entry[24:28]) == (64, 48)
    assert found["trak/mdia/minf/stbl/stsd/avc1/colr"] == b"nclx\0\1\0\1\0\1\0"
    assert found["trak/mdia/minf/stbl/stsd/avc1/pasp"] == b"\0\0\0\1\0\0\0\1"
    configuration = found["trak/mdia/minf/stbl/stsd/avc1/avcC"]
    assert configuration[0] == 1
    assert configuration[4:6] == b"\xff\xe1"
    assert configuration.endswith(b"\xfd\xf8\xf8\0")
    assert found["trak/mdia/hdlr"][8:12] == b"vide"
    assert struct.unpack(">II", found["trak/tkhd"][-8:]) == (64 << 16, 48 << 16)


def _sound(samples: int) -> tuple[SoundTrack, Callable[[str], list[int]]]:
    track = SoundTrack(encode_sound(iter([np.zeros((2, samples), np.float32)])))
    for number, (data, _, _) in enumerate(track.sound.packets):
        track.samples.add(100 * number, len(data))
    found = dict(boxes(track.to_box(0, 48_000)))
    return track, lambda name: words_in(found[name])


@pytest.mark.parametrize("samples", [1, 1024, 48_000, 48_001])
def test_sound_begins_with_the_first_sample_and_ends_with_the_last(samples: int) -> None:
    track, read = _sound(samples)
    assert track.heard == samples
    assert read("trak/edts/elst") == [1, samples, 1024, 1 << 16]
    assert read("trak/mdia/mdhd")[2:4] == [48_000, samples + 1024]
    times = read("trak/mdia/minf/stbl/stts")[1:]
    assert sum(count * length for count, length in zip(times[::2], times[1::2], strict=True)) == samples + 1024


def test_longer_times_than_four_bytes_can_count_are_written_in_eight() -> None:
    short, long = movie_head(1000, 1 << 31, 2), movie_head(1000, 1 << 33, 2)
    assert (short[8], long[8], len(long) - len(short)) == (0, 1, 12)
    assert struct.unpack(">IQ", long[28:40]) == (1000, 1 << 33)
