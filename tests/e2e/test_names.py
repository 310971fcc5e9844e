"""Names of finished files and of what lies beside them: given by a pattern, changed afterwards, packed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.e2e.commands import clipmill, json_lines

#: A card with captions out of a file, and a file of them beside it.
TEMPLATE = """\
name: small
contract:
  sku: {kind: text, required: true, unique: true}
  title: {kind: text, required: true, max_length: 40}
payload:
  width: 96
  height: 64
  frameRate: 10
  duration: 1
  backgroundColor: "#101820"
  visuals:
    - {type: TEXT, text: "{{title}}", x: 5, y: 5, width: 80, style: {color: "#ffffff", fontSize: 12}}
  subtitle: {src: words.srt, sidecars: [srt, vtt]}
output: {name: "NAME"}
"""
WORDS = "1\n00:00:00,100 --> 00:00:00,900\nHello\n"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with a template and a table of three rows."""
    template_called(tmp_path, "{{sku}}.mp4")
    (tmp_path / "cards.csv").write_text("sku,title\na,One\nb,Two\nc,Three\n")
    return tmp_path


def template_called(work: Path, pattern: str) -> None:
    """The template, with this pattern of names."""
    (work / "t").mkdir(exist_ok=True)
    (work / "t" / "words.srt").write_text(WORDS)
    (work / "t" / "template.yaml").write_text(TEMPLATE.replace("NAME", pattern))


