"""Delivery into a folder: each finished file under its name, whole or not at all."""

from __future__ import annotations

import filecmp
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from clipmill.deliver.atomic import put
from clipmill.domain.files.names import safe_name
from clipmill.domain.record import RowRecord
from clipmill.errors import InputError


class FolderDeliverer:
    """A Deliverer that copies into folders of this machine."""

    def place(self, media: Path, folder: str, name: str) -> Path:
        """Put a copy of `media` into `folder` as `name`; its path.

        A file of that name is replaced, for it is this row's name; the same content is left as it is. A link of that
        name is replaced and never written through. Raises InputError for a name that is no safe file name,
        StoreError for everything the disk refuses.
        """
        if safe_name(name) != name:
            raise InputError(
                f"{name!r} cannot be the name of a file",
                hint="Names come from the template's output pattern; start a new batch with a plain one.",
            )
        target = Path(folder) / name
        if not is_there(target, media):
            put(media, target)
        return target


def missing(folder: Path, records: Iterable[RowRecord]) -> list[RowRecord]:
    """Those of these rows whose finished files are not in the folder any more."""
    try:
        with os.scandir(folder) as entries:
            names = {entry.name for entry in entries}
    except OSError:
        names = set()
    # Some disks keep a name in another form than it was given.
    return [record for record in records if record.file_name not in names and not os.path.lexists(
        folder / record.file_name)]  # fmt: skip


def is_there(target: Path, media: Path) -> bool:
    """Whether the very content already lies there as a file, not as a link to one."""
    try:
        return stat.S_ISREG(target.lstat().st_mode) and filecmp.cmp(media, target, shallow=False)
    except OSError:
        return False
