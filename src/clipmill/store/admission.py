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
from clipmill.domain.row import ACTIVE, RowState
from clipmill.store.audit import StateCounts, write_events
from clipmill.store.ledger import Book, Entry, lock
from clipmill.store.schema import IS_READY, IS_WINDOWED, attempts, batches, counts, lanes, resends, row_data, rows

#: Sends are stamped when their rows are taken and leave a moment later: the rate period is counted this much longer.
RATE_SLACK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Gate:
    """Who admits, where to, and when."""

    lane: str
    worker: str
    #: SUBMITTING for a remote engine, RENDERING for a local one.
    first_state: RowState
    now: float
    lease_seconds: float
    limit: int
    #: Only rows of this batch; empty: of every batch, shared fairly.
    batch_id: str = ""


def admit_rows(connection: Connection, gate: Gate) -> list[int]:
    """Admit what the lane has room for; the ids of the rows now in flight under this worker."""
    lane = connection.execute(select(lanes).where(lanes.c.id == gate.lane).with_for_update()).first()
    if lane is None:
        return []
    in_flight, unknown = _in_flight(connection, gate.lane)
    room = min(gate.limit, _rate_room(connection, gate, lane))
    if lane.window is not None:
        room = min(room, lane.window - sum(in_flight.values()))
    lost = sum(unknown.values()) if lane.window is not None and sum(unknown.values()) >= lane.window else 0
    if room <= 0 and not lost:
        return []
    waiting = _waiting_batches(connection, gate)
    stuck = {batch.id: lost or unknown[batch.id] for batch in waiting
             if lost or (batch.window is not None and unknown[batch.id] >= batch.window)}  # fmt: skip
    admitted: list[int] = []
    tally = StateCounts()
    shares = _shares(waiting, in_flight, room)
    for batch in _still_running(connection, {*shares, *stuck}):
        if batch.id in stuck:
            _stop_at_unknown(connection, gate, batch.id, stuck[batch.id])
        else:
            admitted += _admit_batch(connection, gate, batch, shares[batch.id], tally)
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
    """Rows in the lane's window by batch, and how many of those nobody knows about."""
    flying, unknown = Counter[str](), Counter[str]()
    query = select(rows.c.batch_id, rows.c.state, func.count().label("number")).where(rows.c.lane == lane, IS_WINDOWED)
    for found in connection.execute(query.group_by(rows.c.batch_id, rows.c.state)):
        flying[found.batch_id] += found.number
        unknown[found.batch_id] += found.number if found.state == str(RowState.UNKNOWN) else 0
    return flying, unknown


def _rate_room(connection: Connection, gate: Gate, lane: Any) -> int:
    """Rows that may be sent now: what is left of the rate, but for the rows that wait to be sent again."""
    if lane.rate_count is None:
        return gate.limit
    waiting = select(func.count()).where(
        rows.c.lane == lane.id, IS_WINDOWED, rows.c.state == str(RowState.SUBMITTING), rows.c.owner.is_(None),
        rows.c.due_at <= gate.now + send_spacing(lane),
    )  # fmt: skip
    return sends_left(connection, lane, gate.now) - int(connection.execute(waiting).scalar_one())


def sends_left(connection: Connection, lane: Any, now: float) -> int:
    """Sends left in the lane's rolling period, counted from tables that nothing ever deletes from."""
    since = now - lane.rate_seconds - RATE_SLACK_SECONDS
    first = select(func.count()).where(attempts.c.lane == lane.id, attempts.c.admitted_at > since)
    again = select(func.count()).where(resends.c.lane == lane.id, resends.c.at > since)
    sent = connection.execute(select(first.scalar_subquery() + again.scalar_subquery())).scalar_one()
    return int(lane.rate_count - sent)


def send_spacing(lane: Any) -> float:
    """Seconds between two sends at the lane's rate."""
    return float(lane.rate_seconds / lane.rate_count)


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
    """Divide the room fairly by what each batch has in flight already (water filling), inside each one's window."""
    flying = {batch.id: in_flight.get(batch.id, 0) for batch in waiting}
    shares = dict.fromkeys(flying, 0)
    for _ in range(room):
        open_batches = [b for b in waiting if b.window is None or flying[b.id] < b.window]
        if not open_batches:
            break
        poorest = min(open_batches, key=lambda batch: flying[batch.id])
        flying[poorest.id] += 1
        shares[poorest.id] += 1
    return {batch_id: share for batch_id, share in shares.items() if share}


def _admit_batch(connection: Connection, gate: Gate, batch: Any, share: int, tally: StateCounts) -> list[int]:
    ready = connection.execute(
        select(rows.c.id, rows.c.number, rows.c.attempt, rows.c.seed_from, rows.c.credits, row_data.c.payload_version)
        .join(batches, batches.c.id == rows.c.batch_id)
        .join(row_data, row_data.c.row_id == rows.c.id)
        .where(rows.c.lane == gate.lane, rows.c.batch_id == batch.id, IS_READY, _may_go(gate))
        .order_by(rows.c.priority, rows.c.number)
        .limit(share)
        .with_for_update(skip_locked=True, of=rows)
    ).all()
    admitted: list[Any] = []
    book = Book(connection, (), gate.now)
    for row in ready:
        entry = Entry(batch.id, row.id, row.attempt + 1)
        if not book.reserve(entry, row.credits, batch.budget):
            _stop_at_budget(connection, gate, batch, busy=bool(admitted))
            break
        admitted.append(row)
    book.write()
    _write_admitted(connection, gate, batch.id, admitted)
    tally.move(batch.id, RowState.READY, gate.first_state, len(admitted))
    return [row.id for row in admitted]


_TAKE = (
    rows.update()
    .where(rows.c.id == bindparam("row"))
    .values(state=bindparam("to"), owner=bindparam("worker"), fence=rows.c.fence + 1, due_at=bindparam("until"),
            attempt=bindparam("next_attempt"), expiries=0, unanswered=0, silent_since=None, job=None, media=None,
            updated_at=bindparam("at"))
)  # fmt: skip


def _write_admitted(connection: Connection, gate: Gate, batch_id: str, admitted: Sequence[Any]) -> None:
    if not admitted:
        return
    until = gate.now + gate.lease_seconds
    connection.execute(
        _TAKE,
        [
            {"row": row.id, "to": str(gate.first_state), "worker": gate.worker, "until": until,
             "next_attempt": row.attempt + 1, "at": gate.now}
            for row in admitted
        ],
    )  # fmt: skip
    connection.execute(
        attempts.insert(),
        [
            {"row_id": row.id, "number": row.attempt + 1, "lane": gate.lane, "credits": row.credits,
             "key": attempt_key(batch_id, row.number, row.attempt + 1), "payload_version": row.payload_version,
             "seed": attempt_seed(batch_id, row.number, row.seed_from), "admitted_at": gate.now}
            for row in admitted
        ],
    )  # fmt: skip
    admission = Event(gate.now, batch_id, "admitted")
    write_events(
        connection,
        [
            replace(admission, number=row.number, attempt=row.attempt + 1, data={"credits": row.credits})
            for row in admitted
        ],
    )


def _stop_at_budget(connection: Connection, gate: Gate, batch: Any, *, busy: bool) -> None:
    """Pause a batch whose next row does not fit its budget, once nothing under way can give credits back."""
    under_way = connection.execute(
        select(func.coalesce(func.sum(counts.c.rows), 0)).where(
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
