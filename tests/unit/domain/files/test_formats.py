"""Every output format's promises."""

from __future__ import annotations

from fractions import Fraction

import pytest

from clipmill.domain.files.formats import (
    FORMATS,
    SUFFIXES,
    Shape,
    format_of,
    promised,
    sound_warning,
    thumbnail_warning,
)
from clipmill.domain.media import MediaKind
from clipmill.errors import ProjectError

SHAPE = Shape(width=320, height=180, fps=Fraction(30), frames=45)


def test_every_name_a_project_may_ask_for_is_a_format() -> None:
    assert set(FORMATS) == {"mp4", "mov", "webm", "avi", "gif", "prores", "mp3", "wav", "m4a", "png-sequence",
                            "png", "jpg", "jpeg", "webp"}  # fmt: skip
    assert {".mp4", ".mov", ".zip", ".jpeg"} <= SUFFIXES


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(ProjectError, match="'mkv' is no format") as caught:
        format_of("mkv")
    assert "mp4, mov, webm" in caught.value.hint


def test_a_video_promises_frames_length_and_sound() -> None:
    spec = promised("webm", SHAPE, sound=True)
    assert (spec.kind, spec.suffix, spec.container) == (MediaKind.VIDEO, ".webm", "webm")
    assert (spec.seconds, spec.frames, spec.fps, spec.width, spec.height) == (1.5, 45, 30.0, 320, 180)
    assert (spec.video_codec, spec.audio_codec, spec.has_audio) == ("vp9", "opus", True)


def test_without_sound_no_codec_of_it_is_promised() -> None:
    spec = promised("mp4", SHAPE, sound=False)
    assert (spec.has_audio, spec.audio_codec) == (False, "")
    assert not promised("gif", SHAPE, sound=True).has_audio


@pytest.mark.parametrize(("fps", "frames", "rate"), [(30, 45, 30.0), (50, 45, 50.0), (60, 23, 30.0), (51, 23, 25.5)])
def test_a_gif_shows_no_more_than_fifty_frames_a_second(fps: int, frames: int, rate: float) -> None:
    shape = Shape(width=320, height=180, fps=Fraction(fps), frames=45)
    spec = promised("gif", shape, sound=False)
    assert (spec.frames, spec.fps, spec.seconds) == (frames, rate, 45 / fps)


def test_a_picture_has_no_time_a_sound_no_size_a_zip_a_count() -> None:
    picture, sound, archive = (promised(name, SHAPE, sound=True) for name in ("webp", "mp3", "png-sequence"))
    assert (picture.seconds, picture.frames, picture.width, picture.has_audio) == (0, 1, 320, False)
    assert (sound.seconds, sound.frames, sound.width, sound.has_audio) == (1.5, 0, 0, True)
    assert (archive.seconds, archive.frames, archive.width, archive.suffix) == (0, 45, 320, ".zip")


@pytest.mark.parametrize(
    ("name", "pixels"),
    [("png", "rgba"), ("webp", ""), ("png-sequence", "rgba"), ("prores", "yuva444p12le")],
)
def test_what_can_be_transparent_promises_opacity(name: str, pixels: str) -> None:
    shape = Shape(width=320, height=180, frames=3, transparent=True)
    assert promised(name, shape, sound=False).pixel_format == pixels


@pytest.mark.parametrize("name", ["mp4", "jpg", "gif"])
def test_what_cannot_be_transparent_is_refused_with_what_can(name: str) -> None:
    with pytest.raises(ProjectError, match="cannot be transparent") as caught:
        promised(name, Shape(width=320, height=180, transparent=True), sound=False)
    assert "png" in caught.value.hint


@pytest.mark.parametrize("name", ["mp3", "wav", "m4a"])
def test_a_sound_file_of_a_silent_project_is_refused(name: str) -> None:
    with pytest.raises(ProjectError, match="no sound in the project"):
        promised(name, SHAPE, sound=False)


def test_what_is_left_out_is_told() -> None:
    assert thumbnail_warning("mp4") == ""
    assert "webm files hold no cover picture; use mp4" in thumbnail_warning("webm")
    assert sound_warning("avi") == ""
    assert sound_warning("gif") == "audios: left out, for gif files have no sound"
