"""Lanes over the database: what each lets through, and which are held and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, TextClause, bindparam, func, literal, or_, select, text

from clipmill.domain.event import Event
from clipmill.domain.line.lane import FAILURES_ALLOWED, UNTIL_LIFTED, Halt, Lane, LaneRecord, halt_seconds
from clipmill.domain.row import RowState
from clipmill.domain.transition import Health, Transition
from clipmill.errors import NotFoundError
from clipmill.ports import Clock
from clipmill.shown import discreet, legible
from clipmill.store.database import Database
from clipmill.store.line.audit import write_events
from clipmill.store.news import tell
from clipmill.store.schema import CALLS, IS_READY, IS_WINDOWED, lanes, rows
from clipmill.stored import RATES

_OPEN = (
    'INSERT INTO lanes (id, engine, model, account, "window", rates, rows_per_call, reason, failures) '
    "VALUES (:id, :engine, :model, :account, :window, :rates, :rows_per_call, '', 0) ON CONFLICT (id) DO "
)
_WINDOW = f'{_OPEN} UPDATE SET "window" = excluded."window"'
_SET = text(f"{_WINDOW}, rates = excluded.rates, rows_per_call = excluded.rows_per_call")
#: One that is there is left as it is, but for a window where there must be none.
_BY_DEFAULT = text(f'{_WINDOW} WHERE excluded."window" IS NULL AND lanes."window" IS NOT NULL')
#: One that is there is left as it is, and not locked.
_UNLESS_THERE = text(f"{_OPEN} NOTHING")


class SqlLanes:
    """The lanes there are (ports.Lanes)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, lane: Lane, *, by_default: bool = False) -> None:
        """Set a lane's limits, for all who share the store; by default what was set before stays."""
        how = _BY_DEFAULT if by_default else _SET
        self._database.write(lambda connection: open_lanes(connection, [lane], how))

    def every(self) -> Sequence[LaneRecord]:
        """All of them, with what is in flight and ready."""
        flying = select(CALLS).where(rows.c.lane == lanes.c.id, IS_WINDOWED)
        ready = select(func.count()).where(rows.c.lane == lanes.c.id, IS_READY)
        query = select(lanes, flying.scalar_subquery().label("flying"), ready.scalar_subquery().label("ready"))
        with self._database.read() as connection:
            found = connection.execute(query.order_by(lanes.c.id)).all()
        return [
            LaneRecord(lane=lane_of(line), in_flight=line.flying, ready=line.ready, failures=line.failures,
                       halt=_halt(line, self._clock.now()))
            for line in found
        ]  # fmt: skip

    def hold(self, lane_id: str, reason: str, seconds: float | None = None) -> None:
        """Let nothing through, for so long or until somebody lifts it. Raises NotFoundError."""
        until = UNTIL_LIFTED if seconds is None else self._clock.now() + seconds
        held = lanes.update().where(lanes.c.id == lane_id).values(held_until=until, reason=legible(reason, lines=True))
        if not self._database.write(lambda connection: connection.execute(held).rowcount):
            raise NotFoundError(f"there is no lane {lane_id}")

    def lift(self, lane_ids: Sequence[str] = (), batch_id: str = "") -> Sequence[str]:
        """Let these lanes, or those that a batch's rows queue in, go on; the ones that were held."""
        queued = (
            select(literal(1))
            .where(rows.c.lane == lanes.c.id, rows.c.batch_id == batch_id, or_(IS_READY, IS_WINDOWED))
            .correlate(lanes)
            .exists()
        )
        meant = queued if batch_id else lanes.c.id.in_(list(lane_ids))

        def work(connection: Connection) -> list[str]:
            held = select(lanes.c.id).where(lanes.c.held_until.is_not(None), meant).order_by(lanes.c.id)
            found = list(connection.execute(held.with_for_update()).scalars())
            if found:
                lifted = lanes.update().where(lanes.c.id.in_(found))
                connection.execute(lifted.values(held_until=None, reason="", failures=0))
                tell(connection)
            return found

        return self._database.write(work)


def open_lanes(connection: Connection, wanted: Iterable[Lane], how: TextClause = _UNLESS_THERE) -> None:
    """Write lanes that are not there; those that are stay as they are, unless `how` says otherwise."""
    values = [
        {"id": lane.id, "engine": lane.engine, "model": lane.model, "account": lane.account, "window": lane.window,
         "rates": RATES.text(lane.rates), "rows_per_call": lane.rows_per_call}
        for lane in wanted
    ]  # fmt: skip
    if values:
        connection.execute(how, values)


