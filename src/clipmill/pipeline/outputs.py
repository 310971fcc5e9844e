"""What a batch leaves in its folder beside the files: results, rows to correct, the report, an archive."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clipmill.deliver.archive import write_zip
from clipmill.deliver.aside import BESIDE, REJECTED, WAITING, aside_of, is_rejected, keep, withdraw
from clipmill.deliver.atomic import own_folder, put
from clipmill.deliver.blocked import write_blocked
from clipmill.deliver.folder import is_there, missing
from clipmill.deliver.renamed import Moved, follow
from clipmill.deliver.report import write_report
from clipmill.deliver.results import write_results
from clipmill.domain.batch import Batch, Progress
from clipmill.domain.exchange import TABLE_NAME
from clipmill.domain.files.names import beside, finished
from clipmill.domain.line.delivery import Receipt
from clipmill.domain.record import RowRecord
from clipmill.domain.row import AMENDABLE, RowState
from clipmill.errors import NotFoundError
from clipmill.hints import Action, Deed, Wording
from clipmill.making import becoming, name_in_the_making, own_name
from clipmill.ports import Archives, Clock, Deliverer, Files, Records

RESULTS = "results.jsonl"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Writes what a batch leaves; doing it again gives the same files."""

    records: Records
    files: Files
    deliverer: Deliverer
    clock: Clock
    archives: Archives
    #: What each batch's `blocked.csv` was when it was last written, so that nobody's corrections are lost.
    marks: Marks
    #: The pictures of a row's file, by name.
    frames: Callable[[RowRecord], Mapping[str, Path]]
    #: How what can be done next is said to whoever reads them.
    say: Wording = str
    #: The small texts beside a row's file, by the row's id: suffix without its dot → text.
    sidecars: Callable[[int], Mapping[str, str]] = lambda _: {}

    def write(self, progress: Progress) -> None:
        """Results, report, files that wait for a person and, where rows are to be corrected, `blocked.csv`.

        Raises StoreError.
        """
        batch = progress.batch
        folder = Path(batch.out_folder)
        if batch.options.renamed:
            self._follow(batch.id, folder)
        write_results(folder / RESULTS, self._told(batch.id))
        self.write_blocked(progress)
        self._set_aside(batch.id, folder)
        write_report(folder, progress, self.records.records(batch.id), self.frames, generated_at=self.clock.now(),
                     say=self.say)  # fmt: skip

    def withdraw(self, folder: Path, rejected: Iterable[RowRecord]) -> None:
        """Move the delivered files of these rows out of the folder, to those that were rejected. Raises StoreError."""
        for name, media in self._stored(rejected).items():
            withdraw(folder, name, media)

    def _set_aside(self, batch_id: str, folder: Path) -> None:
        """Keep the files that wait for a person beside the report, and rejected ones as long as they are that."""
        waiting = self._stored(r for r in self.records.records(batch_id, RowState.REVIEW) if aside_of(r))
        own_folder(folder, BESIDE)
        keep(folder / WAITING, waiting, self.deliverer.place)
        rejected = [r for r in self.records.records(batch_id, RowState.FAILED) if is_rejected(r) and r.media]
        self.withdraw(folder, rejected)
        stored = self._stored(r for r in rejected if (folder / REJECTED / r.file_name).is_file())
        keep(folder / REJECTED, stored, self.deliverer.place)

    def lost(self, batch: Batch) -> tuple[list[int], list[int]]:
        """Numbers of done rows whose files are not in the folder any more: with a stored copy, and without."""
        gone = missing(Path(batch.out_folder), self.records.records(batch.id, RowState.DONE))
        kept = self._stored(gone)
        again = [record.number for record in gone if record.file_name in kept]
        return again, [record.number for record in gone if record.file_name not in kept]

    def unkept(self, batch_id: str, numbers: Sequence[int]) -> list[int]:
        """Those of these rows that are done and whose stored copies are lost."""
        wanted = set(numbers)
        done = (record for record in self.records.records(batch_id, RowState.DONE) if record.number in wanted)
        return [record.number for record in done if not self._stored([record])]

    def _follow(self, batch_id: str, folder: Path) -> None:
        """Have the finished files of a renamed batch, and the texts beside them, under the names they have now."""
        were: dict[int, list[str]] = {}
        for event in self.records.events(batch_id, kind="renamed"):
            were.setdefault(event.number, []).append(finished(event.data["was"], event.attempt))
        moves, now = list[Moved](), set[str]()
        for record in self.records.records(batch_id, RowState.DONE):
            name = record.file_name
            now.add(name)
            if record.number in were:
                media, texts = self._stored([record]).get(name), self.sidecars(record.row_id)
                now.update(beside(name, end) for end in texts)
                for was in were[record.number]:
                    moves.append(Moved(was, name, media))
                    moves += (Moved(beside(was, end), beside(name, end), text.encode()) for end, text in texts.items())
        follow(folder, moves, now)
        olds = {moved.was for moved in moves}
        for _, name, source in moves:
            if source is not None and (name in olds or not os.path.lexists(folder / name)):
                self._place(source, str(folder), name)

    def _told(self, batch_id: str, *states: RowState) -> Iterator[RowRecord]:
        return (record.worded(self.say) for record in self.records.records(batch_id, *states))

    def _stored(self, records: Iterable[RowRecord]) -> dict[str, Path]:
        """Name of a row's file → where its content is stored; one that was lost there is left out."""
        found: dict[str, Path] = {}
        for record in records:
            with suppress(NotFoundError):
                found[record.file_name] = self.files.path(record.media)
        return found

    def write_blocked(self, progress: Progress) -> Path | None:
        """`blocked.csv` with every row that a corrected one may replace, None where there is none.

        One that somebody has edited since is kept beside it.
        """
        batch = progress.batch
        path, was_written = Path(batch.out_folder) / TABLE_NAME, self.marks.has(batch.id)
        if path.is_file() and was_written and not self.marks.is_as_written(path, batch.id):
            path.replace(_numbered(path.with_name("blocked.edited.csv"), lambda place: not place.exists()))
        if not any(progress.count(state) for state in AMENDABLE):
            if was_written:
                path.unlink(missing_ok=True)
            return None
        write_blocked(path, batch.options.columns, self._told(batch.id, *AMENDABLE))
        self.marks.mark(path, batch.id)
        return path

    def pack(self, batch: Batch, path: Path) -> Receipt:
        """The finished files of a batch, and the small texts beside them, in one archive: of a finished round a copy of
        the one that is kept.
        """
        if batch.finished_round < batch.round:
            return write_zip(path, self._entries(batch.id))
        receipt = self._archived(batch)
        stored = self.files.path(receipt.sha256)
        if not is_there(path, stored):
            put(stored, path)
        return receipt

    def packed(self, batch: Batch) -> Receipt:
        """The archive of the files that are finished by now, which lies in Files: of a finished round the one that is
        kept. Raises StoreError, NotFoundError for a file that was lost.
        """
        return self._archived(batch) if batch.finished_round == batch.round else self._archive(batch)

    def _archived(self, batch: Batch) -> Receipt:
        """The stored archive of a batch's finished round, made once; one that was lost is the same again."""
        kept = self.archives.kept(batch.id, batch.round)
        with suppress(NotFoundError):
            if kept and self.files.path(kept.sha256):
                return kept
        receipt = self._archive(batch)
        self.archives.keep(batch.id, batch.round, receipt)
        return receipt

    def _archive(self, batch: Batch) -> Receipt:
        scratch = self.files.scratch(name_in_the_making("archive"))
        try:
            receipt = write_zip(scratch, self._entries(batch.id))
            scratch.chmod(0o600)  # as everything in the state folder
            self.files.put(scratch)
        finally:
            scratch.unlink(missing_ok=True)
        return receipt

    def place_again(self, batch_id: str, folder: str) -> int:
        """Put the finished files of a batch into another folder; how many."""
        placed = 0
        for name, source in self._entries(batch_id):
            self._place(source, folder, name)
            placed += 1
        return placed

    def _place(self, source: Path | bytes, folder: str, name: str) -> None:
        if isinstance(source, Path):
            self.deliverer.place(source, folder, name)
            return
        path = self.files.scratch(f"{own_name()}.txt")
        try:
            path.write_bytes(source)
            self.deliverer.place(path, folder, name)
        finally:
            path.unlink(missing_ok=True)

    def _entries(self, batch_id: str) -> Iterator[tuple[str, Path | bytes]]:
        """Each finished file with its name, then the texts beside it."""
        for record in self.records.records(batch_id, RowState.DONE):
            yield record.file_name, self._kept(batch_id, record)
            for suffix, text in self.sidecars(record.row_id).items():
                yield beside(record.file_name, suffix), text.encode()

    def _kept(self, batch_id: str, record: RowRecord) -> Path:
        """Where a finished file is stored. Raises NotFoundError."""
        try:
            return self.files.path(record.media)
        except NotFoundError as error:
            raise NotFoundError(
                f"row {record.number}: the stored copy of {record.file_name} is gone from the state folder",
                hint=f"`{Action(Deed.RETRY, batch_id, [record.number])}` makes it again.",
            ) from error


