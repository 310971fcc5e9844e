"""Paid engines behind a job API, as real ones are: their books outlive every worker that is killed.

The books are a SQLite file of their own, in which each send is one transaction. Whatever is under way tells so in a
file of phases, so that a killer can aim.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipmill.domain.credits import Quote
from clipmill.domain.line.call import Call, Handle, Output, Recovery
from clipmill.domain.line.lane import Lane, Rate
from clipmill.domain.line.report import Report
from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.payload import Payload
from clipmill.errors import AnswerLost

#: Thousandths of a credit that one item costs, and one thousandth more for the call: so shares differ.
ITEM_CREDITS = 700
SPEC = MediaSpec(seconds=0, frames=1, fps=0, width=16, height=16, kind=MediaKind.IMAGE, suffix=".png")
_TABLES = """
CREATE TABLE IF NOT EXISTS sends (at REAL, began REAL, engine TEXT, call TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS jobs
  (id INTEGER PRIMARY KEY, engine TEXT, call TEXT, begun REAL, ends REAL, charged INTEGER);
CREATE TABLE IF NOT EXISTS items (job INTEGER, key TEXT, payload TEXT);
CREATE INDEX IF NOT EXISTS jobs_by_call ON jobs (engine, call);
CREATE INDEX IF NOT EXISTS items_by_job ON items (job);
"""


class Phases:
    """A file in which whoever is at work says what it begins and ends; each thing takes a few milliseconds longer."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.seconds = seconds

    @contextmanager
    def told(self, phase: str) -> Iterator[None]:
        """Say that it begins, and that it is over."""
        os.write(self._file, f"{os.getpid()} + {phase}\n".encode())
        try:
            yield
        finally:
            os.write(self._file, f"{os.getpid()} - {phase}\n".encode())

    @contextmanager
    def inside(self, phase: str) -> Iterator[None]:
        """The same around what a thread does."""
        with self.told(phase):
            time.sleep(self.seconds)
            yield
            time.sleep(self.seconds)


class Books:
    """What an engine's owner knows: sends, jobs, and who paid for what."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        self._database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; {_TABLES}")

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """What they say."""
        with closing(self._database.execute(sql, values)) as found:
            return found.fetchall()

    @contextmanager
    def writing(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """One transaction that nobody else is inside of."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database.execute
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def rows_paid(self) -> Counter[str]:
        """How often each row was paid for, by its key without the attempt."""
        return Counter(key.rpartition(".")[0] for (key,) in self.ask("SELECT key FROM items"))

    def in_flight(self, engine: str) -> int:
        """The most jobs that an engine ever had at once."""
        moves = [(at, step) for begun, ends in self.ask("SELECT begun, ends FROM jobs WHERE engine = ?", engine)
                 for at, step in ((begun, 1), (ends, -1))]  # fmt: skip
        most = now = 0
        for _, step in sorted(moves):  # one that ends makes room before another begins
            now += step
            most = max(most, now)
        return most


@dataclass(frozen=True, slots=True)
class Terms:
    """How an engine deals with those who send, and what its lane lets through."""

    name: str
    recovery: Recovery
    window: int
    rates: tuple[Rate, ...] = ()
    rows_per_call: int = 1
    #: A job takes so long.
    job_seconds: float = 0.15
    #: A send that is older than this when it arrives is not taken: the engine's part of "and it never will".
    valid_seconds: float = 1.0

    @property
    def lane(self) -> Lane:
        """Its lane."""
        return Lane(engine=self.name, window=self.window, rates=self.rates, rows_per_call=self.rows_per_call)


class EmulatedEngine:
    """A remote engine over such books (ports.RemoteEngine)."""

    first_poll_seconds = 0.1
    patience_seconds = 0.0

    def __init__(self, terms: Terms, books: Books, phases: Phases) -> None:
        self.name, self.recovery = terms.name, terms.recovery
        self._terms, self._books, self._phases = terms, books, phases

    def quote(self, payload: Payload) -> Quote:
        """A credit; the lane's limits are set beforehand."""
        return Quote(1000, together="all")

    def expect(self, payload: Payload) -> MediaSpec:
        """A small picture."""
        return SPEC

    async def submit(self, call: Call) -> Handle:
        """Take the job and charge for it, once for each key that is remembered."""
        began = time.time()
        with self._phases.told(f"submit {self.name}"):
            await asyncio.sleep(self._phases.seconds)
            job = self._taken(call, began)
            await asyncio.sleep(self._phases.seconds)
        if job is None:
            raise AnswerLost(f"{call.key} came too late")
        return Handle(str(job))

    def _taken(self, call: Call, began: float) -> int | None:
        with self._books.writing() as write:
            now = time.time()
            known = write("SELECT id FROM jobs WHERE engine = ? AND call = ?", (self.name, call.key)).fetchone()
            answer = "taken"
            if known is not None and self.recovery is Recovery.KEY:
                answer = "known"
            elif now - began > self._terms.valid_seconds:
                answer = "late"
            write("INSERT INTO sends VALUES (?, ?, ?, ?, ?)", (now, began, self.name, call.key, answer))
            if answer != "taken":
                return int(known[0]) if answer == "known" else None
            charged = ITEM_CREDITS * len(call.items) + 1
            job = write("INSERT INTO jobs (engine, call, begun, ends, charged) VALUES (?, ?, ?, ?, ?)",
                        (self.name, call.key, now, now + self._terms.job_seconds, charged)).lastrowid  # fmt: skip
            for item in call.items:
                write("INSERT INTO items VALUES (?, ?, ?)", (job, item.key, item.payload.text))
            return job

    async def recover(self, call: Call) -> Handle | None:
        """The job that was begun for this call."""
        with self._phases.told(f"submit {self.name}"):
            await asyncio.sleep(self._phases.seconds)
            found = self._books.ask("SELECT id FROM jobs WHERE engine = ? AND call = ?", self.name, call.key)
            await asyncio.sleep(self._phases.seconds)
        return Handle(str(found[0][0])) if found else None

    async def poll(self, handle: Handle) -> Report:
        """Done when its time is over."""
        with self._phases.told(f"poll {self.name}"):
            await asyncio.sleep(self._phases.seconds)
            ((ends, charged),) = self._books.ask("SELECT ends, charged FROM jobs WHERE id = ?", int(handle.job))
            keys = [key for (key,) in self._books.ask("SELECT key FROM items WHERE job = ?", int(handle.job))]
            await asyncio.sleep(self._phases.seconds)
        if ends > time.time():
            return Report(progress=0.5, look_again_in=0.1)
        outputs = {key: Output(f"{handle.job}/{key}") for key in keys}
        return Report(finished=True, progress=1.0, charged=charged, outputs=outputs)

    async def fetch(self, output: Output, into: Path) -> None:
        """Write the item's payload."""
        job, _, key = output.url.partition("/")
        with self._phases.told(f"fetch {self.name}"):
            await asyncio.sleep(self._phases.seconds)
            ((payload,),) = self._books.ask("SELECT payload FROM items WHERE job = ? AND key = ?", int(job), key)
            await asyncio.to_thread(into.write_text, payload)
            await asyncio.sleep(self._phases.seconds)

    async def cancel(self, handle: Handle) -> None:
        """It cannot."""


def aimed_at(path: Path, phases: Collection[str], alive: Collection[int], seconds: float) -> tuple[int, str] | None:
    """The process, one of these, that began one of these phases just now; None where none does for so long."""
    end = time.monotonic() + seconds
    with path.open("rb") as lines:
        lines.seek(0, os.SEEK_END)
        while time.monotonic() < end:
            line = lines.readline()
            if not line.endswith(b"\n"):
                lines.seek(-len(line), os.SEEK_CUR)
                time.sleep(0.001)
                continue
            process, sign, begun = line.decode().rstrip().split(maxsplit=2)
            if sign == "+" and begun in phases and int(process) in alive:
                return int(process), begun
    return None


def open_phases(path: Path) -> Mapping[int, Counter[str]]:
    """What every process was in the midst of when it said its last word."""
    inside: dict[int, Counter[str]] = {}
    for line in path.read_text().splitlines():
        process, sign, phase = line.split(maxsplit=2)
        inside.setdefault(int(process), Counter())[phase] += 1 if sign == "+" else -1
    return {process: +counted for process, counted in inside.items()}
