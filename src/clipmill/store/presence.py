"""Presence: a live worker holds a lock on a file of its own; a lock that can be taken belonged to a dead one.

Leases end by themselves after `lease_seconds`; on the machine that holds the state folder there is no need to wait.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from clipmill import locks


class Presence:
    """The lock files of those at work on one state folder: workers, and whoever reads a batch's table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def announce(self, worker: str) -> Iterator[None]:
        """Be present as this worker."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        with self._holding(f"{worker}.lock", locks.take):
            yield

    def dead(self, workers: Sequence[str]) -> list[str]:
        """Those of these workers of this folder that are not there any more."""
        if not locks.can_lock():  # the leases alone decide
            return []
        return [worker for worker in workers if self._is_dead(self._folder / f"{worker}.lock")]

    def attends(self, batch_id: str) -> bool:
        """Whether anybody is at work on this batch: whoever is announces a name that begins with its id."""
        names = [path.stem for path in self._folder.glob(f"{batch_id}*.lock")]
        return len(self.dead(names)) < len(names)

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait for our turn at something only one may do at a time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._holding(f"{name}.turn", _waited):
            yield

    @contextmanager
    def _holding(self, name: str, lock: Callable[[IO[str]], bool]) -> Iterator[None]:
        path = self._folder / name
        with _held(path, lock):
            try:
                yield
            finally:
                with suppress(OSError):  # Windows, where others have it open
                    path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what those left who were killed: locks that nobody holds."""
        for path in self._folder.iterdir() if locks.can_lock() else ():
            if path.suffix in (".lock", ".turn"):
                with suppress(OSError):  # another user's
                    self._is_dead(path)

    def _is_dead(self, path: Path) -> bool:
        try:
            handle = path.open("r+")
        except FileNotFoundError:
            return True
        with handle:
            if not locks.take(handle):
                return False
            with suppress(FileNotFoundError):
                path.unlink()
            return True


def _waited(handle: IO[str]) -> bool:
    locks.wait_for(handle)
    return True


def _held(path: Path, lock: Callable[[IO[str]], bool]) -> IO[str]:
    """The file, open and locked; whoever looked for dead workers at that moment may have removed it."""
    while True:
        handle = path.open("w")
        with suppress(FileNotFoundError):
            if lock(handle) and path.stat().st_ino == os.fstat(handle.fileno()).st_ino:
                return handle
        handle.close()
