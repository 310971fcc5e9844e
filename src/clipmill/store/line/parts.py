"""Parts over the database: found by digest or made, waited for, and what becomes of whoever waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, select, text

from clipmill.domain.attempt import Claim
from clipmill.domain.event import Event
from clipmill.domain.line.parts import DEEPEST
from clipmill.domain.row import SETTLED, RowState
from clipmill.domain.transition import Priced, Transition
from clipmill.domain.verdict import Problem, Who
from clipmill.store.line.audit import StateCounts
from clipmill.store.line.lanes import open_lanes
from clipmill.store.line.orders import keep_version
from clipmill.store.schema import needs, row_data, rows
from clipmill.stored import BODY, FIELDS, ORDER, PROBLEMS, TEXTS

_NAMED = "Name parts that are made without each other, in a new batch."
_CANCELLED = str(RowState.CANCELLED)
#: States of a part that nothing leads out of but a person.
_LOST = (str(RowState.FAILED), _CANCELLED, str(RowState.BLOCKED))
_part, _whole = rows.alias("part"), rows.alias("whole")
_KNOWN = select(rows.c.id, rows.c.number, rows.c.state, rows.c.digest, rows.c.priority).where(
    rows.c.batch_id == bindparam("batch"), rows.c.digest.in_(bindparam("digests", expanding=True))
)
_NEEDED = text("INSERT INTO needs (row_id, part_id, name) VALUES (:row_id, :part_id, :name) ON CONFLICT DO NOTHING")
_FREE = (
    rows.update()
    .where(
        rows.c.id.in_(select(needs.c.row_id).where(needs.c.part_id.in_(bindparam("made", expanding=True)))),
        rows.c.state == str(RowState.WAITING),
        ~select(literal(1))
        .select_from(needs.join(_part, _part.c.id == needs.c.part_id))
        .where(needs.c.row_id == rows.c.id, _part.c.state != str(RowState.DONE))
        .correlate(rows)
        .exists(),
    )
    .values(state=str(RowState.CHECKING), due_at=bindparam("now"))
    .returning(rows.c.batch_id, rows.c.number)
)
_HELD_UP = (
    select(rows.c.id, rows.c.batch_id, rows.c.number, rows.c.attempt, needs.c.name, needs.c.part_id)
    .join(needs, needs.c.row_id == rows.c.id)
    .where(needs.c.part_id.in_(bindparam("lost", expanding=True)), rows.c.state == str(RowState.WAITING))
    .order_by(rows.c.id)
)
_FAIL = (
    rows.update().where(rows.c.id == bindparam("row")).values(state=str(RowState.FAILED), updated_at=bindparam("now"))
)
_TELL = row_data.update().where(row_data.c.row_id == bindparam("row")).values(problems=bindparam("told"))
_DROP = (
    rows.update()
    .where(
        rows.c.batch_id == bindparam("batch"),
        rows.c.number < 0,
        rows.c.state == bindparam("origin"),
        ~select(literal(1))
        .select_from(needs.join(_whole, _whole.c.id == needs.c.row_id))
        .where(needs.c.part_id == rows.c.id, _whole.c.state.not_in([str(state) for state in sorted(SETTLED)]))
        .correlate(rows)
        .exists(),
    )
    .values(state=_CANCELLED, owner=None, due_at=None, fence=rows.c.fence + 1, updated_at=bindparam("now"))
)
#: A row that was to be made of something else when it was planned before.
_OTHER = select(row_data.c.row_id).where(
    row_data.c.row_id == bindparam("row"), row_data.c.payload != "", row_data.c.payload != bindparam("new")
)


def take_parts(connection: Connection, transition: Transition, tally: StateCounts, now: float) -> Transition:
    """Have a planned row wait for the parts that it names: those there are, and new ones; the transition as it is then.

    It is planned on at once where all are made, and fails for one that is lost, or that waits for this very row.
    """
    claim, wanted = transition.claim, {priced.order.digest: (name, priced) for name, priced in transition.parts.items()}
    known = {line.digest: line for line in connection.execute(_KNOWN, {"batch": claim.batch_id, "digests": [*wanted]})}
    if problem := _circle(connection, claim, wanted, known) or _too_deep(claim, wanted):
        return _fails(transition, problem)
    priority = connection.execute(select(rows.c.priority).where(rows.c.id == claim.row_id)).scalar_one()
    lost = [line for line in known.values() if line.state in _LOST and line.state != _CANCELLED]
    new = {} if lost else {digest: priced for digest, (_, priced) in wanted.items() if digest not in known}
    ids = {digest: line.id for digest, line in known.items()} | _make(connection, claim, new, priority, now)
    for priced in new.values():
        tally.enter(claim.batch_id, RowState.CHECKING if priced.is_planned else RowState.READY, 0, parts=1)
    named = [{"row_id": claim.row_id, "part_id": ids[digest], "name": wanted[digest][0]} for digest in ids]
    connection.execute(_NEEDED, named)  # a row that fails, too: whoever retries it retries what it needs
    if lost:
        return _fails(transition, _caused_by(connection, wanted[lost[0].digest][0], lost[0].id))
    hurry(connection, [line.id for line in known.values() if line.priority > priority], priority)
    retry_parts(connection, [claim.row_id], tally, now)  # what was cancelled, when nobody needed it
    if all(digest in known and known[digest].state == str(RowState.DONE) for digest in wanted):
        return replace(transition, to=RowState.CHECKING, event="", look_again_in=0.0)
    return transition


def _make(connection: Connection, claim: Claim, new: Mapping[str, Priced], priority: int, now: float) -> dict[str, int]:
    """Write parts; their ids by digest."""
    if not new:
        return {}
    open_lanes(connection, {priced.lane.id: priced.lane for priced in new.values()}.values())
    lowest = connection.execute(select(func.min(rows.c.number)).where(rows.c.batch_id == claim.batch_id)).scalar_one()
    first = min(lowest, 0) - 1
    depth = claim.planning.depth + 1 if claim.planning else 1
    ids = connection.execute(
        rows.insert().returning(rows.c.digest, rows.c.id),
        [
            {"batch_id": claim.batch_id, "number": first - place, "line": 0, "lane": priced.lane.id,
             "state": str(RowState.CHECKING if priced.is_planned else RowState.READY), "priority": priority,
             "credits": priced.credits, "file_name": "", "updated_at": now, "digest": digest, "depth": depth,
             "together": priced.together, "maker": priced.order.engine if priced.is_planned else None,
             "due_at": now if priced.is_planned else None}
            for place, (digest, priced) in enumerate(new.items())
        ],
    ).all()  # fmt: skip
    of = {line.digest: line.id for line in ids}
    connection.execute(
        row_data.insert(),
        [
            {"row_id": of[digest], "fields": FIELDS.text({}), "payload": BODY.text(priced.payload.body),
             "plan": ORDER.text(priced.order) if priced.is_planned else "", "payload_version": 1, "reference": "",
             "problems": PROBLEMS.text(()), "fallbacks": TEXTS.text(()), "warnings": TEXTS.text(())}
            for digest, priced in new.items()
        ],
    )  # fmt: skip
    return of


def plan_row(connection: Connection, transition: Transition, now: float) -> None:
    """Write what a row is to be made of that was planned to its end."""
    planned, planning = transition.planned, transition.claim.planning
    if planned is None or planning is None or transition.to is not RowState.READY:
        return
    open_lanes(connection, [planned.lane])
    row_id = transition.claim.row_id
    values = {"lane": planned.lane.id, "credits": planned.credits, "together": planned.together}
    connection.execute(rows.update().where(rows.c.id == row_id).values(**values))
    payload = BODY.text(planned.payload.body)
    version: ColumnElement[int] = row_data.c.payload_version
    if transition.claim.attempt and connection.execute(_OTHER, {"row": row_id, "new": payload}).first():
        keep_version(connection, row_id, now, planning.order.engine)
        version = version + 1
    kept = row_data.update().where(row_data.c.row_id == row_id)
    connection.execute(kept.values(payload=payload, payload_version=version))


def free_those_who_wait(
    connection: Connection, moved: Sequence[Transition], tally: StateCounts, now: float
) -> list[Event]:
    """Plan on the rows whose last part is made now, and fail those whose part is lost; what the trail tells of it."""
    made = [t.claim.row_id for t in moved if t.claim.is_part and t.to is RowState.DONE]
    lost = [t.claim.row_id for t in moved if t.claim.is_part and str(t.to) in _LOST]
    for line in connection.execute(_FREE, {"made": made, "now": now}).all() if made else ():
        is_part = line.number < 0
        tally.move(line.batch_id, RowState.WAITING, RowState.CHECKING, int(not is_part), parts=int(is_part))
    return fail_those_who_wait(connection, lost, tally, now)


def fail_those_who_wait(connection: Connection, part_ids: Sequence[int], tally: StateCounts, now: float) -> list[Event]:
    """Fail the rows that wait for parts that are lost, and those that wait for them; what the trail tells of it."""
    trail, lost = list[Event](), list(part_ids)
    while lost:
        found = {held.id: held for held in connection.execute(_HELD_UP, {"lost": lost})}
        of = {(held.name, held.part_id) for held in found.values()}
        causes = {(name, part_id): _caused_by(connection, name, part_id) for name, part_id in sorted(of)}
        lines = []
        for held in found.values():
            problem, is_part = causes[held.name, held.part_id], held.number < 0
            lines.append({"row": held.id, "now": now, "told": PROBLEMS.text((problem,))})
            tally.move(held.batch_id, RowState.WAITING, RowState.FAILED, int(not is_part), parts=int(is_part))
            data = {"reason": problem.reason, "part": held.name}
            trail.append(Event(now, held.batch_id, "failed", held.number, held.attempt, data))
        for statement in (_FAIL, _TELL) if lines else ():
            connection.execute(statement, lines)
        lost = [held.id for held in found.values() if held.number < 0]  # nobody needs a row of the table
    return trail


def retry_parts(connection: Connection, row_ids: Sequence[int], tally: StateCounts, now: float) -> None:
    """Send the lost parts of these rows back to be made, and theirs; what is made is found again."""
    asked = list(row_ids)
    while asked:
        query = (
            select(rows.c.id, rows.c.batch_id, rows.c.state, rows.c.maker)
            .where(rows.c.id.in_(select(needs.c.part_id).where(needs.c.row_id.in_(asked))), rows.c.state.in_(_LOST))
            .order_by(rows.c.id)
        )
        found = connection.execute(query).all()
        for part in found:
            to, due = (RowState.CHECKING, now) if part.maker else (RowState.READY, None)
            again = rows.update().where(rows.c.id == part.id)
            connection.execute(again.values(state=str(to), due_at=due, uncounted=rows.c.attempt, owner=None,
                                            lane=part.maker or rows.c.lane, fence=rows.c.fence + 1,
                                            updated_at=now))  # fmt: skip
            tally.move(part.batch_id, part.state, to, 0, parts=1)
        asked = [part.id for part in found if part.maker]  # others have no parts


def hurry(connection: Connection, row_ids: Sequence[int], priority: int) -> None:
    """Give rows, and what they need, a priority that is no lower than this."""
    ids = list(row_ids)
    while ids:
        later = rows.update().where(rows.c.id.in_(ids), rows.c.priority > priority)
        connection.execute(later.values(priority=priority))
        ids = list(connection.execute(select(needs.c.part_id).where(needs.c.row_id.in_(ids)).distinct()).scalars())


def drop_unneeded(connection: Connection, batch_id: str, tally: StateCounts, now: float) -> None:
    """Cancel parts of a batch that nobody needs any more and that are not under way, and what only those needed."""
    dropped = 1
    while dropped:
        dropped = 0
        for state in (RowState.WAITING, RowState.CHECKING, RowState.READY):
            number = connection.execute(_DROP, {"batch": batch_id, "origin": str(state), "now": now}).rowcount
            tally.move(batch_id, state, RowState.CANCELLED, 0, parts=number)
            dropped += number


def _circle(
    connection: Connection, claim: Claim, wanted: Mapping[str, tuple[str, Priced]], known: Mapping[str, Any]
) -> Problem | None:
    """What is wrong where a wanted part waits, by however many others, for the row that wants it."""
    if not claim.is_part:  # nobody needs a row of the table
        return None
    for digest, line in known.items():
        below = select(rows.c.id).where(rows.c.id == line.id).cte("below", recursive=True)
        below = below.union(select(needs.c.part_id).where(needs.c.row_id == below.c.id))
        if connection.execute(select(literal(1)).where(literal(claim.row_id).in_(select(below.c.id)))).first():
            name = wanted[digest][0]
            return Problem("part.circle", f"its part {name} needs, in the end, what needs {name}", _NAMED,
                           who=Who.TEMPLATE_AUTHOR)  # fmt: skip
    return None


def _too_deep(claim: Claim, wanted: Mapping[str, tuple[str, Priced]]) -> Problem | None:
    if claim.planning is None or claim.planning.depth < DEEPEST:
        return None
    return Problem("part.too_deep", f"its part {min(name for name, _ in wanted.values())} would be the {DEEPEST + 1}th "
                   "that needs the next", _NAMED, who=Who.TEMPLATE_AUTHOR)  # fmt: skip


def _caused_by(connection: Connection, name: str, part_id: int) -> Problem:
    """Why the part is lost, as whoever needs it tells it."""
    told = connection.execute(select(row_data.c.problems).where(row_data.c.row_id == part_id)).scalar_one()
    causes = PROBLEMS.value(told)
    if not causes:
        return Problem("part.cancelled", f"its part {name} was cancelled", "Retry the row.", who=Who.OPERATOR)
    return replace(causes[0], reason=f"its part {name}: {causes[0].reason}")


def _fails(transition: Transition, problem: Problem) -> Transition:
    return replace(transition, to=RowState.FAILED, event="failed", data={"reason": problem.reason}, problem=problem,
                   parts={})  # fmt: skip
