"""A zip of delivered files: streamed from disk, stored as they are, the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from io import BufferedRandom
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from clipmill.deliver.atomic import reading, replacing
from clipmill.domain.line.delivery import Receipt

_CHUNK_BYTES = 1024 * 1024
#: The date of every entry: the earliest a zip can hold, so that equal files give an equal archive.
_DATE = (1980, 1, 1, 0, 0, 0)
#: An ordinary file that its owner may write and everybody read, for UNIX.
_MODE = 0o100644 << 16
_UNIX = 3


def write_zip(path: Path, entries: Iterable[tuple[str, Path | bytes]]) -> Receipt:
    """Write an archive of (name in the archive, file or what is in it) pairs in their order, complete or not at all.

    Videos do not shrink, so nothing is compressed. Above 4 GB, or 65,535 files, it is a Zip64 archive.
    Raises StoreError naming the file that is missing or the archive that cannot be written.
    """
    files = 0
    with replacing(path) as archive:
        with ZipFile(archive, "w", ZIP_STORED) as zip_file:
            for name, source in entries:
                _add(zip_file, name, source)
                files += 1
        size_bytes = archive.seek(0, 2)
        return Receipt(files, size_bytes, _sha256(archive))


def _add(zip_file: ZipFile, name: str, source: Path | bytes) -> None:
    entry = ZipInfo(name, _DATE)
    entry.create_system, entry.external_attr = _UNIX, _MODE
    if isinstance(source, bytes):
        zip_file.writestr(entry, source)
        return
    with reading(source) as file:
        entry.file_size = os.fstat(file.fileno()).st_size
        with zip_file.open(entry, "w") as target:
            shutil.copyfileobj(file, target, _CHUNK_BYTES)


def _sha256(archive: BufferedRandom) -> str:
    archive.seek(0)
    return hashlib.file_digest(archive, "sha256").hexdigest()
