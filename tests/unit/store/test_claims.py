"""What dead workers held goes to others at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.batch import BatchState, Move
from clipmill.domain.row import Row, RowState
from clipmill.store.line.unchecked import SqlUnchecked
from tests.world import LEASE_SECONDS, World, order

pytestmark = pytest.mark.usefixtures("each_database")


def test_batch_that_a_dead_worker_checked_is_checked_on_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(0)
    unchecked = SqlUnchecked(world.database, world.clock, LEASE_SECONDS)
    unchecked.take("bat_1", [Row(1, {"n": "1"})])
    with world.dying.recover("wrk_a", ["fake"]):
        assert unchecked.hold("wrk_a") == "bat_1"
        assert unchecked.hold("wrk_b") == ""
    with world.queue.recover("wrk_b", ["fake"]):
        assert unchecked.hold("wrk_b") == "bat_1", "no lease is waited for"
    assert not unchecked.put("wrk_a", "bat_1", [])


def test_row_that_is_cancelled_unseen_leaves_the_others_to_be_checked(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(0)
    unchecked = SqlUnchecked(world.database, world.clock, LEASE_SECONDS)
    unchecked.take("bat_1", [Row(number, {"n": f"{number}"}) for number in (1, 2, 3)])
    assert world.rows.move(Move("bat_1", RowState.CHECKING, RowState.CANCELLED, "cancelled"), [2]) == 1
    assert world.database.readonly().waits("bat_1").holders == (), "nobody has held them"
    assert unchecked.hold("wrk_a") == "bat_1"
    assert [row.number for row in unchecked.some("bat_1", 9)] == [1, 3]
    assert unchecked.put("wrk_a", "bat_1", [order(number, "bat_1") for number in (1, 3)])
    assert unchecked.hold("wrk_a") == ""
    assert world.check_laws().count(RowState.READY) == 2


def test_rows_that_are_taken_into_a_cancelled_batch_are_cancelled_with_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(0)
    world.batches.update("bat_1", "cancelled", state=BatchState.CANCELLED)
    unchecked = SqlUnchecked(world.database, world.clock, LEASE_SECONDS)
    assert unchecked.take("bat_1", [Row(1, {"n": "1"})]) == 1
    assert world.check_laws().count(RowState.CANCELLED) == 1
    assert (unchecked.hold("wrk_a", "bat_1"), world.batches.unheld("bat_1")) == ("", 0)
