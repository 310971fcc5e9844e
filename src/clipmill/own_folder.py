"""A folder of this process alone, for what it and its workers have in the making: gone when it ends, however it ends.

A lock on the file beside it says that its owner lives; a folder whose lock can be taken belonged to a dead one, and
the next process that makes one here removes it.
"""

from __future__ import annotations

import os
import secrets
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO

from clipmill import locks


class OwnFolder:
    """A folder with a name nobody else has inside `within`, made when it is first asked for."""

    def __init__(self, within: Path) -> None:
        self._within = within
        self._path: Path | None = None
        self._making = threading.Lock()
        self._ending: weakref.finalize[..., OwnFolder] | None = None

    @property
    def path(self) -> Path:
        """The folder. Raises OSError where none can be made."""
        with self._making:
            if self._path is None:
                self._within.mkdir(parents=True, exist_ok=True)
                remove_left(self._within)
                path, handle = _announced(self._within)
                self._ending = weakref.finalize(self, _end, path, handle)
                path.mkdir()
                self._path = path
            return self._path

    def close(self) -> None:
        """Remove it and all that is in it."""
        if self._ending is not None:
            self._ending()
        self._path = self._ending = None


def remove_from(folder: Path) -> None:
    """Remove all that is in a folder, however deep; what the system refuses to remove stays. No link is followed."""
    with suppress(OSError):
        while not folder.is_symlink() and (left := list(os.scandir(folder))):
            for entry in left:
                if entry.is_dir(follow_symlinks=False):
                    _lift_from(Path(entry.path), folder)
                else:
                    Path(entry.path).unlink()


def _lift_from(inner: Path, folder: Path) -> None:
    """Remove a folder within another, which gets its own folders: no path becomes too long, and no stack too high."""
    inner.chmod(0o700)
    for each in list(os.scandir(inner)):
        if each.is_dir(follow_symlinks=False):
            Path(each.path).rename(folder / secrets.token_hex(8))
        else:
            Path(each.path).unlink()
    inner.rmdir()


def _remove(folder: Path) -> None:
    remove_from(folder)
    with suppress(OSError):
        folder.rmdir()


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")


def _announced(within: Path) -> tuple[Path, IO[bytes]]:
    """A name for a folder, and its lock, open and held; whoever looked for dead ones at that moment may have taken it.

    Raises OSError.
    """
    while True:
        path = within / secrets.token_hex(8)
        handle = _lock_of(path).open("xb")
        if locks.take(handle) and _lock_of(path).exists():
            return path, handle
        handle.close()


def _end(folder: Path, handle: IO[bytes]) -> None:
    _remove(folder)
    handle.close()
    with suppress(OSError):
        _lock_of(folder).unlink()


def remove_left(within: Path) -> None:
    """Remove the folders of processes that are gone: those whose lock is free, and those whose lock is gone.

    A folder is never there before its lock is.
    """
    for lock in within.glob("*.lock"):
        _take_away(lock)
    for folder in within.iterdir():
        if folder.is_dir() and not _lock_of(folder).exists():
            _remove(folder)


def _take_away(lock: Path) -> None:
    """Remove a lock that nobody holds."""
    with suppress(OSError):
        if not locks.can_lock():  # Windows, where a file that is open cannot be removed: as good as a lock
            lock.unlink()
            return
        with lock.open("rb") as handle:
            if locks.take(handle):
                lock.unlink()
