"""A tenant's whole over the database, as a server tells it (server_ports.Asked)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clipmill.domain.asked import Heard, Job, Jobs, LedgerLine, Spending, Use
from clipmill.domain.batch import LOCAL, Batch, Progress
from clipmill.errors import NotFoundError
from clipmill.store.asking import find_batch, locate, numbers_of, one_record
from clipmill.store.database import Database, asking
from clipmill.store.questions import tenant as questions


class SqlAsked:
    """What a tenant has; what is another's is not there."""

    def __init__(self, database: Database, tenant: str = LOCAL) -> None:
        self._database = database
        self._tenant = tenant

    def batches(self, limit: int, after: str = "", surface: str | None = None, skip: int = 0) -> Sequence[Batch]:
        """Batches of tables, the newest first, from the one after that id on; of a surface, or of all."""
        with self._database.read() as connection:
            return questions.batches_page(asking(connection), self._tenant, limit, after, surface, skip)

    def numbers(self, limit: int, after: str = "", surface: str | None = None, skip: int = 0) -> Sequence[Progress]:
        """The same batches with their numbers, all of one moment."""
        with self._database.read() as connection:
            ask = asking(connection)
            page = questions.batches_page(ask, self._tenant, limit, after, surface, skip)
            return [numbers_of(ask, batch) for batch in page]

    def total(self, surface: str | None = None) -> int:
        """How many batches of tables there are."""
        with self._database.read() as connection:
            return questions.batches_total(asking(connection), self._tenant, surface)

    def unfinished(self, surface: str) -> int:
        """How many batches of a surface are being taken in or made."""
        with self._database.read() as connection:
            return questions.batches_unfinished(asking(connection), self._tenant, surface)

    def jobs(self, surface: str, among: Mapping[str, Any], limit: int, skip: int = 0) -> Jobs:
        """Jobs of a surface, the newest first; `among`: `states`, `ids`, `kinds`, `after`."""
        with self._database.read() as connection:
            return questions.jobs_page(asking(connection), self._tenant, surface, among, limit, skip)

    def job(self, public_id: str, surface: str = "") -> Job:
        """One by the id its tenant knows it by, of one surface where that is named. Raises NotFoundError."""
        with self._database.read() as connection:
            ask = asking(connection)
            batch_id, number = locate(ask, self._tenant, public_id)
            batch, record = find_batch(ask, self._tenant, batch_id), one_record(ask, self._tenant, batch_id, number)
        if record is None or (surface and batch.surface != surface):
            raise NotFoundError(f"there is no row {public_id}")
        return Job(batch, record)

    def events(self, after: int, limit: int, batch_id: str = "") -> Sequence[Heard]:
        """Events written after that number, of one batch or of all."""
        with self._database.read() as connection:
            return questions.heard(asking(connection), after, limit, tenant=self._tenant, batch_id=batch_id)

    def ledger(self, limit: int, before: int = 0, batch_id: str = "") -> Sequence[LedgerLine]:
        """Lines of the ledger, the newest first, from the one before that number on."""
        with self._database.read() as connection:
            return questions.ledger_page(asking(connection), self._tenant, limit, before, batch_id)

    def usage(self, since: float, batch_id: str = "") -> Sequence[Use]:
        """What was spent since a moment, by day, batch and model."""
        with self._database.read() as connection:
            return questions.usage(asking(connection), self._tenant, since, batch_id)

    def spending(self) -> Spending:
        """What was spent and is held, and rows by state."""
        with self._database.read() as connection:
            return questions.spending(asking(connection), self._tenant)


class SqlTail:
    """The end of the audit trail, everybody's, for whoever hands events on as they come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> int:
        """The number of the newest event."""
        with self._database.read() as connection:
            return questions.last_heard(asking(connection))

    def since(self, after: int, limit: int) -> Sequence[Heard]:
        """Events after that number, whosever they are."""
        with self._database.read() as connection:
            return questions.heard(asking(connection), after, limit)

    def spending(self) -> Spending:
        """Everybody's numbers, and the batches that do not add up."""
        with self._database.read() as connection:
            return questions.spending(asking(connection))
