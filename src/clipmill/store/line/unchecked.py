"""Rows that were taken in as they are, and are checked by whoever has time: a batch at a time, in its table's order.

What rows of a batch must not have in common, names of files and unique values, is known to the one that checks it; so
nobody else does meanwhile. Whoever holds a batch for that renews it with its leases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from clipmill.domain.batch import BatchState
from clipmill.domain.event import Event
from clipmill.domain.line.delivery import Endpoint
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.row import Row, RowState
from clipmill.errors import InputError
from clipmill.ports import Clock
from clipmill.store.database import Database, write_many
from clipmill.store.line.audit import StateCounts, write_events
from clipmill.store.line.ledger import lock
from clipmill.store.line.orders import first_state, is_cancelled, put_in_place
from clipmill.store.news import tell
from clipmill.store.schema import batches, public_ids, row_data, rows
from clipmill.store.told.endpoints import insert_endpoints
from clipmill.stored import FIELDS, PROBLEMS, TEXTS

#: Nobody is told.
_NOBODY: Mapping[str, Endpoint] = MappingProxyType({})
#: Ids that are looked for at once.
_MANY = 500
_NO_TEXTS, _NONE = TEXTS.text(()), PROBLEMS.text(())
_ROW = (
    "INSERT INTO rows (batch_id, number, line, lane, state, priority, credits, file_name, updated_at) "
    "VALUES (?, ?, ?, ?, ?, 100, 0, '', ?)"
)
_DATA = (
    "INSERT INTO row_data (row_id, fields, payload, plan, payload_version, reference, problems, fallbacks, warnings) "
    "VALUES (?, ?, '', '', 0, '', ?, ?, ?)"
)
#: A row that nobody has looked at: what a maker plans in the same state has a time.
_IS_RAW = (rows.c.state == str(RowState.CHECKING)) & rows.c.due_at.is_(None)


class SqlUnchecked:
    """Rows that are to be checked (ports.Unchecked)."""

    def __init__(self, database: Database, clock: Clock, lease_seconds: float) -> None:
        self._database = database
        self._clock = clock
        self._lease_seconds = lease_seconds

    def take(self, batch_id: str, taken: Sequence[Row]) -> int:
        """Take rows in as they are, in one transaction; those already there are left alone.

        Those of a cancelled batch are cancelled with it.
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            batch = lock(connection, [batch_id])[batch_id]
            known = set(connection.execute(select(rows.c.number).where(*_span(batch_id, taken))).scalars())
            return len(_write(connection, batch, [row for row in taken if row.number not in known], now))

        return self._database.write(work) if taken else 0

    def append(self, batch_id: str, asked: Mapping[str, Row], told: Mapping[str, Endpoint] = _NOBODY) -> Sequence[int]:
        """Take rows in after the last, whatever their numbers were, each under what its tenant calls it; their numbers.

        `told`: by the same ids, who is told of a row. The same public id again is the same row. Raises InputError where
        another batch has it.
        """
        now = self._clock.now()

        def work(connection: Connection) -> list[int]:
            batch = lock(connection, [batch_id])[batch_id]
            there = _called(connection, batch, list(asked))
            highest = select(func.max(rows.c.number)).where(rows.c.batch_id == batch_id)
            last = max(connection.execute(highest).scalar_one() or 0, 0)
            fresh = {public_id: row for public_id, row in asked.items() if public_id not in there}
            numbered = [replace(row, number=last + place) for place, row in enumerate(fresh.values(), 1)]
            ids = _write(connection, batch, numbered, now)
            called = [{"tenant": batch.tenant, "public_id": public_id, "row_id": ids[row.number]}
                      for public_id, row in zip(fresh, numbered, strict=True)]  # fmt: skip
            insert_endpoints(connection, [
                replace(told[public_id], tenant=batch.tenant, batch_id=batch_id, number=row.number)
                for public_id, row in zip(fresh, numbered, strict=True) if public_id in told
            ], now)  # fmt: skip
            if called:
                connection.execute(public_ids.insert(), called)
                tell(connection)
            numbers = there | {name: row.number for name, row in zip(fresh, numbered, strict=True)}
            return [numbers[public_id] for public_id in asked]

        return self._database.write(work) if asked else []

    def hold(self, worker: str, batch_id: str = "", *, single: bool = False) -> str:
        """Be the one that checks a batch, of all or this one, which nobody else does; its id, empty for none.

        Those of single requests first, for somebody waits for each; with `single` only those.
        """
        now = self._clock.now()
        free = or_(batches.c.checker.is_(None), batches.c.checker == worker, batches.c.checked_until <= now)
        of = (batches.c.id == batch_id) if batch_id else (batches.c.state != str(BatchState.CANCELLED))
        query = select(batches.c.id).where(batches.c.unchecked > 0, free, of)
        query = query.where(batches.c.standing.is_not(None)) if single else query
        query = query.order_by(batches.c.standing.is_(None), batches.c.created_at, batches.c.id).limit(1)
        first = query.with_for_update(skip_locked=True)
        held = batches.update().where(batches.c.id == first.scalar_subquery()).returning(batches.c.id)
        with self._database.read() as connection:
            if connection.execute(query).first() is None:
                return ""
        values = {"checker": worker, "checked_until": now + self._lease_seconds}
        return self._database.write(
            lambda connection: connection.execute(held.values(**values)).scalar_one_or_none() or ""
        )

    def let_go(self, worker: str, batch_id: str = "") -> None:
        """Leave what is not checked yet to others, of all batches or of this one."""
        held = batches.update().where(batches.c.checker == worker)
        held = held.where(batches.c.id == batch_id) if batch_id else held
        free = held.values(checker=None, checked_until=None)
        self._database.write(lambda connection: connection.execute(free))

    def some(self, batch_id: str, limit: int) -> Sequence[Row]:
        """The next rows that are to be checked, in the order of the table."""
        query = (
            select(rows.c.number, rows.c.line, row_data.c.fields, row_data.c.problems)
            .join(row_data, row_data.c.row_id == rows.c.id)
            .where(rows.c.batch_id == batch_id, rows.c.number > 0, _IS_RAW)
            .order_by(rows.c.number)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [Row(line.number, FIELDS.value(line.fields), line.line, PROBLEMS.value(line.problems))
                    for line in connection.execute(query)]  # fmt: skip

    def put(self, worker: str, batch_id: str, orders: Sequence[PricedRow]) -> bool:
        """Write what rows came to; whether the batch is still held by this worker, else nothing is written."""
        now = self._clock.now()

        def work(connection: Connection) -> bool:
            batch = lock(connection, [batch_id])[batch_id]
            if batch.checker != worker:
                return False
            wanted = {order.checked.row.number: order for order in orders}
            raw = select(rows.c.id, rows.c.number).where(
                rows.c.batch_id == batch_id, rows.c.number.in_([*wanted]), _IS_RAW
            )
            found = [(line.id, wanted[line.number]) for line in connection.execute(raw)]
            put_in_place(connection, batch, found, now)
            if batch.surface:  # somebody may wait to be told of each
                write_events(connection, [*_blocked(batch, (order for _, order in found), now)])
            tally = StateCounts()
            for _, order in found:
                tally.move(batch_id, RowState.CHECKING, first_state(batch, order))
            tally.write(connection, now)
            left = case((batches.c.unchecked > len(found), batches.c.unchecked - len(found)), else_=0)
            done = batches.update().where(batches.c.id == batch_id)
            connection.execute(done.values(unchecked=left, checked_until=now + self._lease_seconds))
            tell(connection)
            return True

        return self._database.write(work)


def _blocked(batch: Any, orders: Iterable[PricedRow], now: float) -> Iterator[Event]:
    """An event of every row that can never be made."""
    for order in orders:
        if first_state(batch, order) is RowState.BLOCKED:
            reason = order.checked.problems[0].reason if order.checked.problems else ""
            yield Event(now, batch.id, "blocked", order.checked.row.number, data={"reason": reason})


def _span(batch_id: str, taken: Sequence[Row]) -> tuple[ColumnElement[bool], ...]:
    return rows.c.batch_id == batch_id, rows.c.number.between(taken[0].number, taken[-1].number)


def _write(connection: Connection, batch: Any, fresh: Sequence[Row], now: float) -> dict[int, int]:
    """Write rows that are not there yet, in the order of their numbers; the id of each by its number."""
    if not fresh:
        return {}
    state = RowState.CANCELLED if is_cancelled(batch) else RowState.CHECKING
    write_many(connection, _ROW, [(batch.id, row.number, row.line, batch.engine, str(state), now) for row in fresh])
    found = connection.execute(select(rows.c.number, rows.c.id).where(*_span(batch.id, fresh)))
    ids: dict[int, int] = {number: row_id for number, row_id in found}  # noqa: C416 - `dict` is refused by the types
    write_many(connection, _DATA, [
        (ids[row.number], FIELDS.text(row.fields), PROBLEMS.text(row.problems) if row.problems else _NONE,
         _NO_TEXTS, _NO_TEXTS)
        for row in fresh
    ])  # fmt: skip
    if state is RowState.CHECKING:
        more = batches.update().where(batches.c.id == batch.id)
        connection.execute(more.values(unchecked=batches.c.unchecked + len(fresh)))
    tally = StateCounts()
    tally.enter(batch.id, state, len(fresh))
    tally.write(connection, now)
    return ids


def _called(connection: Connection, batch: Any, ids: Sequence[str]) -> dict[str, int]:
    """The numbers of the rows of a batch that are called so already. Raises InputError for one of another batch."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), _MANY):
        query = (
            select(public_ids.c.public_id, rows.c.batch_id, rows.c.number)
            .join(rows, rows.c.id == public_ids.c.row_id)
            .where(public_ids.c.tenant == batch.tenant, public_ids.c.public_id.in_(ids[start : start + _MANY]))
        )
        for line in connection.execute(query):
            if line.batch_id != batch.id:
                raise InputError(f"{line.public_id} is another row's id", hint="Give the new row one of its own.")
            found[line.public_id] = line.number
    return found
