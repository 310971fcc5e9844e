"""Locks on open files: one lasts as long as the file is open, and goes with the process that held it."""

from __future__ import annotations

from typing import IO

try:
    import fcntl
except ImportError:  # Windows: whoever would lock does without, as each of them says
    fcntl = None  # type: ignore[assignment]


def can_lock() -> bool:
    """Whether this system has such locks."""
    return fcntl is not None


def take(file: IO[bytes] | IO[str] | int) -> bool:
    """Lock a file, unless somebody else has; True as well where there are no locks. Raises OSError of the disk."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for(file: IO[bytes] | IO[str] | int) -> None:
    """Lock a file as soon as nobody else has. Raises OSError of the disk."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)
