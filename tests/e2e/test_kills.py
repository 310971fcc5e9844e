"""kill -9 at any moment: every row is done once, its credits are spent once, and its file is whole."""

from __future__ import annotations

import hashlib
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from tests.e2e.commands import clipmill, json_lines, make_table, make_template, start

ROWS = 60
KILLS = 40
#: A row is two seconds long.
CREDITS = 2
#: The first kills come by the clock, while the program starts and reads the table; the rest by what has happened.
EARLY_KILLS = 8
_PATIENCE_SECONDS = 60


def events(home: Path) -> int:
    """How many events the audit trail holds; 0 before there is one."""
    try:
        with closing(sqlite3.connect(f"file:{home / 'clipmill.db'}?mode=ro", uri=True, timeout=5)) as database:
            return int(database.execute("SELECT count(*) FROM events").fetchone()[0])
    except sqlite3.Error:
        return 0


def kill_at_a_random_moment(process: subprocess.Popen[str], home: Path, chance: random.Random, *, early: bool) -> bool:
    """SIGKILL the process; whether it was still alive."""
    if early:
        time.sleep(chance.uniform(0.05, 1.5))
    else:
        enough, deadline = events(home) + chance.randint(0, 5), time.monotonic() + _PATIENCE_SECONDS
        while process.poll() is None and events(home) < enough and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.04))
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return alive


def test_forty_kills_lose_nothing_and_pay_nothing_twice(tmp_path: Path) -> None:
    chance = random.Random(20261120)
    template, table = make_template(tmp_path / "small"), make_table(tmp_path / "rows.csv", ROWS)
    home = tmp_path / ".clipmill"
    run = ("run", str(table), "-t", str(template), "--out", "out", "--window", "2")
    kills = 0
    while kills < KILLS:
        begun = home.exists() and bool(_batches(home))
        process = start(tmp_path, *(("resume",) if begun else run))
        kills += kill_at_a_random_moment(process, home, chance, early=kills < EARLY_KILLS)
        assert process.returncode != 0 or kills >= KILLS - 10, "the batch ended before it was killed often enough"
    clipmill(tmp_path, *(("resume",) if _batches(home) else run))

    results = json_lines(tmp_path / "out" / "results.jsonl")
    assert [line["row"] for line in results] == list(range(1, ROWS + 1))
    assert {line["state"] for line in results} == {"done"}
    for line in results:
        media = (tmp_path / "out" / line["file"]).read_bytes()
        assert hashlib.sha256(media).hexdigest() == line["sha256"]
    assert sorted(path.name for path in (tmp_path / "out").glob("*.mp4")) == [
        f"sku-{number:03}.mp4" for number in range(1, ROWS + 1)
    ]
    assert not [path for path in (tmp_path / "out").iterdir() if path.suffix not in {".mp4", ".jsonl", ".html", ""}]
    _check_books(home)


def _batches(home: Path) -> list[str]:
    try:
        with closing(sqlite3.connect(f"file:{home / 'clipmill.db'}?mode=ro", uri=True, timeout=5)) as database:
            return [row[0] for row in database.execute("SELECT id FROM batches")]
    except sqlite3.Error:
        return []


def _check_books(home: Path) -> None:
    with closing(sqlite3.connect(home / "clipmill.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(_batches(home)) == 1
        settled = database.execute("SELECT row_id, count(*), sum(amount) FROM ledger WHERE kind='settle' GROUP BY 1")
        assert [(count, amount) for _, count, amount in settled] == [(1, CREDITS)] * ROWS
        last = database.execute("SELECT reserved, spent FROM ledger ORDER BY id DESC LIMIT 1").fetchone()
        assert last == (0, CREDITS * ROWS)
        assert database.execute("SELECT count(*) FROM attempts WHERE outcome='done'").fetchone() == (ROWS,)
