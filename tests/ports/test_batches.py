"""What batches, rows and records must do: found, counted, amended, moved by hand, and told about afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from clipmill.domain.batch import Batch, BatchState, Move, Options
from clipmill.domain.failure import Failure, FailureKind, to_unknown
from clipmill.domain.line.call import Handle
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.transition import still_running, to_running
from clipmill.domain.verdict import Ruling
from clipmill.errors import InputError, NotFoundError
from clipmill.pipeline.batch import Verbs
from clipmill.store import asking, records
from clipmill.store.schema import batches
from tests.world import LEASE_SECONDS, TEMPLATE, World, order

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a local engine."""
    return World(tmp_path, remote=False)


def test_latest_batch_is_meant_without_an_id(world: World) -> None:
    world.batch(1, batch_id="bat_old")
    world.clock.advance(1)
    world.batch(1, batch_id="bat_new")
    assert world.batches.find().id == "bat_new"
    assert world.batches.find("bat_o").id == "bat_old"


@pytest.mark.parametrize(
    ("asked", "said"), [("bat_", "any of 2 batches"), ("bat_x", "no batch bat_x"), ("%", "no batch")]
)
def test_unclear_or_unknown_id_is_an_error(world: World, asked: str, said: str) -> None:
    world.batch(1, batch_id="bat_1")
    world.batch(1, batch_id="bat_2")
    with pytest.raises(NotFoundError, match=said):
        world.batches.find(asked)


def test_template_version_is_frozen_into_the_batch(world: World) -> None:
    world.batch(1)
    assert world.batches.template("bat_1") == TEMPLATE


def test_row_that_is_already_there_is_left_alone(world: World) -> None:
    world.batch(2)
    assert world.rows.add("bat_1", [order(2, "bat_1"), order(3, "bat_1")]) == 1
    assert world.check_laws().rows == 3


def test_records_come_in_input_order_with_what_became_of_them(world: World) -> None:
    world.batch(3, blocked=1)
    world.run()
    records = list(world.rows.records("bat_1"))
    assert [record.number for record in records] == [1, 2, 3, 4]
    assert [record.state for record in records] == [RowState.DONE] * 3 + [RowState.BLOCKED]
    assert [record.credits for record in records] == [1, 1, 1, 0]
    assert records[3].problems[0].reason == "it is blocked"
    assert [record.number for record in world.rows.records("bat_1", RowState.BLOCKED)] == [4]


def test_corrected_row_takes_the_place_of_the_blocked_one(world: World) -> None:
    world.batch(1, blocked=1)
    assert world.rows.amend("bat_1", [order(2, "bat_1")]) == 1
    assert world.run().count(RowState.DONE) == 2


def test_corrected_row_has_all_its_attempts_again(world: World) -> None:
    world.batch(1, attempts_allowed=2)
    world.verifier.rulings = [Ruling.FAIL] * 2
    assert world.run().count(RowState.FAILED) == 1
    assert world.rows.amend("bat_1", [order(1, "bat_1")]) == 1
    world.verifier.rulings = [Ruling.FAIL]
    assert world.run().count(RowState.DONE) == 1
    (record,) = world.rows.records("bat_1")
    assert record.attempts == 4


@pytest.mark.parametrize(("verb", "said"), [("cancel", "cancelled"), (None, "still being read")])
def test_batch_that_is_not_running_cannot_be_paused(world: World, verb: str | None, said: str) -> None:
    world.batch(2)
    verbs = Verbs(world.batches, world.rows, world.lanes)
    if verb:
        getattr(verbs, verb)("bat_1")
    else:
        world.batches.update("bat_1", "read again", state=BatchState.IMPORTING)
    before = world.batches.find("bat_1")
    with pytest.raises(InputError, match=said):
        verbs.pause("bat_1")
    assert world.batches.find("bat_1") == before


def test_change_that_is_not_wanted_of_the_batch_as_it_is_leaves_it_so(world: World) -> None:
    world.batch(2, blocked=1)
    before, told = world.batches.find("bat_1"), len(list(world.rows.events("bat_1")))
    changed = world.batches.update("bat_1", "stopped", lambda now: now.admissible > 2, state=BatchState.PAUSED)
    assert (changed, world.batches.find("bat_1")) == (before, before)
    assert len(list(world.rows.events("bat_1"))) == told
    changed = world.batches.update("bat_1", "stopped", lambda now: now.admissible == 2, state=BatchState.PAUSED)
    assert changed.state is world.batches.find("bat_1").state is BatchState.PAUSED


