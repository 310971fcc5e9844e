"""Aside: made files that are not delivered, kept beside the report: those that wait for a person, and rejected ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from clipmill.deliver.atomic import own_folder
from clipmill.deliver.folder import is_there
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.errors import StoreError
from clipmill.rights import usual_folder

#: Folders below that of the finished files.
BESIDE = "report"
WAITING, REJECTED = f"{BESIDE}/review", f"{BESIDE}/rejected"
#: The code of the problem of a row a person rejected.
REJECTION = "rejected"
#: Small texts that lie beside a finished file, under its name.
_SIDECARS = (".srt", ".vtt")


def aside_of(record: RowRecord) -> str:
    """The folder in which a row's file lies aside; empty where it does not."""
    if record.state is RowState.REVIEW and record.media and record.file_name:
        return WAITING
    return REJECTED if is_rejected(record) else ""


def is_rejected(record: RowRecord) -> bool:
    """Whether a person rejected what was made of the row."""
    return record.state is RowState.FAILED and any(problem.code == REJECTION for problem in record.problems)


def keep(folder: Path, wanted: Mapping[str, Path], place: Callable[[Path, str, str], object]) -> None:
    """Have exactly these files, name → where it is stored, in a folder; without any there is no folder.

    Raises StoreError.
    """
    try:
        if folder.is_symlink():  # never tidy up elsewhere
            folder.unlink()
        stems = {Path(name).stem for name in wanted}
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.stem not in stems and not path.is_dir():
                path.unlink(missing_ok=True)
        for name, media in wanted.items():
            place(media, str(folder), name)
        if folder.is_dir() and not wanted and not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise _refused(folder, error) from error


def withdraw(out: Path, name: str, media: Path) -> bool:
    """Move a finished file and what lies beside it to the rejected ones; False where it is not there, or another.

    Raises StoreError.
    """
    if not is_there(out / name, media):
        return False
    aside = own_folder(out, REJECTED)
    try:
        usual_folder(aside)
        for path in _belonging(out / name):
            path.replace(aside / path.name)
    except OSError as error:
        raise _refused(aside, error) from error
    return True


def _belonging(path: Path) -> Iterator[Path]:
    yield path
    yield from (beside for suffix in _SIDECARS if (beside := path.with_suffix(suffix)).is_file())


def _refused(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path} could not be written: {error.strerror or error}",
                      hint="Check the space on the disk and the rights of the folder.")  # fmt: skip
