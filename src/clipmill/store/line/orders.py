"""Orders over the database: how a checked, priced row is written, in a place of its own or in that of an older one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Float, String, bindparam, select

from clipmill.domain.batch import BatchState
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.row import RowState
from clipmill.store.line.audit import StateCounts
from clipmill.store.line.lanes import open_lanes
from clipmill.store.schema import needs, payloads, public_ids, row_data, rows
from clipmill.stored import BODY, FIELDS, ORDER, PROBLEMS, TEXTS


def insert_orders(connection: Connection, batch: Any, orders: Sequence[PricedRow], now: float) -> None:
    """Write rows that are not there yet."""
    if not orders:
        return
    ids = connection.execute(
        rows.insert().returning(rows.c.number, rows.c.id),
        [
            {"batch_id": batch.id, "number": order.checked.row.number, "line": order.checked.row.line,
             "priority": order.priority, **_values(batch, order, now)}
            for order in orders
        ],
    )  # fmt: skip
    open_lanes(connection, {order.lane.id: order.lane for order in orders if order.lane}.values())
    of = {row.number: row.id for row in ids}
    connection.execute(
        row_data.insert(),
        [{"row_id": of[order.checked.row.number], "payload_version": 1, **_data(order)} for order in orders],
    )
    called = [{"tenant": batch.tenant, "public_id": order.public_id, "row_id": of[order.checked.row.number]}
              for order in orders if order.public_id]  # fmt: skip
    if called:
        connection.execute(public_ids.insert(), called)
    tally = StateCounts()
    for order in orders:
        tally.enter(batch.id, first_state(batch, order))
    tally.write(connection, now)


_KEEP = payloads.insert().from_select(
    ["row_id", "version", "fields", "payload", "plan", "at", "by"],
    select(row_data.c.row_id, row_data.c.payload_version, row_data.c.fields, row_data.c.payload, row_data.c.plan,
           bindparam("now", type_=Float), bindparam("who", type_=String)).where(row_data.c.row_id == bindparam("row")),
)  # fmt: skip


def keep_version(connection: Connection, row_id: int, now: float, by: str) -> None:
    """Keep what a row is to be made of, which is about to be replaced, and say who does that."""
    connection.execute(_KEEP, {"row": row_id, "now": now, "who": by})


def replace_order(connection: Connection, batch: Any, known: Any, order: PricedRow, change: tuple[float, str]) -> None:
    """Write a corrected row in the place of `known`, and keep that; its attempts begin anew, and so does its planning.

    `change`: when, and by whom.
    """
    now, by = change
    keep_version(connection, known.id, now, by)
    seed_from = {} if order.seed is None else {"seed_from": known.attempt + 1}
    values = _values(batch, order, now) | {"uncounted": known.attempt, "media": None, **seed_from}
    connection.execute(rows.update().where(rows.c.id == known.id).values(**values))
    connection.execute(needs.delete().where(needs.c.row_id == known.id))
    connection.execute(
        row_data.update()
        .where(row_data.c.row_id == known.id)
        .values(payload_version=row_data.c.payload_version + 1, **_data(order))
    )


def _named(*names: str) -> dict[str, Any]:
    return {name: bindparam(f"new_{name}") for name in names}


_CHECKED = rows.update().where(rows.c.id == bindparam("row")).values(
    _named("lane", "state", "credits", "file_name", "updated_at", "together", "seed", "maker", "due_at")
)  # fmt: skip
_ITS_DATA = row_data.update().where(row_data.c.row_id == bindparam("row")).values(
    {**_named("payload", "plan", "reference", "problems", "fallbacks", "warnings"), "payload_version": 1}
)  # fmt: skip


def put_in_place(connection: Connection, batch: Any, orders: Sequence[tuple[int, PricedRow]], now: float) -> None:
    """Write what rows came to that were taken in unchecked, by their ids."""
    values, data = [], []
    for row_id, order in orders:
        found = _data(order)
        del found["fields"]
        values.append({"row": row_id, **{f"new_{name}": value for name, value in _values(batch, order, now).items()}})
        data.append({"row": row_id, **{f"new_{name}": value for name, value in found.items()}})
    if values:
        open_lanes(connection, {order.lane.id: order.lane for _, order in orders if order.lane}.values())
        connection.execute(_CHECKED, values)
        connection.execute(_ITS_DATA, data)


def _values(batch: Any, order: PricedRow, now: float) -> dict[str, Any]:
    """What a row says of an order; it is planned at once where something plans it."""
    plan, state = order.checked.plan, first_state(batch, order)
    return {"lane": _lane(batch, order), "state": str(state), "credits": order.credits,
            "file_name": order.checked.file_name, "updated_at": now, "together": order.together, "seed": order.seed,
            "maker": plan.engine if plan else None,
            "due_at": now if state is RowState.CHECKING else None}  # fmt: skip


def _data(order: PricedRow) -> dict[str, Any]:
    checked = order.checked
    return {
        "fields": FIELDS.text(checked.row.fields),
        "payload": BODY.text(checked.payload.body) if checked.payload and not checked.plan else "",
        "plan": ORDER.text(checked.plan) if checked.plan else "",
        "reference": order.reference,
        "problems": PROBLEMS.text(checked.problems),
        "fallbacks": TEXTS.text(checked.fallbacks),
        "warnings": TEXTS.text(checked.warnings),
    }


def is_cancelled(batch: Any) -> bool:
    """Whether a batch, as the table has it, takes nothing more."""
    return bool(batch.state == str(BatchState.CANCELLED))


def first_state(batch: Any, order: PricedRow) -> RowState:
    """Where a row begins; in a cancelled batch it ends there."""
    if is_cancelled(batch):
        return RowState.CANCELLED
    if order.checked.plan:
        return RowState.CHECKING
    return RowState.READY if order.checked.payload else RowState.BLOCKED


def _lane(batch: Any, order: PricedRow) -> str:
    if order.checked.plan:  # until it is planned
        return order.checked.plan.engine
    return order.lane.id if order.lane else str(batch.engine)
