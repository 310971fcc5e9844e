"""The ledger: append-only credits of a batch, each line carrying the balance after it.

There is no counter beside it: what is spent is what the last line says, and a reservation is one
check-and-append inside the transaction of the row it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from clipmill.domain.credits import Balance
from clipmill.store.asking import balance_of, no_batch
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


def lock_own(connection: Connection, tenant: str, batch_id: str) -> Any:
    """The same for one batch of a tenant; the batch as it is now. Raises NotFoundError."""
    wanted = select(batches).where(batches.c.id == batch_id, batches.c.tenant == tenant).with_for_update()
    if (batch := connection.execute(wanted).first()) is None:
        raise no_batch(batch_id)
    return batch


_LOCKED = (
    select(batches).where(batches.c.id.in_(bindparam("ids", expanding=True))).order_by(batches.c.id).with_for_update()
)
_LINES = select(ledger.c.row_id, ledger.c.attempt, ledger.c.kind, ledger.c.amount).where(
    ledger.c.row_id.in_(bindparam("rows", expanding=True))
)
#: A line is of whoever's its batch is.
_APPEND = (
    "INSERT INTO ledger (at, tenant, batch_id, row_id, attempt, kind, amount, reserved, spent, difference) "
    "VALUES (?, (SELECT tenant FROM batches WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)"
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
        self._append(entry, RESERVE, amount, replace(now, reserved=now.reserved + amount))
        return True

    def settle(self, entry: Entry, charged: int | None, *, found: bool = False) -> dict[str, int]:
        """Turn an attempt's reservation into spending; a second call, or one after a release, changes nothing.

        What is to be told where an engine charged another amount; `found`: none did, for the file was there.
        """
        held, now = self._held(entry), self._balance(entry.batch_id)
        if held is None:
            return {}
        amount = held if charged is None else charged
        differs = 0 if found else amount - held
        self._append(entry, SETTLE, amount, Balance(now.reserved - held, now.spent + amount, now.difference + differs))
        return {"reserved": held, "charged": amount} if differs else {}

    def release(self, entry: Entry) -> None:
        """Give an attempt's reservation back; after a settlement it changes nothing."""
        held, now = self._held(entry), self._balance(entry.batch_id)
        if held is not None:
            self._append(entry, RELEASE, held, replace(now, reserved=now.reserved - held))

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
            (self._at, entry.batch_id, entry.batch_id, entry.row_id, entry.attempt, kind, amount, after.reserved,
             after.spent, after.difference)
        )  # fmt: skip
