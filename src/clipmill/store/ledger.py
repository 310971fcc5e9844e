"""The ledger: append-only credits of a batch, each line carrying the balance after it.

There is no counter beside it: what is spent is what the last line says, and a reservation is one
check-and-append inside the transaction of the row it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from clipmill.domain.credits import Balance
from clipmill.store.asking import balance_of
from clipmill.store.database import asking, write_many
from clipmill.store.schema import batches, ledger

RESERVE, SETTLE, RELEASE = "reserve", "settle", "release"


@dataclass(frozen=True, slots=True)
class Entry:
    """Whose credits: one attempt of one row of one batch."""

    batch_id: str
    row_id: int
    attempt: int


def lock(connection: Connection, batch_ids: Iterable[str]) -> dict[str, Any]:
    """Be the only one to write about these batches until the transaction ends; the batches as they are now, by id.

    Every transaction locks all its batches first, in this order, and rows after them: so none waits for one that
    waits for it. (SQLite has one writer anyway.)
    """
    return {batch.id: batch for batch in connection.execute(_LOCKED, {"ids": list(batch_ids)})}


_APPEND = (
    "INSERT INTO ledger (at, batch_id, row_id, attempt, kind, amount, reserved, spent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_LOCKED = (
    select(batches).where(batches.c.id.in_(bindparam("ids", expanding=True))).order_by(batches.c.id).with_for_update()
)
_LINES = select(ledger.c.row_id, ledger.c.attempt, ledger.c.kind, ledger.c.amount).where(
    ledger.c.row_id.in_(bindparam("rows", expanding=True))
)


class Book:
    """The credits that one transaction moves, of batches that it holds locked; nothing is kept before `write`."""

    def __init__(self, connection: Connection, row_ids: Sequence[int], at: float) -> None:
        """`row_ids`: rows of which something may be settled or released."""
        self._connection = connection
        self._at = at
        self._balances: dict[str, Balance] = {}
        self._fresh: list[tuple[Any, ...]] = []
        #: (row, attempt) → kind → amount.
        self._lines: dict[tuple[int, int], dict[str, int]] = {}
        for line in connection.execute(_LINES, {"rows": list(row_ids)}) if row_ids else ():
            self._lines.setdefault((line.row_id, line.attempt), {})[line.kind] = line.amount

    def reserve(self, entry: Entry, amount: int, budget: int | None) -> bool:
        """Hold credits for an attempt if the budget allows."""
        now = self._balance(entry.batch_id)
        if not now.allows(amount, budget):
            return False
        self._append(entry, RESERVE, amount, Balance(now.reserved + amount, now.spent))
        return True

    def settle(self, entry: Entry, charged: int | None) -> None:
        """Turn an attempt's reservation into spending; a second call, or one after a release, changes nothing."""
        held, now = self._held(entry), self._balance(entry.batch_id)
        if held is not None:
            amount = held if charged is None else charged
            self._append(entry, SETTLE, amount, Balance(now.reserved - held, now.spent + amount))

    def release(self, entry: Entry) -> None:
        """Give an attempt's reservation back; after a settlement it changes nothing."""
        held, now = self._held(entry), self._balance(entry.batch_id)
        if held is not None:
            self._append(entry, RELEASE, held, Balance(now.reserved - held, now.spent))

    def was_paid(self, row_id: int) -> bool:
        """Whether an attempt of this row was ever settled at more than nothing."""
        return any(row == row_id and lines.get(SETTLE, 0) > 0 for (row, _), lines in self._lines.items())

    def write(self) -> None:
        """Append the lines, in their order."""
        write_many(self._connection, _APPEND, self._fresh)

    def _balance(self, batch_id: str) -> Balance:
        """What the last line of the batch's ledger says."""
        if batch_id not in self._balances:
            self._balances[batch_id] = balance_of(asking(self._connection), batch_id)
        return self._balances[batch_id]

    def _held(self, entry: Entry) -> int | None:
        """The open reservation of an attempt; None when there is none or it is closed."""
        lines = self._lines.get((entry.row_id, entry.attempt), {})
        return lines.get(RESERVE) if lines.keys() == {RESERVE} else None

    def _append(self, entry: Entry, kind: str, amount: int, after: Balance) -> None:
        self._balances[entry.batch_id] = after
        self._lines.setdefault((entry.row_id, entry.attempt), {})[kind] = amount
        self._fresh.append(
            (self._at, entry.batch_id, entry.row_id, entry.attempt, kind, amount, after.reserved, after.spent)
        )
