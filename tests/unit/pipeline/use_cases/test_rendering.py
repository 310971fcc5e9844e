"""One project is rendered once by the steps that every row takes, and leaves nothing but its file."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.verdict import Ruling
from clipmill.errors import BUG, ClipmillError, InputError, NotFoundError, ProjectError, SettingsError, StoreError
from clipmill.pipeline.use_cases.rendering import Once, Rendered, render_once
from tests.unit.pipeline.use_cases.test_looking import Showing
from tests.world import World


@pytest.fixture
def engine(parts: Any) -> Showing:
    """What makes and shows."""
    engine = Showing()
    parts.engine = lambda _name: engine
    parts.line = dataclasses.replace(parts.line, engines={"render": engine})
    return engine


def made(parts: Any, folder: Path, document: Any, **wishes: Any) -> Rendered:
    """What is made of a document."""
    return asyncio.run(render_once(parts, Once(document, folder, **wishes), lambda _: None))


def left(folder: Path) -> list[str]:
    """The files in the making that are left, and the stored ones."""
    return [path.name for place in ("scratch", "files") for path in (folder / place).rglob("*")
            if path.is_file() and path.suffix != ".lock"]  # fmt: skip


def test_file_is_made_checked_and_put_under_any_name_with_its_texts(
    parts: Any, tmp_path: Path, engine: Showing
) -> None:
    document = {"name": "a", "duration": 1, "sidecars": {"srt": "words"}}
    done = made(parts, tmp_path, document, out=tmp_path / "it's: 1?.mp4")
    assert done.written == [tmp_path / "it's: 1?.mp4", tmp_path / "it's: 1?.srt"]
    assert done.written[0].read_text().startswith(engine.made[0])
    assert done.written[1].read_text() == "words"
    assert done.verdict is not None
    assert done.verdict.ruling is Ruling.PASS
    assert left(tmp_path) == []


def test_no_batch_is_seen_by_anybody(parts: Any, tmp_path: Path, engine: Showing) -> None:
    made(parts, tmp_path, {"duration": 1}, out=tmp_path / "a.mp4")
    with pytest.raises(NotFoundError):
        parts.batches.find()


@pytest.mark.parametrize("ruling", [Ruling.REVIEW, Ruling.FAIL])
def test_file_that_is_not_right_is_there_to_be_looked_at(
    parts: Any, tmp_path: Path, engine: Showing, world: World, ruling: Ruling
) -> None:
    world.verifier.rulings = [ruling]
    done = made(parts, tmp_path, {"duration": 1}, out=tmp_path / "a.mp4")
    assert done.verdict is not None
    assert done.verdict.ruling is ruling
    assert (tmp_path / "a.mp4").is_file()


@pytest.mark.parametrize(
    ("kind", "error"),
    [(FailureKind.DATA, InputError), (FailureKind.INTERNAL, ClipmillError), (FailureKind.DISK, StoreError)],
)
def test_failure_is_told_at_once_and_nothing_is_left(
    parts: Any, tmp_path: Path, engine: Showing, kind: FailureKind, error: type[ClipmillError]
) -> None:
    engine.failures = [Failure(kind, "oh", fix=BUG)] * 2
    with pytest.raises(error, match="oh") as caught:
        made(parts, tmp_path, {"duration": 1}, out=tmp_path / "a.mp4")
    assert (type(caught.value), caught.value.hint) == (error, BUG)
    assert not (tmp_path / "a.mp4").exists()
    assert left(tmp_path) == []
    assert len(engine.failures) == 1, "it is not tried again"


def test_one_frame_is_put_in_its_place(parts: Any, tmp_path: Path, engine: Showing) -> None:
    document = {"duration": 1, "n": "frame"}
    done = made(parts, tmp_path, document, out=tmp_path / "a.png", at=0.5)
    assert (done.written, done.verdict, done.noticed) == ([tmp_path / "a.png"], None, ["it is dark"])
    assert (tmp_path / "a.png").read_text() == "frame at 0.5"
    with pytest.raises(SettingsError, match="the video is 1 s long"):
        made(parts, tmp_path, document, out=tmp_path / "b.png", at=1.5)
    assert engine.made == []
    assert left(tmp_path) == []


def test_values_and_quality_are_those_wished_for(parts: Any, tmp_path: Path, engine: Showing) -> None:
    document = {"payload": {"duration": 1, "name": "{{who}}", "variables": {"who": "nobody"}}}
    told: list[Sequence[str]] = []
    wish = Once(document, tmp_path, values={"who": "Ada"}, quality="draft", out=tmp_path)
    done = asyncio.run(render_once(parts, wish, told.append))
    assert done.written == [tmp_path / "Ada.mp4"]
    assert '"quality":"draft"' in engine.made[0].replace(" ", "")
    assert told == [()], "before it is made"
    with pytest.raises(ProjectError):
        made(parts, tmp_path, {"no": "project"})
