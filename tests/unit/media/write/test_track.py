"""Sound goes into a file as far as its pictures have come."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.write.formats import open_writer
from clipmill.media.write.sound import AAC, PCM, encode_sound
from clipmill.media.write.track import SoundStream
from tests.finished import SHAPE


class Counted:
    """Blocks that know how many of them were taken."""

    def __init__(self, blocks: int) -> None:
        self.blocks, self.taken = blocks, 0

    def __iter__(self) -> Iterator[np.ndarray]:
        for _ in range(self.blocks):
            self.taken += 1
            yield np.zeros((2, 4800), np.float32)


def test_no_more_sound_is_made_than_pictures_need(tmp_path: Path) -> None:
    blocks = Counted(100)
    with av.open(str(tmp_path / "x.wav"), "w", format="wav") as container:
        track = SoundStream(container, PCM, blocks)
        track.write_until(Fraction(1))
        assert blocks.taken <= 12
        track.write_until(Fraction(2))
        assert 20 <= blocks.taken <= 23
        track.write_rest()
    assert blocks.taken == 100
    assert (tmp_path / "x.wav").stat().st_size == pytest.approx(100 * 4800 * 4, abs=200)


def test_packets_made_before_are_muxed_once_each(tmp_path: Path) -> None:
    sound = encode_sound([np.zeros((2, 48_000), np.float32)])
    with av.open(str(tmp_path / "x.m4a"), "w", format="ipod") as container:
        track = SoundStream(container, AAC, sound)
        for tenth in range(12):
            track.write_until(Fraction(tenth, 10))
        track.write_rest()
    with av.open(str(tmp_path / "x.m4a")) as container:
        assert len([packet for packet in container.demux() if packet.size]) == len(sound.packets)


def _breaking() -> Iterator[np.ndarray]:
    yield np.zeros((2, 4800), np.float32)
    raise MediaError("music.mp3 is damaged")


@pytest.mark.parametrize("fmt", ["mp3", "m4a"])
def test_an_error_in_the_sound_is_its_own_and_leaves_no_file(tmp_path: Path, fmt: str) -> None:
    with pytest.raises(MediaError, match=r"music\.mp3"), open_writer(tmp_path / "made", fmt, SHAPE, _breaking()):
        pass
    assert list(tmp_path.iterdir()) == []
