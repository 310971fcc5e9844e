"""A parent's eye on a worker process: what no limit of the system counts for it alone, threads and all it writes.

(Linux; elsewhere nothing is seen but what lies on its desk.)
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from clipmill.domain.failure import Failure, FailureKind
from clipmill.errors import EngineError
from clipmill.media.workers.desk import Desk, taken
from clipmill.media.workers.sandbox import Sandbox
from clipmill.own_folder import remove_from

#: Seconds between two looks.
LOOK_EVERY = 0.5
#: Threads of a worker, and more for each processor: libraries have a few pools with one on each.
_THREADS, _THREADS_PER_PROCESSOR = 64, 8
#: What is noted of fonts, and can be noted anew, may have so many times as many files as one job makes.
_SHARED_TIMES = 5
_RUNNING = re.compile(rb"^Threads:\s*(\d+)$", re.MULTILINE)
#: What went through calls that write, and the pages that became dirty, those of files in memory among them.
_WRITTEN = re.compile(rb"^(?:wchar|write_bytes): (\d+)$", re.MULTILINE)


class Watch:
    """Over one locked-in process, job after job; what it writes between two counts for the second."""

    def __init__(self, pid: int, sandbox: Sandbox, desk: Desk | None) -> None:
        self._process = Path(f"/proc/{pid}")
        self._sandbox = sandbox
        self._desk = desk
        self._before = 0
        self._shared = [Path(folder) for folder in sandbox.writable[1:]] if desk else []
        self._room = _free_files(desk.path) if desk else 0
        #: What it took too much of, once a look has seen it; empty before.
        self.excess = ""

    def look(self) -> bool:
        """Whether it has taken more than it may."""
        threads, most = self._highest("status", _RUNNING), _THREADS + _THREADS_PER_PROCESSOR * (os.cpu_count() or 1)
        files, size = taken(self._desk.path, self._sandbox.scratch_files) if self._desk else (0, 0)
        files = max(files, *map(self._littered, self._shared), 0)
        written = max(size, self._highest("io", _WRITTEN) - self._before)
        if threads > most:
            self.excess = f"started more than {most} threads"
        elif written > self._sandbox.scratch_bytes:
            self.excess = f"wrote more than {self._sandbox.scratch_bytes:,} bytes (limits.scratch_bytes)"
        elif files > self._sandbox.scratch_files:
            self.excess = f"made more than {self._sandbox.scratch_files:,} files (limits.scratch_files)"
        return bool(self.excess)

    def _littered(self, folder: Path) -> int:
        """Files in a folder that processes share, once many more are on the disk than were; then all of it goes."""
        most = self._sandbox.scratch_files
        if self._room - _free_files(folder) <= most or taken(folder, _SHARED_TIMES * most)[0] <= _SHARED_TIMES * most:
            return 0
        remove_from(folder)
        return most + 1

    def job_ended(self) -> None:
        """A job is done: its writing is forgotten. Raises EngineError where it was too much."""
        if self.look():
            raise self.error()
        self._before = self._highest("io", _WRITTEN)

    def error(self) -> EngineError:
        """The excess, which another attempt would only repeat."""
        fix = "What the row names may be made to do harm; where you know it is not, raise the limit."
        return EngineError(Failure(FailureKind.DATA, f"a worker process {self.excess} and was stopped", fix))

    def _highest(self, account: str, told: re.Pattern[bytes]) -> int:
        try:
            return max(map(int, told.findall((self._process / account).read_bytes())), default=0)
        except OSError:  # it is gone, or this is not Linux
            return 0


def _free_files(folder: Path) -> int:
    """How many files the disk has room for; 0 where it does not tell."""
    try:
        return os.statvfs(folder).f_ffree if hasattr(os, "statvfs") else 0
    except OSError:
        return 0
