"""What a template promises of the file of every row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clipmill.domain.template import FieldKind, FieldRule, Template
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import InputError
from clipmill.pipeline.use_cases.verifying import Promise, promised
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.testing import InProcessCrew

CARD = {"type": "IMAGE", "src": "{{photo}}"}
PHOTO = FieldRule(name="photo", kind=FieldKind.IMAGE, required=True)


@pytest.fixture
def promise(tmp_path: Path) -> Any:
    """What a template with this payload and contract promises."""
    engine = RenderEngine(Settings(home=tmp_path), InProcessCrew(), DiskFiles(tmp_path / "files", tmp_path / "scratch"))

    def make(body: Mapping[str, Any], *contract: FieldRule, **more: Any) -> Promise:
        template = Template(name="t", version="v1", engine="render", contract=(PHOTO, *contract),
                            body={"visuals": [CARD], **body}, output_name="{{photo}}", **more)  # fmt: skip
        return promised(SimpleNamespace(engine=lambda _: engine), template)  # type: ignore[arg-type]

    return make


def test_size_rate_length_and_format_are_promised_without_a_row(promise: Any) -> None:
    (spec,) = promise({"width": 320, "height": 180, "frameRate": 25, "duration": 3}).specs
    assert (spec.width, spec.height, spec.fps, spec.seconds, spec.frames) == (320, 180, 25, 3, 75)
    assert (spec.container, spec.video_codec, spec.has_audio) == ("mp4", "h264", False)


def test_a_length_that_depends_on_the_row_is_not_promised(promise: Any) -> None:
    seconds = FieldRule(name="seconds", kind=FieldKind.INTEGER, minimum=3, maximum=15, fallback="4")
    (spec,) = promise({"width": 320, "height": 180, "duration": "{{seconds}}"}, seconds).specs
    assert (spec.width, spec.seconds, spec.frames) == (320, 0, 0)
    clips = {"scenes": [{"visuals": [{"type": "VIDEO", "src": "{{photo}}"}]}, {"duration": 2}]}
    (spec,) = promise({"width": 320, "height": 180, "visuals": [], **clips}).specs
    assert spec.seconds == 0


def test_of_sizes_that_a_field_chooses_any_will_do(promise: Any) -> None:
    wide = FieldRule(name="shape", kind=FieldKind.ENUM, choices=("wide", "tall"), required=True)
    sizes = {"wide": {"w": 320, "h": 180}, "tall": {"w": 180, "h": 320}}
    body = {"width": "{{size.w}}", "height": "{{size.h}}", "duration": 2}
    found = promise(body, wide, variables={"sizes": sizes, "size": "{{sizes|pick:shape}}"})
    assert {(spec.width, spec.height, spec.seconds) for spec in found.specs} == {(320, 180, 2), (180, 320, 2)}


def test_what_a_person_says_stands_before_it(promise: Any) -> None:
    found = promise({"width": 320, "height": 180, "duration": 2}).with_said(seconds=5, size=(10, 20), fps=50)
    (spec,) = found.specs
    assert (spec.seconds, spec.width, spec.height, spec.fps, spec.frames) == (5, 10, 20, 50, 0)


def test_a_template_no_row_can_be_made_with_promises_nothing(promise: Any) -> None:
    with pytest.raises(InputError, match="width"):
        promise({"width": 99_999})
