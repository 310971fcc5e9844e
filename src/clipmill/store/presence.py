"""Presence: whoever is alive holds a lock on a file of its own; one that lies here and can be taken was a dead one's.

Leases end by themselves after `lease_seconds`; on the machine that holds the state folder there is no need to wait.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO

from clipmill import locks

#: What the lock of a worker is called after its name; others are swept by whoever announces himself.
_WORKER = ".worker"


class Presence:
    """The lock files of those at work on one state folder: workers, and whoever reads a batch's table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def host(self) -> str:
        """Which machine this is."""
        return f"{platform.node()}/{_read('/etc/machine-id')}"

    @cached_property
    def boot(self) -> str:
        """Since which start of the machine it runs; empty where the system does not tell."""
        return _read("/proc/sys/kernel/random/boot_id")

    @contextmanager
    def hold(self, worker: str) -> Iterator[None]:
        """Be a live worker of this host."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._holding(f"{worker}{_WORKER}"):
            yield

    def is_gone(self, worker: str, host: str, boot: str) -> bool:
        """Whether a worker is surely not there any more: one of this host, whose lock lies here and nobody holds.

        Of workers of other hosts, and of those whose lock lies elsewhere, nothing is known here: their leases decide.
        """
        path = self._folder / f"{worker}{_WORKER}"
        if host != self.host or not path.exists():
            return False
        return boot != self.boot or (locks.can_lock() and _is_free(path))

    def forget(self, workers: Sequence[str]) -> None:
        """Remove what dead workers left, but for these, of whom others are still to learn that they are dead."""
        for path in self._folder.glob(f"*{_WORKER}") if locks.can_lock() else ():
            if path.stem not in workers:
                with suppress(OSError):  # another user's
                    self._is_dead(path)

    @contextmanager
    def announce(self, name: str) -> Iterator[None]:
        """Be present under this name, that of a batch or one that begins with it, as soon as nobody else is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        with self._holding(f"{name}.lock"):
            yield

    def dead(self, names: Sequence[str]) -> list[str]:
        """Those of these names of this folder that are not there any more."""
        if not locks.can_lock():
            return []
        return [name for name in names if self._is_dead(self._folder / f"{name}.lock")]

    def attends(self, batch_id: str) -> bool:
        """Whether anybody is at work on this batch: whoever is announces a name that begins with its id."""
        names = [path.stem for path in self._folder.glob(f"{batch_id}*.lock")]
        return len(self.dead(names)) < len(names)

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait for our turn at something only one may do at a time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._holding(f"{name}.turn"):
            yield

    @contextmanager
    def _holding(self, name: str) -> Iterator[None]:
        path = self._folder / name
        with _held(path):
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


def _is_free(path: Path) -> bool:
    try:
        with path.open("r+") as handle:
            return locks.take(handle)
    except OSError:  # it is gone by now, or another user's
        return False


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _held(path: Path) -> IO[str]:
    """The file, open and locked; whoever held it, or looked for dead workers at that moment, may have removed it."""
    while True:
        handle = path.open("w")
        locks.wait_for(handle)
        with suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(handle.fileno()).st_ino:
                return handle
        handle.close()
