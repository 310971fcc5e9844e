"""Rows over the database, as people ask for them: taken in, amended, listed, moved by hand, and their audit trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, case, func, select

from clipmill.domain.batch import LOCAL, Move
from clipmill.domain.event import Event
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.record import RowRecord
from clipmill.domain.row import AMENDABLE, RowState
from clipmill.errors import InputError, NotFoundError
from clipmill.ports import Clock
from clipmill.store.asking import PAGE_ROWS, Ask, every_event, locate, records_page
from clipmill.store.database import Database, asking
from clipmill.store.line.audit import StateCounts, write_alike, write_events
from clipmill.store.line.ledger import Book, Entry, lock_own
from clipmill.store.line.orders import first_state, insert_orders, is_cancelled, replace_order
from clipmill.store.line.parts import drop_unneeded, fail_those_who_wait, hurry, retry_parts
from clipmill.store.news import tell
from clipmill.store.schema import IS_ACTIVE, archives, batches, lanes, row_data, rows
from clipmill.stored import BODY, PROBLEMS

_MANY = 500
#: Rows that are moved at once where all are.
_MANY_AT_ONCE = 10_000


class SqlRows:
    """The rows of a tenant's batches (ports.Rows, ports.Records); those of others' are not there."""

    def __init__(self, database: Database, clock: Clock, tenant: str = LOCAL) -> None:
        self._database = database
        self._clock = clock
        self._tenant = tenant

    def add(self, batch_id: str, orders: Sequence[PricedRow]) -> int:
        """Take in rows, blocked ones included, in one transaction; a row already there is left alone.

        Those of a cancelled batch are cancelled with it. Raises InputError for a public id that another row has.
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            batch = lock_own(connection, self._tenant, batch_id)
            known = _known(connection, batch_id, [order.checked.row.number for order in orders])
            fresh = [order for order in orders if order.checked.row.number not in known]
            ids = Counter(order.public_id for order in fresh if order.public_id)
            for public_id, times in ids.items():
                if times > 1 or _called(connection, batch, public_id):
                    raise _taken(public_id)
            insert_orders(connection, batch, fresh, now)
            return len(fresh)

        return self._database.write(work) if orders else 0

    def append(self, batch_id: str, order: PricedRow) -> int:
        """Take in one row after the last, whatever its number was; its number. It is worked on at once.

        The same public id again is the same row, and changes nothing. Raises InputError where another batch has it.
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            batch = lock_own(connection, self._tenant, batch_id)
            if order.public_id and (there := _called(connection, batch, order.public_id)):
                if there[0] != batch_id:
                    raise _taken(order.public_id)
                return there[1]
            last = connection.execute(select(func.max(rows.c.number)).where(rows.c.batch_id == batch_id)).scalar_one()
            row = replace(order.checked.row, number=max(last or 0, 0) + 1)
            insert_orders(connection, batch, [replace(order, checked=replace(order.checked, row=row))], now)
            tell(connection)
            return row.number

        return self._database.write(work)

    def amend(self, batch_id: str, orders: Sequence[PricedRow], by: str = "local") -> int:
        """Put corrected rows in the place of blocked or failed ones of the same number; how many were taken.

        What they were is kept, with who corrected them. A cancelled batch takes none.
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            batch = lock_own(connection, self._tenant, batch_id)
            if is_cancelled(batch):
                return 0
            tally, trail = StateCounts(), []
            for order in sorted(orders, key=lambda order: order.checked.row.number):
                known = _known(connection, batch_id, [order.checked.row.number]).get(order.checked.row.number)
                if known is None or RowState(known.state) not in AMENDABLE:
                    continue
                replace_order(connection, batch, known, order, (now, by))
                tally.move(batch_id, known.state, first_state(batch, order))
                trail.append(Event(now, batch_id, "amended", order.checked.row.number, known.attempt, {"by": by}))
            write_events(connection, trail)
            tally.write(connection, now)
            return len(trail)

        return self._database.write(work)

    def records(self, batch_id: str, *states: RowState) -> Iterator[RowRecord]:
        """Every row in input order, a page at a time; with states, only those."""
        after = 0
        while True:
            with self._database.read() as connection:
                page = records_page(asking(connection), self._tenant, batch_id, states, after)
            yield from page
            if len(page) < PAGE_ROWS:
                return
            after = page[-1].number

    def move(self, move: Move, numbers: Sequence[int] | None = None) -> int:
        """Act on rows at rest as a person: approve, reject, retry, cancel; how many moved. Without numbers, on all that
        are there, the parts of rows included, which are not counted.

        A row sent back to READY gets its attempts anew, and what it needs and was lost is made again; but in a
        cancelled batch none goes back. One sent to DELIVERING is due at once.
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            batch = lock_own(connection, self._tenant, move.batch_id)
            if is_cancelled(batch) and move.to is RowState.READY:
                return 0
            tally, total, raw = StateCounts(), 0, 0
            for moved in _moved(connection, move, numbers, now):
                raw += sum(row.maker is None for row in moved)
                of_table = _account(connection, move, moved, tally, now)
                total += of_table if numbers is None else len(moved)
            if move.origin is RowState.CHECKING and raw:  # others there are planned, and have a maker
                left = batches.update().where(batches.c.id == move.batch_id)
                connection.execute(left.values(unchecked=batches.c.unchecked - raw))
            if move.to is RowState.CANCELLED:
                drop_unneeded(connection, move.batch_id, tally, now)
            tally.write(connection, now)
            tell(connection)
            return total

        return self._database.write(work)

    def give_names(self, batch_id: str, names: Mapping[int, str]) -> bool:
        """Give rows of a batch of which nothing is under way other names; False where something is, for nothing.

        The audit trail keeps what they were called: whoever writes what the batch leaves moves the files.
        """
        now = self._clock.now()
        every = select(rows.c.number, rows.c.file_name, rows.c.attempt).where(rows.c.batch_id == batch_id)

        def work(connection: Connection) -> bool:
            lock_own(connection, self._tenant, batch_id)
            if connection.execute(every.where(IS_ACTIVE).limit(1)).first():
                return False
            found = {row.number: row for row in connection.execute(every)}
            changed = [(number, name) for number, name in names.items() if found[number].file_name != name]
            for number, name in changed:
                meant = rows.update().where(rows.c.batch_id == batch_id, rows.c.number == number)
                connection.execute(meant.values(file_name=name))
            write_events(connection, [
                Event(now, batch_id, "renamed", number, found[number].attempt, {"was": found[number].file_name})
                for number, _ in changed
            ])  # fmt: skip
            connection.execute(batches.update().where(batches.c.id == batch_id).values(unwritten=""))
            connection.execute(archives.delete().where(archives.c.batch_id == batch_id))  # which have the old names
            return True

        return self._database.write(work)

    def prefer(self, batch_id: str, numbers: Sequence[int]) -> None:
        """Give these rows, and what they need, the priority of a sample (0)."""

        def work(connection: Connection) -> None:
            lock_own(connection, self._tenant, batch_id)
            chosen = select(rows.c.id).where(rows.c.batch_id == batch_id, rows.c.number.in_(list(numbers)))
            hurry(connection, list(connection.execute(chosen).scalars()), 0)

        self._database.write(work)

    def asked(self, row_id: int) -> tuple[str, Payload]:
        """The engine of a row that is not blocked, and what it asks of it. Raises NotFoundError."""
        query = (
            select(row_data.c.payload, lanes.c.engine, batches.c.template_version)
            .join(rows, rows.c.id == row_data.c.row_id)
            .join(lanes, lanes.c.id == rows.c.lane)
            .join(batches, batches.c.id == rows.c.batch_id)
            .where(row_data.c.row_id == row_id, batches.c.tenant == self._tenant)
        )
        with self._database.read() as connection:
            found = connection.execute(query).first()
        if found is None:
            raise NotFoundError(f"there is no row {row_id}")
        return found.engine, Payload(found.template_version, BODY.value(found.payload))

    def events(self, batch_id: str, number: int = 0, kind: str = "") -> Iterator[Event]:
        """The audit trail of a batch or of one row, or what is of one kind in it, oldest first, a page at a time."""
        return every_event(self._asking, self._tenant, batch_id, number, kind)

    def locate(self, public_id: str) -> tuple[str, int]:
        """The batch and the number of the row that the tenant calls so. Raises NotFoundError."""
        with self._asking() as ask:
            return locate(ask, self._tenant, public_id)

    @contextmanager
    def _asking(self) -> Iterator[Ask]:
        with self._database.read() as connection:
            yield asking(connection)


def _known(connection: Connection, batch_id: str, numbers: Sequence[int]) -> dict[int, Any]:
    known: dict[int, Any] = {}
    for start in range(0, len(numbers), _MANY):
        query = select(rows.c.id, rows.c.number, rows.c.state, rows.c.attempt).where(
            rows.c.batch_id == batch_id, rows.c.number.in_(numbers[start : start + _MANY])
        )
        known |= {row.number: row for row in connection.execute(query)}
    return known


def _called(connection: Connection, batch: Any, public_id: str) -> tuple[str, int] | None:
    """The batch and the number of the row that the tenant of this batch calls so."""
    with suppress(NotFoundError):
        return locate(asking(connection), batch.tenant, public_id)
    return None


def _taken(public_id: str) -> InputError:
    return InputError(f"{public_id} is another row's id", hint="Give the new row one of its own.")


def _moved(connection: Connection, move: Move, numbers: Sequence[int] | None, now: float) -> Iterator[Sequence[Any]]:
    """Move rows, so many at a time; each with its id, number and attempt, and the state that it is in."""
    in_origin = rows.c.batch_id == move.batch_id, rows.c.state == str(move.origin)
    changed = rows.update().values(**_changes(move, now)).returning(*_MOVED)
    if numbers is None:
        some = select(rows.c.id).where(*in_origin).order_by(rows.c.number).limit(_MANY_AT_ONCE)
        while moved := connection.execute(changed.where(rows.c.id.in_(some.scalar_subquery()))).all():
            yield moved
        return
    for start in range(0, len(numbers), _MANY):
        yield connection.execute(
            changed.where(*in_origin, rows.c.number.in_(list(numbers[start : start + _MANY])))
        ).all()


_MOVED = (rows.c.id, rows.c.number, rows.c.attempt, rows.c.state, rows.c.maker)


def _changes(move: Move, now: float) -> dict[str, Any]:
    """What becomes of a row that a person moves; one with parts is planned before it is made again."""
    values: dict[str, Any] = {"state": str(move.to), "updated_at": now, "owner": None, "fence": rows.c.fence + 1}
    values["due_at"] = now if move.to is RowState.DELIVERING else None
    if move.to is RowState.READY:
        is_planned = rows.c.maker.is_not(None)
        values |= {"uncounted": rows.c.attempt, "rides_with": None, "due_at": case((is_planned, now), else_=None),
                   "state": case((is_planned, str(RowState.CHECKING)), else_=str(RowState.READY)),
                   "lane": func.coalesce(rows.c.maker, rows.c.lane)}  # fmt: skip
    if move.new_seeds or move.seed is not None:
        values |= {"seed_from": rows.c.attempt + 1, "seed": move.seed}
    return values


def _account(connection: Connection, move: Move, moved: Sequence[Any], tally: StateCounts, now: float) -> int:
    """Count rows that were moved, and write of them what there is to write; how many are rows of the table."""
    of_table = sorted(row.number for row in moved if row.number > 0)
    for (state, is_part), number in Counter((row.state, row.number < 0) for row in moved).items():
        rows_and_parts = (0, number) if is_part else (number, 0)
        tally.move(move.batch_id, move.origin, state, rows_and_parts[0], parts=rows_and_parts[1])
    if move.origin is RowState.UNKNOWN:  # it may have been paid for: held credits are not given back by guessing
        book = Book(connection, [row.id for row in moved], now)
        for row in moved:
            book.settle(Entry(move.batch_id, row.id, row.attempt), None)
        book.write()
    if move.problem:
        told = row_data.update().where(row_data.c.row_id.in_([row.id for row in moved]))
        connection.execute(told.values(problems=PROBLEMS.text((move.problem,))))
    if move.to in (RowState.FAILED, RowState.CANCELLED):  # what waits for a part that is lost is lost with it
        write_events(
            connection, fail_those_who_wait(connection, [row.id for row in moved if row.number < 0], tally, now)
        )
    if move.to is RowState.READY:
        retry_parts(connection, [row.id for row in moved], tally, now)
    write_alike(connection, Event(now, move.batch_id, move.event, data=move.data), of_table)
    return len(of_table)
