"""How long the pictures of clips last."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.media.footage.length import picture_seconds
from tests.movies import Movie, write_movie
from tests.rendering import write_tone


@pytest.mark.parametrize("sound", ["tone", ""])
def test_pictures_are_measured_without_their_sound(tmp_path: Path, sound: str) -> None:
    file = write_movie(tmp_path / "a.mp4", Movie(seconds=1.5, sound=sound, sound_seconds=4.0))
    assert picture_seconds(str(file)) == pytest.approx(1.5, abs=0.05)


def test_a_sound_and_a_broken_file_have_none(tmp_path: Path) -> None:
    assert picture_seconds(str(write_tone(tmp_path / "a.wav"))) is None
    whole = write_movie(tmp_path / "a.mp4", Movie()).read_bytes()
    (tmp_path / "b.mp4").write_bytes(whole[:200])
    assert picture_seconds(str(tmp_path / "b.mp4")) is None
