from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from clipmill.domain.files.formats import Shape
from clipmill.domain.timeline.clip import NO_CLIPS
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.timing import frame_count
from clipmill.engines.render.profile import GRAPHICS
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound.track import sound_track
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import WriteOptions, open_writer
from tests.rendering import project
from tests.sounds import clicks, onset, tone, write_wav


def _project(*audios: dict[str, Any], **fields: Any) -> Project:
    return load_project(project(audios=list(audios), **{"duration": 2, **fields}))


@pytest.fixture
def assets(tmp_path: Path) -> dict[str, str]:
    return {
        "asset:tone": str(write_wav(tmp_path / "t.wav", tone(2))),
        "asset:click": str(write_wav(tmp_path / "c.wav", clicks(2, 0.0, 1.0))),
    }


def test_a_project_without_audios_has_no_sound(assets: dict[str, str]) -> None:
    assert sound_track(_project(), NO_CLIPS, assets, Shelf()) is None


@pytest.mark.parametrize(("rate", "duration"), [(10, 0.1), (30, 2), ("30000/1001", 1), (7, 2.33), (60, 0.35)])
def test_the_track_is_exactly_as_long_as_the_pictures(assets: dict[str, str], rate: int | str, duration: float) -> None:
    loaded = _project({"src": "asset:tone"}, frameRate=rate, duration=duration)
    track = sound_track(loaded, NO_CLIPS, assets, Shelf())
    seconds = frame_count(duration, loaded.frame_rate) / loaded.frame_rate
    assert track is not None
    assert max(first + count for _, first, count in track.packets) == round(seconds * 48_000)


def test_the_same_sound_is_encoded_once(assets: dict[str, str]) -> None:
    shelf, loaded = Shelf(), _project({"src": "asset:tone"})
    first = sound_track(loaded, NO_CLIPS, assets, shelf)
    assert sound_track(loaded, NO_CLIPS, assets, shelf) is first
    assert sound_track(loaded, NO_CLIPS, assets, Shelf()) == first
    louder = sound_track(_project({"src": "asset:tone"}, loudness=-20), NO_CLIPS, assets, shelf)
    assert louder != first


def test_a_finished_file_is_heard_to_the_millisecond(tmp_path: Path, assets: dict[str, str]) -> None:
    track = sound_track(_project({"src": "asset:click"}), NO_CLIPS, assets, Shelf())
    shape, planes = Shape(width=64, height=48, fps=Fraction(10), frames=20), Planes(64, 48)
    with open_writer(tmp_path / "v.mp4", "mp4", shape, track, WriteOptions(profile=GRAPHICS)) as writer:
        for _ in range(20):
            writer.write(planes)
    heard = np.zeros((2, 3 * 48_000), np.float32)
    with av.open(str(tmp_path / "v.mp4")) as container:
        for frame in container.decode(audio=0):
            place = round((frame.time or 0) * 48_000)
            heard[:, place : place + frame.samples] = frame.to_ndarray()
    assert onset(heard, 1.0, 0.1) == pytest.approx(1.0, abs=0.001)
    assert onset(heard, 0.0, 0.1) == pytest.approx(0.0, abs=0.001)
