"""Where files may be named: beneath some folders, every link followed to where it ends."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clipmill.errors import MediaError, OutsideError

#: What is opened is open already; nothing waits for the other end of a pipe.
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_ALREADY_OPEN = Path("/proc/self/fd")
#: No path is longer in a message.
_SHOWN_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Beneath:
    """Folders whose files may be named; the first is where paths count from."""

    #: Where each really is, and single files that may be named too.
    folders: tuple[str, ...]
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, *places: Path | str) -> Beneath:
        """Beneath these folders, files among them themselves; an empty text is none."""
        real = list(dict.fromkeys(os.path.realpath(place) for place in places if str(place)))
        files = tuple(place for place in real[1:] if os.path.isfile(place))  # noqa: PTH113 - a text
        return cls(tuple(place for place in real if place not in files), files)

    def holds(self, place: str) -> bool:
        """Whether a place without links in it is beneath one of the folders, or one of the files."""
        return place in self.files or any(place.startswith(folder.rstrip(os.sep) + os.sep) for folder in self.folders)

    def place(self, path: str, name: str) -> str:
        """Where a path leads, whether there is anything or not. Raises OutsideError, which calls it `name`."""
        place = path if "\0" in path else os.path.realpath(path)
        if "\0" not in path and not self.holds(place):
            raise OutsideError(
                f"{name} leads to {place[:_SHOWN_CHARACTERS]}, outside of the folders whose files may be named",
                hint=f"Put the file beneath {self.folders[0]}, or let whoever runs the command allow its folder: "
                     f"--allow-files {shlex.quote(str(Path(place[:_SHOWN_CHARACTERS]).parent))}",
            )  # fmt: skip
        return place


@contextmanager
def held(path: str, name: str, beneath: Beneath | None) -> Iterator[Path]:
    """A path to a file that stays the one it is, whatever is put in its place meanwhile.

    Raises MediaError where it cannot be read, OutsideError where it turns out to be somewhere else.
    """
    place = beneath.place(path, name) if beneath is not None else path
    try:
        handle = os.open(place, _READING | (getattr(os, "O_NOFOLLOW", 0) if beneath is not None else 0))
    except OSError as error:
        raise MediaError(f"{name[:200]} cannot be read: {error.strerror}") from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise MediaError(f"{name} is not a file", hint="Name a file.")
        known = _ALREADY_OPEN / str(handle)
        if not known.is_symlink():  # not Linux: what lies there now must be what was opened
            known = Path(place)
            if not os.path.samestat(os.fstat(handle), known.stat()):
                raise MediaError(f"{name} is being replaced", hint="Try again when it is at rest.")
        if beneath is not None:
            beneath.place(str(known), name)
        yield known
    finally:
        os.close(handle)
