"""The pages about projects: every file and command of the guide works, and no field goes unmentioned."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.domain.timeline.base import TimelineModel, field_names
from clipmill.domain.timeline.elements.animation import Animation, Zoom
from clipmill.domain.timeline.elements.audio import Audio
from clipmill.domain.timeline.elements.looks import Filter
from clipmill.domain.timeline.elements.scene import Scene
from clipmill.domain.timeline.elements.subtitle import Subtitle, SubtitleAnimation
from clipmill.domain.timeline.elements.visual import CustomCode, ImageVisual, SvgVisual, TextVisual, VideoVisual
from clipmill.domain.timeline.project import IMAGE_FORMATS, VIDEO_FORMATS, Project
from clipmill.settings import Limits
from tests.docs.test_commands import run_all

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "project.md").read_text(encoding="utf-8")
COMPAT = (ROOT / "docs" / "compat" / "zvid.md").read_text(encoding="utf-8")
FILES = re.compile(r"`(\w+\.json)`[^`]*```json\n(.*?)```", re.DOTALL)
COMMANDS = re.compile(r"^\$ (.+)$", re.MULTILINE)
MODELS = (Project, Scene, ImageVisual, VideoVisual, SvgVisual, TextVisual, CustomCode, Audio, Subtitle, Filter, Zoom,
          Animation)  # fmt: skip


def test_project_guide_works(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    files = FILES.findall(GUIDE)
    assert [name for name, _ in files] == ["hello.json", "scenes.json", "cover.json", "mistakes.json"]
    for name, text in files:
        (tmp_path / name).write_text(text, encoding="utf-8")
    commands = COMMANDS.findall(GUIDE)
    assert len(commands) == 8
    run_all(tmp_path, commands)
    made = (
        "hello.mp4",
        "hello.png",
        "scenes.mp4",
        "scenes.srt",
        "cover.jpg",
        "ad.mp4",
        "ad.png",
        "project.schema.json",
    )
    assert all((tmp_path / name).stat().st_size > 100 for name in made)
    assert json.loads((tmp_path / "project.schema.json").read_text())["title"] == "clipmill project"


def _fields() -> Iterator[tuple[type[TimelineModel], str]]:
    for model in MODELS:
        for name in field_names(model):
            yield model, name


@pytest.mark.parametrize(("model", "name"), list(_fields()), ids=lambda value: getattr(value, "__name__", value))
def test_every_field_of_a_project_is_mentioned(model: type[TimelineModel], name: str) -> None:
    assert re.search(rf"[`{{, .]{re.escape(name)}[`}}, ]", COMPAT), f"{model.__name__}.{name}"


def test_formats_and_animations_are_those_there_are() -> None:
    assert all(f"`{name}`" in GUIDE for name in (*VIDEO_FORMATS, *IMAGE_FORMATS) if name != "jpeg")
    assert all(f"`{name}`" in GUIDE for name in SubtitleAnimation)


def test_limits_are_the_settings() -> None:
    limits = Limits()
    assert f"{limits.video_seconds:g} s long, {limits.video_side} pixels a side" in GUIDE
    assert f"{limits.visuals} elements ({limits.videos} clips and {limits.gifs} GIFs among them)" in GUIDE
    row = f"| {limits.visuals}, {limits.images}, {limits.videos}, {limits.gifs} |"
    assert f"| elements, images, clips, GIFs | 200, 30, 15, 10 {row}" in COMPAT
    row = f"| {limits.audios}, {limits.captions}, {limits.scenes} |"
    assert f"| sounds, captions, scenes | 100, 1000, 100 {row}" in COMPAT
