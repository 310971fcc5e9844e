"""Animated GIFs, as players read them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.domain.files.formats import Shape
from clipmill.errors import MediaError
from clipmill.media.draw.planes import Planes, to_rgb
from clipmill.media.write.formats import open_writer
from tests.finished import draw, write_file


def _delays(path: Path) -> list[int]:
    """Hundredths of a second of each picture, from its graphic control block."""
    data, found, at = path.read_bytes(), [], 0
    while (at := data.find(b"\x21\xf9\x04", at)) >= 0:
        found.append(int.from_bytes(data[at + 4 : at + 6], "little"))
        at += 8
    return found


@pytest.mark.parametrize(("fps", "delays"), [(25, {4}), (30, {3, 4}), (60, {3, 4}), (50, {2})])
def test_every_picture_stays_as_long_as_it_should(tmp_path: Path, fps: int, delays: set[int]) -> None:
    shape = Shape(width=64, height=48, fps=Fraction(fps), frames=fps)
    found = _delays(write_file(tmp_path / "x.gif", "gif", shape))
    assert set(found) == delays
    assert sum(found) == 100


def test_it_plays_for_ever(tmp_path: Path) -> None:
    assert b"NETSCAPE2.0\x03\x01\x00\x00" in write_file(tmp_path / "x.gif", "gif").read_bytes()


def test_the_colours_are_those_of_the_pictures(tmp_path: Path) -> None:
    planes = Planes(160, 96)
    with av.open(str(write_file(tmp_path / "x.gif", "gif"))) as container:
        for number, frame in enumerate(container.decode(video=0)):
            draw(planes, number)
            off = np.abs(frame.to_ndarray(format="rgb24").astype(int) - to_rgb(planes))
            assert off.mean() < 4


def test_one_palette_serves_all_pictures(tmp_path: Path) -> None:
    data = write_file(tmp_path / "x.gif", "gif").read_bytes()
    blocks = [at for at in range(len(data) - 10) if data[at : at + 3] == b"\x21\xf9\x04" and data[at + 8] == 0x2C]
    assert len(blocks) == 25
    assert all(not data[at + 17] & 0x80 for at in blocks)


def test_an_odd_size_is_cut_from_larger_planes(tmp_path: Path) -> None:
    shape = Shape(width=63, height=47, fps=Fraction(10), frames=3)
    with av.open(str(write_file(tmp_path / "x.gif", "gif", shape))) as container:
        assert {(frame.width, frame.height) for frame in container.decode(video=0)} == {(63, 47)}


def test_nothing_lies_beside_it_afterwards(tmp_path: Path) -> None:
    write_file(tmp_path / "x.gif", "gif")
    assert [path.name for path in tmp_path.iterdir()] == ["x.gif"]


def test_a_gif_without_a_picture_is_refused(tmp_path: Path) -> None:
    shape = Shape(width=64, height=48)
    with pytest.raises(MediaError, match="no picture"), open_writer(tmp_path / "x.gif", "gif", shape, None):
        pass
    assert list(tmp_path.iterdir()) == []
