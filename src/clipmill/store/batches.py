"""Batches over the database: their policy, their state, their numbers, and the template frozen into each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, or_, select, text

from clipmill.domain.batch import Batch, BatchState, Progress
from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.domain.template import Template
from clipmill.errors import NotFoundError
from clipmill.ports import Clock
from clipmill.store.asking import find_batch, progress_of
from clipmill.store.audit import write_events
from clipmill.store.database import Database, asking
from clipmill.store.ledger import lock
from clipmill.store.news import tell
from clipmill.store.schema import IS_ACTIVE, batches, counts, rows, templates, workers
from clipmill.store.steering import count_anew
from clipmill.stored import OPTIONS, TEMPLATE

_parse = lru_cache(maxsize=64)(TEMPLATE.value)
_FREEZE = text("INSERT INTO templates (version, name, document) VALUES (:version, :name, :document) "
               "ON CONFLICT (version) DO NOTHING")  # fmt: skip


class SqlBatches:
    """Batches and their policy (ports.Batches, ports.Endings)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(self, batch: Batch, template: Template) -> None:
        """Write a new batch, importing, with its template version frozen."""
        now = self._clock.now()
        values = {"id": batch.id, "name": batch.name, "template_name": batch.template_name,
                  "template_version": batch.template_version, "engine": batch.engine, "source": batch.source,
                  "out_folder": batch.out_folder, "state": str(batch.state), "reason": batch.reason,
                  "priority_limit": batch.priority_limit, **asdict(batch.policy), "created_at": now,
                  "options": OPTIONS.text(batch.options)}  # fmt: skip

        def work(connection: Connection) -> None:
            freeze_template(connection, template)
            connection.execute(batches.insert(), values)
            connection.execute(
                counts.insert(), [{"batch_id": batch.id, "state": str(state), "rows": 0} for state in RowState]
            )
            write_events(connection, [Event(now, batch.id, "created", data={"source": batch.source})])

        self._database.write(work)

    def update(
        self, batch_id: str, event: str, only_if: Callable[[Progress], bool] | None = None, **changes: Any
    ) -> Batch:
        """Change state, reason, budget, window, options or priority limit, with an event; the batch as it is then.

        With `only_if`, nothing but where that is true when nobody else can change it. Raises NotFoundError.
        """
        options = {"options": OPTIONS.text(changes.pop("options"))} if "options" in changes else {}
        values = {name: str(value) if isinstance(value, BatchState) else value for name, value in changes.items()}

        def work(connection: Connection) -> Batch:
            batch = find_batch(asking(connection), batch_id)
            lock(connection, [batch.id])
            if only_if and not only_if(now := progress_of(asking(connection), batch.id, counts_again=False)):
                return now.batch
            if values.get("state") == str(BatchState.RUNNING):
                values.update(count_anew(connection, batch.id))
            connection.execute(batches.update().where(batches.c.id == batch.id).values(**values, **options))
            write_events(connection, [Event(self._clock.now(), batch.id, event, data=_plain(values))])
            tell(connection)
            return find_batch(asking(connection), batch.id)

        return self._database.write(work)

    def find(self, batch_id: str = "") -> Batch:
        """One batch by id, name or a unique beginning of either; without one the latest. Raises NotFoundError."""
        with self._database.read() as connection:
            return find_batch(asking(connection), batch_id)

    def progress(self, batch_id: str) -> Progress:
        """The numbers of a batch; what they rest on is kept up to date by every move, so this reads a few lines."""
        with self._database.read() as connection:
            return progress_of(asking(connection), batch_id)

    def unheld(self, batch_id: str) -> int:
        """Rows of a batch under way that no worker holds: they wait for their time, or for whoever comes."""
        free = or_(rows.c.owner.is_(None), rows.c.due_at <= self._clock.now())
        query = select(func.count()).select_from(rows).where(rows.c.batch_id == batch_id, IS_ACTIVE, free)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def unwritten(self, worker: str) -> Sequence[str]:
        """Batches whose rows have moved since what they leave was last written, and no other worker is at it."""
        others = select(workers.c.id).where(workers.c.id != worker)
        owed = batches.c.unwritten.is_not(None) & batches.c.unwritten.not_in(others)
        query = select(batches.c.id).where(owed, batches.c.state != str(BatchState.IMPORTING))
        with self._database.read() as connection:
            return list(connection.execute(query.order_by(batches.c.created_at, batches.c.id)).scalars())

    def begin_writing(self, writer: str, batch_id: str) -> None:
        """What a batch leaves is written now, by this worker or under any other name of its own."""
        at_it = batches.update().where(batches.c.id == batch_id).values(unwritten=writer)
        self._database.write(lambda connection: connection.execute(at_it))

    def end_writing(self, writer: str, batch_id: str, problem: str = "") -> None:
        """It is written, unless a row moved meanwhile or there was a problem, which the audit trail will tell."""
        mine = batches.update().where(batches.c.id == batch_id, batches.c.unwritten == writer)

        def work(connection: Connection) -> None:
            connection.execute(mine.values(unwritten="" if problem else None))
            if problem:
                write_events(connection, [Event(self._clock.now(), batch_id, "not written", data={"reason": problem})])

        self._database.write(work)

    def template(self, batch_id: str) -> Template:
        """The template version frozen into the batch."""
        with self._database.read() as connection:
            version = find_batch(asking(connection), batch_id).template_version
            template = frozen_template(connection, version)
        if template is None:
            raise NotFoundError(f"template version {version} of batch {batch_id} is not in the store")
        return template


def freeze_template(connection: Connection, template: Template) -> None:
    """Keep this version; one that is kept already is the same by construction (invariant 7 of ARCHITECTURE)."""
    values = {"version": template.version, "name": template.name, "document": TEMPLATE.text(template)}
    connection.execute(_FREEZE, values)


def frozen_template(connection: Connection, version: str) -> Template | None:
    """A kept version, None when there is none; a connection that has seen it need not ask again."""
    known: dict[str, Template] = connection.info.setdefault("templates", {})
    if version not in known:
        found = connection.execute(select(templates.c.document).where(templates.c.version == version))
        if (document := found.scalar_one_or_none()) is None:
            return None
        known[version] = _parse(document)
    return known[version]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if isinstance(value, str | int | float | None)}
