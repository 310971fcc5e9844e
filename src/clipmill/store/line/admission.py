"""Admission: one transaction per lane that moves ready rows into flight, inside window, rate and budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, or_, select

from clipmill.domain.attempt import attempt_key, attempt_seed
from clipmill.domain.batch import BatchState, PauseReason
from clipmill.domain.event import Event
from clipmill.domain.line.lane import FAILURES_ALLOWED, Lane
from clipmill.domain.row import ACTIVE, RowState
from clipmill.store.line.audit import StateCounts, write_events
from clipmill.store.line.lanes import lane_of
from clipmill.store.line.ledger import Book, Entry, lock
from clipmill.store.line.steering import window_of
from clipmill.store.schema import (
    CALLS,
    IS_READY,
    IS_WINDOWED,
    attempts,
    batches,
    counts,
    lanes,
    resends,
    row_data,
    rows,
)

#: Sends are stamped when their rows are taken and leave a moment later: the rate period is counted this much longer.
RATE_SLACK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Gate:
    """Who admits, where to, and when."""

    lane: str
    worker: str
    #: Engines whose first state is not SUBMITTING.
    first_states: Mapping[str, RowState]
    now: float
    lease_seconds: float
    #: Calls at the most.
    limit: int
    #: Only rows of this batch; empty: of every batch, shared fairly.
    batch_id: str = ""


def admit_rows(connection: Connection, gate: Gate) -> list[int]:
    """Admit what the lane has room for; the ids of the rows now in flight that carry a call of this worker."""
    line = connection.execute(select(lanes).where(lanes.c.id == gate.lane).with_for_update()).first()
    if line is None or (line.held_until is not None and line.held_until > gate.now):
        return []
    if line.held_until is not None and line.failures < FAILURES_ALLOWED:  # it is over, and nobody is to be told of it
        connection.execute(lanes.update().where(lanes.c.id == gate.lane).values(held_until=None, reason=""))
    lane = lane_of(line)
    in_flight, unknown = _in_flight(connection, gate.lane)
    room = min(gate.limit, _rate_room(connection, gate, lane))
    if lane.window is not None:
        room = min(room, lane.window - sum(in_flight.values()))
    if line.failures >= FAILURES_ALLOWED:  # its engine was out of order: one call shows whether it still is
        room = min(room, 1 - sum(in_flight.values()) + sum(unknown.values()))
    lost = sum(unknown.values()) if lane.window is not None and sum(unknown.values()) >= lane.window else 0
    if room <= 0 and not lost:
        return []
    waiting = _waiting_batches(connection, gate)
    stuck = {batch.id: lost or unknown[batch.id] for batch in waiting
             if lost or ((window := window_of(batch)) is not None and unknown[batch.id] >= window)}  # fmt: skip
    admitted: list[int] = []
    tally = StateCounts()
    shares = _shares(waiting, in_flight, room)
    for batch in _still_running(connection, {*shares, *stuck}):
        if batch.id in stuck:
            _stop_at_unknown(connection, gate, batch.id, stuck[batch.id])
        else:
            admitted += _admit_batch(connection, (gate, lane), batch, shares[batch.id], tally)
    tally.write(connection, gate.now)
    return admitted


def _stop_at_unknown(connection: Connection, gate: Gate, batch_id: str, unknown: int) -> None:
    """Pause a batch when rows nobody knows about hold its whole window, or its lane's: only a person can free it."""
    rows_hold = f"{unknown} {'row holds' if unknown == 1 else 'rows hold'}"
    reason = f"unknown: {rows_hold} the whole window; find out about that, then retry by number"
    stopped = batches.update().where(batches.c.id == batch_id)
    connection.execute(stopped.values(state=str(BatchState.PAUSED), reason=reason))
    write_events(connection, [Event(gate.now, batch_id, "paused", data={"reason": reason})])


def _in_flight(connection: Connection, lane: str) -> tuple[Counter[str], Counter[str]]:
    """Calls in the lane's window by batch, and how many of those nobody knows about."""
    flying, unknown = Counter[str](), Counter[str]()
    query = select(rows.c.batch_id, rows.c.state, CALLS.label("number")).where(rows.c.lane == lane, IS_WINDOWED)
    for found in connection.execute(query.group_by(rows.c.batch_id, rows.c.state)):
        flying[found.batch_id] += found.number
        unknown[found.batch_id] += found.number if found.state == str(RowState.UNKNOWN) else 0
    return flying, unknown


