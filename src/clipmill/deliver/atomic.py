"""Files written all at once: whoever looks sees the old file or the whole new one, after a power cut too."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BufferedRandom, BufferedReader
from pathlib import Path

from clipmill.errors import StoreError
from clipmill.hints import RESUME, RETRY
from clipmill.making import open_part, sweep
from clipmill.rights import as_usual, usual_folder

_CHUNK_BYTES = 1024 * 1024


@contextmanager
def replacing(path: Path) -> Iterator[BufferedRandom]:
    """A new file that takes the place of `path` when the block ends, and vanishes when the block raises.

    It is written beside its place under a name of its own, synced and renamed, so that of two writers the last one's is
    there, whole, and a link at `path` is replaced and not written through; folders are made. It has the rights that
    files of the user have. What killed writers left in the folder goes.
    Raises StoreError naming the path for everything the disk refuses.
    """
    try:
        usual_folder(path.parent)
        _sweep_once(path.parent.absolute())
        with open_part(path) as (part, file):
            as_usual(part)
            yield file
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path} could not be written: {error.strerror or error}",
            hint=f"Check the space on the disk and the rights of the folder, then `{RESUME}`.",
        ) from error


def own_folder(out: Path, below: str) -> Path:
    """A folder of ours inside of that of the finished files. Raises StoreError for a link, which leads elsewhere."""
    folder = out
    for part in Path(below).parts:
        folder /= part
        if folder.is_symlink():
            raise StoreError(f"{folder} is a link, and nothing is written through it",
                             hint=f"Remove the link, then `{RESUME}`.")  # fmt: skip
    return folder


def reading(path: Path) -> BufferedReader:
    """The file, open for reading. Raises StoreError naming it."""
    try:
        return path.open("rb")
    except OSError as error:
        raise StoreError(
            f"{path} could not be read: {error.strerror or error}",
            hint=f"Bring the file back, or make the row again with `{RETRY}`.",
        ) from error


def put(media: Path, target: Path) -> None:
    """Copy a file to its place, whole or not at all; a folder that was taken away meanwhile is made again.

    Raises StoreError.
    """
    try:
        _copy(media, target)
    except StoreError as error:
        if not isinstance(error.__cause__, FileNotFoundError) or not media.exists():
            raise
        _copy(media, target)


def _copy(media: Path, target: Path) -> None:
    with reading(media) as source, replacing(target) as copy:
        shutil.copyfileobj(source, copy, _CHUNK_BYTES)


@lru_cache(maxsize=64)
def _sweep_once(folder: Path) -> None:
    """Once for each folder a process writes into: looking through a full one takes longer than writing a file."""
    sweep(folder)


def _sync_folder(folder: Path) -> None:
    """Make the rename survive a power cut (POSIX; other systems cannot open folders and do not need it)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