@dataclass(frozen=True, slots=True)
class Marks:
    """What files were when they were last written, each under a name, its path by default."""

    folder: Path

    def mark(self, path: Path, name: str = "") -> None:
        """Remember a file as it is now."""
        mark = self._of(name or _named(path))
        mark.parent.mkdir(parents=True, exist_ok=True)
        with becoming(mark) as part:
            part.write_text(_sha256(path.read_bytes()))

    def has(self, name: str) -> bool:
        """Whether anything was written under this name."""
        return self._of(name).exists()

    def is_as_written(self, path: Path, name: str = "") -> bool:
        """Whether nobody has changed a file since it was written."""
        mark = self._of(name or _named(path))
        return path.is_file() and mark.exists() and mark.read_text() == _sha256(path.read_bytes())

    def ours_or_free(self, path: Path, *, never: Path) -> Path:
        """The path, or the first of its numbered neighbours that is free or holds what was written there last."""
        return _numbered(path, lambda place: place.absolute() != never.absolute()
                         and (not place.exists() or self.is_as_written(place)))  # fmt: skip

    def _of(self, name: str) -> Path:
        return self.folder / f"{name}.sha256"


def _named(path: Path) -> str:
    return _sha256(str(path.absolute()).encode())[:32]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _numbered(path: Path, may_be: Callable[[Path], bool]) -> Path:
    """The path, or the first of its numbered neighbours that may be taken."""
    number, found = 2, path
    while not may_be(found):
        found = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return found


def columns_of(described: Sequence[str]) -> list[str]:
    """The user's own columns, in their order: what `blocked.csv` is written with."""
    return [name for name in described if not name.startswith("_")]