def _rate_room(connection: Connection, gate: Gate, lane: Lane) -> int:
    """Calls that may be sent now: what is left of the rates, but for those that wait to be sent again."""
    if not lane.rates:
        return gate.limit
    waiting = select(func.count()).where(
        rows.c.lane == lane.id, IS_WINDOWED, rows.c.state == str(RowState.SUBMITTING), rows.c.owner.is_(None),
        rows.c.due_at <= gate.now + send_spacing(lane),
    )  # fmt: skip
    return sends_left(connection, lane, gate.now) - int(connection.execute(waiting).scalar_one())


def sends_left(connection: Connection, lane: Lane, now: float) -> int:
    """Sends left in the lane's rolling periods, counted from tables that nothing ever deletes from."""
    left = []
    for rate in lane.rates:
        since = now - rate.seconds - RATE_SLACK_SECONDS
        first = select(func.count()).where(
            attempts.c.lane == lane.id, attempts.c.admitted_at > since, attempts.c.call.is_(None)
        )
        again = select(func.count()).where(resends.c.lane == lane.id, resends.c.at > since)
        sent = connection.execute(select(first.scalar_subquery() + again.scalar_subquery())).scalar_one()
        left.append(int(rate.count - sent))
    return min(left)


def send_spacing(lane: Lane) -> float:
    """Seconds between two sends at the slowest of the lane's rates."""
    return max(rate.spacing for rate in lane.rates)


def _waiting_batches(connection: Connection, gate: Gate) -> Sequence[Any]:
    """Running batches with a row that may go now; a scalar subquery with ORDER BY, so the partial index is used."""
    first_ready = (
        select(literal(1))
        .where(rows.c.lane == gate.lane, rows.c.batch_id == batches.c.id, IS_READY, _may_go(gate))
        .order_by(rows.c.priority, rows.c.number)
        .limit(1)
        .correlate(batches)
        .scalar_subquery()
    )
    query = select(batches).where(batches.c.state == str(BatchState.RUNNING), first_ready.is_not(None))
    if gate.batch_id:
        query = query.where(batches.c.id == gate.batch_id)
    return connection.execute(query.order_by(batches.c.created_at, batches.c.id)).all()


def _still_running(connection: Connection, batch_ids: Iterable[str]) -> list[Any]:
    """Those batches, locked: somebody may have stopped one since it was seen to wait."""
    return [batch for batch in lock(connection, batch_ids).values() if batch.state == str(BatchState.RUNNING)]


def _may_go(gate: Gate) -> Any:
    waited = or_(rows.c.due_at.is_(None), rows.c.due_at <= gate.now)
    return waited & (rows.c.priority <= batches.c.priority_limit)


def _shares(waiting: Sequence[Any], in_flight: Mapping[str, int], room: int) -> dict[str, int]:
    """Divide the room by what each batch has in flight already, for its weight (water filling), inside each one's
    window; batches of a lower priority get what the others leave.
    """
    flying = {batch.id: in_flight.get(batch.id, 0) for batch in waiting}
    shares = dict.fromkeys(flying, 0)
    for _ in range(room):
        open_batches = [b for b in waiting if (window := window_of(b)) is None or flying[b.id] < window]
        if not open_batches:
            break
        first = max(batch.priority for batch in open_batches)
        poorest = min((b for b in open_batches if b.priority == first), key=lambda b: flying[b.id] / b.weight)
        flying[poorest.id] += 1
        shares[poorest.id] += 1
    return {batch_id: share for batch_id, share in shares.items() if share}


def _admit_batch(
    connection: Connection, where: tuple[Gate, Lane], batch: Any, share: int, tally: StateCounts
) -> list[int]:
    """Admit so many calls of a batch; the rows that carry one."""
    gate, lane = where
    ready = connection.execute(
        select(rows.c.id, rows.c.number, rows.c.attempt, rows.c.seed, rows.c.seed_from, rows.c.credits,
               rows.c.together, row_data.c.payload_version)
        .join(batches, batches.c.id == rows.c.batch_id)
        .join(row_data, row_data.c.row_id == rows.c.id)
        .where(rows.c.lane == gate.lane, rows.c.batch_id == batch.id, IS_READY, _may_go(gate))
        .order_by(rows.c.priority, rows.c.number)
        .limit(share * lane.rows_per_call)
        .with_for_update(skip_locked=True, of=rows)
    ).all()  # fmt: skip
    calls = _Calls(lane.rows_per_call, share)
    book = Book(connection, (), gate.now)
    for row in ready:
        if not calls.has_room_for(row):
            continue
        entry = Entry(batch.id, row.id, row.attempt + 1)
        if not book.reserve(entry, row.credits, batch.budget):
            _stop_at_budget(connection, gate, batch, busy=bool(calls.carriers))
            break
        calls.add(row)
    book.write()
    first = gate.first_states.get(lane.engine, RowState.SUBMITTING)
    _write_admitted(connection, gate, (batch.id, first), calls.carriers)
    parts = sum(row.number < 0 for row, _ in calls.carriers)
    tally.move(batch.id, RowState.READY, first, len(calls.carriers) - parts, parts=parts)
    return [row.id for row, carrier in calls.carriers if row is carrier]


