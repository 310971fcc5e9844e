"""Workers as real processes: they finish what others left, stop when told to, and a cancelled batch settles."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.commands import clipmill, json_lines, make_table, make_template, start
from tests.e2e.test_interrupt import make_endless, wait_for_events, wait_for_scratch
from tests.e2e.test_kills import CREDITS

ROWS = 12
_PATIENCE_SECONDS = 120


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small template and a table."""
    make_template(tmp_path / "small")
    make_table(tmp_path / "rows.csv", ROWS)
    return tmp_path


def asked(folder: Path, sql: str) -> list[Any]:
    """What the database answers."""
    with closing(sqlite3.connect(f"file:{folder / '.clipmill' / 'clipmill.db'}?mode=ro", uri=True, timeout=5)) as found:
        return found.execute(sql).fetchall()


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


def killed(folder: Path) -> None:
    """A run that is killed while rows are under way."""
    process = start(folder, "run", "rows.csv", "-t", "small")
    wait_for_events(folder, 4)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def ended(process: subprocess.Popen[str]) -> str:
    """What a process has said in the end."""
    _, words = process.communicate(timeout=_PATIENCE_SECONDS)
    assert "Traceback" not in words
    return words


def test_worker_finishes_what_a_killed_run_left_and_writes_what_the_batch_leaves(folder: Path) -> None:
    worker = start(folder, "worker")
    killed(folder)
    until((folder / "out" / "results.jsonl").exists)
    told = json.loads(clipmill(folder, "status", "--json").stdout)
    assert (told["state"], told["done"], told["credits"]["spent"]) == ("finished", ROWS, CREDITS * ROWS)
    assert {line["state"] for line in json_lines(folder / "out" / "results.jsonl")} == {"done"}
    worker.send_signal(signal.SIGTERM)
    words = ended(worker)
    assert worker.returncode == 0
    assert f"done {ROWS}" in words
    assert asked(folder, "SELECT count(*) FROM workers") == [(0,)]


def test_worker_that_is_told_to_end_hands_back_what_does_not_finish_in_time(folder: Path) -> None:
    make_endless(folder / "small")
    killed(folder)
    worker = start(folder, "worker", "--grace", "600")
    scratch = wait_for_scratch(worker, folder)
    until(
        lambda: any(scratch.glob("*/*")) and asked(folder, "SELECT 1 FROM rows WHERE owner IN (SELECT id FROM workers)")
    )
    assert json.loads(clipmill(folder, "status", "--json").stdout)["state"] == "running", "a worker serves it"
    worker.send_signal(signal.SIGTERM)
    time.sleep(1)
    assert worker.poll() is None, "rows under way may finish"
    worker.send_signal(signal.SIGTERM)
    assert "handed back" in ended(worker)
    assert worker.returncode == 130
    assert asked(folder, "SELECT count(*) FROM workers") == [(0,)]
    assert asked(folder, "SELECT count(*) FROM rows WHERE owner IS NOT NULL") == [(0,)]
    told = json.loads(clipmill(folder, "status", "--json").stdout)
    assert (told["state"], told["active"] > 0, told["active"] + told["ready"]) == ("interrupted", True, ROWS)
    # Nobody can have been paid for what is under way: it is given back.
    told = json.loads(clipmill(folder, "cancel", "--json").stdout)
    assert (told["cancelled"], told["active"], told["credits"]["reserved"]) == (ROWS, 0, 0)


def test_batch_whose_run_was_killed_is_cancelled_without_a_remainder(folder: Path) -> None:
    killed(folder)
    told = json.loads(clipmill(folder, "cancel", "--json").stdout)
    assert (told["active"], told["done"] + told["cancelled"], told["credits"]["reserved"]) == (0, ROWS, 0)
    assert told["credits"]["spent"] == CREDITS * told["done"]
    assert "cancelled for good" in clipmill(folder, "resume", expect=2).stderr


def test_worker_of_lanes_that_are_not_there_is_refused(folder: Path) -> None:
    assert "there is no engine sora" in clipmill(folder, "worker", "--lanes", "render,sora", expect=2).stderr
