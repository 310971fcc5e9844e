import json
from pathlib import Path

import pytest

from clipmill.cli.main import main
from clipmill.cli.render import _document
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.payload import Payload
from clipmill.errors import BUG, EngineError, ProjectError, SettingsError, TemplateError
from clipmill.pipeline.use_cases.rendering import as_called, target_of


@pytest.mark.parametrize(
    "text", [b"", b"{", b"\xff\xfe{\x00", b'{"width": %s}' % (b"1" * 5000), b"[" * 99_000 + b"]" * 99_000]
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "project.json").write_bytes(text)
    with pytest.raises(ProjectError, match="is no JSON"):
        _document(tmp_path / "project.json")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.json cannot be read"):
        _document(tmp_path / "gone.json")


def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "project.json").write_bytes(b'\xef\xbb\xbf{"name": "a"}')
    assert _document(tmp_path / "project.json") == {"name": "a"}


@pytest.mark.parametrize(
    ("name", "file"),
    [({}, "unnamed.mp4"), ({"name": None}, "unnamed.mp4"), ({"name": " "}, "unnamed.mp4"), ({"name": 5}, "5.mp4"),
     ({"name": "My video"}, "My video.mp4"), ({"name": "a" * 900}, "a" * 200 + ".mp4")],
)  # fmt: skip
def test_the_file_is_called_as_the_project(tmp_path: Path, name: dict[str, object], file: str) -> None:
    assert target_of(None, Payload("project", name), ".mp4") == Path(file)
    assert target_of(tmp_path, Payload("project", name), ".mp4") == tmp_path / file


@pytest.mark.parametrize(
    ("out", "says"), [("x.avi", "becomes a .mp4"), ("x", "becomes a .mp4"), ("gone/x.mp4", "folder is not there")]
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_drawn(tmp_path: Path, out: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        target_of(tmp_path / out, Payload("project", {}), ".mp4")


def _run(monkeypatch: pytest.MonkeyPatch, folder: Path, document: object, *more: str) -> int:
    """The exit code of a whole `clipmill render`."""
    (folder / "project.json").write_text(json.dumps(document))
    command = ["clipmill", "--home", str(folder / "home"), "render", str(folder / "project.json"), *more]
    monkeypatch.setattr("sys.argv", command)
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code or 0))


def test_a_wrong_structure_is_told_before_files_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, tmp_path, {"visuals": [{"type": "PICTURE", "src": "gone.jpg"}]}) == 2
    said = capsys.readouterr().err
    assert "a PICTURE element is not possible" in said
    assert "gone.jpg" not in said


def test_a_mistake_of_our_own_is_no_mistake_of_the_project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise EngineError(Failure(FailureKind.INTERNAL, "TypeError: oh", fix=BUG))

    monkeypatch.setattr("clipmill.engines.render.engine.RenderEngine.make", fail)
    assert _run(monkeypatch, tmp_path, {"duration": 1}, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told == {"error": "TypeError: oh", "hint": BUG, "exit": 1}


def test_an_error_that_nobody_expected_asks_to_be_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise TypeError("oh")

    monkeypatch.setattr("clipmill.engines.render.engine.RenderEngine.quote", fail)
    assert _run(monkeypatch, tmp_path, {"duration": 1}) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert f"error: TypeError: oh\nhint: {BUG}" in said


def test_what_stands_beside_the_payload_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = {
        "payload": {"type": "image", "width": 16, "height": 16, "name": "a"},
        "webhookUrl": "https://example.com",
    }
    assert _run(monkeypatch, tmp_path, request, "-o", str(tmp_path / "a.png"), "--json") == 0
    printed = capsys.readouterr()
    assert "note: webhookUrl: it stands beside payload" in printed.err
    assert "webhookUrl" in json.loads(printed.out)["warnings"][0]


def test_quality_on_the_command_line_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = {"type": "image", "width": 64, "height": 64, "name": "a", "outputFormat": "jpg", "quality": 3,
               "visuals": [{"type": "TEXT", "text": "Hello"}]}  # fmt: skip
    sizes = []
    for more in ((), ("--quality", "95")):
        assert _run(monkeypatch, tmp_path, picture, "-o", str(tmp_path / "a.jpg"), "--json", *more) == 0
        sizes.append(json.loads(capsys.readouterr().out)["bytes"])
    assert sizes[0] < sizes[1]


def test_a_quality_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, tmp_path, {"duration": 1}, "--quality", "ultra") == 2
    assert "quality: 'ultra' is not possible: of a video it is draft, standard or high" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "suffix", "kind", "called"),
    [
        ({}, ".webm", "video", "webm"), ({}, ".GIF", "video", "gif"), ({}, ".mov", "video", "mov"),
        ({}, ".png", "image", "png"), ({"type": "image"}, ".webp", "image", "webp"),
        ({}, ".zip", "video", "png-sequence"), ({"type": "video"}, ".png", "video", None),
        ({"duration": 3}, ".png", None, None), ({"scenes": [{}]}, ".jpg", None, None),
        ({"outputFormat": "mp4"}, ".gif", None, "mp4"), ({}, "", None, None), ({}, ".txt", None, None),
    ],
)  # fmt: skip
def test_name_of_the_file_decides_the_format_where_the_project_does_not(
    body: dict[str, object], suffix: str, kind: str | None, called: str | None
) -> None:
    found = as_called(body, suffix)
    assert (found.get("type"), found.get("outputFormat")) == (kind, called)


def test_a_video_called_as_a_picture_is_told_how_one_frame_is_written(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as told:
        target_of(tmp_path / "a.png", Payload("v", {"duration": 1}), ".mp4")
    assert "for one frame of it add --at SECONDS" in told.value.hint


def test_project_may_be_yaml_and_a_mistake_in_it_has_a_line(tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_text("width: 160\nname: yes\n")
    assert _document(tmp_path / "p.yml") == {"width": 160, "name": "yes"}
    (tmp_path / "p.yml").write_text("width: 160\nname: [\n")
    with pytest.raises(TemplateError, match=r"p\.yml, line 3"):
        _document(tmp_path / "p.yml")
    with pytest.raises(SettingsError, match=r"gone\.yaml cannot be read"):
        _document(tmp_path / "gone.yaml")
