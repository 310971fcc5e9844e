"""A person looks: what waits can be opened, approved and rejected, and a finished file taken back."""

from __future__ import annotations

import json
from pathlib import Path

from clipmill.app import App
from clipmill.domain.row import RowState
from clipmill.settings import Settings
from tests.e2e.commands import TEMPLATE, clipmill, json_lines

TABLE = "sku,title,ink\na,Good,#ffffff\nb,Unreadable,#121a22\nc,Good too,#eeeeee\n"


def _batch(folder: Path, verify: str = "") -> Path:
    """A table of three in which the second title has nearly the colour of its ground, run once."""
    (folder / "small").mkdir()
    text = TEMPLATE.replace('color: "#ffffff"', 'color: "{{ink}}"').replace(
        "payload:", "  ink: {kind: colour}\npayload:"
    )
    (folder / "small" / "template.yaml").write_text(text + verify)
    (folder / "rows.csv").write_text(TABLE)
    return folder / "out"


def test_a_doubtful_row_waits_and_is_approved(tmp_path: Path) -> None:
    out = _batch(tmp_path)
    ended = clipmill(tmp_path, "run", "rows.csv", "-t", "small", expect=8)
    assert "Look    row 2, b.mp4: visuals[0]: 'Unreadable' can hardly be read" in ended.stderr
    assert sorted(path.name for path in out.glob("*.mp4")) == ["a.mp4", "c.mp4"]
    assert [path.name for path in (out / "report" / "review").iterdir()] == ["b.mp4"]
    line = json_lines(out / "results.jsonl")[1]
    assert (line["state"], len(line["warnings"])) == ("review", 1)
    assert "can hardly be read" in line["warnings"][0]
    page = (out / "report.html").read_text()
    assert 'href="report/review/b.mp4"' in page
    assert "--rows 2</code>" in page
    assert list((out / "report").glob("*-doubt1.jpg"))
    told = json.loads(clipmill(tmp_path, "approve", "--rows", "2", "--json").stdout)
    assert (told["done"], told["warnings"]) == (3, [])
    assert sorted(path.name for path in out.glob("*.mp4")) == ["a.mp4", "b.mp4", "c.mp4"]
    assert not (out / "report" / "review").exists()


def test_json_names_the_rows_a_person_should_look_at(tmp_path: Path) -> None:
    _batch(tmp_path)
    told = json.loads(clipmill(tmp_path, "run", "rows.csv", "-t", "small", "--json", expect=8).stdout)
    assert [(each["row"], each["file"]) for each in told["warnings"]] == [(2, "b.mp4")]


def test_a_template_that_means_it_is_told_and_not_stopped(tmp_path: Path) -> None:
    out = _batch(tmp_path, "verify: {low_contrast: pass}\n")
    clipmill(tmp_path, "run", "rows.csv", "-t", "small")
    line = json_lines(out / "results.jsonl")[1]
    assert line["state"] == "done"
    assert "can hardly be read" in line["warnings"][0]
    assert not [finding for finding in line["verdict"]["findings"] if "hardly" in finding["message"]]


def test_a_finished_file_is_taken_back_and_made_again(tmp_path: Path) -> None:
    out = _batch(tmp_path)
    clipmill(tmp_path, "run", "rows.csv", "-t", "small", expect=8)
    clipmill(tmp_path, "reject", "--rows", "1-2", "--reason", "no", expect=3)
    assert [path.name for path in out.glob("*.mp4")] == ["c.mp4"]
    assert [path.name for path in (out / "report" / "rejected").iterdir()] == ["a.mp4"]
    assert not (out / "report" / "review").exists()
    assert [line["state"] for line in json_lines(out / "results.jsonl")] == ["failed", "failed", "done"]
    clipmill(tmp_path, "retry", "--rows", "1", expect=3)
    assert sorted(path.name for path in out.glob("*.mp4")) == ["a.mp4", "c.mp4"]
    assert not (out / "report" / "rejected").exists()


def test_a_rejection_that_was_cut_short_is_carried_out_and_the_row_can_be_fed_back(tmp_path: Path) -> None:
    out = _batch(tmp_path, "verify: {low_contrast: pass}\n")
    clipmill(tmp_path, "run", "rows.csv", "-t", "small")
    app = App(Settings(home=tmp_path / ".clipmill"))
    batch = app.readonly.find()
    assert app.verbs.reject(batch.id, [1], reason="no") == 1, "and killed before the file was moved"
    assert (out / "a.mp4").exists()
    clipmill(tmp_path, "resume", expect=3)
    assert sorted(path.name for path in out.glob("*.mp4")) == ["b.mp4", "c.mp4"]
    assert [path.name for path in (out / "report" / "rejected").iterdir()] == ["a.mp4"]
    clipmill(tmp_path, "reject", "--rows", "1", expect=3)
    spent = app.readonly.progress(batch.id).balance.spent
    clipmill(tmp_path, "run", "out/blocked.csv", "--into", "latest")
    progress = app.readonly.progress(batch.id)
    assert (progress.count(RowState.DONE), progress.balance.reserved, progress.balance.spent) == (3, 0, spent)
    assert sorted(path.name for path in out.glob("*.mp4")) == ["a.mp4", "b.mp4", "c.mp4"]
    assert not (out / "report" / "rejected").exists()
    assert not (out / "blocked.csv").exists()


def test_render_writes_what_is_doubtful_and_says_so(tmp_path: Path) -> None:
    project = {"name": "pale", "width": 160, "height": 90, "duration": 1, "frameRate": 10, "backgroundColor": "#ffffff",
               "visuals": [{"type": "TEXT", "text": "Hi", "style": {"color": "#fefefe", "fontSize": 40}}]}  # fmt: skip
    (tmp_path / "pale.json").write_text(json.dumps(project))
    ended = clipmill(tmp_path, "render", "pale.json", expect=8)
    assert "Look at it: visuals[0]: 'Hi' can hardly be read" in ended.stderr + ended.stdout
    assert (tmp_path / "pale.mp4").is_file()
    told = json.loads(clipmill(tmp_path, "render", "pale.json", "--json", expect=8).stdout)
    assert (told["verdict"], len(told["warnings"])) == ("review", 1)
    black = {key: value for key, value in project.items() if key != "visuals"} | {"backgroundColor": "#000000"}
    (tmp_path / "black.json").write_text(json.dumps(black))
    ended = clipmill(tmp_path, "render", "black.json", "-o", "black.mp4", expect=8)
    assert "Look at it: 100 % of the frames are black" in ended.stderr + ended.stdout
