"""What a batch leaves in its folder beside the files: results, blocked rows, the report, an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clipmill.deliver.archive import Receipt, write_zip
from clipmill.deliver.blocked import write_blocked
from clipmill.deliver.report import write_report
from clipmill.deliver.results import write_results
from clipmill.domain.batch import Progress
from clipmill.domain.row import RowState
from clipmill.ports import Clock, Deliverer, Files, Records

RESULTS = "results.jsonl"
BLOCKED = "blocked.csv"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Writes what a batch leaves; doing it again gives the same files."""

    records: Records
    files: Files
    deliverer: Deliverer
    clock: Clock
    #: The folder with the three frames of a made file, by its sha256.
    frames: Callable[[str], Path | None]

    def write(self, progress: Progress) -> list[Path]:
        """Results, report and, where there are blocked rows, `blocked.csv`; the paths, for people to open."""
        batch = progress.batch
        folder = Path(batch.out_folder)
        folder.mkdir(parents=True, exist_ok=True)
        written = [folder / RESULTS]
        write_results(written[0], self.records.records(batch.id))
        blocked = folder / BLOCKED
        if progress.count(RowState.BLOCKED):
            write_blocked(blocked, batch.options.get("columns", ()), self.records.records(batch.id, RowState.BLOCKED))
            written.append(blocked)
        else:
            blocked.unlink(missing_ok=True)
        report = write_report(
            folder, progress, self.records.records(batch.id), self.frames, generated_at=self.clock.now()
        )
        return [*written, report]

    def pack(self, batch_id: str, path: Path) -> Receipt:
        """The finished files of a batch in one archive."""
        return write_zip(path, self._entries(batch_id))

    def place_again(self, batch_id: str, folder: str) -> int:
        """Put the finished files of a batch into another folder; how many."""
        placed = 0
        for name, media in self._entries(batch_id):
            self.deliverer.place(media, folder, name)
            placed += 1
        return placed

    def _entries(self, batch_id: str) -> Iterator[tuple[str, Path]]:
        for record in self.records.records(batch_id, RowState.DONE):
            yield record.file_name, self.files.path(record.media)


def columns_of(described: Sequence[str]) -> list[str]:
    """The user's own columns, in their order: what `blocked.csv` is written with."""
    return [name for name in described if not name.startswith("_")]