class _Calls:
    """Rows in so many calls at the most, each of so many rows that may share one."""

    def __init__(self, rows_per_call: int, calls: int) -> None:
        #: Each row with the one that carries its call.
        self.carriers: list[tuple[Any, Any]] = []
        self._rows_per_call, self._calls_left = rows_per_call, calls
        #: Carrier and rows of the call that is not full, by what its rows have in common.
        self._open: dict[str, tuple[Any, int]] = {}

    def has_room_for(self, row: Any) -> bool:
        """Whether the row fits a call that is begun, or another may begin."""
        return row.together in self._open or self._calls_left > 0

    def add(self, row: Any) -> None:
        """Put it there."""
        carrier, rows_in = self._open.pop(row.together, (row, 0))
        self._calls_left -= carrier is row
        self.carriers.append((row, carrier))
        if rows_in + 1 < self._rows_per_call:
            self._open[row.together] = carrier, rows_in + 1


_TAKE = (
    rows.update()
    .where(rows.c.id == bindparam("row"))
    .values(state=bindparam("to"), owner=bindparam("worker"), fence=rows.c.fence + 1, due_at=bindparam("until"),
            attempt=bindparam("next_attempt"), expiries=0, unanswered=0, silent_since=None, media=None,
            progress=None, rides_with=bindparam("carrier"), updated_at=bindparam("at"))
)  # fmt: skip


def _write_admitted(
    connection: Connection, gate: Gate, where: tuple[str, RowState], admitted: Sequence[tuple[Any, Any]]
) -> None:
    if not admitted:
        return
    until, (batch_id, first) = gate.now + gate.lease_seconds, where
    connection.execute(
        _TAKE,
        [
            {"row": row.id, "to": str(first), "next_attempt": row.attempt + 1, "at": gate.now,
             **({"worker": gate.worker, "until": until, "carrier": None} if row is carrier else
                {"worker": None, "until": None, "carrier": carrier.id})}
            for row, carrier in admitted
        ],
    )  # fmt: skip
    connection.execute(
        attempts.insert(),
        [
            {"row_id": row.id, "number": row.attempt + 1, "lane": gate.lane, "credits": row.credits,
             "key": attempt_key(batch_id, row.number, row.attempt + 1), "payload_version": row.payload_version,
             "seed": attempt_seed(batch_id, row.number, row.seed_from) if row.seed is None else row.seed,
             "call": None if row is carrier else attempt_key(batch_id, carrier.number, carrier.attempt + 1),
             "admitted_at": gate.now}
            for row, carrier in admitted
        ],
    )  # fmt: skip
    admission = Event(gate.now, batch_id, "admitted")
    write_events(
        connection,
        [
            replace(admission, number=row.number, attempt=row.attempt + 1, data={"credits": row.credits})
            for row, _ in admitted
        ],
    )


def _stop_at_budget(connection: Connection, gate: Gate, batch: Any, *, busy: bool) -> None:
    """Pause a batch whose next row does not fit its budget, once nothing under way can give credits back."""
    under_way = connection.execute(
        select(func.coalesce(func.sum(counts.c.rows + counts.c.parts), 0)).where(
            counts.c.batch_id == batch.id, counts.c.state.in_([str(state) for state in sorted(ACTIVE)])
        )
    ).scalar_one()
    if busy or under_way:
        return
    connection.execute(
        batches.update()
        .where(batches.c.id == batch.id)
        .values(state=str(BatchState.PAUSED), reason=str(PauseReason.BUDGET))
    )
    write_events(connection, [Event(gate.now, batch.id, "paused", data={"reason": "budget", "budget": batch.budget})])
