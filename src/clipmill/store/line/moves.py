"""Moves: applying transitions under their fences, with attempt, credits, counts and events in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Float, String, Update, bindparam, case, func, null, select

from clipmill.domain.batch import BatchState
from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge, Health, Transition
from clipmill.shown import legible
from clipmill.store.line.audit import StateCounts, write_events
from clipmill.store.line.lanes import LaneWatch
from clipmill.store.line.ledger import Book, Entry, lock
from clipmill.store.line.pace import keep_pace
from clipmill.store.line.parts import free_those_who_wait, plan_row, take_parts
from clipmill.store.line.steering import steer
from clipmill.store.schema import attempts, batches, row_data, rows
from clipmill.stored import HANDLE, OUTPUT, PROBLEMS, SPEC, VERDICT

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
        rides_with=case((bindparam("rides"), rows.c.rides_with), else_=null()),
        media=func.coalesce(bindparam("new_media", type_=String), rows.c.media),
        uncounted=rows.c.uncounted + bindparam("free"),
        expiries=case((bindparam("to") == bindparam("origin"), rows.c.expiries), else_=0),
        unanswered=rows.c.unanswered + bindparam("lost"),
        silent_since=bindparam("silent"),
        progress=case(
            (func.coalesce(rows.c.progress, -1.0) < bindparam("far"), bindparam("far")), else_=rows.c.progress
        ),
        seed_from=case((bindparam("new_seed"), rows.c.attempt + 1), else_=rows.c.seed_from),
        seed=case((bindparam("new_seed"), null()), else_=rows.c.seed),
        updated_at=bindparam("at"),
    )
)
_LEARNT = ("job", "handle", "output", "media", "spec", "verdict", "outcome")
#: States in which rows share their call, and its place in the window.
_RIDES = frozenset({RowState.SUBMITTING, RowState.RUNNING, RowState.UNKNOWN})
_LEARN = (
    attempts.update()
    .where(attempts.c.row_id == bindparam("row"), attempts.c.number == bindparam("of"))
    .values(
        {name: func.coalesce(bindparam(f"new_{name}", type_=String), attempts.c[name]) for name in _LEARNT}
        | {"finished_at": func.coalesce(attempts.c.finished_at, bindparam("ended", type_=Float))}
    )
)
_TELL = row_data.update().where(row_data.c.row_id == bindparam("row")).values(problems=bindparam("told"))
#: States from which a row would be taken up again.
_WAITS = frozenset({RowState.READY, RowState.WAITING, RowState.CHECKING})
#: States in which an attempt has come to an end.
_OUTCOMES = frozenset({RowState.READY, RowState.FAILED, RowState.REVIEW, RowState.UNKNOWN, RowState.DONE})


def apply_all(
    connection: Connection, transitions: Sequence[Transition], now: float, lease_seconds: float
) -> list[int | None]:
    """Apply each; the row id to go on with, or None where a newer fence won or the step ends here."""
    every = [each for transition in transitions for each in (transition, *transition.riders)]
    watch = LaneWatch(connection, every)  # lanes are locked first
    locked = lock(connection, {transition.claim.batch_id for transition in every})
    held = {row.id: (row.fence, row.state)
            for row in connection.execute(_HELD, {"ids": [each.claim.row_id for each in every]})}  # fmt: skip
    tally, moved, going_on = StateCounts(), list[Transition](), list[int | None]()
    for asked in transitions:
        ours = _is_ours(asked, held)
        going_on.append(asked.claim.row_id if ours and asked.goes_on else None)
        for each in (asked, *asked.riders) if ours else ():  # what rides with a call stands behind its carrier's fence
            if _is_ours(each, held):
                del held[each.claim.row_id]
                transition = _unless_cancelled(locked[each.claim.batch_id], each)
                moved.append(take_parts(connection, transition, tally, now) if transition.parts else transition)
    book = Book(connection, [t.claim.row_id for t in moved if t.charge is not Charge.KEEP], now)
    trail = [event for transition in moved for event in _booked(connection, book, tally, transition, now)]
    _write(connection, _FENCED, [_moved(transition, now, lease_seconds) for transition in moved])
    _write(connection, _LEARN, [learnt for transition in moved if (learnt := _learnt(transition, now))])
    _write(connection, _TELL, [told for transition in moved if (told := _told(transition))])
    for transition in moved:
        plan_row(connection, transition, now)
    book.write()
    watch.see(moved, now)
    steer(connection, locked, moved, now)
    keep_pace(connection, moved, now)
    trail += free_those_who_wait(connection, moved, tally, now)
    write_events(connection, trail)
    tally.write(connection, now)
    return going_on


def _is_ours(transition: Transition, held: Mapping[int, tuple[int, str]]) -> bool:
    """Whether the row is as the claim knows it: nobody has taken it since, and it was not moved in this very group."""
    claim = transition.claim
    return held.get(claim.row_id) == (claim.fence, str(claim.state))


def _booked(
    connection: Connection, book: Book, tally: StateCounts, transition: Transition, now: float
) -> Iterator[Event]:
    """Count a row that moves, and its credits; what the trail tells of it."""
    claim = transition.claim
    tally.move(claim.batch_id, claim.state, transition.to, int(not claim.is_part), parts=int(claim.is_part))
    data = {**transition.data, **_charge(book, transition)}
    if transition.event:
        yield Event(now, claim.batch_id, transition.event, claim.number, claim.attempt, data)
    if transition.pause:
        yield from _pause(connection, transition, now)


def _write(connection: Connection, statement: Update, lines: Sequence[Mapping[str, Any]]) -> None:
    if lines:
        connection.execute(statement, lines)


def _unless_cancelled(batch: Any, transition: Transition) -> Transition:
    """A row that would wait for another attempt in a cancelled batch is cancelled with it."""
    if transition.to not in _WAITS or batch.state != str(BatchState.CANCELLED):
        return transition
    return replace(transition, to=RowState.CANCELLED, event="cancelled", look_again_in=None, parts={}, planned=None,
                   health=Health.UNKNOWN)  # fmt: skip


def _moved(transition: Transition, now: float, lease_seconds: float) -> dict[str, Any]:
    claim = transition.claim
    due = None
    if transition.goes_on:
        due = now + lease_seconds
    elif transition.look_again_in is not None:
        due = now + transition.look_again_in
    return {"row": claim.row_id, "held": claim.fence, "origin": str(claim.state), "to": str(transition.to),
            "goes_on": transition.goes_on, "due": due, "rides": transition.to in _RIDES, "new_media": transition.media,
            "free": int(transition.uncounted), "new_seed": transition.new_seed, "at": now,
            "far": transition.progress if transition.progress is not None else -1.0,
            "lost": int(transition.lost_send), "silent": transition.silent_since}  # fmt: skip


def _learnt(transition: Transition, now: float) -> dict[str, Any]:
    """What the attempt is to remember; empty for nothing, and of a row that is planned and has no attempt yet."""
    claim, has_ended = transition.claim, transition.to in _OUTCOMES
    known = {
        "new_job": transition.handle.job or None if transition.handle else None,
        "new_handle": HANDLE.text(transition.handle) if transition.handle and transition.handle.data else None,
        "new_output": OUTPUT.text(transition.output) if transition.output else None,
        "new_media": transition.media,
        "new_spec": SPEC.text(transition.spec) if transition.spec else None,
        "new_verdict": VERDICT.text(transition.verdict) if transition.verdict else None,
        "new_outcome": transition.event if has_ended else None,
        "ended": now if has_ended else None,
    }
    is_news = claim.planning is None and any(value is not None for value in known.values())
    return {"row": claim.row_id, "of": claim.attempt, **known} if is_news else {}


def _told(transition: Transition) -> dict[str, Any]:
    """What is wrong with the row, as it will say; empty for what leaves that as it is."""
    if not transition.problem and transition.to not in (RowState.DONE, RowState.REVIEW):
        return {}
    problems = (transition.problem,) if transition.problem else ()
    return {"row": transition.claim.row_id, "told": PROBLEMS.text(problems)}


def _charge(book: Book, transition: Transition) -> dict[str, int]:
    """Move the attempt's credits; what the audit trail is to tell of that."""
    claim = transition.claim
    entry = Entry(claim.batch_id, claim.row_id, claim.attempt)
    if transition.charge is Charge.SETTLE:
        return book.settle(entry, transition.charged)
    if transition.charge is Charge.FOUND:
        book.settle(entry, 0 if claim.attempt == 1 or book.was_paid(claim.row_id) else None, found=True)
    elif transition.charge is Charge.RELEASE:
        book.release(entry)
    return {}


def _pause(connection: Connection, transition: Transition, now: float) -> list[Event]:
    batch_id = transition.claim.batch_id
    paused = connection.execute(
        batches.update()
        .where(batches.c.id == batch_id, batches.c.state == str(BatchState.RUNNING))
        .values(state=str(BatchState.PAUSED), reason=legible(transition.pause, lines=True))
    )
    return [Event(now, batch_id, "paused", data={"reason": transition.pause})] if paused.rowcount else []
