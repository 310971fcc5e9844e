import errno
from pathlib import Path

import av
import numpy as np
import pytest
from av.error import FFmpegError

from clipmill.domain.timeline.colour import Colour
from clipmill.engines.render.profile import GRAPHICS
from clipmill.errors import MediaError, StoreError
from clipmill.media.draw.planes import Planes
from clipmill.media.write import encode
from clipmill.media.write.encode import Mp4Writer, encode_sound


def _tone(samples: int) -> np.ndarray:
    return np.tile(np.sin(np.arange(samples, dtype=np.float32) / 20) * 0.4, (2, 1))


def _write(path: Path, frames: int, samples: int = 0) -> Path:
    planes = Planes(64, 48)
    sound = encode_sound([_tone(samples)]) if samples else None
    with Mp4Writer(path, planes, 25, GRAPHICS, sound) as writer:
        for number in range(frames):
            planes.fill(Colour(number * 9 % 256, 90, 90))
            writer.write(key=number == 7)
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


def test_the_sound_is_as_long_as_it_was_given(tmp_path: Path) -> None:
    with av.open(str(_write(tmp_path / "v.mp4", 10, samples=19_200))) as container:
        audio = container.streams.audio[0]
        assert audio.duration == 19_200
        assert audio.time_base is not None
        assert 1 / audio.time_base == 48_000
        loud = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert np.abs(loud[:, 2000:18_000]).max() == pytest.approx(0.4, abs=0.05)


def test_the_same_pictures_and_sound_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (_write(tmp_path / name, 30, samples=5000).read_bytes() for name in ("a.mp4", "b.mp4"))
    assert one == two


@pytest.mark.parametrize(("width", "height"), [(96, 64), (112, 64), (130, 66)])
def test_sizes_x264_is_moody_at_give_the_same_bytes_too(tmp_path: Path, width: int, height: int) -> None:
    made = set()
    for attempt in range(12):
        planes, random, rubbish = (
            Planes(width, height),
            np.random.default_rng(5),
            np.full(attempt * 40_000, 7, np.uint8),
        )
        with Mp4Writer(tmp_path / "v.mp4", planes, 25, GRAPHICS, None) as writer:
            ground = random.integers(0, 255, planes.buffer.shape, np.uint8)
            for number in range(12):
                planes.buffer[:] = np.roll(ground, number, 1)
                writer.write()
        made.add((tmp_path / "v.mp4").read_bytes())
        assert rubbish.size == attempt * 40_000
    assert len(made) == 1


@pytest.mark.parametrize(("has_it", "parameters"), [(False, "ref=1"), (True, "ref=1:asm=")])
def test_only_a_processor_with_avx_512_is_held_back(
    monkeypatch: pytest.MonkeyPatch, has_it: bool, parameters: str
) -> None:
    monkeypatch.setattr(encode.cv2, "checkHardwareSupport", lambda feature: has_it)
    assert encode._repeatable("ref=1").startswith(parameters)
    assert ("asm" in encode._repeatable("")) is has_it


def test_after_an_error_no_file_is_left(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Mp4Writer(tmp_path / "v.mp4", Planes(64, 48), 25, GRAPHICS, None) as writer:
        writer.write()
        _ = 1 / 0
    assert not (tmp_path / "v.mp4").exists()


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, StoreError), (errno.EINVAL, MediaError)])
def test_a_full_disk_is_told_apart_from_a_refusal(number: int, error: type[Exception]) -> None:
    assert isinstance(encode._translated(FFmpegError(number, "no")), error)
