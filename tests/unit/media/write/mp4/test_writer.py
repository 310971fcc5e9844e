"""The writer of MP4 files: stills held, parts of a video, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.domain.files.formats import Shape
from clipmill.engines.render.profile import FOOTAGE, GRAPHICS
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import WriteOptions, open_writer
from clipmill.media.write.mp4 import waiting

Film = Callable[..., Path]


def _frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray() for frame in container.decode(video=0)]


def test_a_held_picture_takes_a_fraction_of_the_bytes_and_stays_as_good(film: Film) -> None:
    held, encoded = film("held.mp4"), film("encoded.mp4", holds=False)
    assert held.stat().st_size < encoded.stat().st_size
    for one, two in zip(_frames(held), _frames(encoded), strict=True):
        assert np.abs(one.astype(int) - two).max() <= 4


def test_writing_one_by_one_is_holding_each_for_one_frame(tmp_path: Path) -> None:
    shape, planes = Shape(width=64, height=48), Planes(64, 48)
    for name in ("a", "b"):
        with open_writer(tmp_path / name, "mp4", shape, None, WriteOptions(profile=GRAPHICS)) as writer:
            for number in range(9):
                planes.buffer[:] = 100 + number
                writer.write(planes, key=number == 4) if name == "a" else writer.hold(planes, 1, key=number == 4)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_parts_of_a_video_are_one_stream(tmp_path: Path) -> None:
    shape, planes, random = Shape(width=64, height=48), Planes(64, 48), np.random.default_rng(1)
    options = WriteOptions(profile=FOOTAGE, parts={0: GRAPHICS, 12: FOOTAGE, 40: GRAPHICS})
    ground = random.integers(100, 130, planes.buffer.shape, np.uint8)
    with open_writer(tmp_path / "made", "mp4", shape, None, options) as writer:
        for number in range(8):
            planes.buffer[:] = np.roll(ground, number, 1) // 2 + number * 8
            writer.hold(planes, 10)
    with av.open(str(tmp_path / "made"), options={"err_detect": "explode"}) as container:
        frames = list(container.decode(video=0))
    assert [number for number, frame in enumerate(frames) if frame.key_frame] == [0, 12, 40]
    for number, frame in enumerate(frames):
        wanted = np.roll(ground, number // 10, 1) // 2 + number // 10 * 8
        assert np.abs(frame.to_ndarray().astype(int) - wanted).mean() < 3


def test_a_video_without_a_picture_is_finished_too(tmp_path: Path) -> None:
    with open_writer(tmp_path / "made", "mp4", Shape(width=64, height=48), None, WriteOptions(profile=GRAPHICS)):
        pass
    with av.open(str(tmp_path / "made")) as container:
        assert container.streams.video[0].frames == 0


def test_after_an_error_nothing_is_left_beside_it_either(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_MOST_IN_MEMORY", 10)
    folder = film().parent
    shape, planes = Shape(width=64, height=48), Planes(64, 48)
    with pytest.raises(ZeroDivisionError), open_writer(folder / "made", "mp4", shape, None) as writer:
        writer.hold(planes, 90)
        _ = 1 / 0
    assert [path.name for path in folder.iterdir()] == ["film.mp4"]
