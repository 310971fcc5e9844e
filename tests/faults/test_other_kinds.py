"""What is no file, given where a file is wanted: every command ends at once with a sentence that names the kind."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from clipmill.cli.main import application
from clipmill.errors import ClipmillError
from tests.e2e.commands import make_table, make_template

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kinds Linux has")

#: What is given → words of its refusal.
KINDS = {
    "pipe": "a named pipe", "/dev/zero": "a device", "/dev/tty": "a device", "folder": "a folder",
    "/proc/self/environ": "the system makes it up",
}  # fmt: skip


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> Path:
    """The thing, in a working folder with a template and a table."""
    monkeypatch.chdir(tmp_path)
    make_template(tmp_path / "small")
    make_table(tmp_path / "rows.csv", 1)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    return tmp_path / kind


def refusal(*arguments: str) -> str:
    """What a command says before it gives up."""
    with pytest.raises(ClipmillError) as caught:
        application(["--home", "state", *arguments], standalone_mode=False)
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_table(given: Path, kind: str) -> None:
    assert KINDS[kind] in refusal("check", str(given), "-t", "small")


@pytest.mark.parametrize("kind", KINDS)
def test_template_and_kept_reading(given: Path, kind: str) -> None:
    (Path.cwd() / "small" / "template.yaml").unlink()
    (Path.cwd() / "small" / "template.yaml").symlink_to(given)
    (Path.cwd() / "kept.yaml").symlink_to(given)
    assert KINDS[kind] in refusal("check", "rows.csv", "-t", "small")
    assert KINDS[kind] in refusal("check", "rows.csv", "-t", "small", "--map", "kept.yaml")


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
@pytest.mark.parametrize("kind", KINDS)
def test_project(given: Path, kind: str, suffix: str) -> None:
    project = Path.cwd().joinpath(f"project{suffix}")
    project.symlink_to(given)
    assert KINDS[kind] in refusal("render", str(project))


@pytest.mark.parametrize("field", ["visuals", "audios", "subtitle"])
@pytest.mark.parametrize("kind", KINDS)
def test_media_and_subtitles_of_a_project(given: Path, kind: str, field: str) -> None:
    suffix = {"visuals": ".png", "audios": ".wav", "subtitle": ".srt"}[field]
    medium = Path.cwd().joinpath(f"medium{suffix}")
    medium.symlink_to(given)
    element = {"src": medium.name} | ({"type": "IMAGE"} if field == "visuals" else {})
    body = {"duration": 1, "width": 16, "height": 16, field: element if field == "subtitle" else [element]}
    (Path.cwd() / "project.json").write_text(json.dumps(body))
    allowed = ("--allow-files", "/dev", "--allow-files", "/proc")
    assert KINDS[kind] in refusal("render", "project.json", *allowed)
    assert "leads to" in refusal("render", "project.json") or not medium.resolve().is_relative_to("/dev")


@pytest.mark.parametrize("kind", KINDS)
def test_assets_of_a_template(given: Path, kind: str) -> None:
    template = Path.cwd() / "small" / "template.yaml"
    text = template.read_text().replace("visuals:\n", "visuals:\n    - {type: IMAGE, src: medium.png}\n")
    template.write_text(text)
    (template.parent / "medium.png").symlink_to(given)
    told = refusal("check", "rows.csv", "-t", "small")
    assert KINDS[kind] in told or "not inside the template's folder" in told


@pytest.mark.parametrize("kind", KINDS)
def test_font(given: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    font = Path.cwd().joinpath("own.ttf")
    font.symlink_to(given)
    try:
        application(["--home", "state", "fonts", "add", str(font)], standalone_mode=False)
    except (ClipmillError, SystemExit) as error:
        print(error)
    captured = capsys.readouterr()
    assert KINDS[kind] in " ".join((captured.out + captured.err).split()) or kind == "folder"