def test_two_who_resume_with_another_budget_and_another_window_both_have_their_way(world: World) -> None:
    world.batch(1, budget=5, window=2)
    verbs = Verbs(world.batches, world.rows, world.lanes)
    find = world.batches.find

    def find_then_another(batch_id: str) -> Batch:
        world.batches.find = find  # type: ignore[method-assign]
        found = find(batch_id)
        verbs.resume(batch_id, window=4)
        return found

    world.batches.find = find_then_another  # type: ignore[method-assign,assignment]
    policy = verbs.resume("bat_1", budget=9).policy
    assert (policy.budget, policy.window, policy.attempts) == (9, 4, 3)


def test_rows_come_into_a_cancelled_batch_cancelled_and_none_goes_back(world: World) -> None:
    world.batch(2, blocked=1)
    world.rows.move(Move("bat_1", RowState.READY, RowState.FAILED, "failed"), [2])
    world.batches.update("bat_1", "cancelled", state=BatchState.CANCELLED)
    assert world.rows.add("bat_1", [order(4, "bat_1"), order(5, "bat_1", blocked=True)]) == 2
    assert world.rows.amend("bat_1", [order(2, "bat_1"), order(3, "bat_1")]) == 0
    assert world.rows.move(Move("bat_1", RowState.FAILED, RowState.READY, "retried"), [2]) == 0
    states = [record.state for record in world.rows.records("bat_1")]
    assert states == [RowState.READY, RowState.FAILED, RowState.BLOCKED, RowState.CANCELLED, RowState.CANCELLED]
    world.check_laws()
    assert Verbs(world.batches, world.rows, world.lanes).cancel("bat_1") == 2
    assert world.batches.progress("bat_1").is_over


def test_finished_and_unknown_rows_cannot_be_amended(world: World) -> None:
    world.batch(1)
    world.run()
    assert world.rows.amend("bat_1", [order(1, "bat_1"), order(9, "bat_1")]) == 0


def test_move_takes_only_rows_that_are_in_its_origin(world: World) -> None:
    world.batch(2)
    move = Move("bat_1", RowState.READY, RowState.CANCELLED, "cancelled", {"by": "test"})
    assert world.rows.move(move, [2, 7]) == 1
    assert world.rows.move(move, [2]) == 0
    assert [(event.number, event.data) for event in world.rows.events("bat_1", 2)] == [(2, {"by": "test"})]


@pytest.mark.parametrize("ruling", [Ruling.PASS, Ruling.REVIEW])
def test_a_made_file_can_be_rejected_and_the_row_made_again(world: World, ruling: Ruling) -> None:
    world.batch(2)
    world.verifier.rulings = [ruling, ruling]
    world.run()
    verbs = Verbs(world.batches, world.rows, world.lanes)
    assert verbs.reject("bat_1", [2], reason="wrong mug") == 1
    first, second = world.rows.records("bat_1")
    assert first.state is (RowState.DONE if ruling is Ruling.PASS else RowState.REVIEW)
    assert (second.state, second.problems[0].code) == (RowState.FAILED, "rejected")
    assert "wrong mug" in second.problems[0].reason
    assert verbs.retry("bat_1", [2]) == 1
    progress = world.run()
    assert progress.accounted
    assert progress.count(RowState.DONE) == (2 if ruling is Ruling.PASS else 1)
    assert world.rows.amend("bat_1", [order(2, "bat_1")]) == 0


def test_without_numbers_only_what_waits_is_rejected(world: World) -> None:
    world.batch(3)
    world.verifier.rulings = [Ruling.REVIEW]
    world.run()
    assert Verbs(world.batches, world.rows, world.lanes).reject("bat_1") == 1
    assert world.batches.progress("bat_1").count(RowState.DONE) == 2


def test_a_rejected_finished_row_is_made_again_with_a_new_seed(world: World) -> None:
    world.batch(1)
    world.run()
    (before,) = world.rows.records("bat_1")
    assert Verbs(world.batches, world.rows, world.lanes).reject("bat_1", [1], again=True) == 1
    assert world.run().count(RowState.DONE) == 1
    (after,) = world.rows.records("bat_1")
    assert after.seed != before.seed


def test_cancelled_batch_admits_nothing_and_keeps_what_is_done(world: World) -> None:
    world.batch(3, blocked=1, budget=1)
    world.run()
    assert Verbs(world.batches, world.rows, world.lanes).cancel("bat_1") == 3
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.CANCELLED)) == (1, 3)
    assert progress.batch.state is BatchState.CANCELLED


