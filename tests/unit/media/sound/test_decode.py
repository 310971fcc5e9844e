from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.sound.decode import sound_blocks, sound_seconds
from tests.movies import Movie, write_movie
from tests.rendering import photo, write_picture, write_tone


@pytest.mark.parametrize("rate", [48_000, 44_100, 8_000])
def test_any_rate_becomes_48_khz_stereo(tmp_path: Path, rate: int) -> None:
    tone = write_tone(tmp_path / "tone.wav", seconds=1.5, rate=rate)
    sound = np.concatenate(list(sound_blocks(str(tone), where="x")), axis=1)
    assert sound.dtype == np.float32
    assert sound.shape == (2, 72_000)
    assert np.abs(sound).max() == pytest.approx(0.5, abs=0.01)
    assert sound_seconds(str(tone), where="x") == pytest.approx(1.5)


@pytest.mark.parametrize("read", [lambda path: list(sound_blocks(path, where="audios[0].src")),
                                  lambda path: sound_seconds(path, where="audios[0].src")])  # fmt: skip
def test_what_has_no_sound_is_named(tmp_path: Path, read: Callable[[str], object]) -> None:
    silent = write_movie(tmp_path / "silent.mp4", Movie(sound="", seconds=0.2))
    playlist = tmp_path / "list.wav"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x\n")
    picture = write_picture(tmp_path / "p.png", photo())
    for path in (silent, playlist, picture, tmp_path / "gone.wav"):
        with pytest.raises(MediaError, match=r"^audios\[0\]\.src: "):
            read(str(path))