def test_archives_hold_the_subtitles_beside_the_videos_and_are_the_same_every_time(work: Path) -> None:
    clipmill(work, "run", "cards.csv", "-t", "t", "--zip", "week.zip")
    names = [f"{sku}.{suffix}" for sku in "abc" for suffix in ("mp4", "srt", "vtt")]
    with ZipFile(work / "week.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == names
        assert all(archive.read(name) == (work / "out" / name).read_bytes() for name in names)
        assert "Hello" in archive.read("b.srt").decode()
    told = json.loads(clipmill(work, "deliver", "--zip", "again.zip", "--to", "other", "--json").stdout)
    assert told["files"] == 9
    assert (work / "again.zip").read_bytes() == (work / "week.zip").read_bytes()
    assert sorted(path.name for path in (work / "other").iterdir()) == sorted(names)


def test_names_say_batch_row_and_attempt_and_results_tell_the_newest(work: Path) -> None:
    template_called(work, "{{batch.name}}_{{row.number|pad:3}}_{{sku}}-v{{attempt.number}}")
    (work / "cards.csv").write_text("sku,title\nx,One\nX,Two\nx-1,Three\n")
    template = (work / "t" / "template.yaml").read_text().replace("unique: true", "unique: false")
    (work / "t" / "template.yaml").write_text(template)
    clipmill(work, "run", "cards.csv", "-t", "t", "--name", "Week 48")
    names = ["Week 48_001_x-v1", "Week 48_002_X-v1", "Week 48_003_x-1-v1"]
    made = {path.name for path in (work / "out").iterdir()}
    assert {f"{name}.{suffix}" for name in names for suffix in ("mp4", "srt", "vtt")} <= made
    clipmill(work, "retry", "--rows", "2")
    lines = json_lines(work / "out" / "results.jsonl")
    assert [line["file"] for line in lines] == [f"{names[0]}.mp4", "Week 48_002_X-v2.mp4", f"{names[2]}.mp4"]
    for line in lines:
        assert hashlib.sha256((work / "out" / line["file"]).read_bytes()).hexdigest() == line["sha256"]
    assert (work / "out" / f"{names[1]}.mp4").is_file()
    clipmill(work, "deliver", "--zip", "week.zip")
    with ZipFile(work / "week.zip") as archive:
        assert "Week 48_002_X-v2.srt" in archive.namelist()
    assert "Week 48_002_X-v2.mp4" in (work / "out" / "report.html").read_text()


def test_a_name_may_say_the_id_of_its_batch(work: Path) -> None:
    template_called(work, "{{batch.id}}-{{row.number}}")
    assert "{{batch.id}}-1.mp4" in clipmill(work, "preview", "cards.csv", "-t", "t").stderr
    told = json.loads(clipmill(work, "run", "cards.csv", "-t", "t", "--json").stdout)
    assert {path.name for path in (work / "out").glob("*.mp4")} == {f"{told['batch']}-{n}.mp4" for n in (1, 2, 3)}


def names_in(work: Path) -> list[str]:
    """What lies in the folder of the finished files."""
    return sorted(path.name for path in (work / "out").iterdir() if path.suffix in (".mp4", ".srt", ".vtt"))


def named(*stems: str) -> list[str]:
    """Videos and the subtitles beside them, under these names."""
    return sorted(f"{stem}.{suffix}" for stem in stems for suffix in ("mp4", "srt", "vtt"))


def test_a_finished_batch_is_renamed_by_a_pattern_once_it_is_seen_what_would_change(work: Path) -> None:
    clipmill(work, "run", "cards.csv", "-t", "t", "--zip", "week.zip")
    before = {path.stem: path.read_bytes() for path in (work / "out").glob("*.mp4")}
    spent = json.loads(clipmill(work, "status", "--json").stdout)["credits"]
    pattern = "{{row.number|pad:2}}-{{title|slug}}"
    shown = clipmill(work, "deliver", "--name", pattern)
    assert shown.stdout.splitlines()[0] == "row 1: a.mp4 → 01-one.mp4"
    assert "Would rename 3 files; --yes does it." in shown.stderr
    assert names_in(work) == named("a", "b", "c")
    told = json.loads(clipmill(work, "deliver", "--name", pattern, "--yes", "--zip", "new.zip", "--json").stdout)
    assert told["changes"][2] == {"row": 3, "was": "c.mp4", "name": "03-three.mp4"}
    assert names_in(work) == named("01-one", "02-two", "03-three")
    assert (work / "out" / "01-one.mp4").read_bytes() == before["a"]
    assert next(line["file"] for line in json_lines(work / "out" / "results.jsonl")) == "01-one.mp4"
    assert "02-two.mp4" in (work / "out" / "report.html").read_text()
    for archive in ("new.zip", "week.zip"):
        assert sorted(ZipFile(work / archive).namelist()) == named("01-one", "02-two", "03-three")
    assert json.loads(clipmill(work, "status", "--json").stdout)["credits"] == spent
    assert "Renamed 0 files" in clipmill(work, "deliver", "--name", pattern, "--yes").stderr
    clipmill(work, "retry", "--rows", "1", "--new-seed")
    assert names_in(work) == named("01-one", "02-two", "03-three")


def test_a_table_of_names_may_turn_names_round(work: Path) -> None:
    clipmill(work, "run", "cards.csv", "-t", "t")
    before = {path.stem: path.read_bytes() for path in (work / "out").glob("*.mp4")}
    (work / "names.csv").write_text("file,name\na.mp4,b\nb.mp4,c.mp4\nc.mp4,A: the first\n")
    clipmill(work, "deliver", "--names", "names.csv", "--yes")
    assert names_in(work) == named("b", "c", "A- the first")
    after = {path.stem: path.read_bytes() for path in (work / "out").glob("*.mp4")}
    assert after == {"b": before["a"], "c": before["b"], "A- the first": before["c"]}
    (work / "names.csv").write_text("row;name\n3;third\n")
    clipmill(work, "deliver", "--names", "names.csv", "--yes")
    assert names_in(work) == named("b", "c", "third")


def test_names_that_would_meet_are_told_with_whom_and_nothing_is_renamed(work: Path) -> None:
    clipmill(work, "run", "cards.csv", "-t", "t")
    told = clipmill(work, "deliver", "--name", "same-{{sku|replace:'b':'A'|upper}}", "--yes", expect=2).stderr
    assert "row 2: same-A.mp4 is the name of row 1 too" in told
    (work / "out" / "mine-a.mp4").write_text("mine")
    told = clipmill(work, "deliver", "--name", "mine-{{sku}}", "--yes", expect=2).stderr
    assert "row 1: mine-a.mp4 is there already" in told
    (work / "names.csv").write_text("row,name\n1,c\n")
    assert "row 3: c.mp4 is the name of row 1 too" in clipmill(work, "deliver", "--names", "names.csv", expect=2).stderr
    (work / "names.csv").write_text("row,name\n9,c\n")
    assert "no finished row '9'" in clipmill(work, "deliver", "--names", "names.csv", expect=2).stderr
    (work / "names.csv").write_text("a,b\n9,c\n")
    assert "row and name" in clipmill(work, "deliver", "--names", "names.csv", expect=2).stderr
    assert "neither a field" in clipmill(work, "deliver", "--name", "{{what}}", expect=2).stderr
    assert names_in(work) == sorted([*named("a", "b", "c"), "mine-a.mp4"])


def test_a_corrected_row_is_named_as_the_others_were_renamed(work: Path) -> None:
    (work / "cards.csv").write_text("sku,title\na,One\nb,\n")
    clipmill(work, "run", "cards.csv", "-t", "t", expect=4)
    clipmill(work, "deliver", "--name", "{{title|slug}}-v{{attempt.number}}", "--yes")
    blocked = work / "out" / "blocked.csv"
    blocked.write_text(blocked.read_text("utf-8-sig").replace('"b",""', '"b","Two"'))
    clipmill(work, "run", str(blocked), "--into", "latest")
    assert names_in(work) == named("one-v1", "two-v1")
