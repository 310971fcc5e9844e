"""Small writes every move of a row shares: the count of rows per state, and the audit trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam

from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.shown import discreet_all
from clipmill.store.schema import counts, events
from clipmill.stored import EVENT

_ADD = (
    counts.update()
    .where(counts.c.batch_id == bindparam("batch"), counts.c.state == bindparam("in_state"))
    .values(rows=counts.c.rows + bindparam("delta"))
)


class Tally:
    """How many rows entered or left each state in this transaction; written once at its end."""

    def __init__(self) -> None:
        self._deltas: Counter[tuple[str, str]] = Counter()

    def enter(self, batch_id: str, state: RowState | str, rows: int = 1) -> None:
        """Count rows that came into being in a state."""
        self._deltas[batch_id, str(state)] += rows

    def move(self, batch_id: str, origin: RowState | str, to: RowState | str, rows: int = 1) -> None:
        """Count rows that went from one state to another."""
        self._deltas[batch_id, str(origin)] -= rows
        self._deltas[batch_id, str(to)] += rows

    def write(self, connection: Connection) -> None:
        """Write the sums."""
        deltas = [
            {"batch": batch, "in_state": state, "delta": delta}
            for (batch, state), delta in sorted(self._deltas.items())
            if delta
        ]
        if deltas:
            connection.execute(_ADD, deltas)


def write_events(connection: Connection, trail: Sequence[Event]) -> None:
    """Append to the audit trail, which tells no secret of an address."""
    if trail:
        connection.execute(
            events.insert(),
            [
                {"at": event.at, "batch_id": event.batch_id, "number": event.number, "attempt": event.attempt,
                 "kind": event.kind, "data": EVENT.text(discreet_all(event.data))}
                for event in trail
            ],
        )  # fmt: skip
