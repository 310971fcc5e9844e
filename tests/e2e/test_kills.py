"""kill -9 at any moment, of one process and of several at once, on both databases: every row is done once, its credits
are spent once, and its file is whole.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from clipmill.store.database import sqlite_url
from tests import postgres
from tests.e2e.commands import clipmill, json_lines, make_table, make_template, start

#: A row is two seconds long.
CREDITS = 2
#: Of so many kills one comes by the clock, while the program starts; the others by what has happened.
EARLY_EVERY = 5
_PATIENCE_SECONDS = 120


def events(home: Path) -> int:
    """How many events the audit trail holds; 0 before there is one."""
    try:
        with closing(sqlite3.connect(f"file:{home / 'clipmill.db'}?mode=ro", uri=True, timeout=5)) as database:
            return int(database.execute("SELECT count(*) FROM events").fetchone()[0])
    except sqlite3.Error:
        return 0


class Batch:
    """One table run by processes that are killed, over a database of either kind."""

    def __init__(self, folder: Path, kind: str, rows: int) -> None:
        self.folder, self.rows = folder, rows
        url = postgres.new_database(f"clipmill_{os.getpid()}_{time.monotonic_ns()}") if kind == "postgresql" else ""
        self.told = ("--database", url) if url else ()
        driver = url.replace("postgresql:", "postgresql+psycopg:", 1)
        self._engine = create_engine(driver or sqlite_url(folder / ".clipmill" / "clipmill.db"))
        make_template(folder / "small")
        make_table(folder / "rows.csv", rows)

    def ask(self, sql: str) -> Sequence[Any]:
        """What the database answers; nothing before it is there."""
        try:
            with self._engine.connect() as connection:
                return connection.execute(text(sql)).all()
        except SQLAlchemyError:
            return []

    def events(self) -> int:
        """How many events the audit trail holds; 0 before there is one."""
        found = self.ask("SELECT count(*) FROM events")
        return int(found[0][0]) if found else 0

    def start(self, first: bool) -> subprocess.Popen[str]:
        """A process at work on it: the first runs or resumes it, the others serve whatever there is."""
        begun = self.ask("SELECT id FROM batches")
        run = ("run", "rows.csv", "-t", "small", "--out", "out")
        how = (("resume",) if begun else run) if first else ("worker",)
        return start(self.folder, *self.told, *how, CLIPMILL_WORKERS="1")

    def check(self) -> None:
        """Every row is done and whole, and the books are exact."""
        results = json_lines(self.folder / "out" / "results.jsonl")
        assert [line["row"] for line in results] == list(range(1, self.rows + 1))
        assert {line["state"] for line in results} == {"done"}
        for line in results:
            media = (self.folder / "out" / line["file"]).read_bytes()
            assert hashlib.sha256(media).hexdigest() == line["sha256"]
        names = [f"sku-{number:03}.mp4" for number in range(1, self.rows + 1)]
        assert sorted(path.name for path in (self.folder / "out").glob("*.mp4")) == names
        left = [path for path in (self.folder / "out").iterdir() if path.suffix not in {".mp4", ".jsonl", ".html", ""}]
        assert not left
        assert len(self.ask("SELECT id FROM batches")) == 1
        settled = self.ask("SELECT row_id, count(*), sum(amount) FROM ledger WHERE kind='settle' GROUP BY 1")
        assert [(count, amount) for _, count, amount in settled] == [(1, 1_000 * CREDITS)] * self.rows
        assert self.ask("SELECT reserved, spent FROM ledger ORDER BY id DESC LIMIT 1") == [
            (0, 1_000 * CREDITS * self.rows)
        ]
        assert self.ask("SELECT count(*) FROM attempts WHERE outcome='done'") == [(self.rows,)]
        assert self.ask("SELECT count(*) FROM rows WHERE state <> 'done' OR owner IS NOT NULL") == [(0,)]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def kill_at_a_random_moment(
    process: subprocess.Popen[str], batch: Batch, chance: random.Random, *, early: bool
) -> bool:
    """SIGKILL the process; whether it was still alive."""
    if early:
        time.sleep(chance.uniform(0.05, 1.5))
    else:
        enough, deadline = batch.events() + chance.randint(0, 5), time.monotonic() + _PATIENCE_SECONDS
        while process.poll() is None and batch.events() < enough and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.04))
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return alive


def kill_and_finish(folder: Path, kind: str, workers: int, kills: int) -> None:
    """Kill one of so many processes at a time, and put another in its place, until it was often enough."""
    chance, batch = random.Random(f"20261120 {kind} {workers}"), Batch(folder, kind, rows=max(8, kills * 3 // 2))
    at_work: list[subprocess.Popen[str]] = []
    first: subprocess.Popen[str] | None = None
    try:
        killed, ended = 0, 0
        while killed < kills:
            while len(at_work) < workers:
                at_work.append(batch.start(first=first not in at_work))
                first = first if first in at_work[:-1] else at_work[-1]
            victim = at_work.pop(chance.randrange(len(at_work)))
            alive = kill_at_a_random_moment(victim, batch, chance, early=killed % EARLY_EVERY == 0)
            killed, ended = killed + alive, ended + (not alive)
            assert ended <= workers, "the batch ended before they were killed often enough"
    finally:
        for process in at_work:
            process.kill()
            process.communicate()
    begun = batch.ask("SELECT id FROM batches")
    clipmill(folder, *batch.told, *(("resume",) if begun else ("run", "rows.csv", "-t", "small", "--out", "out")))
    batch.check()
    batch.close()


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("kind", "workers", "kills"), [("sqlite", 1, 8), ("sqlite", 4, 6), ("postgresql", 2, 5)], ids=str
)
def test_kills_lose_nothing_and_pay_nothing_twice(tmp_path: Path, kind: str, workers: int, kills: int) -> None:
    kill_and_finish(tmp_path, kind, workers, kills)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_hundred_kills_lose_nothing_and_pay_nothing_twice(tmp_path: Path, kind: str, workers: int) -> None:
    kill_and_finish(tmp_path, kind, workers, 20)
