"""The story of a row, told state by state."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from clipmill.domain.failure import EXPIRIES_ALLOWED, Failure, FailureKind
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Ruling, Who
from clipmill.pipeline.batch import Verbs
from tests.world import LEASE_SECONDS, World


@pytest.fixture
def local(tmp_path: Path) -> World:
    """A line with a local engine."""
    return World(tmp_path, remote=False)


def test_good_row_ends_done_under_its_name(local: World) -> None:
    local.batch(1)
    progress = local.run()
    assert progress.count(RowState.DONE) == 1
    assert local.out() == ["1.txt"]
    assert (progress.balance.spent, progress.balance.reserved) == (1, 0)


def test_doubtful_file_waits_for_a_person_and_is_paid_for(local: World) -> None:
    local.batch(1)
    local.verifier.rulings = [Ruling.REVIEW]
    progress = local.run()
    assert (progress.count(RowState.REVIEW), progress.balance.spent) == (1, 1)
    assert local.out() == []


def test_approved_file_is_delivered_without_being_made_again(local: World) -> None:
    local.batch(1)
    local.verifier.rulings = [Ruling.REVIEW]
    local.run()
    assert Verbs(local.batches, local.rows).approve("bat_1") == 1
    assert local.run().count(RowState.DONE) == 1
    assert len(local.engine.made) == 1


def test_rejected_file_is_dropped_or_made_again_with_a_new_seed(local: World) -> None:
    local.batch(2)
    local.verifier.rulings = [Ruling.REVIEW, Ruling.REVIEW]
    local.run()
    verbs = Verbs(local.batches, local.rows)
    seeds = {record.number: record.seed for record in local.rows.records("bat_1")}
    assert (verbs.reject("bat_1", [1], reason="wrong product"), verbs.reject("bat_1", [2], again=True)) == (1, 1)
    progress = local.run()
    assert (progress.count(RowState.FAILED), progress.count(RowState.DONE)) == (1, 1)
    again = next(record for record in local.rows.records("bat_1") if record.number == 2)
    assert again.seed != seeds[2]


def test_bad_file_is_made_again_until_attempts_are_used_up(local: World) -> None:
    local.batch(1, attempts_allowed=2)
    local.verifier.rulings = [Ruling.FAIL, Ruling.FAIL]
    progress = local.run()
    assert (progress.count(RowState.FAILED), progress.balance.committed) == (1, 0)
    (record,) = local.rows.records("bat_1")
    assert record.attempts == 2
    assert record.problems[0].who is Who.OPERATOR
    assert "retry --failed" in record.problems[0].fix


def test_bad_file_then_good_one_is_done_and_leaves_no_problem(local: World) -> None:
    local.batch(1)
    local.verifier.rulings = [Ruling.FAIL]
    assert local.run().count(RowState.DONE) == 1
    (record,) = local.rows.records("bat_1")
    assert (record.attempts, record.problems) == (2, ())


@pytest.mark.parametrize("kind", [FailureKind.TEMPLATE, FailureKind.DISK, FailureKind.AUTH])
def test_failure_that_concerns_every_row_pauses_the_batch(local: World, kind: FailureKind) -> None:
    local.batch(50, window=1)
    local.engine.failures = [Failure(kind, "all rows would fail")]
    progress = local.run()
    assert progress.batch.reason == f"{kind}: all rows would fail"
    assert progress.count(RowState.READY) >= 48


def test_bug_of_ours_fails_its_row_and_no_other(local: World) -> None:
    local.batch(3)
    original, calls = local.deliverer.place, []

    def place(media: Path, folder: str, name: str) -> Path:
        calls.append(name)
        if name == "2.txt":
            raise ZeroDivisionError("a bug")
        return original(media, folder, name)

    local.deliverer.place = place  # type: ignore[method-assign]
    progress = local.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.FAILED)) == (2, 1)
    (failed,) = local.rows.records("bat_1", RowState.FAILED)
    assert failed.problems[0].reason == "ZeroDivisionError: a bug"


def test_lost_answer_is_asked_again_under_the_same_key_when_the_engine_remembers(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    world.engine.answers_to_lose = 1
    assert world.run().count(RowState.DONE) == 1
    assert world.engine.charges == ["bat_1_1.1"]


def test_lost_answer_is_unknown_and_held_when_the_engine_forgets(tmp_path: Path) -> None:
    world = World(tmp_path, remembers_keys=False)
    world.batch(1)
    world.engine.answers_to_lose = 1
    progress = world.run()
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved) == (1, 1)
    assert len(world.engine.charges) == 1


def test_worker_whose_lease_is_ending_does_not_pay(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    (claim,) = world.queue.admit("wrk", "fake", 1)
    world.clock.advance(LEASE_SECONDS - 1)
    from clipmill.pipeline.row import Line, step

    line = Line({"fake": world.engine}, world.verifier, world.deliverer, world.files, world.clock)
    transition = asyncio.run(step(claim, line))
    assert (transition.to, world.engine.charges) == (RowState.SUBMITTING, [])


def test_row_that_keeps_losing_its_workers_gets_a_new_attempt(local: World) -> None:
    local.batch(1)
    local.queue.admit("wrk", "fake", 1)
    for _ in range(EXPIRIES_ALLOWED + 1):
        local.clock.advance(LEASE_SECONDS + 1)
        local.queue.claim_due("wrk", 1)
    local.clock.advance(LEASE_SECONDS + 1)
    assert local.run().count(RowState.DONE) == 1
    (record,) = local.rows.records("bat_1")
    assert record.attempts == 2


def test_many_rows_go_through_a_small_window(local: World) -> None:
    local.batch(120, window=3)
    assert local.run().count(RowState.DONE) == 120
