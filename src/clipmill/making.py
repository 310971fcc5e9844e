"""Files in the making: each writer has a name of its own, so that two that make the same file do not meet."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from itertools import count
from pathlib import Path

from clipmill import locks

_COUNTER = count()
#: Process numbers are nobody's own where machines or containers share a disk.
_PROCESS = secrets.token_hex(4)
#: So much of a file's name is in that of its part; a name has room for 255 bytes.
_CHARACTERS = 40
#: Not a link, and not what somebody put there before.
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_PART = re.compile(r"\..+\.[0-9]+-[0-9a-f]{8}-[0-9]+\.part")


def own_name() -> str:
    """A word that nobody else's file is called by, of this process or another."""
    return f"{os.getpid()}-{_PROCESS}-{next(_COUNTER)}"


def name_in_the_making(name: str) -> str:
    """A name for what is to be called `name`, hidden, and nobody else's."""
    return f".{name[:_CHARACTERS]}.{own_name()}.part"


def is_in_the_making(name: str) -> bool:
    """Whether a file is called as those in the making are."""
    return _PART.fullmatch(name) is not None


@contextmanager
def open_part(path: Path) -> Iterator[tuple[Path, BufferedRandom]]:
    """A new file beside `path`, open, ours alone and locked: it takes the place of `path` when the block ends, and
    vanishes when the block raises. A link at `path` is replaced and not written through. Raises OSError.
    """
    part = path.with_name(name_in_the_making(path.name))
    try:
        with os.fdopen(_own(part), "w+b") as file:
            yield part, file
            if not locks.can_lock():  # nor can such a system rename a file that is open
                file.close()
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def becoming(path: Path) -> Iterator[Path]:
    """The same for whoever opens it himself: its path."""
    with open_part(path) as (part, _):
        yield part


def _own(part: Path) -> int:
    """The part, open and locked; whoever swept between the two has taken it away."""
    while True:
        handle = os.open(part, _NEW, 0o666)
        with suppress(OSError):  # a disk without locks
            locks.take(handle)
        if part.exists():
            return handle
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what writers that are gone were making in a folder: nobody holds its lock."""
    for path in folder.iterdir():
        if is_in_the_making(path.name) and path.is_file():
            with suppress(OSError), path.open("rb") as file:  # what is open cannot be removed where there are no locks
                if locks.take(file):
                    path.unlink()
