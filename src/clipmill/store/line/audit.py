"""Small writes every move of a row shares: the count of rows per state, and the audit trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func

from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.shown import discreet_all
from clipmill.store.database import write_many
from clipmill.store.schema import batches, counts
from clipmill.store.told.outbox import post, post_alike
from clipmill.store.told.rounds import Rounds
from clipmill.stored import EVENT

_ADD = (
    counts.update()
    .where(counts.c.batch_id == bindparam("batch"), counts.c.state == bindparam("in_state"))
    .values(rows=counts.c.rows + bindparam("delta"), parts=counts.c.parts + bindparam("of_parts"))
)
_UNWRITTEN = (
    batches.update()
    .where(batches.c.id.in_(bindparam("moved", expanding=True)), func.coalesce(batches.c.unwritten, "written") != "")
    .values(unwritten="")
)
_EVENT = "INSERT INTO events (at, batch_id, attempt, kind, data, number) VALUES (?, ?, ?, ?, ?, ?)"


class StateCounts:
    """How many rows entered or left each state in this transaction; written once at its end."""

    def __init__(self) -> None:
        self._deltas: Counter[tuple[str, str]] = Counter()
        #: The same for parts of rows.
        self._of_parts: Counter[tuple[str, str]] = Counter()
        self._batches: set[str] = set()
        self._rounds = Rounds()

    def enter(self, batch_id: str, state: RowState | str, rows: int = 1, *, parts: int = 0) -> None:
        """Count rows, or parts, that came into being in a state."""
        self._deltas[batch_id, str(state)] += rows
        self._of_parts[batch_id, str(state)] += parts
        self._batches.add(batch_id)
        self._rounds.move(batch_id, None, state)

    def move(self, batch_id: str, origin: RowState | str, to: RowState | str, rows: int = 1, *, parts: int = 0) -> None:
        """Count rows, or parts, that went from one state to another."""
        for counted, number in ((self._deltas, rows), (self._of_parts, parts)):
            counted[batch_id, str(origin)] -= number
            counted[batch_id, str(to)] += number
        if (rows or parts) and str(origin) != str(to):
            self._batches.add(batch_id)
            self._rounds.move(batch_id, origin, to, of_parts=not rows)

    def write(self, connection: Connection, now: float) -> None:
        """Write the sums, that what these batches left in their folders is not how they stand any more, and, as the
        last events of the transaction, which of them are finished.
        """
        deltas = [
            {"batch": batch, "in_state": state, "delta": delta, "of_parts": self._of_parts[batch, state]}
            for (batch, state), delta in sorted(self._deltas.items())
            if delta or self._of_parts[batch, state]
        ]
        if deltas:
            connection.execute(_ADD, deltas)
        if self._batches:
            connection.execute(_UNWRITTEN, {"moved": sorted(self._batches)})
        write_events(connection, self._rounds.turn(connection, now))


def write_alike(connection: Connection, event: Event, numbers: Sequence[int]) -> None:
    """Append the same event of many rows."""
    *line, _ = _line(event)
    write_many(connection, _EVENT, [(*line, number) for number in numbers])
    post_alike(connection, event, numbers)


def _line(event: Event) -> tuple[Any, ...]:
    data = EVENT.text(discreet_all(event.data))
    return event.at, event.batch_id, event.attempt, event.kind, data, event.number


def write_events(connection: Connection, trail: Sequence[Event]) -> None:
    """Append to the audit trail, which tells no secret of an address, and post it to those who asked for it."""
    write_many(connection, _EVENT, [_line(event) for event in trail])
    post(connection, trail)
