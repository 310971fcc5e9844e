"""Files of a renamed batch, moved in its folder from the names they had to those they have."""

from __future__ import annotations

import os
from collections.abc import Iterable, Set
from pathlib import Path
from typing import NamedTuple

from clipmill.deliver.folder import is_there
from clipmill.errors import StoreError
from clipmill.hints import RESUME


class Moved(NamedTuple):
    """A file that was called otherwise; and what is in it, by where it is stored or itself, None where that is lost."""

    was: str
    name: str
    source: Path | bytes | None


def follow(folder: Path, moves: Iterable[Moved], now: Set[str]) -> None:
    """Move files from their old names to their new ones; doing it twice is doing it once.

    An old name that is another file's by now (`now` has them all) is left to that. What is not ours under an old name
    stays; a text that somebody has edited goes along. Raises StoreError.
    """
    for was, name, source in moves:
        old, new = folder / was, folder / name
        if was in now or old.is_symlink() or not old.is_file():
            continue
        try:
            is_same = new.exists() and new.samefile(old)  # other capitals, on a disk that folds them
            if is_same or (not os.path.lexists(new) and (not isinstance(source, Path) or is_there(old, source))):
                old.replace(new)
            elif source is not None and _holds(old, source):
                old.unlink()
        except OSError as error:
            raise StoreError(f"{old} could not be renamed to {name}: {error.strerror or error}",
                             hint=f"Check the rights of the folder, then `{RESUME}`.") from error  # fmt: skip


def _holds(path: Path, source: Path | bytes) -> bool:
    return is_there(path, source) if isinstance(source, Path) else path.read_bytes() == source