def test_retry_of_named_rows_leaves_the_others_alone(world: World) -> None:
    world.batch(2, blocked=1)
    world.run()
    assert Verbs(world.batches, world.rows, world.lanes).retry("bat_1", [1, 3]) == 1
    assert world.run().count(RowState.DONE) == 2


def test_audit_trail_tells_a_row_from_beginning_to_end(world: World) -> None:
    world.batch(1)
    world.run()
    assert [event.kind for event in world.rows.events("bat_1", 1)] == ["admitted", "stored", "verified", "done"]
    assert next(iter(world.rows.events("bat_1"))).kind == "created"


def test_row_that_moves_while_the_end_is_written_has_it_written_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    world.run()
    world.batches.begin_writing("end_1", "bat_1")
    world.batches.begin_writing("end_2", "bat_1")
    world.batches.end_writing("end_1", "bat_1")
    assert world.batches.unwritten("wrk_x") == ["bat_1"], "somebody else is at it by now"
    world.rows.move(Move("bat_1", RowState.DONE, RowState.DELIVERING, "delivering again"), [1])
    world.batches.end_writing("end_2", "bat_1")
    assert world.batches.unwritten("wrk_x") == ["bat_1"]
    world.run()
    world.batches.begin_writing("end_3", "bat_1")
    world.batches.end_writing("end_3", "bat_1")
    assert world.batches.unwritten("wrk_x") == []


def test_rows_that_nobody_holds_are_those_that_wait_or_whose_lease_is_over(world: World) -> None:
    world.batch(3)
    with world.queue.recover("wrk_a", ["fake"]):
        world.queue.admit("wrk_a", ["fake"], 2)
        assert world.batches.unheld("bat_1") == 0
        world.clock.advance(LEASE_SECONDS)
        assert world.batches.unheld("bat_1") == 2
        world.queue.claim_due("wrk_a", ["fake"], 1)
        assert world.batches.unheld("bat_1") == 1
    assert world.batches.unheld("bat_1") == 2


def test_nothing_is_taken_in_of_nothing(world: World) -> None:
    world.batch(1)
    assert world.rows.add("bat_1", []) == 0
    assert world.rows.move(Move("bat_1", RowState.READY, RowState.CANCELLED, "cancelled"), []) == 0


def test_records_and_events_come_page_by_page_and_none_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (asking, records):
        monkeypatch.setattr(module, "PAGE_ROWS", 2)
    world.batch(5)
    assert [record.number for record in world.rows.records("bat_1")] == [1, 2, 3, 4, 5]
    world.batch(4, batch_id="bat_2")
    assert [record.number for record in world.rows.records("bat_2")] == [1, 2, 3, 4]
    world.queue.admit("wrk_a", ["fake"], 3, "bat_2")
    assert [event.kind for event in world.rows.events("bat_2")] == ["created", "started"] + ["admitted"] * 3


def test_many_rows_are_taken_in_and_moved_a_few_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MANY", 2)
    world.batch(5)
    assert world.rows.add("bat_1", [order(number, "bat_1") for number in range(1, 8)]) == 2
    assert world.rows.move(Move("bat_1", RowState.READY, RowState.CANCELLED, "cancelled"), [6, 1, 2, 3, 9]) == 4
    assert world.check_laws().count(RowState.READY) == 3


def test_batch_is_changed_as_asked_and_says_so(world: World) -> None:
    world.batch(1)
    policy, options = Policy(attempts=3, budget=7, window=2), Options(sample=3)
    world.clock.advance(1)
    changed = world.batches.update("bat_1", "resumed", budget=7, window=2, options=options, state=BatchState.PAUSED)
    assert changed == world.batches.find("bat_1")
    assert (changed.policy, changed.options.sample, changed.state) == (policy, 3, BatchState.PAUSED)
    *_, told = world.rows.events("bat_1")
    assert (told.kind, told.at) == ("resumed", world.clock.now())
    assert told.data == {"state": "paused", "window": 2, "budget": 7}


def test_batch_owes_its_end_once_its_rows_are_in_and_again_when_one_has_moved(world: World) -> None:
    world.batch(0, blocked=1)
    assert world.batches.unwritten("wrk_a") == ["bat_1"], "the row that is blocked is to be told of"
    world.batches.begin_writing("end", "bat_1")
    world.batches.end_writing("end", "bat_1")
    assert world.rows.move(Move("bat_1", RowState.READY, RowState.CANCELLED, "cancelled"), [1]) == 0
    assert world.batches.unwritten("wrk_a") == [], "nothing has moved"
    assert world.rows.amend("bat_1", [order(1, "bat_1")]) == 1
    assert world.batches.unwritten("wrk_a") == ["bat_1"]


