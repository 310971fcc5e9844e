"""What dead workers held goes to others at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.row import Row
from clipmill.store.line.unchecked import SqlUnchecked
from tests.world import LEASE_SECONDS, World


@pytest.mark.usefixtures("each_database")
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
