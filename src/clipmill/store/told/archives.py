"""Archives of finished rounds: which stored file each was packed into."""

from __future__ import annotations

from sqlalchemy import Connection, select

from clipmill.domain.line.delivery import Receipt
from clipmill.store.database import Database
from clipmill.store.line.ledger import lock
from clipmill.store.schema import archives


class SqlArchives:
    """The archives of finished rounds (ports.Archives)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kept(self, batch_id: str, number: int) -> Receipt | None:
        """That of a round; None where none was made."""
        with self._database.read() as connection:
            return _of(connection, batch_id, number)

    def keep(self, batch_id: str, number: int, receipt: Receipt) -> None:
        """Remember it, unless there is one, or the batch went on meanwhile: then it may hold some of both."""

        def work(connection: Connection) -> None:
            batch = lock(connection, [batch_id])[batch_id]
            if batch.round == batch.finished_round == number and _of(connection, batch_id, number) is None:
                connection.execute(archives.insert(), {"batch_id": batch_id, "round": number, **receipt._asdict()})

        self._database.write(work)


def _of(connection: Connection, batch_id: str, number: int) -> Receipt | None:
    asked = select(archives).where(archives.c.batch_id == batch_id, archives.c.round == number)
    line = connection.execute(asked).one_or_none()
    return Receipt(line.files, line.size_bytes, line.sha256) if line else None
