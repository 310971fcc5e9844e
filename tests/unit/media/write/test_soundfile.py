"""Sound files: as long as they were given, to the sample where the format knows samples."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import open_writer
from tests.finished import SHAPE, tone, write_file


def _samples(path: Path) -> tuple[np.ndarray, int]:
    with av.open(str(path)) as container:
        assert not container.streams.video
        frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    return np.concatenate(frames), rate


@pytest.mark.parametrize(("fmt", "over"), [("wav", 0), ("mp3", 0), ("m4a", 1024)])
def test_the_length_is_that_of_the_sound(tmp_path: Path, fmt: str, over: int) -> None:
    samples, rate = _samples(write_file(tmp_path / "x", fmt))
    assert rate == 48_000
    assert 48_000 <= len(samples) / 2 <= 48_000 + over


def test_a_wav_is_the_sound_itself(tmp_path: Path) -> None:
    samples, _ = _samples(write_file(tmp_path / "x", "wav"))
    given = np.concatenate(list(tone(SHAPE)), axis=1)
    assert (np.rint(given * 32_767) == samples.reshape(-1, 2).T).all()


def test_pictures_leave_no_trace(tmp_path: Path) -> None:
    with open_writer(tmp_path / "x", "wav", SHAPE, tone(SHAPE)) as writer:
        writer.write(Planes(SHAPE.width, SHAPE.height))
    with open_writer(tmp_path / "y", "wav", SHAPE, tone(SHAPE)):
        pass
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()
