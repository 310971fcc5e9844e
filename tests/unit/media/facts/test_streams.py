"""Videos and sounds of every container, decoded."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.domain.files.formats import FORMATS, Shape, promised
from clipmill.engines.render.profile import GRAPHICS
from clipmill.media.facts.decoded import DecodedFacts
from clipmill.media.facts.streams import decode_streams, hear
from clipmill.media.write.formats import WriteOptions
from tests.finished import place_file, spec_of
from tests.held import Still, write_held


def _seen(path: Path, fmt: str) -> DecodedFacts:
    seen = DecodedFacts()
    decode_streams(path, spec_of(fmt), seen)
    return seen


@pytest.mark.parametrize("fmt", ["mp4", "webm", "avi", "gif", "prores"])
def test_a_video_has_its_frames_and_its_moments(tmp_path: Path, fmt: str) -> None:
    seen = _seen(place_file(tmp_path / "x", fmt), fmt)
    assert (seen.error, seen.frames, seen.missing, seen.size) == ("", 25, 0, (160, 96))
    assert sorted(seen.pictures) == ["first", "last", "middle"]
    assert seen.seconds == pytest.approx(1.0, abs=0.01)
    assert seen.video_codec == FORMATS[fmt].video_codec


@pytest.mark.parametrize("fmt", ["mp3", "wav", "m4a"])
def test_a_sound_has_its_length_and_no_frames(tmp_path: Path, fmt: str) -> None:
    seen = _seen(place_file(tmp_path / "x", fmt), fmt)
    assert (seen.error, seen.frames, seen.pictures, seen.audible) == ("", 0, {}, True)
    assert seen.seconds == pytest.approx(1.0, abs=0.025)
    assert seen.audio_codec == FORMATS[fmt].audio_codec


def test_of_a_video_asked_to_be_a_sound_only_the_sound_is_heard(tmp_path: Path) -> None:
    seen = _seen(place_file(tmp_path / "x", "mp4"), "m4a")
    assert (seen.frames, seen.audio_codec, seen.video_codec) == (0, "aac", "")


def test_a_sound_asked_to_be_a_video_has_no_picture(tmp_path: Path) -> None:
    assert _seen(place_file(tmp_path / "x", "mp3"), "mp4").error == "there is no picture in it"


def test_a_video_without_sound_asked_to_be_a_sound_has_none(tmp_path: Path) -> None:
    assert _seen(place_file(tmp_path / "x", "gif"), "mp3").error == "there is no sound in it"


def test_a_sound_that_ends_before_it_says_is_told(tmp_path: Path) -> None:
    path = place_file(tmp_path / "x", "mp3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    assert "of its 1.00 s can be heard" in _seen(path, "mp3").error


@pytest.mark.parametrize(("fmt", "words"), [("mp4", "no MP4"), ("wav", "no MP3, WAV")])
def test_what_is_no_media_is_told_in_the_words_of_what_was_asked(tmp_path: Path, fmt: str, words: str) -> None:
    (tmp_path / "x").write_bytes(b"nothing that could be played" * 20)
    assert words in _seen(tmp_path / "x", fmt).error


def _still(path: Path) -> Path:
    """Two grey pictures, of 201 and 99 frames."""
    stills = [Still(np.full((96, 96), grey, np.uint8), count, key=False) for grey, count in ((100, 201), (16, 99))]
    write_held(path, stills, WriteOptions(profile=GRAPHICS), _SHAPE, sound=True)
    return path


_SHAPE = Shape(width=96, height=64, frames=300)


def _seen_of(path: Path) -> DecodedFacts:
    seen = DecodedFacts(container="mp4")
    decode_streams(path, promised("mp4", _SHAPE, sound=True), seen)
    return seen


def test_a_codec_nobody_knows_is_told(tmp_path: Path) -> None:
    path = place_file(tmp_path / "x", "mp4")
    path.write_bytes(path.read_bytes().replace(b"avc1\0\0", b"odd?\0\0"))
    assert _seen(path, "mp4").error == "it is coded in a way that nothing here can decode"


def test_sound_of_more_channels_than_can_be_read_is_only_counted() -> None:
    seen = DecodedFacts()
    frame = av.AudioFrame(format="fltp", layout="36 channels", samples=1024)
    frame.sample_rate = 48_000
    hear(frame, seen)
    assert (seen.samples, seen.audible) == (1024, False)
    hear(av.AudioFrame.from_ndarray(np.full((2, 64), 0.2, np.float32), "fltp", "stereo"), seen)
    assert (seen.samples, seen.audible) == (1088, True)


def test_repeated_pictures_are_seen_without_being_decoded(tmp_path: Path) -> None:
    seen = _seen_of(_still(tmp_path / "x.mp4"))
    assert seen.is_flawless
    assert (seen.frames, seen.packets, seen.spared) == (300, 300, 300 - 2 * 13)
    assert (seen.seconds, seen.watch.frames, seen.watch.black_frames) == (10, 300, 99)
    assert seen.watch.stills(10) == [(0.0, 6.7), (6.7, 10)]
    assert seen.pictures["middle"].mean() == seen.pictures["first"].mean() > seen.pictures["last"].mean()


@pytest.mark.parametrize("place", [0.3, 0.9, 0.999])
def test_of_a_file_with_something_wrong_everything_is_decoded(tmp_path: Path, place: float) -> None:
    path = _still(tmp_path / "x.mp4")
    content = bytearray(path.read_bytes())
    samples = content.index(b"mdat")
    for at in range(samples + round((len(content) - samples) * place), len(content), 7):
        content[at] ^= 0x5A
    path.write_bytes(content)
    seen = _seen_of(path)
    assert not seen.is_flawless
    assert (seen.spared, seen.packets) == (0, 300)


def test_so_it_is_where_there_are_far_more_pictures_than_asked(tmp_path: Path) -> None:
    seen = DecodedFacts()
    decode_streams(_still(tmp_path / "x.mp4"), promised("mp4", Shape(width=96, height=64, frames=20), sound=True), seen)
    assert (seen.frames, seen.spared) == (140, 0)
    assert "stopped after 140 frames" in seen.error
