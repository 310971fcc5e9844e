"""The shared folder: what is dear to make and wanted by many rows, made once for all worker processes of a batch.

Whatever is wrong with it (a full disk, a damaged entry, a folder that is gone) means that a thing is made, and no more.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from clipmill import locks
from clipmill.engines.render.shared.entry import Parts, read_entry, write_entry
from clipmill.engines.render.shared.forms import Form, Kept
from clipmill.engines.render.shared.naming import name_of
from clipmill.making import becoming

#: No single thing may take more than this share of the room.
_LARGEST = 8
#: A process looks how much there is whenever it wrote this share of its part of the room.
_UNLOOKED = 8
#: Seconds between two looks whether another process has finished.
_LOOK_AGAIN = 0.005


class SharedFolder:
    """Entries by what they depend on, the oldest thrown out first; safe for several processes at once.

    Each entry has a lock file: whoever makes the entry holds it, and its time is when the entry was used last (a
    locked-in process may not set the time of a file, but opening one to write it anew does).
    """

    def __init__(
        self, folder: Path, budget: int, *, processes: int = 1, about: Hashable = (), patience: float = 10.0
    ) -> None:
        self._folder = folder
        #: Bytes. What the processes are writing at one moment may come on top.
        self._budget = budget
        self._unlooked_most = budget // (_UNLOOKED * processes)
        self._unlooked = self._unlooked_most
        #: What every entry depends on.
        self._about = about
        #: Seconds to wait for another process that makes the same thing.
        self._patience = patience

    def get(self, key: Hashable, make: Callable[[], Kept], form: Form[Kept]) -> Kept:
        """The thing under this key, made and kept if it is not there; another process that makes it is waited for.

        The key must name everything it depends on but what `about` names. Raises what `make` raises.
        """
        name = name_of(self._about, form.name, key)
        found = self._take(name, form)
        if found is not None:
            return found
        if not self._is_open():
            return make()
        with self._turn(name):
            found = self._take(name, form)
            if found is None:
                found = make()
                self._keep(name, form.apart(found))
        return found

    def _is_open(self) -> bool:
        """Whether anything is kept at present; where nothing is, nobody waits for another either."""
        try:
            return shutil.disk_usage(self._folder).free >= self._budget
        except OSError:
            return False

    def _take(self, name: str, form: Form[Kept]) -> Kept | None:
        entry, lock = self._places(name)
        try:
            found = form.together(read_entry(entry))
        except (OSError, ValueError, LookupError, TypeError):
            return None
        with suppress(OSError):
            lock.open("wb").close()
        return found

    def _keep(self, name: str, parts: Parts) -> None:
        """Write an entry; from now on nobody writes into its arrays, as nobody can who reads them from there."""
        for array in parts.arrays:
            array.flags.writeable = False
        size = sum(array.nbytes for array in parts.arrays)
        entry, _ = self._places(name)
        with suppress(OSError):
            if size > self._budget // _LARGEST:
                return
            self._make_room(size)
            with becoming(entry) as part:
                write_entry(part, parts)

    def _places(self, name: str) -> tuple[Path, Path]:
        return self._folder / f"{name}.entry", self._folder / f"{name}.lock"

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        """Wait until no other process makes this entry, but not for ever."""
        try:
            handle = self._places(name)[1].open("ab")
        except OSError:
            handle = None
        try:
            if handle is not None:
                self._wait_for(handle)
            yield
        finally:
            if handle is not None:
                handle.close()

    def _wait_for(self, handle: IO[bytes]) -> None:
        until = time.monotonic() + self._patience
        while not _locked(handle) and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN)

    def _make_room(self, size: int) -> None:
        """Throw out what was used longest ago, if it may have become too much."""
        self._unlooked += size
        if self._unlooked < self._unlooked_most:
            return
        self._unlooked = 0
        there = sorted(filter(None, map(_aged, self._folder.iterdir())))
        left = size + sum(each for _, each, _ in there)
        for _, each, path in there:
            if left <= self._budget - self._budget // _UNLOOKED:
                return
            for gone in (path, path.with_suffix(".lock")):
                gone.unlink(missing_ok=True)
            left -= each


def _locked(handle: IO[bytes]) -> bool:
    """Lock a file, unless somebody else has; without locks two processes may make the same thing."""
    try:
        return locks.take(handle)
    except OSError:  # a disk without them
        return True


def _aged(path: Path) -> tuple[float, int, Path] | None:
    """When an entry was used last, its bytes and its name; None for locks, and for what is gone meanwhile."""
    if path.suffix == ".lock":
        return None
    try:
        told = path.stat()
    except OSError:
        return None
    with suppress(OSError):
        return path.with_suffix(".lock").stat().st_mtime, told.st_size, path
    return told.st_mtime, told.st_size, path
