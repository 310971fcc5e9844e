"""What a project that is rendered once is called, in which format it is made, and that two times are the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.payload import Payload
from clipmill.errors import ProjectError, SettingsError
from clipmill.pipeline.use_cases.rendering import as_called, target_of
from tests.unit.pipeline.use_cases.test_looking import Showing
from tests.unit.pipeline.use_cases.test_rendering import engine, left, made

__all__ = ["engine"]


def target(out: Path | None, suffix: str = ".mp4", **body: Any) -> Path:
    """Where a project goes whose file ends so."""
    return target_of(out, Payload("project", body), suffix)


def test_file_is_called_as_its_project_where_no_name_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert target(None, name=" Summer ") == Path("Summer.mp4")
    assert target(None) == target(None, name="  ") == Path("unnamed.mp4")
    assert target(tmp_path, ".png", name="Summer") == tmp_path / "Summer.png"
    assert target(tmp_path / "a.mp4", name="Summer") == tmp_path / "a.mp4"
    assert target(None, name="x" * 300).name == "x" * 200 + ".mp4"


def test_suffix_is_that_of_what_is_made_in_any_case_and_spelling(tmp_path: Path) -> None:
    for name, suffix in (("a.MP4", ".mp4"), ("a.jpeg", ".jpg"), ("a.JPG", ".jpeg"), ("a.jpg", ".jpg")):
        assert target(tmp_path / name, suffix) == tmp_path / name
    for name, suffix, is_frame in (
        ("a.mov", ".mp4", False), ("a.what", ".mp4", False), ("a.png", ".mp4", True), ("a.mp4", ".png", False),
        ("a.jpg", ".mp4", True), ("a.jpg", ".png", True), ("a.wav", ".mp4", False), ("a", ".mp4", False),
    ):  # fmt: skip
        with pytest.raises(SettingsError, match=f"becomes a {suffix} file") as caught:
            target(tmp_path / name, suffix)
        assert ("--at" in caught.value.hint) is is_frame
    assert list(tmp_path.iterdir()) == []


def test_folder_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="its folder is not there"):
        target(tmp_path / "no" / "a.mp4")
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="its folder is not there"):
        target(tmp_path / "file" / "a.mp4")


def test_folder_must_be_writable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_asked: False)
    with pytest.raises(SettingsError, match="cannot be written to"):
        target(tmp_path / "a.mp4")


@pytest.mark.parametrize(
    ("body", "suffix", "becomes"),
    [
        ({}, ".mp4", ("video", "mp4")), ({}, ".GIF", ("video", "gif")), ({}, ".png", ("image", "png")),
        ({}, ".what", (None, None)), ({}, "", (None, None)), ({"outputFormat": "webm"}, ".mp4", (None, "webm")),
        ({"type": "image"}, ".jpg", ("image", "jpg")), ({"type": "image"}, ".mp4", ("image", None)),
        ({"type": "video"}, ".png", ("video", None)), ({"type": "video"}, ".mov", ("video", "mov")),
        *(({name: 1}, suffix, becomes) for name in ("duration", "frameRate", "scenes", "audios", "subtitle")
          for suffix, becomes in ((".png", (None, None)), (".mp4", ("video", "mp4")))),
        ({"width": 9}, ".png", ("image", "png")),
    ],
    ids=str,
)  # fmt: skip
def test_format_is_that_of_the_name_where_the_project_says_none(
    body: dict[str, Any], suffix: str, becomes: tuple[str | None, str | None]
) -> None:
    called = as_called(body, suffix)
    assert (called.get("type"), called.get("outputFormat")) == becomes
    assert body.items() <= called.items()


def test_same_project_is_the_same_file_and_its_name_decides_the_format(
    parts: Any, tmp_path: Path, engine: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp4", "b.mp4"):
        made(parts, tmp_path, {"name": "c", "duration": 1}, out=tmp_path / name)
    made(parts, tmp_path, {"name": "c", "duration": 1})
    first, second, third = (tmp_path / name for name in ("a.mp4", "b.mp4", "c.mp4"))
    assert first.read_text() == second.read_text() == f"{engine.made[0]}\n0\n"
    assert [json.loads(project).get("outputFormat") for project in engine.made] == ["mp4", "mp4", None]
    assert third.is_file()
    assert left(tmp_path) == []


def test_frame_is_of_the_project_as_it_is_and_up_to_its_end(parts: Any, tmp_path: Path, engine: Showing) -> None:
    shown: list[tuple[str, float]] = []
    preview = engine.preview

    async def noting(payload: Payload, at: float, into: Path) -> Sequence[str]:
        shown.append((payload.text, at))
        return await preview(payload, at, into)

    engine.preview = noting  # type: ignore[method-assign]
    document = {"duration": 1, "n": "frame"}
    for name, at in (("a.png", 0.0), ("b.png", 1.0)):
        assert made(parts, tmp_path, document, out=tmp_path / name, at=at).written == [tmp_path / name]
    assert [at for _, at in shown] == [0.0, 1.0]
    assert all("outputFormat" not in json.loads(text) for text, _ in shown)
    with pytest.raises(SettingsError, match="the video is 1 s long"):
        made(parts, tmp_path, document, out=tmp_path / "c.png", at=1.01)


def test_what_is_wrong_in_a_project_is_told_before_its_files_are_looked_for(
    parts: Any, tmp_path: Path, engine: Showing
) -> None:
    document = {"duration": "long", "visuals": [{"type": "image", "url": "no.png"}]}
    with pytest.raises(ProjectError, match="duration"):
        made(parts, tmp_path, document, out=tmp_path / "a.mp4")
    assert engine.made == []


def test_file_in_the_making_is_one_of_a_first_attempt(
    parts: Any, tmp_path: Path, engine: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, make = list[str](), engine.make

    async def noting(payload: Payload, *, seed: int, into: Path) -> Any:
        names.append(into.name)
        return await make(payload, seed=seed, into=into)

    monkeypatch.setattr(engine, "make", noting)
    made(parts, tmp_path, {"duration": 1}, out=tmp_path / "a.mp4")
    assert names == ["render_1.1.1"]
    assert asyncio.run(asyncio.to_thread(parts.files.scratch, names[0])).exists() is False
