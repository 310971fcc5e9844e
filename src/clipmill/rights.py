"""Who may read what is written: the state folder is its owner's alone, finished files are as the user's always are."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

try:
    import pwd
except ImportError:  # not a Unix
    pwd = None  # type: ignore[assignment]

_PRIVATE = 0o077
#: What the user takes away from the rights of new files (umask), once `keep_private` has put ours in its place.
_users: list[int] = []
#: What lies in a state folder.
_OURS = ("clipmill.db*", "blocked", "cache", "files", "finished", "fonts", "frames", "made-here", "scratch", "spent",
         "tables", "workers")  # fmt: skip


def keep_private() -> None:
    """From now on what this process makes, and those it starts, nobody else may read, unless `as_usual` says so."""
    mask = os.umask(_PRIVATE)
    if mask != _PRIVATE or not _users:
        _users[:] = [mask]


def as_usual(path: Path, mode: int = 0o666) -> None:
    """Give a new file for the user the rights that the user's files have."""
    if _users:
        path.chmod(mode & ~_users[0])


def usual_folder(path: Path) -> None:
    """Make a folder for the user, and those above it, where they are not there."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        as_usual(folder, 0o777)


def tighten(home: Path) -> None:
    """Take from others what earlier versions let them read. A folder that holds other things too keeps its own rights.

    What the system refuses stays as it is; `loose` tells.
    """
    if os.name != "posix" or not home.is_dir() or not loose(home):
        return
    ours = {path for pattern in _OURS for path in home.glob(pattern)}
    with suppress(OSError):
        if all(path in ours for path in home.iterdir()):
            home.chmod(0o700)
    for path in _inside(ours):
        with suppress(OSError):
            if not path.is_symlink() and path.stat().st_mode & _PRIVATE:
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_PRIVATE)


def loose(home: Path) -> bool:
    """Whether others may look into the state folder."""
    return bool(home.stat().st_mode & _PRIVATE)


def user_name() -> str:
    """What the system calls the user; `local` where it does not say."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name if pwd else "local"
    except KeyError:
        return "local"


def _inside(paths: set[Path]) -> Iterator[Path]:
    for path in paths:
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from path.rglob("*")
