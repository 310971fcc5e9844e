"""Videos and sounds of every container, decoded."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.formats import FORMATS
from clipmill.media.facts.seen import Seen
from clipmill.media.facts.streams import decode_streams
from tests.finished import place_file, spec_of


def _seen(path: Path, fmt: str) -> Seen:
    seen = Seen()
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
