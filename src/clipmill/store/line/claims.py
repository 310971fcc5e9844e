"""Claims: reading rows as a worker holds them, taking the ones that are due, and keeping their leases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Update, bindparam, case, func, null, select

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import BatchState
from clipmill.domain.files.names import finished
from clipmill.domain.line.call import Handle
from clipmill.domain.line.parts import Made, Planning
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.template import Template, VerifyLimits
from clipmill.store.batches import frozen_template
from clipmill.store.line.admission import send_spacing, sends_left
from clipmill.store.line.lanes import lane_of, serves
from clipmill.store.schema import (
    IS_ACTIVE,
    IS_LEASED,
    IS_WINDOWED,
    attempts,
    batches,
    lanes,
    needs,
    resends,
    row_data,
    rows,
    workers,
)
from clipmill.store.told.outbox import release
from clipmill.stored import BODY, HANDLE, ORDER, OUTPUT, RATES, SPEC

_CLAIMED = (
    select(
        rows.c.id, rows.c.batch_id, rows.c.number, rows.c.state, rows.c.fence, rows.c.due_at, rows.c.attempt,
        rows.c.uncounted, rows.c.expiries, rows.c.unanswered, rows.c.silent_since, rows.c.media, rows.c.updated_at,
        rows.c.file_name, rows.c.lane, rows.c.depth, rows.c.rides_with,
        row_data.c.payload, row_data.c.plan, row_data.c.reference,
        attempts.c.seed, attempts.c.credits, attempts.c.spec, attempts.c.admitted_at, attempts.c.job, attempts.c.handle,
        attempts.c.output, lanes.c.engine, lanes.c.failures,
        batches.c.out_folder, batches.c.attempts.label("allowed"), batches.c.template_version,
        batches.c.state.label("batch_state"),
    )
    .join(row_data, row_data.c.row_id == rows.c.id)
    .outerjoin(attempts, (attempts.c.row_id == rows.c.id) & (attempts.c.number == rows.c.attempt))
    .join(batches, batches.c.id == rows.c.batch_id)
    .join(lanes, lanes.c.id == rows.c.lane)
    .order_by(rows.c.batch_id, rows.c.priority, rows.c.number)
)  # fmt: skip
_TAKEN = _CLAIMED.where(rows.c.id.in_(bindparam("ids", expanding=True)))
_RIDING = _CLAIMED.where(rows.c.rides_with.in_(bindparam("ids", expanding=True)), rows.c.state != str(RowState.UNKNOWN))
#: Rows that somebody may hold, as the index of those that are due has them.
#: States in which several rows may have one call.
_SHARED = frozenset({str(RowState.SUBMITTING), str(RowState.RUNNING)})


def read_claims(connection: Connection, row_ids: Sequence[int]) -> list[Claim]:
    """The rows as claims, in the order of their table."""
    if not row_ids:
        return []
    found = connection.execute(_TAKEN, {"ids": list(row_ids)}).all()
    shared = [row.id for row in found if row.state in _SHARED]
    riding = connection.execute(_RIDING, {"ids": shared}).all() if shared else []
    templates = {version: frozen_template(connection, version) for version in {row.template_version for row in found}}
    riders: dict[int, list[Any]] = {}
    for row in riding:
        riders.setdefault(row.rides_with, []).append(row)
    claims = []
    for row in found:
        claim = _claim(connection, row, templates[row.template_version])
        ours = (_claim(connection, rider, templates[row.template_version]) for rider in riders.get(row.id, ()))
        claims.append(replace(claim, riders=tuple(_riding(rider, claim) for rider in ours)))
    return claims


def _riding(rider: Claim, carrier: Claim) -> Claim:
    """What was sent for the carrier was sent for whoever rides with it."""
    return replace(rider, lease_until=carrier.lease_until, expiries=carrier.expiries, unanswered=carrier.unanswered,
                   silent_since=carrier.silent_since, handle=carrier.handle, moved_at=carrier.moved_at)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes due rows, when and how many."""

    worker: str
    #: The engines or lanes it serves.
    lanes: tuple[str, ...]
    now: float
    lease_seconds: float
    limit: int
    #: Rows the worker is at work on: a lease that ran out under it is no reason to begin again.
    holding: tuple[int, ...] = ()
    #: Only rows of this batch; empty: of every batch.
    batch_id: str = ""


