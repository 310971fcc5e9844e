"""Every output format, written and read back: complete, as promised, and the same every time."""

from __future__ import annotations

import ast
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.domain.files.formats import FORMATS, Shape
from clipmill.domain.media import MediaKind
from clipmill.domain.template import VerifyLimits
from clipmill.errors import MediaError, ProjectError, StoreError
from clipmill.media.draw.planes import Planes
from clipmill.media.facts.inspect import inspect
from clipmill.media.write.formats import open_writer
from clipmill.media.write.sound import encode_sound
from tests.finished import SHAPE, digests, shape_of, spec_of, tone, write_file

ROOT = Path(__file__).parents[4]
STREAMS = [name for name, each in FORMATS.items() if each.kind is MediaKind.VIDEO]


def test_the_same_pictures_and_sound_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    command = [sys.executable, "-W", "error", "-m", "tests.finished", str(tmp_path / "other")]
    other = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    mine = digests(tmp_path)
    assert mine == ast.literal_eval(other.stdout)
    assert mine == digests(tmp_path)
    assert len(set(mine.values())) == len(mine) - 1  # jpg and jpeg are one format


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("fps", [Fraction(30), Fraction(30_000, 1001), Fraction(60), Fraction(1)])
@pytest.mark.parametrize("frames", [1, 3])
def test_what_is_measured_is_what_was_promised(tmp_path: Path, fmt: str, fps: Fraction, frames: int) -> None:
    still = FORMATS[fmt].kind is MediaKind.IMAGE
    shape = Shape(width=64, height=48, fps=fps, frames=1 if still else frames)
    spec = spec_of(fmt, shape)
    answer = inspect({"media": str(write_file(tmp_path / "made", fmt, shape)), "spec": spec.as_dict(),
                      "reference": "", "frames_into": ""})  # fmt: skip
    facts = answer["facts"]
    assert (answer["error"], answer["damaged_frames"], answer["missing_frames"]) == ("", 0, 0)
    assert (facts["container"], facts["frames"]) == (spec.container, spec.frames)
    assert (facts["width"], facts["height"]) == (spec.width, spec.height)
    assert facts["seconds"] == pytest.approx(spec.seconds, abs=VerifyLimits().duration_tolerance_seconds)
    assert facts["video_codec"] == spec.video_codec
    assert facts["audio_codec"] == spec.audio_codec
    assert answer["audible"] is spec.has_audio
    if spec.kind is not MediaKind.AUDIO:
        assert facts["pixel_format"] == spec.pixel_format


@pytest.mark.parametrize("fmt", [name for name in STREAMS if name != "gif"])
def test_sound_and_pictures_lie_side_by_side(tmp_path: Path, fmt: str) -> None:
    with av.open(str(write_file(tmp_path / "made", fmt))) as container:
        kinds = [packet.stream.type for packet in container.demux() if packet.size]
    half = kinds[: len(kinds) // 2]
    assert 0.25 < half.count("video") / kinds.count("video") < 0.75


@pytest.mark.parametrize("fmt", [name for name in STREAMS if FORMATS[name].audio_codec])
def test_sound_is_heard_when_it_was_meant_to_be(tmp_path: Path, fmt: str) -> None:
    """A click in the middle is found there, not later than ears forgive."""
    click = np.zeros((2, 48_000), np.float32)
    click[:, 24_000:24_480] = 0.8
    with open_writer(tmp_path / "made", fmt, SHAPE, iter([click])) as writer:
        planes = Planes(SHAPE.width, SHAPE.height)
        for _ in range(SHAPE.frames):
            writer.write(planes)
    with av.open(str(tmp_path / "made")) as container:
        frames = list(container.decode(audio=0))
    start = float(frames[0].time or 0.0)
    levels = np.concatenate([np.abs(_channels(frame)).max(axis=0) for frame in frames])
    first = start + int(np.argmax(levels > 0.3 * levels.max())) / 48_000
    assert first == pytest.approx(0.5, abs=0.03)


def _channels(frame: av.AudioFrame) -> np.ndarray:
    samples = frame.to_ndarray().astype(np.float64)
    return samples if frame.format.is_planar else samples.reshape(-1, 2).T


@pytest.mark.parametrize("fmt", STREAMS)
def test_keys_are_where_they_were_asked_for(tmp_path: Path, fmt: str) -> None:
    planes = Planes(64, 48)
    shape = Shape(width=64, height=48, frames=10)
    with open_writer(tmp_path / "made", fmt, shape, None) as writer:
        for number in range(10):
            planes.parts[0][:] = 100 + number * 9
            writer.write(planes, key=number in (0, 6))
    with av.open(str(tmp_path / "made")) as container:
        keys = [number for number, frame in enumerate(container.decode(video=0)) if frame.key_frame]
    assert {0, 6} <= set(keys) or fmt == "gif"


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path, fmt: str) -> None:
    (tmp_path / "made").symlink_to("/dev/full")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        write_file(tmp_path / "made", fmt)
    assert "Free space" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_after_an_error_no_file_is_left(tmp_path: Path, fmt: str) -> None:
    sound = tone(SHAPE) if FORMATS[fmt].audio_codec else None
    with pytest.raises(ZeroDivisionError), open_writer(tmp_path / "made", fmt, SHAPE, sound) as writer:
        writer.write(Planes(SHAPE.width, SHAPE.height))
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fmt", [name for name, each in FORMATS.items() if each.kind is not MediaKind.AUDIO])
def test_another_picture_object_is_taken_as_well(tmp_path: Path, fmt: str) -> None:
    shape = shape_of(fmt)
    with open_writer(tmp_path / "made", fmt, shape, None) as writer:
        for number in range(shape.frames):
            planes = Planes(shape.width, shape.height)
            planes.parts[0][:], planes.parts[1][:], planes.parts[2][:] = 60 + number * 5, 128, 128
            writer.write(planes)
    answer = inspect({"media": str(tmp_path / "made"), "spec": spec_of(fmt, shape, sound=False).as_dict(),
                      "reference": "", "frames_into": ""})  # fmt: skip
    assert (answer["error"], answer["facts"]["frames"]) == ("", shape.frames)
    assert all(end - start < 0.2 for start, end in answer["stills"]) or shape.frames == 1


@pytest.mark.parametrize("fmt", ["mp4", "mov", "m4a"])
def test_sound_encoded_before_gives_the_same_file(tmp_path: Path, fmt: str) -> None:
    made = []
    for sound in (tone(SHAPE), encode_sound(tone(SHAPE))):
        with open_writer(tmp_path / "made", fmt, SHAPE, sound) as writer:
            writer.write(Planes(SHAPE.width, SHAPE.height))
        made.append((tmp_path / "made").read_bytes())
    assert made[0] == made[1]


def test_sound_of_another_coding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="take samples"):
        open_writer(tmp_path / "made", "webm", SHAPE, encode_sound(tone(SHAPE)))


def test_a_sound_file_without_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no sound to write"):
        open_writer(tmp_path / "made", "mp3", SHAPE, None)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no format"):
        open_writer(tmp_path / "made", "mkv", SHAPE, None)


def test_a_size_the_encoder_cannot_do_is_a_refusal(tmp_path: Path) -> None:
    shape = Shape(width=65, height=48)
    with (
        pytest.raises(MediaError, match="cannot be encoded"),
        open_writer(tmp_path / "v", "mp4", shape, None) as writer,
    ):
        writer.write(Planes(66, 48))
    assert list(tmp_path.iterdir()) == []
