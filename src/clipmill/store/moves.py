"""Moves: applying transitions under their fences, with attempt, credits, counts and events in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Boolean, Connection, String, bindparam, case, func, null

from clipmill.domain.batch import BatchState
from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge, Transition
from clipmill.store.books import Tally, write_events
from clipmill.store.ledger import Entry, lock, release, settle, was_paid
from clipmill.store.schema import attempts, batches, row_data, rows
from clipmill.stored import PROBLEMS, SPEC, VERDICT

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
        silent_since=case(
            (bindparam("silent", type_=Boolean), func.coalesce(rows.c.silent_since, bindparam("at"))), else_=null()
        ),
        seed_from=case((bindparam("new_seed"), rows.c.attempt + 1), else_=rows.c.seed_from),
        updated_at=bindparam("at"),
    )
)


def apply_all(
    connection: Connection, transitions: Sequence[Transition], now: float, lease_seconds: float
) -> list[int | None]:
    """Apply each; the row id to go on with, or None where a newer fence won or the step ends here."""
    tally, trail, going_on = Tally(), list[Event](), dict[int, int]()
    locked = lock(connection, {transition.claim.batch_id for transition in transitions})
    for place, asked in sorted(enumerate(transitions), key=lambda each: each[1].claim.row_id):
        transition = _unless_cancelled(locked[asked.claim.batch_id], asked)
        claim = transition.claim
        if not _move(connection, transition, now, lease_seconds):
            continue
        tally.move(claim.batch_id, claim.state, transition.to)
        _write_attempt(connection, transition)
        _charge(connection, transition, now)
        if transition.event:
            trail.append(Event(now, claim.batch_id, transition.event, claim.number, claim.attempt, transition.data))
        if transition.pause:
            trail += _pause(connection, transition, now)
        if transition.goes_on:
            going_on[place] = claim.row_id
    tally.write(connection)
    write_events(connection, trail)
    return [going_on.get(place) for place in range(len(transitions))]


def _unless_cancelled(batch: Any, transition: Transition) -> Transition:
    """A row that would wait for another attempt in a cancelled batch is cancelled with it."""
    if transition.to is not RowState.READY or batch.state != str(BatchState.CANCELLED):
        return transition
    return replace(transition, to=RowState.CANCELLED, event="cancelled", look_again_in=None)


def _move(connection: Connection, transition: Transition, now: float, lease_seconds: float) -> bool:
    claim = transition.claim
    due = None
    if transition.goes_on:
        due = now + lease_seconds
    elif transition.look_again_in is not None:
        due = now + transition.look_again_in
    moved = connection.execute(
        _FENCED,
        {"row": claim.row_id, "held": claim.fence, "origin": str(claim.state), "to": str(transition.to),
         "goes_on": transition.goes_on, "due": due, "new_job": transition.job, "new_media": transition.media,
         "free": int(transition.uncounted), "new_seed": transition.new_seed, "at": now,
         "lost": int(transition.lost_send), "silent": transition.silent},
    )  # fmt: skip
    return moved.rowcount == 1


def _write_attempt(connection: Connection, transition: Transition) -> None:
    claim = transition.claim
    known: dict[str, Any] = {
        "job": transition.job,
        "media": transition.media,
        "spec": SPEC.text(transition.spec) if transition.spec else None,
        "verdict": VERDICT.text(transition.verdict) if transition.verdict else None,
        "outcome": transition.event if transition.to in _OUTCOMES else None,
    }
    learnt = {name: value for name, value in known.items() if value is not None}
    if learnt:
        connection.execute(
            attempts.update()
            .where(attempts.c.row_id == claim.row_id, attempts.c.number == claim.attempt)
            .values(**learnt)
        )
    if transition.problem or transition.to in (RowState.DONE, RowState.REVIEW):
        problems = PROBLEMS.text((transition.problem,) if transition.problem else ())
        connection.execute(row_data.update().where(row_data.c.row_id == claim.row_id).values(problems=problems))


_OUTCOMES = frozenset({RowState.READY, RowState.FAILED, RowState.REVIEW, RowState.UNKNOWN, RowState.DONE})


def _charge(connection: Connection, transition: Transition, now: float) -> None:
    claim = transition.claim
    entry = Entry(claim.batch_id, claim.row_id, claim.attempt)
    if transition.charge is Charge.SETTLE:
        settle(connection, entry, transition.charged, now)
    elif transition.charge is Charge.FOUND:
        settle(connection, entry, 0 if claim.attempt == 1 or was_paid(connection, claim.row_id) else None, now)
    elif transition.charge is Charge.RELEASE:
        release(connection, entry, now)


def _pause(connection: Connection, transition: Transition, now: float) -> list[Event]:
    batch_id = transition.claim.batch_id
    paused = connection.execute(
        batches.update()
        .where(batches.c.id == batch_id, batches.c.state == str(BatchState.RUNNING))
        .values(state=str(BatchState.PAUSED), reason=transition.pause)
    )
    return [Event(now, batch_id, "paused", data={"reason": transition.pause})] if paused.rowcount else []
