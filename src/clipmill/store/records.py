"""Rows over the database, as people ask for them: taken in, amended, listed, moved by hand, and their audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select

from clipmill.domain.batch import BatchState, Move
from clipmill.domain.event import Event
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.record import RowRecord
from clipmill.domain.row import AMENDABLE, RowState
from clipmill.ports import Clock
from clipmill.store.asking import PAGE_ROWS, Ask, every_event, records_page
from clipmill.store.audit import StateCounts, write_events
from clipmill.store.database import Database, asking
from clipmill.store.ledger import Book, Entry, lock
from clipmill.store.news import tell
from clipmill.store.schema import row_data, rows
from clipmill.stored import BODY, FIELDS, PROBLEMS, TEXTS

_MANY = 500


class SqlRows:
    """The rows of a batch (ports.Rows, ports.Records)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, batch_id: str, orders: Sequence[PricedRow]) -> int:
        """Take in rows, blocked ones included, in one transaction; a row already there is left alone.

        Those of a cancelled batch are cancelled with it.
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            batch = lock(connection, [batch_id])[batch_id]
            known = _known(connection, batch_id, [order.checked.row.number for order in orders])
            fresh = [order for order in orders if order.checked.row.number not in known]
            _insert(connection, batch, fresh, now)
            tally = StateCounts()
            for order in fresh:
                tally.enter(batch_id, _first_state(batch, order))
            tally.write(connection, now)
            return len(fresh)

        return self._database.write(work) if orders else 0

    def amend(self, batch_id: str, orders: Sequence[PricedRow]) -> int:
        """Put corrected rows in the place of blocked or failed ones of the same number; how many were taken.

        A cancelled batch takes none.
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            if _is_cancelled(lock(connection, [batch_id])[batch_id]):
                return 0
            tally, trail = StateCounts(), []
            for order in sorted(orders, key=lambda order: order.checked.row.number):
                known = _known(connection, batch_id, [order.checked.row.number]).get(order.checked.row.number)
                if known is None or RowState(known.state) not in AMENDABLE:
                    continue
                _replace(connection, known, order, now)
                tally.move(batch_id, known.state, _state(order))
                trail.append(Event(now, batch_id, "amended", order.checked.row.number, known.attempt))
            write_events(connection, trail)
            tally.write(connection, now)
            return len(trail)

        return self._database.write(work)

    def records(self, batch_id: str, *states: RowState) -> Iterator[RowRecord]:
        """Every row in input order, a page at a time; with states, only those."""
        after = 0
        while True:
            with self._database.read() as connection:
                page = records_page(asking(connection), batch_id, states, after)
            yield from page
            if len(page) < PAGE_ROWS:
                return
            after = page[-1].number

    def move(self, move: Move, numbers: Sequence[int]) -> int:
        """Act on rows at rest as a person: approve, reject, retry, cancel; how many moved.

        A row sent back to READY gets its attempts anew, but in a cancelled batch, where none goes back; one sent to
        DELIVERING is due at once.
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            if _is_cancelled(lock(connection, [move.batch_id])[move.batch_id]) and move.to is RowState.READY:
                return 0
            moved: list[int] = []
            for start in range(0, len(numbers), _MANY):
                moved += _move(connection, move, numbers[start : start + _MANY], now)
            tally = StateCounts()
            tally.move(move.batch_id, move.origin, move.to, len(moved))
            write_events(
                connection, [Event(now, move.batch_id, move.event, number, data=move.data) for number in moved]
            )
            tally.write(connection, now)
            tell(connection)
            return len(moved)

        return self._database.write(work)

    def prefer(self, batch_id: str, numbers: Sequence[int]) -> None:
        """Give these rows the priority of a sample (0)."""
        preferred = rows.update().where(rows.c.batch_id == batch_id, rows.c.number.in_(list(numbers)))
        self._database.write(lambda connection: connection.execute(preferred.values(priority=0)))

    def events(self, batch_id: str, number: int = 0) -> Iterator[Event]:
        """The audit trail of a batch or of one row, oldest first, a page at a time."""
        return every_event(self._asking, batch_id, number, "")

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


def _insert(connection: Connection, batch: Any, orders: Sequence[PricedRow], now: float) -> None:
    if not orders:
        return
    ids = connection.execute(
        rows.insert().returning(rows.c.number, rows.c.id),
        [
            {"batch_id": batch.id, "number": order.checked.row.number, "line": order.checked.row.line,
             "lane": batch.engine, "state": str(_first_state(batch, order)), "priority": order.priority,
             "credits": order.credits, "file_name": order.checked.file_name, "updated_at": now}
            for order in orders
        ],
    )  # fmt: skip
    of = {row.number: row.id for row in ids}
    connection.execute(
        row_data.insert(),
        [{"row_id": of[order.checked.row.number], "payload_version": 1, **_data(order)} for order in orders],
    )


def _replace(connection: Connection, known: Any, order: PricedRow, now: float) -> None:
    connection.execute(
        rows.update()
        .where(rows.c.id == known.id)
        .values(state=str(_state(order)), credits=order.credits, file_name=order.checked.file_name, due_at=None,
                uncounted=known.attempt, media=None, updated_at=now)
    )  # fmt: skip
    connection.execute(
        row_data.update()
        .where(row_data.c.row_id == known.id)
        .values(payload_version=row_data.c.payload_version + 1, **_data(order))
    )


def _data(order: PricedRow) -> dict[str, Any]:
    checked = order.checked
    return {
        "fields": FIELDS.text(checked.row.fields),
        "payload": BODY.text(checked.payload.body) if checked.payload else "",
        "reference": order.reference,
        "problems": PROBLEMS.text(checked.problems),
        "fallbacks": TEXTS.text(checked.fallbacks),
        "warnings": TEXTS.text(checked.warnings),
    }


def _is_cancelled(batch: Any) -> bool:
    return bool(batch.state == str(BatchState.CANCELLED))


def _first_state(batch: Any, order: PricedRow) -> RowState:
    return RowState.CANCELLED if _is_cancelled(batch) else _state(order)


def _state(order: PricedRow) -> RowState:
    return RowState.READY if order.checked.payload else RowState.BLOCKED


def _move(connection: Connection, move: Move, numbers: Sequence[int], now: float) -> list[int]:
    values: dict[str, Any] = {"state": str(move.to), "updated_at": now, "owner": None, "fence": rows.c.fence + 1}
    values["due_at"] = now if move.to is RowState.DELIVERING else None
    if move.to is RowState.READY:
        values |= {"uncounted": rows.c.attempt}
    if move.new_seeds:
        values |= {"seed_from": rows.c.attempt + 1}
    moved = connection.execute(
        rows.update()
        .where(rows.c.batch_id == move.batch_id, rows.c.number.in_(list(numbers)), rows.c.state == str(move.origin))
        .values(**values)
        .returning(rows.c.id, rows.c.number, rows.c.attempt)
    ).all()
    if move.origin is RowState.UNKNOWN:  # it may have been paid for: held credits are not given back by guessing
        book = Book(connection, [row.id for row in moved], now)
        for row in moved:
            book.settle(Entry(move.batch_id, row.id, row.attempt), None)
        book.write()
    if move.problem:
        told = row_data.update().where(row_data.c.row_id.in_([row.id for row in moved]))
        connection.execute(told.values(problems=PROBLEMS.text((move.problem,))))
    return sorted(row.number for row in moved)
