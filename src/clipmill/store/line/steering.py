"""Steering: a batch's window widens with what goes well, and the batch stops where too much fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, text

from clipmill.domain.batch import BatchState
from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition
from clipmill.shown import discreet, legible
from clipmill.store.line.audit import write_events
from clipmill.store.schema import batches, causes

#: A share of fewer rows than these says nothing.
FEWEST_MADE = 20
#: A window that is not there to be reached.
_WIDEST = 1 << 20
_COUNT = text("INSERT INTO causes (batch_id, code, rows) VALUES (:batch, :code, 1) "
              "ON CONFLICT (batch_id, code) DO UPDATE SET rows = causes.rows + 1")  # fmt: skip


def window_of(batch: Any) -> int | None:
    """Calls that a batch may have in flight now; None for no limit of its own."""
    if batch.ramp is None:
        return None if batch.window is None else int(batch.window)
    return int(min(batch.ramped, batch.window or _WIDEST))


def steer(connection: Connection, locked: dict[str, Any], moved: Sequence[Transition], now: float) -> None:
    """Write what these transitions show of their batches, and stop those that failed too often."""
    for batch_id, batch in locked.items():
        if batch.ramp is None and batch.stop_percent is None and batch.stop_rows is None:
            continue
        ended = [t for t in moved if t.claim.batch_id == batch_id and t.to in (RowState.DELIVERING, RowState.FAILED)]
        if ended:
            _steer(connection, batch, ended, now)


def _steer(connection: Connection, batch: Any, ended: Sequence[Transition], now: float) -> None:
    ramped, streak, made, failed, why = batch.ramped, batch.streak, batch.made, batch.failed, ""
    for transition in ended:
        made += 1
        if transition.to is RowState.DELIVERING:
            streak += 1
            if batch.ramp is not None and streak >= batch.ramp:
                ramped, streak = min(ramped * 2, _WIDEST), 0
            continue
        ramped, streak, failed = max(ramped // 2, 1), 0, failed + 1
        why = _of_one_cause(connection, batch, transition) or why
    share = 100.0 * failed / made
    if batch.stop_percent is not None and made >= FEWEST_MADE and share > batch.stop_percent:
        why = why or f"{failed} of {made} rows failed, more than {batch.stop_percent:g} %"
    values = {"ramped": ramped, "streak": streak, "made": made, "failed": failed}
    if why and batch.state == str(BatchState.RUNNING):
        reason = legible(discreet(f"stopped: {why}"), lines=True)
        values |= {"state": str(BatchState.PAUSED), "reason": reason}
        write_events(connection, [Event(now, batch.id, "paused", data={"reason": reason})])
    connection.execute(batches.update().where(batches.c.id == batch.id).values(**values))


def _of_one_cause(connection: Connection, batch: Any, transition: Transition) -> str:
    """Why the batch stops, where as many rows as it may lose failed for one cause."""
    if batch.stop_rows is None or transition.problem is None:
        return ""
    of = {"batch": batch.id, "code": transition.problem.code}
    connection.execute(_COUNT, of)
    counted = select(causes.c.rows).where(causes.c.batch_id == batch.id, causes.c.code == transition.problem.code)
    rows = int(connection.execute(counted).scalar_one())
    return f"{rows} rows failed alike: {transition.problem.reason}" if rows >= batch.stop_rows else ""


def count_anew(connection: Connection, batch_id: str) -> dict[str, Any]:
    """Forget what failed before somebody let the batch go on; what its line says then."""
    connection.execute(causes.delete().where(causes.c.batch_id == batch_id))
    return {"made": 0, "failed": 0, "streak": 0}
