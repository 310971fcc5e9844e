"""Batches over the database: their policy, their state, their numbers, and the template frozen into each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, or_, select, text, true
from sqlalchemy.exc import IntegrityError

from clipmill.domain.batch import LOCAL, UNREAD, Batch, BatchState, Progress
from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.domain.template import Template
from clipmill.errors import NotFoundError
from clipmill.ports import Clock
from clipmill.store.asking import Whose, find_batch, own, progress_of, standing_batch
from clipmill.store.database import Database, asking
from clipmill.store.line.audit import write_events
from clipmill.store.line.ledger import lock
from clipmill.store.line.steering import count_anew
from clipmill.store.news import tell
from clipmill.store.schema import IS_ACTIVE, batches, counts, rows, templates, workers
from clipmill.store.tenants.owners import take_over
from clipmill.store.told.rounds import finish
from clipmill.stored import OPTIONS, TEMPLATE

_parse = lru_cache(maxsize=64)(TEMPLATE.value)
_FREEZE = text("INSERT INTO templates (version, name, document) VALUES (:version, :name, :document) "
               "ON CONFLICT (version) DO NOTHING")  # fmt: skip


class SqlEndings:
    """Batches as workers see them, whosever they are (ports.Endings)."""

    _whose: Whose = None

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def progress(self, batch_id: str) -> Progress:
        """The numbers of a batch; what they rest on is kept up to date by every move, so this reads a few lines."""
        with self._database.read() as connection:
            return progress_of(asking(connection), self._whose, batch_id)

    def unheld(self, batch_id: str) -> int:
        """Rows of a batch under way that no worker holds: they wait for their time, or for whoever comes."""
        free = or_(rows.c.owner.is_(None), rows.c.due_at <= self._clock.now())
        of_itself = rows.c.rides_with.is_(None)  # what shares a call is held with the row that carries it
        query = select(func.count()).select_from(rows).where(rows.c.batch_id == batch_id, IS_ACTIVE, of_itself, free)
        with self._database.read() as connection:
            own(asking(connection), self._whose, batch_id)
            return int(connection.execute(query).scalar_one())

    def unwritten(self, worker: str) -> Sequence[str]:
        """Batches whose rows have moved since what they leave was last written, and no other worker is at it."""
        others = select(workers.c.id).where(workers.c.id != worker)
        owed = batches.c.unwritten.is_not(None) & batches.c.unwritten.not_in(others)
        theirs = true() if self._whose is None else batches.c.tenant == self._whose
        query = select(batches.c.id).where(theirs, owed, batches.c.state.not_in([str(state) for state in UNREAD]))
        with self._database.read() as connection:
            return list(connection.execute(query.order_by(batches.c.created_at, batches.c.id)).scalars())

    def begin_writing(self, writer: str, batch_id: str) -> None:
        """What a batch leaves is written now, by this worker or under any other name of its own."""
        at_it = batches.update().where(batches.c.id == batch_id).values(unwritten=writer)

        def work(connection: Connection) -> None:
            own(asking(connection), self._whose, batch_id)
            connection.execute(at_it)

        self._database.write(work)

    def end_writing(self, writer: str, batch_id: str, problem: str = "") -> None:
        """It is written, unless a row moved meanwhile or there was a problem, which the audit trail will tell."""
        mine = batches.update().where(batches.c.id == batch_id, batches.c.unwritten == writer)

        def work(connection: Connection) -> None:
            own(asking(connection), self._whose, batch_id)
            connection.execute(mine.values(unwritten="" if problem else None))
            if problem:
                write_events(connection, [Event(self._clock.now(), batch_id, "not written", data={"reason": problem})])

        self._database.write(work)


class SqlBatches(SqlEndings):
    """The batches of a tenant and their policy (ports.Batches, ports.Endings); those of others are not there."""

    _whose: str

    def __init__(self, database: Database, clock: Clock, tenant: str = LOCAL) -> None:
        super().__init__(database, clock)
        self._whose = tenant

    def create(self, batch: Batch, template: Template) -> None:
        """Write a new batch, importing, with its template version frozen."""
        self._database.write(lambda connection: self._create(connection, batch, template))

    def _create(self, connection: Connection, batch: Batch, template: Template) -> None:
        now = self._clock.now()
        values = {"id": batch.id, "tenant": self._whose, "public_id": batch.public_id or None,
                  "standing": batch.standing or None, "surface": batch.surface, "name": batch.name,
                  "template_name": batch.template_name,
                  "template_version": batch.template_version, "engine": batch.engine, "source": batch.source,
                  "out_folder": batch.out_folder, "state": str(batch.state), "reason": batch.reason,
                  "priority_limit": batch.priority_limit, **asdict(batch.policy), "created_at": now,
                  "options": OPTIONS.text(batch.options)}  # fmt: skip
        freeze_template(connection, template, self._whose)
        connection.execute(batches.insert(), values)
        connection.execute(
            counts.insert(), [{"batch_id": batch.id, "state": str(state), "rows": 0} for state in RowState]
        )
        write_events(connection, [Event(now, batch.id, "created", data={"source": batch.source})])

    def standing(self, kind: str, make: Batch, template: Template) -> Batch:
        """The batch of the tenant's single requests of a kind, running; whoever asks first makes it as `make` says.

        One that was cancelled runs again.
        """
        with self._database.read() as connection:
            there = standing_batch(asking(connection), self._whose, kind)
        there = there or self._make_standing(replace(make, standing=kind, state=BatchState.RUNNING), template)
        if there.state is BatchState.CANCELLED:
            there = self.update(there.id, "resumed", _is_cancelled, state=BatchState.RUNNING)
        return there

    def _make_standing(self, batch: Batch, template: Template) -> Batch:
        def work(connection: Connection) -> Batch:
            try:
                with connection.begin_nested():
                    self._create(connection, batch, template)
            except IntegrityError:  # somebody else has made it since we looked
                there = standing_batch(asking(connection), self._whose, batch.standing)
                if there is None:
                    raise
                return there
            return find_batch(asking(connection), self._whose, batch.id)

        return self._database.write(work)

    def update(
        self, batch_id: str, event: str, only_if: Callable[[Progress], bool] | None = None, **changes: Any
    ) -> Batch:
        """Change state, reason, budget, window, options or priority limit, with an event; the batch as it is then.

        With `only_if`, nothing but where that is true when nobody else can change it. Raises NotFoundError.
        """
        options = {"options": OPTIONS.text(changes.pop("options"))} if "options" in changes else {}
        values = {name: str(value) if isinstance(value, BatchState) else value for name, value in changes.items()}

        def work(connection: Connection) -> Batch:
            batch = find_batch(asking(connection), self._whose, batch_id)
            lock(connection, [batch.id])
            if only_if and not only_if(
                now := progress_of(asking(connection), self._whose, batch.id, counts_again=False)
            ):
                return now.batch
            if values.get("state") == str(BatchState.RUNNING):
                values.update(count_anew(connection, batch.id))
            connection.execute(batches.update().where(batches.c.id == batch.id).values(**values, **options))
            write_events(connection, [Event(self._clock.now(), batch.id, event, data=_plain(values))])
            if "state" in values:
                write_events(connection, finish(connection, [batch.id], self._clock.now()))
            tell(connection)
            return find_batch(asking(connection), self._whose, batch.id)

        return self._database.write(work)

    def find(self, batch_id: str = "") -> Batch:
        """One batch by id, name or a unique beginning of either; without one the latest. Raises NotFoundError."""
        with self._database.read() as connection:
            return find_batch(asking(connection), self._whose, batch_id)

    def template(self, batch_id: str) -> Template:
        """The template version frozen into the batch."""
        with self._database.read() as connection:
            version = find_batch(asking(connection), self._whose, batch_id).template_version
            template = frozen_template(connection, version)
        if template is None:
            raise NotFoundError(f"template version {version} of batch {batch_id} is not in the store")
        return template


def freeze_template(connection: Connection, template: Template, tenant: str) -> None:
    """Keep this version for a tenant, too: one that is kept is the same by construction (invariant 7)."""
    values = {"version": template.version, "name": template.name, "document": TEMPLATE.text(template)}
    connection.execute(_FREEZE, values)
    take_over(connection, tenant, template.version)


def frozen_template(connection: Connection, version: str) -> Template | None:
    """A kept version, None when there is none; a connection that has seen it need not ask again."""
    known: dict[str, Template] = connection.info.setdefault("templates", {})
    if version not in known:
        found = connection.execute(select(templates.c.document).where(templates.c.version == version))
        if (document := found.scalar_one_or_none()) is None:
            return None
        known[version] = _parse(document)
    return known[version]


def _is_cancelled(now: Progress) -> bool:
    return now.batch.state is BatchState.CANCELLED


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if isinstance(value, str | int | float | None)}
