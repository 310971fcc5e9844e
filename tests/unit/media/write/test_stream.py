"""Videos as streams: H.264 that is the same on every machine, covers, and what each stream says of itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.stream import Disposition

from clipmill.domain.files.formats import Shape
from clipmill.domain.timeline.colour import Colour
from clipmill.engines.render.profile import GRAPHICS
from clipmill.errors import MediaError
from clipmill.media.draw.planes import Planes
from clipmill.media.facts.inspect import inspect
from clipmill.media.write import stream
from clipmill.media.write.formats import WriteOptions, open_writer
from tests.finished import draw, shape_of, spec_of, write_file

_H264 = WriteOptions(profile=GRAPHICS)


def _write(path: Path, frames: int) -> Path:
    planes = Planes(64, 48)
    with open_writer(path, "mp4", Shape(width=64, height=48, fps=Fraction(25)), None, _H264) as writer:
        for number in range(frames):
            planes.fill(Colour(number * 9 % 256, 90, 90))
            writer.write(planes, key=number == 7)
    return path


@pytest.mark.parametrize("frames", [1, 2, 3, 10, 61])
def test_every_frame_arrives_in_order(tmp_path: Path, frames: int) -> None:
    with av.open(str(_write(tmp_path / "v.mp4", frames))) as container:
        seen = [frame.to_ndarray(format="yuv420p")[:48].mean() for frame in container.decode(video=0)]
    planes = Planes(64, 48)
    assert len(seen) == frames
    for number, brightness in enumerate(seen):
        planes.fill(Colour(number * 9 % 256, 90, 90))
        assert brightness == pytest.approx(planes.parts[0].mean(), abs=3)


@pytest.mark.parametrize("fmt", ["mp4", "mov", "webm", "avi", "prores"])
@pytest.mark.parametrize(("width", "height"), [(64, 48), (66, 50), (62, 54)])
def test_every_pixel_stays_where_it_was(tmp_path: Path, fmt: str, width: int, height: int) -> None:
    shape = Shape(width=width, height=height, fps=Fraction(25), frames=5)
    planes = Planes(width, height)
    with av.open(str(write_file(tmp_path / "made", fmt, shape))) as container:
        for number, frame in enumerate(container.decode(video=0)):
            draw(planes, number)
            seen = frame.reformat(format="yuv420p").to_ndarray()
            assert np.abs(seen.astype(int) - planes.buffer).mean() < 3


@pytest.mark.parametrize(("width", "height"), [(96, 64), (112, 64), (130, 66)])
def test_sizes_x264_is_moody_at_give_the_same_bytes_too(tmp_path: Path, width: int, height: int) -> None:
    made = set()
    shape = Shape(width=width, height=height, fps=Fraction(25))
    for attempt in range(12):
        planes, random, rubbish = (
            Planes(width, height),
            np.random.default_rng(5),
            np.full(attempt * 40_000, 7, np.uint8),
        )
        with open_writer(tmp_path / "v.mp4", "mp4", shape, None, _H264) as writer:
            ground = random.integers(0, 255, planes.buffer.shape, np.uint8)
            for number in range(12):
                planes.buffer[:] = np.roll(ground, number, 1)
                writer.write(planes)
        made.add((tmp_path / "v.mp4").read_bytes())
        assert rubbish.size == attempt * 40_000
    assert len(made) == 1


@pytest.mark.parametrize(("has_it", "parameters"), [(False, "ref=1"), (True, "ref=1:asm=")])
def test_only_a_processor_with_avx_512_is_held_back(
    monkeypatch: pytest.MonkeyPatch, has_it: bool, parameters: str
) -> None:
    monkeypatch.setattr(stream.cv2, "checkHardwareSupport", lambda feature: has_it)
    kept = stream.repeatable({"x264-params": "ref=1", "crf": "22"}, "libx264")
    assert kept["x264-params"].startswith(parameters)
    assert ("asm" in kept["x264-params"]) is has_it
    assert (kept["crf"], kept["flags"]) == ("22", "+bitexact")
    assert "x264-params" not in stream.repeatable({}, "mpeg4")


@pytest.mark.parametrize("fmt", ["mp4", "mov", "webm", "prores"])
def test_the_colours_are_said_to_be_bt709(tmp_path: Path, fmt: str) -> None:
    with av.open(str(write_file(tmp_path / "made", fmt))) as container:
        frame = next(container.decode(video=0))
    assert (frame.colorspace, frame.color_range) == (1, 1)


def test_an_avi_is_tagged_so_that_old_players_know_it(tmp_path: Path) -> None:
    with av.open(str(write_file(tmp_path / "made", "avi"))) as container:
        assert container.streams.video[0].codec_context.codec_tag == "XVID"


def test_prores_keeps_opacity(tmp_path: Path) -> None:
    path = write_file(tmp_path / "made", "prores", shape_of("prores", transparent=True))
    with av.open(str(path)) as container:
        pixels = next(container.decode(video=0)).to_ndarray(format="rgba")
    assert pixels[10, :, 3].min() == 255
    assert pixels[-10:, :, 3].max() == 0


def _jpeg() -> bytes:
    return bytes(cv2.imencode(".jpg", np.full((40, 60, 3), (20, 40, 200), np.uint8))[1].tobytes())


def test_a_cover_is_kept_beside_the_film_and_the_file_stays_what_it_was(tmp_path: Path) -> None:
    made = [write_file(tmp_path / name, "mp4", cover=_jpeg()).read_bytes() for name in ("a", "b")]
    assert made[0] == made[1]
    assert _jpeg() in made[0]
    with av.open(str(tmp_path / "a")) as container:
        film, cover = container.streams.video
        assert bool(cover.disposition & Disposition.attached_pic)
        assert not film.disposition & Disposition.attached_pic
    answer = inspect({"media": str(tmp_path / "a"), "spec": spec_of("mp4").as_dict(), "reference": "",
                      "frames_into": ""})  # fmt: skip
    assert (answer["error"], answer["facts"]["frames"], answer["facts"]["width"]) == ("", 25, 160)
    assert (answer["facts"]["video_codec"], answer["missing_frames"]) == ("h264", 0)


def test_a_cover_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cover of the file is no picture"):
        write_file(tmp_path / "a", "mp4", cover=b"nothing")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fmt", ["mov", "webm", "avi"])
def test_what_takes_no_cover_leaves_it_aside(tmp_path: Path, fmt: str) -> None:
    without, given = write_file(tmp_path / "a", fmt), write_file(tmp_path / "b", fmt, cover=_jpeg())
    assert without.read_bytes() == given.read_bytes()
