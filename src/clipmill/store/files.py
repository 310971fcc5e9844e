"""Files on disk under the sha256 of their content: made files, assets, frozen templates' pictures."""

from __future__ import annotations

import glob
import hashlib
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from clipmill.errors import NotFoundError, StoreError
from clipmill.hints import ASKED, Action, Deed
from clipmill.making import name_in_the_making
from clipmill.opening import open_regular
from clipmill.own_folder import OwnFolder, remove_left

_RETRY = Action(Deed.RETRY, options={"one_row": ASKED})
_DIGEST = re.compile("[0-9a-f]{64}")
#: What has lain in the scratch folder for so long was left there by a process that was killed.
_LEFT_SECONDS = 24 * 3600


class DiskFiles:
    """Content-addressed files (ports.Files): `<root>/<first two hex digits>/<sha256>`."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self.root = root
        self._scratch = scratch
        self._mine = OwnFolder(scratch)

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
        if not _DIGEST.fullmatch(digest) or not path.exists():
            raise NotFoundError(f"a stored file is gone from the state folder {self.root.parent}",
                                hint=f"`{_RETRY}` makes it again.")  # fmt: skip
        return path

    def scratch(self, name: str) -> Path:
        """A path for a file in the making, on the same disk, in a folder that goes with this process."""
        return self._mine.path / name

    def discard(self, name: str) -> None:
        """Remove that file and what lies beside it under its name and a suffix, if they are there."""
        folder = self._mine.path
        for path in (folder / name, *folder.glob(f"{glob.escape(name)}.*")):
            _remove(path)

    def tidy(self) -> None:
        """Remove what processes left that are gone: at once what was theirs, libraries' own files after a day."""
        with suppress(OSError):
            remove_left(self._scratch)
            os.utime(self._scratch)
            now = self._scratch.stat().st_mtime
            old = [path for path in self._scratch.iterdir() if now - path.lstat().st_mtime > _LEFT_SECONDS]
            for path in old:
                if path.suffix != ".lock":
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
