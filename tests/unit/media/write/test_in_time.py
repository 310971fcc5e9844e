"""Pictures and sound of every format with both come at the same moment, as any player decodes them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.domain.files.formats import FORMATS, Shape
from clipmill.domain.media import MediaKind
from clipmill.engines.render.profile import GRAPHICS
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import WriteOptions, open_writer
from tests.sounds import RATE, clicks, in_blocks, onset, tone

_FPS, _FLASHES = 25, (1.0, 2.0, 3.0)
BOTH = [each.name for each in FORMATS.values() if each.kind is MediaKind.VIDEO and each.audio_codec]
ALONE = [each.name for each in FORMATS.values() if each.kind is MediaKind.AUDIO]


def _write(path: Path, name: str, sound: np.ndarray) -> Path:
    dark, bright = Planes(64, 48), Planes(64, 48)
    for planes, brightness in ((dark, 16), (bright, 235)):
        for part, value in zip(planes.parts, (brightness, 128, 128), strict=True):
            part[:] = value
    shape = Shape(width=64, height=48, fps=Fraction(_FPS), frames=4 * _FPS)
    with open_writer(path, name, shape, in_blocks(sound, 76_800), WriteOptions(profile=GRAPHICS)) as writer:
        for number in range(4 * _FPS):
            writer.write(bright if number / _FPS in _FLASHES else dark)
    return path


def _seen(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        return [float(frame.time or 0) for frame in frames if frame.to_ndarray(format="gray").mean() > 128]


def _heard(path: Path) -> np.ndarray:
    """The sound where its times say, counted from the beginning of the file."""
    heard = np.zeros((2, 6 * RATE), np.float32)
    with av.open(str(path)) as container:
        begin = 0 if container.streams.video else (container.start_time or 0) / av.time_base
        resampler = av.AudioResampler("fltp", "stereo", RATE)
        for frame in container.decode(audio=0):
            place = round(((frame.time or 0) - begin) * RATE)
            for part in resampler.resample(frame):
                samples = part.to_ndarray()[:, max(0, -place) :]
                place = max(0, place)
                heard[:, place : place + samples.shape[1]] = samples
                place += samples.shape[1]
    return heard


@pytest.mark.parametrize("name", BOTH)
def test_a_flash_and_a_click_come_together(tmp_path: Path, name: str) -> None:
    path = _write(tmp_path / f"v{FORMATS[name].suffix}", name, clicks(4, *_FLASHES))
    heard = _heard(path)
    assert _seen(path) == pytest.approx(_FLASHES, abs=0.0015)
    assert [onset(heard, moment, 0.2) for moment in _FLASHES] == pytest.approx(_FLASHES, abs=0.0015)


@pytest.mark.parametrize("name", [*BOTH, *ALONE])
def test_sound_is_there_from_the_beginning_to_the_end(tmp_path: Path, name: str) -> None:
    heard = _heard(_write(tmp_path / f"v{FORMATS[name].suffix}", name, tone(4, 0.5)))
    loud = np.flatnonzero(np.abs(heard[0]) > 0.2)
    assert loud[0] / RATE < 0.02
    assert loud[-1] / RATE == pytest.approx(4, abs=0.03)