def take_due(connection: Connection, taking: Taking) -> list[int]:
    """Take rows whose timer or lease ran out: one statement is poll timer, retry timer and crash recovery."""
    served = select(lanes.c.id).where(serves(taking.lanes))
    due = select(rows.c.id).where(IS_ACTIVE, rows.c.due_at <= taking.now, rows.c.lane.in_(served))
    if taking.holding:
        due = due.where(rows.c.id.not_in(taking.holding))
    if taking.batch_id:
        due = due.where(rows.c.batch_id == taking.batch_id)
    due = due.order_by(rows.c.due_at).limit(taking.limit).with_for_update(skip_locked=True)
    found = due.cte("due").prefix_with("MATERIALIZED")  # looked for once, whatever the planner thinks: never more
    taken = connection.execute(
        rows.update()
        .where(rows.c.id.in_(select(found.c.id)), IS_ACTIVE)
        .values(
            owner=taking.worker,
            fence=rows.c.fence + 1,
            due_at=taking.now + taking.lease_seconds,
            expiries=rows.c.expiries + case((rows.c.owner.is_not(None), 1), else_=0),
        )
        .returning(rows.c.id)
    )
    return [row.id for row in taken]


_RATED = select(lanes).where(lanes.c.rates != RATES.text(())).order_by(lanes.c.id).with_for_update()


def take_within_rates(connection: Connection, taking: Taking) -> list[int]:
    """Take due rows; of those that will send again, no more than the rates of their lanes allow: the rest wait."""
    found = [lane for line in connection.execute(_RATED) if (lane := lane_of(line)).rates]
    taken = take_due(connection, taking)
    for lane in found if taken else ():
        sending = list(connection.execute(
            select(rows.c.id)
            .where(rows.c.id.in_(taken), rows.c.lane == lane.id, rows.c.state == str(RowState.SUBMITTING))
            .order_by(rows.c.id)
        ).scalars())  # fmt: skip
        room = max(sends_left(connection, lane, taking.now), 0)
        again, late = sending[:room], sending[room:]
        if again:
            sends = [{"lane": lane.id, "row_id": row, "at": taking.now} for row in again]
            connection.execute(resends.insert(), sends)
        waits = {"owner": None, "due_at": taking.now + send_spacing(lane)}
        connection.execute(rows.update().where(rows.c.id.in_(late)).values(waits))
        taken = [row for row in taken if row not in late]
    return taken


_PROGRESS = (
    rows.update()
    .where(rows.c.id == bindparam("row"), rows.c.fence == bindparam("of"), IS_WINDOWED,
           func.coalesce(rows.c.progress, -1.0) < bindparam("share"))
    .values(progress=bindparam("share"))
)  # fmt: skip


def renew_leases(
    connection: Connection, worker: str, held: Mapping[int, int], done: Mapping[int, float], until: float
) -> list[int]:
    """Move leases forward, of no row of others; those rows (id → fence) that others took.

    What the worker itself has put down by now is nobody's, under the fence that it had: that is not lost.
    """
    connection.execute(batches.update().where(batches.c.checker == worker).values(checked_until=until))
    kept = select(rows.c.id).where(rows.c.id.in_(list(held)), rows.c.owner == worker, IS_ACTIVE)
    connection.execute(_in_order(kept).values(due_at=until))
    far = [{"row": row_id, "of": held[row_id], "share": share} for row_id, share in sorted(done.items())]
    if far:
        connection.execute(_PROGRESS, far)
    found = connection.execute(select(rows.c.id, rows.c.fence, rows.c.owner).where(rows.c.id.in_(list(held)))).all()
    ours = {row.id for row in found if row.fence == held[row.id] and row.owner in (worker, None)}
    return [row_id for row_id in held if row_id not in ours]


