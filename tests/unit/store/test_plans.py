"""What the store asks while work is done is answered by indexes, however many rows there are."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event

from clipmill.domain.batch import Batch, Move
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.transition import to_done
from clipmill.pipeline.row import step
from clipmill.store.tenants.owners import may_have
from tests.world import TEMPLATE, World, order, part, part_of_parts, planned

#: Tables that grow with the rows; the others have a line for each batch, lane or worker.
LARGE = ("rows", "row_data", "attempts", "resends", "ledger", "events", "needs", "public_ids", "owners")


def asked_of(world: World) -> dict[str, Any]:
    """Every statement from now on, with some of its values."""
    asked: dict[str, Any] = {}

    @event.listens_for(world.database._engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "INSERT")):
            asked[statement] = values[0] if is_many else values

    return asked


def test_no_table_of_rows_is_read_as_a_whole(tmp_path: Path) -> None:
    world = World(tmp_path)
    asked = asked_of(world)
    world.open_lane("fake", 10, rate=(5, 10.0))
    world.batch(4, blocked=1)
    with world.queue.recover("wrk_a", ["fake"]):
        done, failed, lapsed = world.queue.admit("wrk_a", ["fake"], 3)
        world.queue.renew("wrk_a", {lapsed.row_id: lapsed.fence})
        world.queue.apply([to_done(done), decide(failed, Failure(FailureKind.DATA, "no such mug"))])
        with world.dying.recover("wrk_b", ["fake"]):
            world.queue.admit("wrk_b", ["fake"], 1)
        world.clock.advance(100)
        world.queue.claim_due("wrk_a", ["fake"], 9, [done.row_id], "bat_1")
    world.rows.amend("bat_1", [order(2, "bat_1")])
    world.rows.prefer("bat_1", [2])
    world.rows.move(Move("bat_1", RowState.READY, RowState.CANCELLED, "cancelled"), [2])
    assert world.batches.unheld("bat_1") == 2
    world.batches.progress("bat_1")
    assert world.rows.append("bat_1", replace(order(1, "bat_1"), public_id="first")) == 6
    assert world.rows.locate("first") == ("bat_1", 6)
    assert len(list(world.rows.records("bat_1"))) == 6
    with world.database.read() as connection:
        assert not may_have(connection, "local", "ab" * 32)
    assert len(asked) > 30
    answered_by_indexes(world, asked)


def test_parts_and_calls_are_found_by_indexes(tmp_path: Path) -> None:
    world = World(tmp_path, rows_per_call=3)
    asked = asked_of(world)
    deep = part_of_parts("scene", photo=part("photo", filtered=True))
    world.batch(orders=[planned(1, {"scene": deep}), planned(2, {"logo": part("logo")}), planned(3, {"scene": deep}),
                        order(4, "bat_1")])  # fmt: skip
    world.rows.prefer("bat_1", [2])
    assert world.run().count(RowState.FAILED) == 2
    world.verbs.retry("bat_1")
    world.lanes.hold("fake", "it rests")
    assert world.lanes.every()
    world.batches.progress("bat_1")
    world.verbs.resume("bat_1")
    world.verbs.cancel("bat_1")
    assert len(asked) > 50
    answered_by_indexes(world, asked)


def test_part_that_very_many_rows_wait_for_is_lost_in_few_words(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(orders=[planned(number, {"logo": part("logo", filtered=True)}) for number in range(1, 61)])
    for claim in world.queue.claim_due("wrk_p", ["maker"], 60):
        world.queue.apply([asyncio.run(step(claim, world.line()))])

    @event.listens_for(world.database._engine, "checkout")
    def few(connection: Any, *_: Any) -> None:  # a statement may name 32,766 values
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 50)

    assert world.run().count(RowState.FAILED) == 60


def test_numbers_of_a_standing_batch_count_no_rows(tmp_path: Path) -> None:
    world = World(tmp_path)
    make = Batch(id="bat_1", name="requests", template_name="fake", template_version="v1", engine="fake", source="",
                 out_folder="/out/of/it", policy=Policy())  # fmt: skip
    world.batches.standing("image", make, TEMPLATE)
    world.rows.append("bat_1", order(1, "bat_1"))
    asked = asked_of(world)
    assert world.batches.progress("bat_1").rows == 1
    assert not [statement for statement in asked if "FROM rows" in statement], "there are more with every request"


def answered_by_indexes(world: World, asked: Mapping[str, Any]) -> None:
    """None of these statements reads a large table from end to end."""
    with world.database.read() as connection:
        plans = {
            statement: [line[3] for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            for statement, values in [*asked.items()]
        }
    for statement, plan in plans.items():
        for told in plan:
            assert told not in [f"SCAN {table}" for table in LARGE], f"{statement}: {plan}"
