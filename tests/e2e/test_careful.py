"""What a careful tool does not do: overwrite somebody's work, start what cannot end, or blame the wrong person."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import clipmill, environment, json_lines, make_table, make_template


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A template, and a table with one good row and one without a title."""
    make_template(tmp_path / "small")
    (tmp_path / "rows.csv").write_text("sku,title\na,Good\nb,\n")
    return tmp_path


def test_check_never_overwrites_a_file_that_is_there(folder: Path) -> None:
    (folder / "blocked.csv").write_text((folder / "rows.csv").read_text())
    before = (folder / "blocked.csv").read_bytes()
    clipmill(folder, "check", "blocked.csv", "-t", "small", expect=4)
    assert (folder / "blocked.csv").read_bytes() == before
    assert (folder / "blocked-2.csv").exists()
    clipmill(folder, "check", "rows.csv", "-t", "small", "--blocked", "rows.csv", expect=2)


def test_check_writes_its_own_file_again_unless_somebody_has_edited_it(folder: Path) -> None:
    for _ in range(2):
        clipmill(folder, "check", "rows.csv", "-t", "small", expect=4)
    assert not (folder / "blocked-2.csv").exists()
    edited = (folder / "blocked.csv").read_text().replace('"b",""', '"b","Corrected"')
    (folder / "blocked.csv").write_text(edited)
    clipmill(folder, "check", "rows.csv", "-t", "small", expect=4)
    assert (folder / "blocked.csv").read_text() == edited
    assert (folder / "blocked-2.csv").exists()


def test_edited_blocked_csv_is_kept(folder: Path) -> None:
    clipmill(folder, "run", "rows.csv", "-t", "small", expect=4)
    blocked = folder / "out" / "blocked.csv"
    edited = blocked.read_text().replace('"b",""', '"b","Corrected"')
    blocked.write_text(edited)
    clipmill(folder, "retry", "--rows", "1", expect=4)
    assert (folder / "out" / "blocked.edited.csv").read_text() == edited
    clipmill(folder, "run", "out/blocked.edited.csv", "--into", json.loads(
        clipmill(folder, "status", "--json").stdout)["batch"])  # fmt: skip
    assert not blocked.exists()


def test_corrected_rows_must_say_which_rows_they_are(folder: Path) -> None:
    run = clipmill(folder, "run", "rows.csv", "-t", "small", "--json", expect=4)
    (folder / "one.csv").write_text("sku,title\nb,Corrected\n")
    refused = clipmill(folder, "run", "one.csv", "--into", json.loads(run.stdout)["batch"], expect=2)
    assert "_row" in refused.stderr


def test_corrected_rows_are_mapped_as_their_batch_was(folder: Path) -> None:
    (folder / "named.csv").write_text("Artikel,title\na,Good\nb,\n")
    run = clipmill(folder, "run", "named.csv", "-t", "small", "--map", "Artikel=sku", "--json", expect=4)
    blocked = folder / "out" / "blocked.csv"
    blocked.write_text(blocked.read_text().replace('"b",""', '"b","Corrected"'))
    clipmill(folder, "run", "out/blocked.csv", "--into", json.loads(run.stdout)["batch"])


@pytest.mark.parametrize("out", ["rows.csv", "rows.csv/out"])
def test_folder_that_cannot_be_is_refused_before_there_is_a_batch(folder: Path, out: str) -> None:
    refused = clipmill(folder, "run", "rows.csv", "-t", "small", "--out", out, expect=2)
    assert "--out" in refused.stderr
    clipmill(folder, "status", expect=2)


def test_template_that_no_row_can_be_made_with_is_the_templates_fault(folder: Path) -> None:
    template = folder / "small" / "template.yaml"
    template.write_text(template.read_text().replace('"#ffffff"', "crimsonish"))
    refused = clipmill(folder, "run", "rows.csv", "-t", "small", expect=2)
    assert "template small" in refused.stderr
    assert "crimsonish" in refused.stderr
    clipmill(folder, "status", expect=2)


def test_standard_input_is_a_table_too(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clipmill.cli.main", "run", "-", "-t", "small"],
        check=False, cwd=folder, env=environment(), input="sku,title\nx,From a pipe\n", text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [line["file"] for line in json_lines(folder / "out" / "results.jsonl")] == ["x.mp4"]


def test_rows_that_are_not_there_are_refused(folder: Path) -> None:
    clipmill(folder, "run", "rows.csv", "-t", "small", expect=4)
    for command in (("retry",), ("approve",), ("reject", "--again")):
        assert "no row 77" in clipmill(folder, *command, "--rows", "77", expect=2).stderr


def test_errors_are_json_where_json_was_asked_for(folder: Path) -> None:
    told = json.loads(clipmill(folder, "status", "--json", expect=2).stdout)
    assert told["exit"] == 2
    assert "no clipmill batches here" in told["error"]


def test_sample_as_large_as_the_table_leaves_nothing_to_wait_for(folder: Path) -> None:
    make_table(folder / "rows.csv", 2)
    clipmill(folder, "run", "rows.csv", "-t", "small", "--sample", "5")
    make_table(folder / "rows.csv", 4)
    clipmill(folder, "run", "rows.csv", "-t", "small", "--sample", "2", expect=8)
    clipmill(folder, "continue")


def test_feeding_rows_back_never_touches_a_finished_one(folder: Path) -> None:
    run = clipmill(folder, "run", "rows.csv", "-t", "small", "--json", expect=4)
    done = (folder / "out" / "a.mp4").read_bytes()
    (folder / "back.csv").write_text("sku,title,_row\nz,Changed,1\na,Taken,2\n")
    told = clipmill(folder, "run", "back.csv", "--into", json.loads(run.stdout)["batch"], expect=4)
    assert "1 row alone" in told.stderr
    results = json_lines(folder / "out" / "results.jsonl")
    assert [line["state"] for line in results] == ["done", "blocked"]
    assert "the same sku as row 1" in results[1]["problems"][0]["reason"]
    assert (folder / "out" / "a.mp4").read_bytes() == done
