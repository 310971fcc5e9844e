"""Rows as people ask for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.payload import Payload
from tests.world import World

pytestmark = pytest.mark.usefixtures("each_database")


def test_a_row_tells_its_engine_and_what_it_asks_of_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(2)
    ids = [record.row_id for record in world.rows.records("bat_1")]
    assert world.rows.asked(ids[1]) == ("fake", Payload("v1", {"n": 2, "batch": "bat_1"}))
