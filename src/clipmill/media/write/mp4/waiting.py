"""Samples that wait for the index of their file: in memory, and once they are many on the disk it is written to."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import IO, BinaryIO

#: Bytes kept in memory.
_MOST_IN_MEMORY = 8 * 1024**2


class WaitingSamples:
    """Bytes in the order they were added; on disk in a file without a name in `folder`. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._parts: list[bytes] = []
        self._in_memory = 0
        #: Bytes added.
        self.length = 0

    def add(self, data: bytes) -> int:
        """Take more bytes; where they lie among all of them."""
        self._parts.append(data)
        self._in_memory += len(data)
        self.length += len(data)
        if self._in_memory > _MOST_IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - it is open until all are copied
            self._file.writelines(self._parts)
            self._parts, self._in_memory = [], 0
        return self.length - len(data)

    def copy_to(self, target: BinaryIO) -> None:
        """Write all of them."""
        if self._file is not None:
            self._file.seek(0)
            shutil.copyfileobj(self._file, target, _MOST_IN_MEMORY)
        target.writelines(self._parts)

    def remove(self) -> None:
        """Forget them."""
        self._parts = []
        if self._file is not None:
            self._file.close()
