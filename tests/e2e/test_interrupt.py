"""Ctrl-C leaves a batch that `resume` finishes; a second process may watch, pause and work along."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.commands import clipmill, environment, json_lines, make_table, make_template, start
from tests.e2e.test_kills import CREDITS, events

ROWS = 30
MANY_ROWS = 300
#: Every frame differs from the last for five minutes.
ENDLESS = {"type": "TEXT", "text": "Hello", "enterAnimation": "dissolve", "enterEnd": 300}


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Ctrl-C is heard, even where the tests themselves run in the background of a shell, which ignores it for them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small template and a table."""
    make_template(tmp_path / "small")
    make_table(tmp_path / "rows.csv", ROWS)
    return tmp_path


def wait_for_events(folder: Path, number: int) -> None:
    """Wait until the audit trail is this long."""
    deadline = time.monotonic() + 60
    while events(folder / ".clipmill") < number:
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)


def wait_for_scratch(process: subprocess.Popen[str], folder: Path) -> Path:
    """Wait until a file is in the making; the folder in whose folders it is made."""
    scratch = folder / ".clipmill" / "scratch"
    deadline = time.monotonic() + 60
    while not any(scratch.glob("*/*")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)
    return scratch


def test_interrupted_batch_is_finished_by_resume(folder: Path) -> None:
    process = start(folder, "run", "rows.csv", "-t", "small")
    wait_for_events(folder, 20)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "clipmill resume" in words
    assert "Traceback" not in words
    told = json.loads(clipmill(folder, "resume", "--json").stdout)
    assert (told["done"], told["credits"]["spent"]) == (ROWS, CREDITS * ROWS)


def test_pause_from_another_process_stops_admission(folder: Path) -> None:
    make_table(folder / "rows.csv", MANY_ROWS)
    process = start(folder, "run", "rows.csv", "-t", "small", "--window", "1")
    wait_for_events(folder, 12)
    clipmill(folder, "pause")
    process.communicate(timeout=60)
    told = json.loads(clipmill(folder, "status", "--json").stdout)
    assert (told["state"], told["active"]) == ("paused", 0)
    assert 0 < told["ready"] < MANY_ROWS
    assert told["credits"] == {"spent": CREDITS * told["done"], "reserved": 0, "budget": None}
    told = json.loads(clipmill(folder, "cancel", "--json").stdout)
    assert told["done"] + told["cancelled"] == MANY_ROWS
    clipmill(folder, "resume", expect=2)


def test_a_batch_that_is_cancelled_from_another_process_does_not_end_well(folder: Path) -> None:
    make_table(folder / "rows.csv", MANY_ROWS)
    process = start(folder, "run", "rows.csv", "-t", "small", "--window", "1")
    wait_for_events(folder, 12)
    clipmill(folder, "cancel")
    _, words = process.communicate(timeout=60)
    assert process.returncode == 130, words
    assert "cancelled for good: " in words


def test_two_processes_work_on_one_batch_without_doing_anything_twice(folder: Path) -> None:
    first = start(folder, "run", "rows.csv", "-t", "small")
    wait_for_events(folder, 8)
    second = start(folder, "resume")
    for process in (first, second):
        _, words = process.communicate(timeout=120)
        assert process.returncode == 0, words
    results = json_lines(folder / "out" / "results.jsonl")
    assert {(line["state"], line["attempts"], line["credits"]) for line in results} == {("done", 1, CREDITS)}


@pytest.mark.parametrize(
    ("told", "suffix", "in_background"),
    [(signal.SIGINT, "gif", False), (signal.SIGTERM, "webm", False), (signal.SIGTERM, "gif", True)],
    ids=["Ctrl-C", "told to end", "told to end in the background"],
)
def test_an_interrupted_render_leaves_nothing_behind(
    tmp_path: Path, told: signal.Signals, suffix: str, in_background: bool
) -> None:
    (tmp_path / "long.json").write_text(json.dumps({"duration": 300, "visuals": [ENDLESS], "outputFormat": suffix}))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if in_background else signal.getsignal(signal.SIGINT))
    try:  # a process is born ignoring what its parent ignores
        process = start(tmp_path, "render", "long.json", "-o", f"long.{suffix}")
    finally:
        signal.signal(signal.SIGINT, before)
    scratch = wait_for_scratch(process, tmp_path)
    process.send_signal(told)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "No file was written" in words
    assert "resume" not in words
    assert not any(scratch.iterdir())
    assert not (tmp_path / f"long.{suffix}").exists()


