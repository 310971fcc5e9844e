"""Moves: applying transitions under their fences, with attempt, credits, counts and events in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, String, Update, bindparam, case, func, null, select

from clipmill.domain.batch import BatchState
from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge, Transition
from clipmill.shown import legible
from clipmill.store.audit import StateCounts, write_events
from clipmill.store.ledger import Book, Entry, lock
from clipmill.store.schema import attempts, batches, row_data, rows
from clipmill.stored import PROBLEMS, SPEC, VERDICT

_HELD = (
    select(rows.c.id, rows.c.fence, rows.c.state)
    .where(rows.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(rows.c.id)
    .with_for_update()
)
_FENCED = (
    rows.update()
    .where(rows.c.id == bindparam("row"), rows.c.fence == bindparam("held"), rows.c.state == bindparam("origin"))
    .values(
        state=bindparam("to"),
        owner=case((bindparam("goes_on"), rows.c.owner), else_=null()),
        due_at=bindparam("due"),
        job=func.coalesce(bindparam("new_job", type_=String), rows.c.job),
        media=func.coalesce(bindparam("new_media", type_=String), rows.c.media),
        uncounted=rows.c.uncounted + bindparam("free"),
        expiries=case((bindparam("to") == bindparam("origin"), rows.c.expiries), else_=0),
        unanswered=rows.c.unanswered + bindparam("lost"),
        silent_since=bindparam("silent"),
        seed_from=case((bindparam("new_seed"), rows.c.attempt + 1), else_=rows.c.seed_from),
        updated_at=bindparam("at"),
    )
)
_LEARNT = ("job", "media", "spec", "verdict", "outcome")
_LEARN = (
    attempts.update()
    .where(attempts.c.row_id == bindparam("row"), attempts.c.number == bindparam("of"))
    .values({name: func.coalesce(bindparam(f"new_{name}", type_=String), attempts.c[name]) for name in _LEARNT})
)
_TELL = row_data.update().where(row_data.c.row_id == bindparam("row")).values(problems=bindparam("told"))
_OUTCOMES = frozenset({RowState.READY, RowState.FAILED, RowState.REVIEW, RowState.UNKNOWN, RowState.DONE})


def apply_all(
    connection: Connection, transitions: Sequence[Transition], now: float, lease_seconds: float
) -> list[int | None]:
    """Apply each; the row id to go on with, or None where a newer fence won or the step ends here."""
    tally, trail, going_on, moved = StateCounts(), list[Event](), list[int | None](), list[Transition]()
    locked = lock(connection, {transition.claim.batch_id for transition in transitions})
    ids = [transition.claim.row_id for transition in transitions]
    held = {row.id: (row.fence, row.state) for row in connection.execute(_HELD, {"ids": ids})}
    book = Book(connection, [t.claim.row_id for t in transitions if t.charge is not Charge.KEEP], now)
    for asked in transitions:
        transition = _unless_cancelled(locked[asked.claim.batch_id], asked)
        claim = transition.claim
        if held.pop(claim.row_id, None) != (claim.fence, str(claim.state)):
            going_on.append(None)
            continue
        moved.append(transition)
        tally.move(claim.batch_id, claim.state, transition.to)
        _charge(book, transition)
        if transition.event:
            trail.append(Event(now, claim.batch_id, transition.event, claim.number, claim.attempt, transition.data))
        if transition.pause:
            trail += _pause(connection, transition, now)
        going_on.append(claim.row_id if transition.goes_on else None)
    _write(connection, _FENCED, [_moved(transition, now, lease_seconds) for transition in moved])
    _write(connection, _LEARN, [learnt for transition in moved if (learnt := _learnt(transition))])
    _write(connection, _TELL, [told for transition in moved if (told := _told(transition))])
    book.write()
    write_events(connection, trail)
    tally.write(connection, now)
    return going_on


def _write(connection: Connection, statement: Update, lines: Sequence[Mapping[str, Any]]) -> None:
    if lines:
        connection.execute(statement, lines)


def _unless_cancelled(batch: Any, transition: Transition) -> Transition:
    """A row that would wait for another attempt in a cancelled batch is cancelled with it."""
    if transition.to is not RowState.READY or batch.state != str(BatchState.CANCELLED):
        return transition
    return replace(transition, to=RowState.CANCELLED, event="cancelled", look_again_in=None)


def _moved(transition: Transition, now: float, lease_seconds: float) -> dict[str, Any]:
    claim = transition.claim
    due = None
    if transition.goes_on:
        due = now + lease_seconds
    elif transition.look_again_in is not None:
        due = now + transition.look_again_in
    return {"row": claim.row_id, "held": claim.fence, "origin": str(claim.state), "to": str(transition.to),
            "goes_on": transition.goes_on, "due": due, "new_job": transition.job, "new_media": transition.media,
            "free": int(transition.uncounted), "new_seed": transition.new_seed, "at": now,
            "lost": int(transition.lost_send), "silent": transition.silent_since}  # fmt: skip


def _learnt(transition: Transition) -> dict[str, Any]:
    """What the attempt is to remember; empty for nothing."""
    known = {
        "new_job": transition.job,
        "new_media": transition.media,
        "new_spec": SPEC.text(transition.spec) if transition.spec else None,
        "new_verdict": VERDICT.text(transition.verdict) if transition.verdict else None,
        "new_outcome": transition.event if transition.to in _OUTCOMES else None,
    }
    claim = transition.claim
    return (
        {"row": claim.row_id, "of": claim.attempt, **known}
        if any(value is not None for value in known.values())
        else {}
    )


def _told(transition: Transition) -> dict[str, Any]:
    """What is wrong with the row, as it will say; empty for what leaves that as it is."""
    if not transition.problem and transition.to not in (RowState.DONE, RowState.REVIEW):
        return {}
    problems = (transition.problem,) if transition.problem else ()
    return {"row": transition.claim.row_id, "told": PROBLEMS.text(problems)}


def _charge(book: Book, transition: Transition) -> None:
    claim = transition.claim
    entry = Entry(claim.batch_id, claim.row_id, claim.attempt)
    if transition.charge is Charge.SETTLE:
        book.settle(entry, transition.charged)
    elif transition.charge is Charge.FOUND:
        book.settle(entry, 0 if claim.attempt == 1 or book.was_paid(claim.row_id) else None)
    elif transition.charge is Charge.RELEASE:
        book.release(entry)


def _pause(connection: Connection, transition: Transition, now: float) -> list[Event]:
    batch_id = transition.claim.batch_id
    paused = connection.execute(
        batches.update()
        .where(batches.c.id == batch_id, batches.c.state == str(BatchState.RUNNING))
        .values(state=str(BatchState.PAUSED), reason=legible(transition.pause, lines=True))
    )
    return [Event(now, batch_id, "paused", data={"reason": transition.pause})] if paused.rowcount else []
