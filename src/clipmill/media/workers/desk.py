"""A desk: the one folder that a worker process writes into. What it made is carried out by its parent, the rest goes.

Nothing on it is believed: a link or a pipe in a file's place is not carried out, and no link is followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from clipmill.errors import StoreError, WorkerCrash
from clipmill.media.workers.sandbox import Sandbox
from clipmill.opening import kind_of
from clipmill.own_folder import OwnFolder, remove_from

#: Arguments of a job that say where it is to write: a file, a folder of files.
_INTO = ("into", "frames_into")
#: Rights that a finished file may have, and those it must.
_PLAIN, _OURS = 0o666, 0o600


class Desk:
    """The folder of one process, in the first one its sandbox may write to; gone with its parent, however that ends."""

    def __init__(self, sandbox: Sandbox) -> None:
        first, *others = sandbox.writable
        self._own = OwnFolder(Path(first))
        try:
            self.path = self._own.path
        except OSError as error:
            raise StoreError(f"no folder can be made in {first}: {error.strerror}") from error
        #: The sandbox of that process.
        self.sandbox = replace(sandbox, writable=(str(self.path), *others))

    @classmethod
    def of(cls, sandbox: Sandbox | None) -> Desk | None:
        """A new one; None for a process that writes nothing, and for one that is not locked in. Raises StoreError."""
        return cls(sandbox) if sandbox is not None and sandbox.writable else None

    def laid(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """A job's arguments, what they are to be written into lying here."""
        here = {name: str(self.path / Path(arguments[name]).name) for name in _INTO if arguments.get(name)}
        return {**arguments, **here}

    def carry_out(self, arguments: Mapping[str, Any]) -> None:
        """Move what a job was to make to its place. Raises WorkerCrash for what is no file, StoreError of the disk."""
        try:
            for name in _INTO:
                if arguments.get(name):
                    _carry(self.path / Path(arguments[name]).name, Path(arguments[name]), is_folder=name != _INTO[0])
        except OSError as error:
            raise StoreError(f"what was made could not be put in its place: {error.strerror}") from error

    def clear(self) -> None:
        """Remove all that is left on it."""
        remove_from(self.path)

    def close(self) -> None:
        """Remove it and all that is on it."""
        self._own.close()


def taken(folder: Path, most_files: int) -> tuple[int, int]:
    """Files and folders in a folder, no further counted than one too many, and the bytes they take on the disk."""
    files = size = 0
    for status in _statuses(folder):
        files, size = files + 1, size + getattr(status, "st_blocks", 0) * 512
        if files > most_files:
            break
    return files, size


def _carry(made: Path, to: Path, *, is_folder: bool) -> None:
    with suppress(FileNotFoundError):  # what was not made is missed by whoever wanted it
        status = made.lstat()
        kind = kind_of(status)
        if kind != ("a folder" if is_folder else ""):
            raise WorkerCrash(f"a worker process left {kind or 'a file'} where what it made should be")
        to.parent.mkdir(parents=True, exist_ok=True)
        if not is_folder:
            rights = stat.S_IMODE(status.st_mode)
            if rights != rights & _PLAIN | _OURS:  # it is to be run by somebody, or never to be read
                made.chmod(rights & _PLAIN | _OURS)
            made.replace(to)
            return
        to.mkdir(exist_ok=True)
        for each in sorted(made.iterdir()):
            _carry(each, to / each.name, is_folder=False)


def _statuses(folder: Path) -> Iterator[os.stat_result]:
    """Of all that is in a folder; what goes meanwhile is left out."""
    within = [str(folder)]
    while within:
        with suppress(OSError), os.scandir(within.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    within.append(entry.path)
                with suppress(OSError):
                    yield entry.stat(follow_symlinks=False)
