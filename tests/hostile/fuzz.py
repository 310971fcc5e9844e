"""Mutated inputs by the thousand, each of which must end in a result or a sentence of ours.

    python -m tests.hostile.fuzz --inputs 10000 --seed 2026-11-30 [--kind html] [--number 12] [--keep FOLDER]

Every process parses in a limited address space and asks locked-in workers for what opens media; a process that dies or
does not come back is a finding, and another goes on after it. What failed is kept with the line that shows it again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from tests.hostile.mutate import KINDS, mutated

#: How many of a hundred inputs are of a kind: those that cost least are most.
SHARES = {"media": 24, "tables": 14, "templates": 12, "projects": 13, "subtitles": 13, "drawings": 12, "html": 12}
_MOST_BYTES = 3 * 1024**3
#: Wall seconds after which a process is not waited for, on a machine with other things to do.
_PATIENCE = 150.0
_SILENT = 2


def main(arguments: list[str] | None = None) -> int:
    """Run, print each finding and one line at the end; 1 where there were findings."""
    asked = _asked(arguments)
    began = time.monotonic()
    kinds = [asked.kind] if asked.kind else list(KINDS)
    work = [(kind, number) for kind in kinds for number in _numbers(asked, kind, len(kinds))]
    print(f"fuzz: {len(work)} inputs, --seed {asked.seed}", flush=True)
    findings = 0
    for kind, number, fault in _spread(work, asked.seed, asked.processes):
        findings += 1
        name, data = mutated(kind, asked.seed, number)
        asked.keep.mkdir(parents=True, exist_ok=True)
        (asked.keep / name).write_bytes(data)
        print(f"{kind} {number}: {fault}\n  kept as {asked.keep / name}; again: python -m tests.hostile.fuzz "
              f"--seed {asked.seed} --kind {kind} --number {number}", flush=True)  # fmt: skip
    print(
        f"fuzz: {len(work)} inputs of {len(kinds)} kinds, {findings} findings, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return int(findings > 0)


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz")
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seed", default=datetime.now(UTC).date().isoformat())
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--number", type=int)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "clipmill-fuzz")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args(arguments)


def _numbers(asked: argparse.Namespace, kind: str, kinds: int) -> list[int]:
    if asked.number is not None:
        return [asked.number]
    return list(range(asked.inputs if kinds == 1 else asked.inputs * SHARES[kind] // 100))


def _spread(work: list[tuple[str, int]], seed: str, processes: int) -> Iterator[tuple[str, int, str]]:
    """The findings of this work, done by so many processes, each with every so-manieth part of it."""
    parts = [work[first::processes] for first in range(min(processes, len(work)))]
    runs = [_Run(part, seed) for part in parts]
    while runs:
        for run in list(runs):
            yield from run.findings()
            if run.is_over:
                runs.remove(run)
        time.sleep(0.05)


class _Run:
    """A part of the work, and the process that does it; another where it dies."""

    def __init__(self, work: list[tuple[str, int]], seed: str) -> None:
        self._work, self._seed = work, seed
        self._at, self._heard = 0, time.monotonic()
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._work[self._at :], self._seed), daemon=False)
        self._process.start()
        theirs.close()
        self._heard = time.monotonic()

    @property
    def is_over(self) -> bool:
        return self._at >= len(self._work)

    def findings(self) -> Iterator[tuple[str, int, str]]:
        with suppress(EOFError, OSError):
            while not self.is_over and self._pipe.poll():
                fault = self._pipe.recv()
                if fault:
                    yield (*self._work[self._at], fault)
                self._at, self._heard = self._at + 1, time.monotonic()
        silent = time.monotonic() - self._heard > _PATIENCE
        if not self.is_over and (silent or not self._process.is_alive()) and not self._pipe_has_more():
            if self._process.is_alive():
                self._process.kill()
            self._process.join()
            code = self._process.exitcode
            yield (*self._work[self._at], "it did not come back" if silent else f"its process ended with {code}")
            self._at += 1
            if not self.is_over:
                self._start()
        if self.is_over:
            self._process.join(30)

    def _pipe_has_more(self) -> bool:
        try:
            return self._pipe.poll() and bool(self._process.is_alive())
        except OSError:
            return False


def _serve(pipe: Connection, work: list[tuple[str, int]], seed: str) -> None:
    """Do the work in this process, limited, and answer each input with its fault."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, resource.RLIM_INFINITY))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, _SILENT)
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])  # where worker processes find these tests
    from tests.hostile.parsing import Parsers

    with tempfile.TemporaryDirectory(prefix="clipmill-fuzz-", ignore_cleanup_errors=True) as folder:
        parsers = Parsers(Path(folder))
        for kind, number in work:
            pipe.send(parsers.fault(kind, *mutated(kind, seed, number)))
        parsers.close()


if __name__ == "__main__":
    sys.exit(main())
