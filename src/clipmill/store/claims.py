"""Claims: reading rows as a worker holds them, taking the ones that are due, and keeping their leases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from clipmill.domain.attempt import Claim
from clipmill.domain.media import SPEC
from clipmill.domain.payload import BODY, Payload
from clipmill.domain.row import RowState
from clipmill.domain.template import VerifyLimits
from clipmill.store.schema import IS_ACTIVE, attempts, batches, row_data, rows
from clipmill.store.versions import frozen_template

_CLAIMED = (
    select(
        rows.c.id, rows.c.batch_id, rows.c.number, rows.c.state, rows.c.fence, rows.c.due_at, rows.c.attempt,
        rows.c.uncounted, rows.c.expiries, rows.c.job, rows.c.media, rows.c.file_name,
        row_data.c.payload, row_data.c.reference,
        attempts.c.seed, attempts.c.credits, attempts.c.spec,
        batches.c.engine, batches.c.out_folder, batches.c.attempts.label("allowed"), batches.c.template_version,
    )
    .join(row_data, row_data.c.row_id == rows.c.id)
    .join(attempts, (attempts.c.row_id == rows.c.id) & (attempts.c.number == rows.c.attempt))
    .join(batches, batches.c.id == rows.c.batch_id)
    .where(rows.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(rows.c.batch_id, rows.c.priority, rows.c.number)
)  # fmt: skip


def read_claims(connection: Connection, row_ids: Sequence[int]) -> list[Claim]:
    """The rows as claims, in the order of their table."""
    if not row_ids:
        return []
    return [_claim(connection, row) for row in connection.execute(_CLAIMED, {"ids": list(row_ids)})]


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes due rows, when and how many."""

    worker: str
    now: float
    lease_seconds: float
    limit: int
    #: Rows the worker is at work on: a lease that ran out under it is no reason to begin again.
    holding: tuple[int, ...] = ()


def take_due(connection: Connection, taking: Taking) -> list[int]:
    """Take rows whose timer or lease ran out: one statement is poll timer, retry timer and crash recovery."""
    due = select(rows.c.id).where(IS_ACTIVE, rows.c.due_at <= taking.now)
    if taking.holding:
        due = due.where(rows.c.id.not_in(taking.holding))
    due = due.order_by(rows.c.due_at).limit(taking.limit).with_for_update(skip_locked=True)
    taken = connection.execute(
        rows.update()
        .where(rows.c.id.in_(due.scalar_subquery()), IS_ACTIVE)
        .values(
            owner=taking.worker,
            fence=rows.c.fence + 1,
            due_at=taking.now + taking.lease_seconds,
            expiries=rows.c.expiries + case((rows.c.owner.is_not(None), 1), else_=0),
        )
        .returning(rows.c.id)
    )
    return [row.id for row in taken]


def renew_leases(connection: Connection, worker: str, row_ids: Sequence[int], until: float) -> None:
    """Move leases forward; rows that have meanwhile been taken by another worker are left alone."""
    connection.execute(
        rows.update().where(rows.c.id.in_(list(row_ids)), rows.c.owner == worker, IS_ACTIVE).values(due_at=until)
    )


def expire_leases(connection: Connection, workers: Sequence[str], now: float) -> int:
    """Make what these dead workers held due at once."""
    return connection.execute(
        rows.update().where(rows.c.owner.in_(list(workers)), IS_ACTIVE).values(due_at=now)
    ).rowcount


def owners(connection: Connection) -> list[str]:
    """The workers that hold rows now."""
    held = connection.execute(select(func.distinct(rows.c.owner)).where(IS_ACTIVE, rows.c.owner.is_not(None)))
    return [str(owner) for (owner,) in held]


def _claim(connection: Connection, row: Any) -> Claim:
    template = frozen_template(connection, row.template_version)
    return Claim(
        row_id=row.id,
        batch_id=row.batch_id,
        number=row.number,
        state=RowState(row.state),
        fence=row.fence,
        lease_until=row.due_at or 0.0,
        attempt=row.attempt,
        uncounted=row.uncounted,
        seed=row.seed,
        credits=row.credits,
        payload=Payload(row.template_version, BODY.value(row.payload)),
        engine=row.engine,
        file_name=row.file_name,
        out_folder=row.out_folder,
        attempts_allowed=row.allowed,
        verify_limits=template.verify if template else VerifyLimits(),
        reference=row.reference,
        expiries=row.expiries,
        job=row.job or "",
        media=row.media or "",
        spec=SPEC.value(row.spec) if row.spec else None,
    )
