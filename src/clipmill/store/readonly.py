"""A readonly: questions about a SQLite database of this version, asked with the standard library alone.

SQLAlchemy takes longer to load than most questions take to answer (docs/decisions/start-up.md).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from clipmill.domain.batch import LOCAL, Batch, Progress, Serving, Waits
from clipmill.domain.event import Event
from clipmill.domain.line.comparison import Comparison
from clipmill.domain.line.lane import LaneRecord
from clipmill.domain.line.pace import Pace, first_slot, pace_of
from clipmill.domain.record import RowRecord, RowStory
from clipmill.domain.row import RowState
from clipmill.errors import StoreAway, StoreError
from clipmill.hints import DOCTOR, RESUME
from clipmill.store.asking import (
    PAGE_ROWS,
    Ask,
    every_batch,
    every_event,
    find_batch,
    own,
    paces_of,
    progress_of,
    records_page,
    serving,
    waits_of,
)
from clipmill.store.questions.row import row_story
from clipmill.store.questions.stats import compare

#: The newest migration; a database at this revision opens without loading Alembic.
REVISION = "0010"
#: How long a connection waits for another's transaction.
BUSY_SECONDS = 30
#: What SQLite says of its file, and of whoever else is at it, whatever it was asked.
_AWAY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
                   sqlite3.SQLITE_CANTOPEN})  # fmt: skip


class ReadOnly:
    """A tenant's batches and rows as they are now; every question is one consistent view, from any thread."""

    def __init__(self, path: Path, tenant: str = LOCAL) -> None:
        self._path = path
        self._tenant = tenant

    @property
    def is_current(self) -> bool:
        """Whether there is a database whose tables are those of this version."""
        try:
            with closing(self._connection()) as connection:
                found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error:
            return False
        return found is not None and found[0] == REVISION

    def find(self, batch_id: str = "") -> Batch:
        """One batch by id, name or a unique beginning of either; without one the latest. Raises NotFoundError."""
        with self._asking() as ask:
            return find_batch(ask, self._tenant, batch_id)

    def every(self) -> list[Progress]:
        """The numbers of every batch, the newest first. Raises StoreError."""
        with self._asking() as ask:
            return [progress_of(ask, self._tenant, batch.id) for batch in every_batch(ask, self._tenant)]

    def into(self, folder: Path) -> list[Progress]:
        """The numbers of the batches whose files go to that folder, the newest first."""
        meant = os.path.realpath(folder)
        with self._asking() as ask:
            found = [b for b in every_batch(ask, self._tenant) if os.path.realpath(b.out_folder) == meant]
            return [progress_of(ask, self._tenant, batch.id) for batch in found]

    def waits(self, batch_id: str) -> Waits:
        """Whom the rows of a batch wait for."""
        with self._asking() as ask:
            return waits_of(ask, self._tenant, batch_id)

    def serving(self) -> list[Serving]:
        """The workers that serve all batches."""
        with self._asking() as ask:
            return serving(ask)

    def progress(self, batch_id: str) -> Progress:
        """The numbers of a batch. Raises NotFoundError, StoreError."""
        with self._asking() as ask:
            return progress_of(ask, self._tenant, batch_id)

    def several(self, batch_ids: Sequence[str]) -> list[Progress]:
        """The numbers of these batches, at one moment. Raises NotFoundError, StoreError."""
        with self._asking() as ask:
            return [progress_of(ask, self._tenant, batch_id) for batch_id in batch_ids]

    def pace(self, progress: Progress, now: float) -> Pace:
        """How quickly rows of a batch end, and when the rest of them will have."""
        left = progress.active + progress.coming + progress.count(RowState.WAITING)
        with self._asking() as ask:
            own(ask, self._tenant, progress.batch.id)
            ended = paces_of(ask, batch=progress.batch.id, since=first_slot(now))
        return pace_of(ended, now, left)

    def lane_pace(self, record: LaneRecord, now: float) -> Pace:
        """The same of a lane."""
        with self._asking() as ask:
            ended = paces_of(ask, lane=record.lane.id, since=first_slot(now))
        return pace_of(ended, now, record.in_flight + record.ready)

    def records(self, batch_id: str, *states: RowState) -> Iterator[RowRecord]:
        """Every row in input order, a page at a time; with states, only those."""
        after = 0
        while True:
            with self._asking() as ask:
                page = records_page(ask, self._tenant, batch_id, states, after)
            yield from page
            if len(page) < PAGE_ROWS:
                return
            after = page[-1].number

    def page(self, batch_id: str, states: Sequence[RowState], after: int, most: int) -> list[RowRecord]:
        """The next rows after that number in input order, at most so many; with states, only those."""
        with self._asking() as ask:
            return records_page(ask, self._tenant, batch_id, states, after, most)

    def story(self, batch_id: str, number: int) -> RowStory:
        """All that is known of one row, or of a part, whose number is negative. Raises NotFoundError."""
        with self._asking() as ask:
            return row_story(ask, self._tenant, batch_id, number)

    def compare(self, batches: Sequence[Batch] = ()) -> list[Comparison]:
        """What became of the rows of these batches, or of all, by template version, engine and model."""
        with self._asking() as ask:
            ours = [batch for batch in batches if batch.tenant == self._tenant]
            return compare(ask, ours if batches else every_batch(ask, self._tenant))

    def events(self, batch_id: str, number: int = 0, kind: str = "") -> Iterator[Event]:
        """The audit trail, oldest first, a page at a time; of one row, or of one kind, where they are given."""
        return every_event(self._asking, self._tenant, batch_id, number, kind)

    @contextmanager
    def _asking(self) -> Iterator[Ask]:
        try:
            with closing(self._connection()) as connection:
                connection.execute("BEGIN")

                def ask(sql: str, values: Mapping[str, Any]) -> Sequence[Any]:
                    return connection.execute(sql, values).fetchall()

                yield ask
        except sqlite3.Error as error:
            raise failed(error) from error

    def _connection(self) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=rw"  # `rw`: it is there or this fails
        connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection


def failed(error: Exception) -> StoreError:
    """The error for what a database refused, with what can be done about it."""
    cause, hint = str(error), f"`{DOCTOR}` checks the state folder."
    if "full" in cause:
        hint = f"Free space on the disk of the state folder, then `{RESUME}`."
    elif "locked" in cause:
        hint = f"Another process holds the database; wait for it or stop it, then `{RESUME}`."
    kind = StoreAway if getattr(error, "sqlite_errorcode", 0) & 0xFF in _AWAY else StoreError
    return kind(f"the database failed: {cause}", hint=hint)
