"""One line of a table becomes a video of each format."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import av
import pytest

from tests.e2e.commands import clipmill, json_lines, start

#: A card that is laid out for three formats.
TEMPLATE = """\
name: small
contract:
  sku: {kind: text, required: true, unique: true}
  title: {kind: text, required: true, max_length: 12}
  format: {kind: enum, choices: [landscape, square, portrait], required: true}
variables:
  sizes:
    landscape: {width: 160, height: 90}
    square: {width: 96, height: 96}
    portrait: {width: 90, height: 160}
  size: "{{sizes|pick:format}}"
payload:
  width: "{{size.width}}"
  height: "{{size.height}}"
  frameRate: 10
  duration: 1
  backgroundColor: "#101820"
  visuals:
    - {type: TEXT, text: "{{title}}", x: 5, y: 5, width: 80, style: {color: "#ffffff", fontSize: 12}}
output: {name: "{{row.number}}-{{sku}}.mp4"}
"""
EACH = ["--each", "format=landscape,square,portrait"]
SIZES = {"landscape": (160, 90), "square": (96, 96), "portrait": (90, 160)}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with the template and a table of three lines, of which the second is too long."""
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "cards.csv").write_text("sku,title\na,One\nb,Far too long a title\nc,Three\n")
    return tmp_path


def size(path: Path) -> tuple[int, int, int]:
    """Width and height of a video, and how many frames are decoded."""
    with av.open(str(path)) as video:
        stream = video.streams.video[0]
        return stream.width, stream.height, sum(1 for _ in video.decode(stream))


def test_every_line_becomes_a_video_of_each_format(work: Path) -> None:
    shown = clipmill(work, "check", "cards.csv", "-t", "t", *EACH, expect=4).stderr
    assert "format: landscape, square, portrait, a row of every line for each" in shown
    assert "6 ready" in shown and "3 blocked" in shown
    clipmill(work, "run", "cards.csv", "-t", "t", *EACH, expect=4)
    assert sorted(path.name for path in (work / "out").glob("*.mp4")) == sorted(
        f"{line}-{sku}-{name}.mp4" for line, sku in ((1, "a"), (3, "c")) for name in SIZES
    )
    for name, (width, height) in SIZES.items():
        assert size(work / "out" / f"1-a-{name}.mp4") == (width, height, 10)
    lines = json_lines(work / "out" / "results.jsonl")
    assert [(line["row"], line["source"], line["line"]) for line in lines] == [
        (number, (number - 1) // 3 + 1, (number - 1) // 3 + 2) for number in range(1, 10)
    ]
    assert [line["fields"]["format"] for line in lines] == [*SIZES] * 3
    assert [line["state"] for line in lines] == ["done"] * 3 + ["blocked"] * 3 + ["done"] * 3


def test_corrected_and_retried_rows_keep_their_numbers_and_their_formats(work: Path) -> None:
    clipmill(work, "run", "cards.csv", "-t", "t", *EACH, expect=4)
    with (work / "out" / "blocked.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["_row"], row["format"]) for row in rows] == [("4", "landscape"), ("5", "square"), ("6", "portrait")]
    with (work / "fixed.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows({**row, "title": "Two"} for row in rows)
    clipmill(work, "run", "fixed.csv", "--into", "latest")
    assert size(work / "out" / "2-b-portrait.mp4")[:2] == SIZES["portrait"]
    clipmill(work, "retry", "--rows", "5", "--new-seed")
    lines = json_lines(work / "out" / "results.jsonl")
    assert [line["attempts"] for line in lines] == [1, 1, 1, 1, 2, 1, 1, 1, 1]
    assert lines[4]["file"] == "2-b-square.mp4"
    clipmill(work, "deliver", "--name", "{{sku}}_{{format}}_{{row.number}}", "--yes")
    assert (work / "out" / "c_square_3.mp4").is_file()
    told = clipmill(work, "run", "fixed.csv", "--into", "latest", *EACH, expect=2).stderr
    assert "corrected rows are the rows they were" in told


def test_a_sample_and_a_choice_are_of_lines(work: Path) -> None:
    clipmill(work, "run", "cards.csv", "-t", "t", *EACH, "--sample", "1", "--where", "sku != b", expect=8)
    assert sorted(path.name for path in (work / "out").glob("*.mp4")) == sorted(f"1-a-{name}.mp4" for name in SIZES)
    told = json.loads(clipmill(work, "status", "--json").stdout)
    assert (told["rows"], told["done"], told["blocked"], told["ready"]) == (6, 3, 0, 3)


def test_a_preview_shows_each_format_of_a_line(work: Path) -> None:
    told = json.loads(clipmill(work, "preview", "cards.csv", "-t", "t", *EACH, "--row", "3", "--json").stdout)
    assert [frame["name"] for frame in told["frames"]] == [f"3-c-{name}.mp4" for name in SIZES]


def test_what_is_kept_of_such_a_batch_is_run_so_again(work: Path) -> None:
    (work / "cards.csv").write_text("sku,title\na,One\n")
    clipmill(work, "run", "cards.csv", "-t", "t", *EACH)
    clipmill(work, "template", "save", "latest", "weekly")
    clipmill(work, "run", "cards.csv", "-t", "weekly", "--out", "again")
    for name in SIZES:
        file = f"1-a-{name}.mp4"
        assert (work / "again" / file).read_bytes() == (work / "out" / file).read_bytes()
    assert "ok" in clipmill(work, "verify", "out/1-a-portrait.mp4", "--like", "weekly").stdout


def test_an_import_that_was_cut_off_goes_on_with_the_same_rows(work: Path) -> None:
    lines = [f"s{number},Card" for number in range(1, 1_500)]
    (work / "cards.csv").write_text("\n".join(["sku,title", *lines]) + "\n")
    process = start(work, "run", "cards.csv", "-t", "t", *EACH)
    home = work / ".clipmill" / "clipmill.db"
    while process.poll() is None and not (home.exists() and _rows(work)):
        pass
    process.kill()
    process.communicate()
    there = _rows(work)
    assert there > 0
    clipmill(work, "resume", "--window", "1", "--budget", "0", expect=5)
    told = json.loads(clipmill(work, "status", "--json").stdout)
    assert told["rows"] == 1_499 * 3


def _rows(work: Path) -> int:
    process = start(work, "status", "--json")
    out, _ = process.communicate(timeout=60)
    return int(json.loads(out).get("rows", 0)) if out else 0


@pytest.mark.parametrize(
    ("each", "why"),
    [
        ("colour=red", "the template has no such field"),
        ("format=round", "format"),
        ("format", "is not FIELD=VALUE,VALUE"),
        ("format=square,square", "each of them once"),
        ("format=square,", "is not FIELD=VALUE,VALUE"),
    ],
)
def test_values_no_row_could_have_are_refused(work: Path, each: str, why: str) -> None:
    assert why in clipmill(work, "run", "cards.csv", "-t", "t", "--each", each, expect=2).stderr
