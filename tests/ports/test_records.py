"""Rows as people ask for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clipmill.domain.payload import Payload
from tests.world import LEASE_SECONDS, World, order

pytestmark = pytest.mark.usefixtures("each_database")


def test_a_row_tells_its_engine_and_what_it_asks_of_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(2)
    ids = [record.row_id for record in world.rows.records("bat_1")]
    assert world.rows.asked(ids[1]) == ("fake", Payload("v1", {"n": 2, "batch": "bat_1"}))


def test_a_name_with_the_number_of_its_attempt_is_told_as_it_is_now(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    one = order(2, "bat_1")
    world.rows.add("bat_1", [replace(one, checked=replace(one.checked, file_name="2<-v2>.txt"))])
    assert [record.file_name for record in world.rows.records("bat_1")] == ["1.txt", "2-v01.txt"]
    world.run()
    assert world.out() == ["1.txt", "2-v01.txt"]
    world.verbs.retry("bat_1", [2])
    world.run()
    (record,) = (record for record in world.rows.records("bat_1") if record.number == 2)
    assert (record.file_name, record.pattern, record.attempts) == ("2-v02.txt", "2<-v2>.txt", 2)
    assert world.out() == ["1.txt", "2-v01.txt", "2-v02.txt"]


def test_rows_at_rest_are_renamed_together_and_told_in_the_audit_trail(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(3)
    (claim,) = world.queue.admit("wrk_1", ["fake"], 1)
    assert not world.rows.give_names("bat_1", {2: "two.txt"})
    world.clock.advance(LEASE_SECONDS + 1)
    assert claim.number == 1
    world.run()
    assert world.rows.give_names("bat_1", {1: "2.txt", 2: "1.txt", 3: "3.txt"})
    assert [record.file_name for record in world.rows.records("bat_1")] == ["2.txt", "1.txt", "3.txt"]
    told = [(event.number, event.attempt, event.data) for event in world.rows.events("bat_1", kind="renamed")]
    assert told == [(1, 1, {"was": "1.txt"}), (2, 1, {"was": "2.txt"})]
    assert world.batches.unwritten("wrk_1") == ["bat_1"]