def hand_back(connection: Connection, worker: str, now: float) -> None:
    """Make what a worker that leaves holds due at once, as if nobody had held it, and strike it off.

    But for what it may have been sending: that it was cut off there must be known to whoever comes next.
    """
    connection.execute(workers.delete().where(workers.c.id == worker))  # its line first, as in `bury`
    held = select(rows.c.id).where(rows.c.owner == worker, IS_LEASED)
    cut_off = case((rows.c.state == str(RowState.SUBMITTING), rows.c.owner), else_=null())
    connection.execute(_in_order(held).values(due_at=now, owner=cut_off))
    release(connection, [worker], now)


def _in_order(meant: Select[Any]) -> Update:
    """An update of these rows, locked in the order of their ids, as everybody locks rows.

    Sorted by a sum: for the order of an index SQLite would look at every row there is.
    """
    found = meant.order_by(rows.c.id + 0).with_for_update().cte("found").prefix_with("MATERIALIZED")
    return rows.update().where(rows.c.id.in_(select(found.c.id)))


def bury(connection: Connection, dead: Sequence[str], now: float) -> None:
    """Strike dead workers off, and make what they held due at once, batches that they checked included."""
    if dead:  # their lines first, then batches and rows: as a worker that renews locks its own
        connection.execute(workers.delete().where(workers.c.id.in_(list(dead))))
        checked = select(batches.c.id).where(batches.c.checker.in_(list(dead))).order_by(batches.c.id)
        free = batches.update().where(batches.c.id.in_(list(connection.execute(checked.with_for_update()).scalars())))
        connection.execute(free.values(checker=None, checked_until=None))
        held = select(rows.c.id).where(rows.c.owner.in_(list(dead)), IS_LEASED)
        connection.execute(_in_order(held).values(due_at=now))
        release(connection, dead, now)


def _claim(connection: Connection, row: Any, template: Template | None) -> Claim:
    planned = row.state == str(RowState.CHECKING)
    return Claim(
        row_id=row.id,
        batch_id=row.batch_id,
        number=row.number,
        state=RowState(row.state),
        fence=row.fence,
        lease_until=row.due_at or 0.0,
        attempt=row.attempt,
        uncounted=row.uncounted,
        seed=row.seed or 0,
        credits=row.credits or 0,
        payload=Payload(row.template_version, {} if planned else BODY.value(row.payload)),
        engine=row.engine,
        lane=row.lane,
        lane_failures=row.failures,
        file_name=finished(row.file_name, row.attempt),
        out_folder=row.out_folder,
        attempts_allowed=row.allowed,
        verify_limits=template.verify if template else VerifyLimits(),
        reference=row.reference,
        expiries=row.expiries,
        is_called_off=row.batch_state == str(BatchState.CANCELLED),
        unanswered=row.unanswered,
        silent_since=row.silent_since,
        admitted_at=row.admitted_at or 0.0,
        moved_at=row.updated_at,
        handle=_handle(row),
        output=OUTPUT.value(row.output) if row.output else None,
        media=row.media or "",
        planning=_planning(connection, row) if planned else None,
        spec=_spec(row.spec) if row.spec else None,
    )


_spec = lru_cache(maxsize=256)(SPEC.value)  # rows of one batch mostly promise the same


def _handle(row: Any) -> Handle | None:
    """What the engine knows the job by; before there were handles there was its id alone."""
    if row.handle:
        return HANDLE.value(row.handle)
    return Handle(row.job) if row.job else None


_MADE = (
    select(rows.c.digest, rows.c.media, attempts.c.spec)
    .join(needs, needs.c.part_id == rows.c.id)
    .join(attempts, (attempts.c.row_id == rows.c.id) & (attempts.c.number == rows.c.attempt))
    .where(needs.c.row_id == bindparam("row"), rows.c.state == str(RowState.DONE))
)


def _planning(connection: Connection, row: Any) -> Planning:
    made = {line.digest: Made(line.media, SPEC.value(line.spec)) for line in connection.execute(_MADE, {"row": row.id})}
    return Planning(ORDER.value(row.plan), made, row.depth)
