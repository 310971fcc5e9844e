"""Files written all at once: whoever looks sees the old file or the whole new one, after a power cut too."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom, BufferedReader
from pathlib import Path

from clipmill import locks
from clipmill.errors import StoreError

#: A symbolic link in the file's place is not followed.
_PART = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def replacing(path: Path) -> Iterator[BufferedRandom]:
    """A new file that takes the place of `path` when the block ends, and vanishes when the block raises.

    It is written beside its place as `.<name>.part`, under a lock so that two writers take turns, synced and renamed,
    so that a link at `path` is replaced and not written through; folders are made. What a killed writer left is reused.
    Raises StoreError naming the path for everything the disk refuses.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(_own_part(part), "w+b") as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                part.replace(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        _sync_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path} could not be written: {error.strerror or error}",
            hint="Check the space on the disk and the rights of the folder, then `clipmill resume`.",
        ) from error


def own_folder(out: Path, below: str) -> Path:
    """A folder of ours inside of that of the finished files. Raises StoreError for a link, which leads elsewhere."""
    folder = out
    for part in Path(below).parts:
        folder /= part
        if folder.is_symlink():
            raise StoreError(f"{folder} is a link, and nothing is written through it",
                             hint="Remove the link, then `clipmill resume`.")  # fmt: skip
    return folder


def remove_left(folder: Path, names: Callable[[], Collection[str]]) -> None:
    """Remove what killed writers of these files left in a folder; nobody is asked for names where nothing lies."""
    left = [path for path in folder.glob(".*.part") if stat.S_ISREG(path.lstat().st_mode)] if locks.can_lock() else []
    ours = names() if left else ()
    for part in left:
        if part.name[1 : -len(".part")] in ours:
            with suppress(OSError), part.open("rb") as file:
                if locks.take(file) and _is_still(part, file.fileno()):
                    part.unlink()


def reading(path: Path) -> BufferedReader:
    """The file, open for reading. Raises StoreError naming it."""
    try:
        return path.open("rb")
    except OSError as error:
        raise StoreError(
            f"{path} could not be read: {error.strerror or error}",
            hint="Bring the file back, or make the row again with `clipmill retry`.",
        ) from error


def _own_part(part: Path) -> int:
    """The part, empty, open and locked: ours alone until it is renamed or closed."""
    while True:
        if part.is_symlink():
            part.unlink()
        handle = os.open(part, _PART, 0o666)
        locks.wait_for(handle)  # Windows has none: two that write the same file at one moment are on their own
        if _is_still(part, handle):
            os.ftruncate(handle, 0)
            return handle
        os.close(handle)


def _is_still(part: Path, handle: int) -> bool:
    """Whether the open file is what lies there now, and lies nowhere else; while we waited it may have been renamed."""
    mine = os.fstat(handle)
    try:
        there = part.lstat()
    except FileNotFoundError:
        return False
    if os.path.samestat(mine, there) and mine.st_nlink > 1:
        part.unlink()
        return False
    return os.path.samestat(mine, there)


def _sync_folder(folder: Path) -> None:
    """Make the rename survive a power cut (POSIX; other systems cannot open folders and do not need it)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
