"""Files on disk under the sha256 of their content: made files, assets, frozen templates' pictures."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from clipmill.errors import NotFoundError, StoreError
from clipmill.making import name_in_the_making
from clipmill.opening import open_regular

#: What has lain in the scratch folder for so long was left there by a process that was killed.
_LEFT_SECONDS = 24 * 3600


class DiskFiles:
    """Content-addressed files (ports.Files): `<root>/<first two hex digits>/<sha256>`."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self.root = root
        self._scratch = scratch
        self._is_swept = False

    def put(self, path: Path, *, keep: bool = False) -> str:
        """Take a file in, moving it unless `keep`; the same content twice is one file. Raises StoreError."""
        try:
            digest = _digest(path, follow=keep)
            target = self._place(digest)
            if not target.exists():
                self._take(path, target, keep=keep)
            elif not keep:
                path.unlink()
        except OSError as error:
            raise StoreError(
                f"{os.path.realpath(path)} could not be stored: {error.strerror}",
                hint="Check space and rights of the state folder.",
            ) from error
        return digest

    def path(self, digest: str) -> Path:
        """Where a stored file lies. Raises NotFoundError."""
        path = self._place(digest)
        if not path.exists():
            raise NotFoundError(f"file {digest} is not in the store", hint="`clipmill retry --rows N` makes it again.")
        return path

    def scratch(self, name: str) -> Path:
        """A path for a file in the making, on the same disk."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        if not self._is_swept:
            self._is_swept = True
            self._sweep()
        return self._scratch / name

    def discard(self, name: str) -> None:
        """Remove that file and what lies beside it under its name and a suffix, if they are there."""
        for path in (self._scratch / name, *self._scratch.glob(f"{glob.escape(name)}.*")):
            _remove(path)

    def _sweep(self) -> None:
        """Remove what was left long ago, by the clock of the disk it lies on."""
        with suppress(OSError):
            os.utime(self._scratch)
            now = self._scratch.stat().st_mtime
            old = [path for path in self._scratch.iterdir() if now - path.lstat().st_mtime > _LEFT_SECONDS]
            for path in old:
                _remove(path)

    def _place(self, digest: str) -> Path:
        return self.root / digest[:2] / digest

    def _take(self, path: Path, target: Path, *, keep: bool) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if keep:
            source = self.scratch(name_in_the_making(target.name))
            with open_regular(path) as given, source.open("wb") as copy:
                shutil.copyfileobj(given, copy)
        else:
            source = path
        _sync(source)
        source.replace(target)
        _sync(target.parent)


def _remove(path: Path) -> None:
    """Remove a file; what the system refuses to remove stays."""
    with suppress(OSError):
        path.unlink()


def _digest(path: Path, *, follow: bool) -> str:
    """sha256, hex. What a worker made is never a link to what it may not read."""
    with open_regular(path, follow=follow) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Make a file or a folder's entries survive a power cut before the store says they are there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
