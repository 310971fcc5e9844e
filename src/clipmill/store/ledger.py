"""The ledger: append-only credits of a batch, each line carrying the balance after it.

There is no counter beside it: what is spent is what the last line says, and a reservation is one
check-and-append inside the transaction of the row it is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from clipmill.domain.credits import Balance
from clipmill.store.asking import balance_of
from clipmill.store.database import asking
from clipmill.store.schema import batches, ledger

RESERVE, SETTLE, RELEASE = "reserve", "settle", "release"


@dataclass(frozen=True, slots=True)
class Entry:
    """Whose credits: one attempt of one row of one batch."""

    batch_id: str
    row_id: int
    attempt: int


def balance(connection: Connection, batch_id: str) -> Balance:
    """What the last line of the batch's ledger says."""
    return balance_of(asking(connection), batch_id)


def lock(connection: Connection, batch_ids: Iterable[str]) -> dict[str, Any]:
    """Be the only one to write about these batches until the transaction ends; the batches as they are now, by id.

    Every transaction locks all its batches first, in this order, and rows after them: so none waits for one that
    waits for it. (SQLite has one writer anyway.)
    """
    wanted = select(batches).where(batches.c.id.in_(list(batch_ids))).order_by(batches.c.id).with_for_update()
    return {batch.id: batch for batch in connection.execute(wanted)}


def reserve(connection: Connection, entry: Entry, amount: int, budget: int | None, at: float) -> bool:
    """Hold credits for an attempt if the budget allows; the caller holds `lock`."""
    now = balance(connection, entry.batch_id)
    if not now.allows(amount, budget):
        return False
    _append(connection, entry, RESERVE, amount, Balance(now.reserved + amount, now.spent), at)
    return True


def settle(connection: Connection, entry: Entry, charged: int | None, at: float) -> None:
    """Turn an attempt's reservation into spending; a second call, or one after a release, changes nothing."""
    held = _held(connection, entry)
    if held is None:
        return
    now = balance(connection, entry.batch_id)
    amount = held if charged is None else charged
    _append(connection, entry, SETTLE, amount, Balance(now.reserved - held, now.spent + amount), at)


def was_paid(connection: Connection, row_id: int) -> bool:
    """Whether an attempt of this row was ever settled at more than nothing."""
    paid = select(ledger.c.id).where(ledger.c.row_id == row_id, ledger.c.kind == SETTLE, ledger.c.amount > 0)
    return connection.execute(paid.limit(1)).first() is not None


def release(connection: Connection, entry: Entry, at: float) -> None:
    """Give an attempt's reservation back; after a settlement it changes nothing."""
    held = _held(connection, entry)
    if held is None:
        return
    now = balance(connection, entry.batch_id)
    _append(connection, entry, RELEASE, held, Balance(now.reserved - held, now.spent), at)


def _held(connection: Connection, entry: Entry) -> int | None:
    """The open reservation of an attempt; None when there is none or it is closed."""
    lines = {
        line.kind: line.amount
        for line in connection.execute(
            select(ledger.c.kind, ledger.c.amount).where(
                ledger.c.row_id == entry.row_id, ledger.c.attempt == entry.attempt
            )
        )
    }
    return lines.get(RESERVE) if lines.keys() == {RESERVE} else None


def _append(connection: Connection, entry: Entry, kind: str, amount: int, after: Balance, at: float) -> None:
    connection.execute(
        ledger.insert(),
        {"at": at, "batch_id": entry.batch_id, "row_id": entry.row_id, "attempt": entry.attempt, "kind": kind,
         "amount": amount, "reserved": after.reserved, "spent": after.spent},
    )  # fmt: skip
