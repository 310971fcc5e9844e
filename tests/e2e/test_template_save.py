"""A batch kept as a template: next week only the table changes."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.e2e.commands import clipmill
from tests.rendering import photo, write_picture

#: Words that YAML's readers do not agree on, a picture of the template's own, and one inside html.
TEMPLATE = """\
name: small
contract:
  sku: {kind: text, required: true, unique: true}
  title: {kind: text, required: true, max_length: 40, fallback: "1e3"}
  badge: {kind: enum, choices: ["yes", "no", "010"], fallback: "010", aliases: [Label]}
  photo: {kind: image, fallback: photo.png}
variables:
  ink: "#ffffff"
  odd: ["1e3", "12:30", "on", "~", "0o7", "2026-01-01", ".5", "a: b", "null", ""]
  hero: photo.png
payload:
  width: 96
  height: 64
  frameRate: 10
  duration: 1
  visuals:
    - {type: IMAGE, src: "{{photo}}", width: 96, height: 64}
    - {type: IMAGE, src: "{{hero}}", width: 20, height: 20}
    - {type: TEXT, text: "{{title}} {{odd.0}}", x: 5, y: 5, width: 80, style: {color: "{{ink}}", fontSize: 12}}
    - {type: TEXT, html: '<img src="photo.png" width="20">', x: 60, y: 30, width: 20, height: 20}
verify: {black_percent: 90, cut_text: pass}
defaults: {attempts: 2}
output: {name: "{{sku}}.mp4"}
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished batch that was run in a way of its own, and what was kept of it."""
    work = tmp_path_factory.mktemp("work")
    (work / "t").mkdir()
    (work / "t" / "template.yaml").write_text(TEMPLATE)
    write_picture(work / "t" / "photo.png", photo(96, 64))
    (work / "week1.csv").write_text("Artikel;Name;Label;Rest\na;Eins;yes;x\nb;;;x\nc;Drei;no;x\n")
    how = ["--map", "Artikel=sku", "--map", "Name=title", "--ignore", "Rest", "--where", "Artikel != c"]
    clipmill(work, "run", "week1.csv", "-t", "t", *how, "--budget", "50", "--window", "1", "--zip", "week1.zip")
    clipmill(work, "deliver", "--name", "{{row.number|pad:2}}-{{sku}}", "--yes")
    told = clipmill(work, "template", "save", "latest", "weekly")
    assert "clipmill run TABLE -t weekly" in told.stderr
    return work


def test_the_same_table_gives_the_same_files_of_what_was_kept(work: Path) -> None:
    told = json.loads(
        clipmill(work, "--home", "other", "run", "week1.csv", "-t", "weekly", "--out", "again", "--json").stdout
    )
    assert (told["done"], told["credits"]["budget"]) == (2, 50)
    names = ["01-a.mp4", "02-b.mp4"]
    assert [path.name for path in sorted((work / "again").glob("*.mp4"))] == names
    assert all((work / "again" / name).read_bytes() == (work / "out" / name).read_bytes() for name in names)
    assert ZipFile(work / "again" / "archive.zip").namelist() == names


def test_the_next_table_is_read_as_the_first_was(work: Path) -> None:
    (work / "week2.csv").write_text("Artikel;Name;Label;Rest\nd;Vier;no;x\nc;Drei;no;x\n")
    clipmill(work, "run", "week2.csv", "-t", "weekly", "--out", "week2")
    assert [path.name for path in (work / "week2").glob("*.mp4")] == ["01-d.mp4"]
    kept = (work / "weekly" / "run.yaml").read_text()
    assert all(
        line in kept for line in ("Artikel: sku", "Name: title", "Label: badge", "where: Artikel != c", "zip: true")
    )
    written = (work / "weekly" / "template.yaml").read_text()
    assert all(line in written for line in ("name: weekly", "attempts: 2", "budget: 50", "window: 1", "cut_text: pass"))
    assert len(list((work / "weekly" / "assets").iterdir())) == 1


def test_nothing_is_written_over_and_nothing_is_left_half(work: Path) -> None:
    told = clipmill(work, "template", "save", "latest", "weekly", expect=2).stderr
    assert "weekly is there already" in told
    (work / "mine").write_text("mine")
    assert "mine is there already" in clipmill(work, "template", "save", "latest", "mine", expect=2).stderr
    clipmill(work, "template", "save", "latest", "kept/for/later")
    assert (work / "kept" / "for" / "later" / "template.yaml").is_file()
    assert not list(work.glob(".*.part"))


def test_folders_that_were_opened_for_a_batch_are_not_opened_by_its_template(work: Path) -> None:
    (work / "photos").mkdir()
    clipmill(work, "run", "week1.csv", "-t", "weekly", "--allow-files", "photos", "--out", "third")
    told = clipmill(work, "template", "save", "latest", "opened").stderr
    assert "--allow-files" in told
    assert "photos" not in (work / "opened" / "run.yaml").read_text()