def serves(served: Sequence[str]) -> ColumnElement[bool]:
    """Whether a lane is one of these, or one of these engines'."""
    return or_(lanes.c.engine.in_(list(served)), lanes.c.id.in_(list(served)))


_first = select(literal(1)).where(rows.c.lane == lanes.c.id, IS_READY).limit(1).correlate(lanes).scalar_subquery()
#: Calls that are surely under way; rows nobody knows about are for admission to judge.
_flying = (
    select(func.count())
    .where(rows.c.lane == lanes.c.id, IS_WINDOWED, rows.c.rides_with.is_(None), rows.c.state != str(RowState.UNKNOWN))
    .correlate(lanes)
    .scalar_subquery()
)
_served: BindParameter[Any] = bindparam("served", expanding=True)
_WITH_ROOM = select(lanes.c.id).where(
    or_(lanes.c.engine.in_(_served), lanes.c.id.in_(_served)),
    or_(lanes.c.held_until.is_(None), lanes.c.held_until <= bindparam("now")),
    _first.is_not(None),
    or_(lanes.c.window.is_(None), _flying < lanes.c.window),
)


def with_ready_rows(connection: Connection, served: Sequence[str], now: float) -> list[str]:
    """Those of the served lanes in which a row is ready, but for those that are held or full."""
    return list(connection.execute(_WITH_ROOM, {"served": list(served), "now": now}).scalars())


def lane_of(line: Any) -> Lane:
    """A line of the table as a lane."""
    return Lane(engine=line.engine, model=line.model, account=line.account, window=line.window,
                rates=RATES.value(line.rates), rows_per_call=line.rows_per_call)  # fmt: skip


def _halt(line: Any, now: float) -> Halt | None:
    if line.held_until is None or line.held_until <= now:
        return None
    return Halt(lane=line.id, reason=line.reason, until=line.held_until)


class LaneWatch:
    """The lanes that one transaction may stop or let go on, which it locks before anything else."""

    def __init__(self, connection: Connection, transitions: Sequence[Transition]) -> None:
        self._connection = connection
        wanted = {transition.claim.lane for transition in transitions if _speaks_of_lane(transition)}
        query = select(lanes).where(lanes.c.id.in_(wanted)).order_by(lanes.c.id).with_for_update()
        self._lines = {line.id: line for line in connection.execute(query)} if wanted else {}

    def see(self, moved: Sequence[Transition], now: float) -> None:
        """Write what these transitions show of their lanes."""
        for lane_id, line in self._lines.items():
            failures, held, reason = line.failures, line.held_until, line.reason
            for transition in (t for t in moved if t.claim.lane == lane_id and _speaks_of_lane(t)):
                before = held if held is not None and held > now else 0.0
                if transition.stop:
                    asked = UNTIL_LIFTED if transition.stop.seconds is None else now + transition.stop.seconds
                    held, reason = (asked, transition.stop.reason) if asked > before else (held, reason)
                elif transition.health is Health.GOOD:
                    is_over = failures >= FAILURES_ALLOWED and before < UNTIL_LIFTED  # that is for somebody to lift
                    held, reason, failures = (None, "", 0) if is_over else (held, reason, 0)
                elif not before:  # what was under way when it was stopped shows nothing new
                    failures += 1
                    if failures >= FAILURES_ALLOWED:
                        held = now + halt_seconds(failures)
                        reason = f"{failures} failures in a row, the last one: {transition.data.get('reason', '')}"
                if held is not None and held > max(before, now) and (not before or held == UNTIL_LIFTED):
                    self._tell(transition, lane_id, reason, held, now)
            values = {"failures": failures, "held_until": held, "reason": legible(discreet(reason), lines=True)}
            self._connection.execute(lanes.update().where(lanes.c.id == lane_id).values(**values))

    def _tell(self, transition: Transition, lane_id: str, reason: str, held: float, now: float) -> None:
        data: dict[str, object] = {"lane": lane_id, "reason": reason}
        if held != UNTIL_LIFTED:
            data["seconds"] = round(held - now, 3)
        write_events(self._connection, [Event(now, transition.claim.batch_id, "lane held", data=data)])


def _speaks_of_lane(transition: Transition) -> bool:
    known_good = transition.health is Health.GOOD and not transition.claim.lane_failures
    return bool(transition.claim.lane) and (
        transition.stop is not None or (transition.health is not Health.UNKNOWN and not known_good)
    )
