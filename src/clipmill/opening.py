"""Files of others, opened only where they are files: a pipe waits for ever, a device has no end and may do something.

What is refused is an OSError whose `strerror` names the kind, so that whoever reads files says it as anything else the
system refuses.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

#: What tells a kind → how a sentence calls it.
_KINDS = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"), (stat.S_ISLNK, "a link"),
)  # fmt: skip
#: Opening waits for nobody at the other end, and takes over no terminal.
_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def open_regular(path: str | Path, *, follow: bool = True) -> BufferedReader:
    """A file, open for reading; without `follow` a link in its place is refused. Raises OSError, which names the kind.

    Looked at before it is opened, and again once it is, for it may have been replaced between the two.
    """

    def opener(name: str, flags: int) -> int:
        refuse_other_kinds(Path(name).stat(follow_symlinks=follow))
        handle = os.open(name, flags | _NO_WAITING | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
        try:
            refuse_other_kinds(os.fstat(handle))
            _refuse_made_up(handle)
        except BaseException:
            os.close(handle)
            raise
        return handle

    return open(path, "rb", opener=opener)


def read_regular(path: str | Path, most: int = -1) -> bytes:
    """The content of a file, or its first bytes. Raises OSError, which names the kind of what is no file."""
    with open_regular(path) as file:
        return file.read(most)


def kind_of(status: os.stat_result) -> str:
    """What something is that is no file, as a sentence calls it; empty for a file."""
    return next((called for is_kind, called in _KINDS if is_kind(status.st_mode)), "")


def refuse_other_kinds(status: os.stat_result) -> None:
    """Raises OSError for what is no file."""
    if kind := kind_of(status):
        raise OSError(errno.EINVAL, f"it is not a file but {kind}")


def _refuse_made_up(handle: int) -> None:
    """Raises OSError for what says it is empty and is not, as all in /proc: endless, or a secret."""
    if os.fstat(handle).st_size == 0 and os.read(handle, 1) and os.fstat(handle).st_size == 0:
        raise OSError(errno.EINVAL, "the system makes it up as it is read; it is not a file")
