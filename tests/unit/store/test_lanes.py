"""Lanes as rows meet them: whoever queues in one leaves its limits as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.line.lane import Lane, Rate
from clipmill.store.line.lanes import open_lanes
from tests.world import World


@pytest.mark.usefixtures("each_database")
def test_row_that_knows_no_limits_takes_none_from_a_lane_that_is_there(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.open_lane("fake", 7, rate=(4, 10.0))
    wanted = [Lane(engine="fake"), Lane(engine="new"), Lane(engine="fake", model="m", window=2)]
    world.database.write(lambda connection: open_lanes(connection, wanted))
    lanes = {record.lane.id: record.lane for record in world.lanes.every()}
    assert (lanes["fake"].window, lanes["fake"].rates) == (7, (Rate(4, 10.0),))
    assert (lanes["new"].window, lanes["fake:m"].window) == (None, 2)
