"""What a person asks and is told between runs: which batches there are, who works on them, what a rerun costs."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.e2e.commands import clipmill, make_table, make_template, start
from tests.e2e.test_interrupt import wait_for_events


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small template and a table of five rows."""
    make_template(tmp_path / "small")
    make_table(tmp_path / "rows.csv", 5)
    return tmp_path


@pytest.mark.parametrize("command", ["status", "batches", "failures", "results", "pause", "retry --failed", "approve",
                                     "watch", "resume", "deliver --zip a.zip", "cancel"])  # fmt: skip
def test_question_where_there_is_no_batch_makes_nothing(tmp_path: Path, command: str) -> None:
    told = clipmill(tmp_path, *command.split(), expect=2)
    assert "no clipmill batches here" in told.stderr
    assert "starts one here" in told.stderr
    assert not list(tmp_path.iterdir())
    assert "no clipmill batches here" in json.loads(clipmill(tmp_path, "status", "--json", expect=2).stdout)["error"]


def test_batch_is_found_from_below_by_its_name(folder: Path) -> None:
    clipmill(folder, "run", "rows.csv", "-t", "small", "--name", "Week 47", "--sample", "1", expect=8)
    (folder / "deep" / "er").mkdir(parents=True)
    told = json.loads(clipmill(folder / "deep" / "er", "status", "Week 47", "--json").stdout)
    assert (told["done"], told["state"], told["reason"]) == (1, "paused", "sample")
    listed = json.loads(clipmill(folder / "deep", "batches", "--json").stdout)["batches"]
    assert [(each["name"], each["rows"], each["out"]) for each in listed] == [("Week 47", 5, str(folder / "out"))]
    assert "Week 47   paused" in clipmill(folder, "batches").stdout
    assert not (folder / "deep" / ".clipmill").exists()


def test_rerun_costs_nothing_and_another_table_needs_a_folder_of_its_own(folder: Path) -> None:
    clipmill(folder, "run", "rows.csv", "-t", "small")
    first = (folder / "out" / "sku-001.mp4").read_bytes()
    table = folder / "rows.csv"
    table.write_text(table.read_text().replace("Row 5", "Row five"))
    again = clipmill(folder, "run", "rows.csv", "-t", "small", "--json")
    assert json.loads(again.stdout)["credits"]["spent"] == 2, "one row of two seconds is another now"
    assert (folder / "out" / "sku-001.mp4").read_bytes() == first
    make_table(folder / "other.csv", 2)
    refused = clipmill(folder, "run", "other.csv", "-t", "small", expect=2)
    assert "is the folder of rows" in refused.stderr
    assert len(json.loads(clipmill(folder, "batches", "--json").stdout)["batches"]) == 2
    forced = json.loads(clipmill(folder, "run", "other.csv", "-t", "small", "--force", "--json").stdout)
    assert (forced["done"], forced["credits"]["spent"]) == (2, 0)
    clipmill(folder, "run", "other.csv", "-t", "small", "--out", "elsewhere")
    told = clipmill(folder, "status", "rows", expect=2)
    assert "rows may be any of 2 batches" in told.stderr
    assert told.stderr.count("\n  bat_") == 2
    assert told.stderr.count("bat_") == 2


def test_batch_left_alone_is_interrupted_until_resumed(folder: Path) -> None:
    make_table(folder / "rows.csv", 24)
    process = start(folder, "run", "rows.csv", "-t", "small")
    wait_for_events(folder, 20)
    process.send_signal(signal.SIGSTOP)  # or it might be done before it is asked for
    assert json.loads(clipmill(folder, "status", "--json").stdout)["state"] == "running"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert json.loads(clipmill(folder, "status", "--json").stdout)["state"] == "interrupted"
    told = clipmill(folder, "status").stdout
    assert "interrupted" in told
    assert "Next  clipmill resume" in told
    resumed = clipmill(folder, "resume", "latest")
    assert "of a worker that ended go" in resumed.stderr
    assert json.loads(clipmill(folder, "status", "--json").stdout)["state"] == "finished"
    assert "nothing is left to make: done 24" in clipmill(folder, "resume").stderr
