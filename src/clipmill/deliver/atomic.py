"""Files written all at once: whoever looks sees the old file or the whole new one, after a power cut too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom, BufferedReader
from pathlib import Path

from clipmill.errors import StoreError

#: A new file and nothing else: an existing one is refused, a symbolic link in its place is not followed.
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def replacing(path: Path) -> Iterator[BufferedRandom]:
    """A new file that takes the place of `path` when the block ends, and vanishes when the block raises.

    It is written beside its place as `.<name>.part`, synced and renamed, so that a link at `path` is replaced and not
    written through; folders are made. Raises StoreError naming the path for everything the disk refuses.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, _NEW_FILE, 0o666), "w+b") as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                _move(file, part, path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        _sync_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path} could not be written: {error.strerror or error}",
            hint="Check the space on the disk and the rights of the folder, then `clipmill resume`.",
        ) from error


def reading(path: Path) -> BufferedReader:
    """The file, open for reading. Raises StoreError naming it."""
    try:
        return path.open("rb")
    except OSError as error:
        raise StoreError(
            f"{path} could not be read: {error.strerror or error}",
            hint="Bring the file back, or make the row again with `clipmill retry`.",
        ) from error


def _move(file: BufferedRandom, part: Path, path: Path) -> None:
    """Rename the finished part, provided it still is ours: somebody slower may be delivering the same file."""
    if not os.path.samestat(os.fstat(file.fileno()), part.lstat()):
        raise BlockingIOError(f"another process is writing {path.name}")
    part.replace(path)


def _sync_folder(folder: Path) -> None:
    """Make the rename survive a power cut (POSIX; other systems cannot open folders and do not need it)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
