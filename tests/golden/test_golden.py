"""Every kind of element, look, motion and subtitle looks as it was recorded."""

from __future__ import annotations

import json
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.elements.visual import BaseVisual
from clipmill.domain.timeline.loading import load_project, unknown_fields
from clipmill.domain.timeline.timing import last_frame
from clipmill.engines.render import worker
from tests.golden.case import FRAMES, Case, Picture, draw, read, recorded, stored
from tests.golden.cases import CASES, VERSIONS, can_be_written, versions
from tests.ssim import ssim

KINDS = {"SVG", "IMAGE", "GIF", "VIDEO", "TEXT"}
#: One of each thing that is kept from frame to frame.
IN_A_RUN = ("gif", "video", "video-loop", "zoom", "times", "clip-transition", "scene-transition", "animation-noise",
            "subtitle-bounce")  # fmt: skip
#: Fields that change no pixel, and those whose pixels are too many for a small picture.
UNSEEN = {"name", "audios", "volume", "has_audio", "loudness", "sidecars", "designer", "js", "animation_duration",
          "declared", "resolution", "thumbnail", "snapshot_time"}  # fmt: skip


@pytest.fixture(scope="module")
def same_libraries() -> bool:
    """Whether frames must be equal to the pixel."""
    return bool(json.loads(VERSIONS.read_text(encoding="utf-8")) == versions())


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_frames_look_as_they_were_recorded(case: Case, tmp_path: Path, same_libraries: bool) -> None:
    if not can_be_written(case):
        pytest.skip(f"no installed font has {case.needs}")
    exact = same_libraries and not case.needs
    drawn = draw(case, tmp_path)
    for place, expected in enumerate(recorded(case, read(drawn[0]).shape)):
        frame, told = read(drawn[place]), f"{case.name} at {case.label(place)}: look at {drawn[place]}"
        assert frame.shape == expected.shape
        assert alike(frame, expected) >= 0.98, told
        assert np.abs(frame.astype(int) - expected).mean() < 1, told
        assert not exact or np.array_equal(frame, expected), told


def alike(one: Picture, other: Picture) -> float:
    """How alike the least alike channels of two pictures are."""
    return min(ssim(one[..., channel], other[..., channel]) for channel in range(one.shape[2]))


@pytest.mark.parametrize("name", IN_A_RUN)
def test_a_frame_drawn_alone_is_the_frame_of_the_whole_video(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    project = stored({**case.body, "outputFormat": "png-sequence"}, tmp_path)
    worker.render(project.arguments(tmp_path / "frames.zip"))
    with zipfile.ZipFile(tmp_path / "frames.zip") as archive:
        archive.extractall(tmp_path / "frames")
    frames = sorted((tmp_path / "frames").iterdir())
    for at, alone in zip(case.at, draw(case, tmp_path), strict=True):
        number = last_frame(at, Fraction(case.body["frameRate"]))
        assert np.array_equal(read(frames[number]), read(alone)), f"{name} at {at:g} s"


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_case_says_only_what_is_understood(case: Case) -> None:
    assert list(unknown_fields(load_project(case.body))) == []
    assert len(case.labels) in (0, len(case.at))


def test_everything_that_can_be_seen_is_in_a_case() -> None:
    parts = [part for case in CASES.values() for _, part in load_project(case.body).parts()]
    shown = {(_group(part), name) for part in parts for name in part.model_fields_set}
    missing = {f"{_group(part)}.{name}" for part in parts for name in type(part).model_fields
               if name not in UNSEEN and (_group(part), name) not in shown}  # fmt: skip
    assert missing == set()
    assert {visual.type for case in CASES.values() for _, visual in load_project(case.body).every_visual()} == KINDS


def _group(part: TimelineModel) -> str:
    """Visuals share most of their fields: one of any kind will do."""
    return "Visual" if isinstance(part, BaseVisual) else type(part).__name__


def test_every_recorded_picture_belongs_to_a_case() -> None:
    assert sorted(path.stem for path in FRAMES.glob("*.png")) == sorted(CASES)


def test_recorded_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in FRAMES.glob("*.png")) < 3_000_000