def test_row_that_is_only_looked_at_again_leaves_what_was_written_as_it_is(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([to_running(claim, Handle("job-1"), look_again_in=0.0)])
    world.batches.begin_writing("end", "bat_1")
    world.batches.end_writing("end", "bat_1")
    (claim,) = world.queue.claim_due("wrk_a", ["fake"], 1)
    world.queue.apply([still_running(claim, look_again_in=5.0)])
    assert world.batches.unwritten("wrk_a") == []


def test_ends_that_are_owed_come_in_the_order_of_their_batches_but_for_those_that_are_read_or_written(
    world: World,
) -> None:
    for batch_id in ("bat_2", "bat_3", "bat_1", "bat_4", "bat_5", "bat_6"):
        world.batch(1, batch_id=batch_id)
    world.write(update(batches).where(batches.c.id == "bat_3").values(created_at=world.clock.now() - 1))
    world.batches.update("bat_4", "read again", state=BatchState.IMPORTING)
    world.batches.begin_writing("gone", "bat_6")
    with world.queue.recover("wrk_a", ["fake"]), world.queue.recover("wrk_b", ["fake"]):
        world.batches.begin_writing("wrk_b", "bat_5")
        assert world.batches.unwritten("wrk_a") == ["bat_3", "bat_1", "bat_2", "bat_6"]
        assert world.batches.unwritten("wrk_b") == ["bat_3", "bat_1", "bat_2", "bat_5", "bat_6"]


def test_end_that_could_not_be_written_is_owed_and_told(world: World) -> None:
    for batch_id in ("bat_1", "bat_2"):
        world.batch(1, batch_id=batch_id)
        world.batches.begin_writing("end", batch_id)
    world.batches.end_writing("end", "bat_1", "the disk is full")
    *_, told = world.rows.events("bat_1")
    assert (told.kind, told.data) == ("not written", {"reason": "the disk is full"})
    world.batches.end_writing("end", "bat_2")
    assert world.batches.unwritten("wrk_a") == ["bat_1"]
    assert [event.kind for event in world.rows.events("bat_2")][-1] == "started"


def test_each_batch_has_the_template_it_was_opened_with(world: World) -> None:
    world.batch(1)
    newer = replace(TEMPLATE, version="v2", output_name="again-{{n}}")
    world.batches.create(replace(world.batches.find("bat_1"), id="bat_2", template_version="v2"), newer)
    assert [world.batches.template(batch_id) for batch_id in ("bat_1", "bat_2")] == [TEMPLATE, newer]
    world.write(update(batches).values(template_version="v3"))
    with pytest.raises(NotFoundError, match="version v3 of batch bat_1"):
        world.batches.template("bat_1")


def test_row_nobody_knows_about_is_paid_for_when_a_person_sends_it_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([to_unknown(claim, Failure(FailureKind.ENGINE, "no answer"))])
    assert Verbs(world.batches, world.rows, world.lanes).retry("bat_1", [1]) == 1
    balance = world.check_laws().balance
    assert (balance.reserved, balance.spent) == (0, 1)


def test_row_that_is_approved_is_due_at_once_and_one_that_is_rejected_never(world: World) -> None:
    world.batch(2)
    world.verifier.rulings = [Ruling.REVIEW] * 2
    world.run()
    verbs = Verbs(world.batches, world.rows, world.lanes)
    assert (verbs.approve("bat_1", [1]), verbs.reject("bat_1", [2])) == (1, 1)
    approved, rejected = (world.row(record.row_id) for record in world.rows.records("bat_1"))
    assert (approved.state, approved.due_at, approved.owner) == ("delivering", world.clock.now(), None)
    assert (rejected.state, rejected.due_at) == ("failed", None)
    assert [event.number for event in world.rows.events("bat_1") if event.kind in ("approved", "rejected")] == [1, 2]


def test_rows_of_other_batches_are_not_counted_as_held_by_nobody(world: World) -> None:
    world.batch(1)
    world.batch(1, batch_id="bat_2")
    world.queue.admit("wrk_a", ["fake"], 2)
    world.clock.advance(LEASE_SECONDS)
    assert world.batches.unheld("bat_1") == 1