def in_a_terminal(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], int]:
    """`clipmill …` as what a terminal of its own runs; closing the other end of that closes the terminal."""
    ours, theirs = pty.openpty()
    begin = (
        "import fcntl, os, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        "for told in (signal.SIGHUP, signal.SIGQUIT, signal.SIGINT):\n"
        "    signal.signal(told, signal.SIG_DFL)  # whoever runs the tests may have them ignored\n"
        "os.execv(sys.executable, sys.argv[1:])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", begin, sys.executable, "-m", "clipmill.cli.main", *arguments], cwd=folder, text=True,
        env=environment(), stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    return process, ours


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")
@pytest.mark.parametrize("how", ["closed", "quit"])
def test_a_terminal_that_is_closed_ends_a_batch_in_order(folder: Path, how: str) -> None:
    make_endless(folder / "small")
    process, terminal = in_a_terminal(folder, "run", "rows.csv", "-t", "small")
    scratch = wait_for_scratch(process, folder)
    threads = Path(f"/proc/{process.pid}/task").iterdir()  # each has begun some of them
    workers = [worker for thread in threads for worker in (thread / "children").read_text().split()]
    assert workers
    if how == "quit":
        os.killpg(process.pid, signal.SIGQUIT)
    os.close(terminal)
    assert process.wait(timeout=60) == 130
    assert not any(scratch.iterdir())
    assert not [worker for worker in workers if Path(f"/proc/{worker}/cmdline").exists()]
    assert not any((folder / ".clipmill" / "workers").iterdir())
    told = json.loads(clipmill(folder, "status", "--json").stdout)
    assert (told["state"], told["done"] + told["failed"]) == ("interrupted", 0)


def test_files_taken_away_while_a_batch_runs_are_delivered_again(folder: Path) -> None:
    process = start(folder, "run", "rows.csv", "-t", "small")
    wait_for_events(folder, 12)
    shutil.rmtree(folder / "out", ignore_errors=True)
    _, words = process.communicate(timeout=120)
    assert process.returncode == 0, words
    assert len(list((folder / "out").glob("sku-*.mp4"))) == ROWS
    for name in ("sku-003.mp4", "sku-007.mp4"):
        (folder / "out" / name).unlink()
    assert "2 finished files not there any more" in clipmill(folder, "status").stdout
    assert "2 finished files from out: delivered again" in clipmill(folder, "resume").stderr
    assert len(list((folder / "out").glob("sku-*.mp4"))) == ROWS
    told = json.loads(clipmill(folder, "status", "--json").stdout)
    assert (told["done"], told["lost"], told["credits"]["spent"]) == (ROWS, 0, CREDITS * ROWS)


def make_endless(folder: Path) -> None:
    """The template of a video that takes long."""
    body = {"width": 160, "height": 90, "duration": 300, "outputFormat": "gif", "visuals": [ENDLESS]}
    template = {"name": "endless", "contract": {"sku": {"kind": "text"}, "title": {"kind": "text"}}, "payload": body,
                "output": {"name": "{{sku}}.gif"}}  # fmt: skip
    (folder / "template.yaml").write_text(json.dumps(template))


def test_a_batch_that_is_told_to_end_leaves_nothing_but_rows_to_go_on_with(folder: Path) -> None:
    make_endless(folder / "small")
    process = start(folder, "run", "rows.csv", "-t", "small")
    scratch = wait_for_scratch(process, folder)
    process.send_signal(signal.SIGTERM)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "clipmill resume" in words
    assert "Traceback" not in words
    assert not any(scratch.iterdir())
    told = json.loads(clipmill(folder, "status", "--json").stdout)
    assert told["done"] + told["failed"] == 0
    assert told["ready"] + told["active"] == ROWS
