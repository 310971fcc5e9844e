"""Rounds: a batch's work from running to settled, of which each is told once that it is finished.

Rows that go back to work open the next round of a batch whose last one is finished, and so does a delivered file that a
person rejects: what the batch gave is not what it gives any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, exists, select

from clipmill.domain.batch import UNREAD, Outcome
from clipmill.domain.event import Event
from clipmill.domain.row import SETTLED, RowState
from clipmill.store.asking import balance_of
from clipmill.store.database import asking
from clipmill.store.schema import batches, counts

_OPEN = (
    batches.update()
    .where(batches.c.id.in_(bindparam("opened", expanding=True)), batches.c.finished_round == batches.c.round)
    .values(round=batches.c.round + 1)
)
_AT_WORK = exists().where(
    counts.c.batch_id == batches.c.id,
    counts.c.rows + counts.c.parts > 0,
    counts.c.state.not_in([str(state) for state in sorted(SETTLED)]),
)
_FINISHED = (
    select(batches.c.id, batches.c.round)
    .where(batches.c.id.in_(bindparam("moved", expanding=True)), batches.c.finished_round < batches.c.round,
           batches.c.standing.is_(None),
           batches.c.state.not_in([str(state) for state in sorted(UNREAD)]), ~_AT_WORK)
    .order_by(batches.c.id)
)  # fmt: skip
_COUNTS = select(counts.c.state, counts.c.rows).where(counts.c.batch_id == bindparam("batch"), counts.c.rows > 0)


class Rounds:
    """The batches of which this transaction settles rows, or sends rows back to work."""

    def __init__(self) -> None:
        self._opened: set[str] = set()
        self._moved: set[str] = set()

    def move(self, batch_id: str, origin: RowState | str | None, to: RowState | str, *, of_parts: bool = False) -> None:
        """Note a row that went from one state to another, or came into being in one; parts of rows open no round."""
        if of_parts:
            self._moved |= {batch_id} if to in SETTLED else set()
        elif to not in SETTLED and (origin is None or origin in SETTLED):
            self._opened.add(batch_id)
        elif to in SETTLED and origin == RowState.DONE != to:
            self._opened.add(batch_id)
            self._moved.add(batch_id)
        elif to in SETTLED and origin not in SETTLED:
            self._moved.add(batch_id)

    def turn(self, connection: Connection, now: float) -> list[Event]:
        """Open and finish rounds, when the counts of rows and the ledger are written; what is to be told."""
        if self._opened:
            connection.execute(_OPEN, {"opened": sorted(self._opened)})
        return finish(connection, self._moved, now) if self._moved else []


def finish(connection: Connection, batch_ids: Iterable[str], now: float) -> list[Event]:
    """Finish the rounds of those batches that are read and have no row at work, each once; what is to be told."""
    told = []
    for batch in connection.execute(_FINISHED, {"moved": sorted(batch_ids)}).all():
        of_state = {line.state: int(line.rows) for line in connection.execute(_COUNTS, {"batch": batch.id})}
        balance = balance_of(asking(connection), batch.id)
        told.append(Event(now, batch.id, "finished", data={
            "round": batch.round, "outcome": str(_outcome(of_state)), "rows": dict(sorted(of_state.items())),
            "credits": {"spent": balance.spent, "reserved": balance.reserved},
        }))  # fmt: skip
        connection.execute(batches.update().where(batches.c.id == batch.id).values(finished_round=batch.round))
    return told


def _outcome(of_state: Mapping[str, int]) -> Outcome:
    done, rows = of_state.get(str(RowState.DONE), 0), sum(of_state.values())
    return Outcome.NONE if not done else Outcome.ALL if done == rows else Outcome.SOME
