"""The story of a row, told state by state."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from clipmill.cli.wording import in_words
from clipmill.domain.failure import EXPIRIES_ALLOWED, Failure, FailureKind, decide
from clipmill.domain.line.call import Call, Handle, Recovery
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Ruling, Who
from clipmill.errors import AnswerLost, EngineError, InputError, StoreError
from clipmill.pipeline.batch import Verbs
from clipmill.pipeline.row import Line, step
from clipmill.store.schema import ledger
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


@pytest.mark.parametrize("ends", [EngineError(Failure(FailureKind.MEDIA, "a broken clip")), asyncio.CancelledError()])
def test_nothing_of_a_file_that_was_not_finished_stays(local: World, ends: BaseException) -> None:
    async def make(payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        for half in (into, into.with_name(f"{into.name}.frames")):
            half.write_text("half a film")
        raise ends

    local.engine.make = make  # type: ignore[method-assign]
    local.batch(1)
    (claim,) = local.queue.admit("wrk", ["fake"], 1)
    line = Line({"fake": local.engine}, local.verifier, local.deliverer, local.files, local.clock)
    with suppress(asyncio.CancelledError):
        asyncio.run(step(claim, line))
    assert list(local.files.scratch("").iterdir()) == []


@pytest.mark.parametrize(("ruling", "state"), [(Ruling.PASS, RowState.DONE), (Ruling.REVIEW, RowState.REVIEW)])
def test_file_that_was_there_already_costs_nothing(local: World, ruling: Ruling, state: RowState) -> None:
    _find_what_was_made(local)
    local.verifier.rulings = [ruling]
    local.batch(1)
    progress = local.run()
    assert (progress.count(state), progress.balance.spent, progress.balance.reserved) == (1, 0, 0)
    assert [line.kind for line in _ledger(local)] == ["reserve", "settle"], "it is reserved all the same"
    local.check_laws()


def test_file_that_a_lost_worker_made_for_the_same_attempt_is_paid_for(local: World) -> None:
    _find_what_was_made(local)
    local.batch(1)
    local.queue.admit("wrk_lost", ["fake"], 1)
    local.clock.advance(LEASE_SECONDS + 1)
    assert local.run().balance.spent == 1


def test_file_that_an_earlier_attempt_made_is_paid_for_once(local: World) -> None:
    """An attempt that was given up before its file was settled leaves one that the next attempt finds."""
    _find_what_was_made(local)
    local.batch(1)
    local.verifier.rulings = [Ruling.FAIL]
    assert local.run().balance.spent == 1, "the first attempt was given back, and the file is the row's own"
    Verbs(local.batches, local.rows, local.lanes).retry("bat_1", [1])
    assert local.run().balance.spent == 1, "it is paid for already"
    local.check_laws()


def test_leases_that_run_out_on_different_steps_are_no_sign_of_a_job_that_kills(local: World) -> None:
    """Workers that die of something else take a row a step further each: nothing of it is given up."""
    local.batch(1)
    line = Line({"fake": local.engine}, local.verifier, local.deliverer, local.files, local.clock)
    claims = list(local.queue.admit("wrk", ["fake"], 1))
    states = []
    while claims:
        for lost in range(EXPIRIES_ALLOWED):
            local.clock.advance(LEASE_SECONDS + 1)
            claims = list(local.queue.claim_due(f"wrk_{lost}", ["fake"], 1))
        states.append(claims[0].state)
        claims = [claim for claim in local.queue.apply([asyncio.run(step(claims[0], line))]) if claim]
    assert states == [RowState.RENDERING, RowState.VERIFYING, RowState.DELIVERING]
    assert local.batches.progress("bat_1").count(RowState.DONE) == 1
    assert local.batches.progress("bat_1").balance.spent == 1


def _find_what_was_made(world: World) -> None:
    """Let the engine answer that the file was there, made for an equal project."""
    make = world.engine.make

    async def found(payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        return replace(await make(payload, seed=seed, into=into), reused=True)

    world.engine.make = found  # type: ignore[method-assign]


def _ledger(world: World) -> list[Any]:
    with world.database.read() as connection:
        return list(connection.execute(select(ledger).order_by(ledger.c.id)))


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
    assert Verbs(local.batches, local.rows, local.lanes).approve("bat_1") == 1
    assert local.run().count(RowState.DONE) == 1
    assert len(local.engine.made) == 1


def test_texts_beside_a_file_are_delivered_under_its_name(local: World) -> None:
    local.engine.sidecars = lambda payload: {"srt": "1\nHello\n", "vtt": "WEBVTT\n"}  # type: ignore[method-assign]
    local.batch(1)
    assert local.run().count(RowState.DONE) == 1
    assert local.out() == ["1.srt", "1.txt", "1.vtt"]
    assert (local.folder / "out" / "1.srt").read_text() == "1\nHello\n"


def test_rejected_file_is_dropped_or_made_again_with_a_new_seed(local: World) -> None:
    local.batch(2)
    local.verifier.rulings = [Ruling.REVIEW, Ruling.REVIEW]
    local.run()
    verbs = Verbs(local.batches, local.rows, local.lanes)
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
    assert "retry --failed" in in_words(record.problems[0].fix)


def test_bad_file_then_good_one_is_done_and_leaves_no_problem(local: World) -> None:
    local.batch(1)
    local.verifier.rulings = [Ruling.FAIL]
    assert local.run().count(RowState.DONE) == 1
    (record,) = local.rows.records("bat_1")
    assert (record.attempts, record.problems) == (2, ())


@pytest.mark.parametrize("kind", [FailureKind.TEMPLATE, FailureKind.DISK])
def test_failure_that_concerns_every_row_pauses_the_batch(local: World, kind: FailureKind) -> None:
    local.batch(50, window=1)
    local.engine.failures = [Failure(kind, "all rows would fail")]
    progress = local.run()
    assert progress.batch.reason == f"{kind}: all rows would fail"
    assert progress.count(RowState.READY) >= 48


@pytest.mark.parametrize("kind", [FailureKind.AUTH, FailureKind.CREDITS])
def test_failure_that_concerns_every_row_of_an_engine_holds_its_lane_until_somebody_goes_on(
    local: World, kind: FailureKind
) -> None:
    local.batch(50, window=1, attempts_allowed=1)
    local.engine.failures = [Failure(kind, "all rows would fail")]
    progress = local.run()
    assert (progress.batch.reason, progress.is_at_rest) == ("", True)
    assert [(halt.lane, halt.reason, halt.is_for_good) for halt in progress.halts] == [
        ("fake", f"{kind}: all rows would fail", True)
    ]
    assert (progress.count(RowState.READY), progress.balance.committed) == (50, 0)
    local.clock.advance(1e6)
    assert local.run().count(RowState.READY) == 50
    local.verbs.resume("bat_1")
    assert local.run().count(RowState.DONE) == 50


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
    world = World(tmp_path, recovery=Recovery.NONE)
    world.batch(1)
    world.engine.answers_to_lose = 1
    progress = world.run()
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved) == (1, 1)
    assert len(world.engine.charges) == 1


def test_worker_whose_lease_is_ending_does_not_pay(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    (claim,) = world.queue.admit("wrk", ["fake"], 1)
    world.clock.advance(LEASE_SECONDS - 1)
    line = Line({"fake": world.engine}, world.verifier, world.deliverer, world.files, world.clock)
    transition = asyncio.run(step(claim, line))
    assert (transition.to, world.engine.charges) == (RowState.SUBMITTING, [])


def test_row_that_keeps_losing_its_workers_gets_a_new_attempt(local: World) -> None:
    local.batch(1)
    local.queue.admit("wrk", ["fake"], 1)
    for number in range(EXPIRIES_ALLOWED + 1):
        local.clock.advance(LEASE_SECONDS + 1)
        local.queue.claim_due(f"wrk_{number}", ["fake"], 1)
    local.clock.advance(LEASE_SECONDS + 1)
    assert local.run().count(RowState.DONE) == 1
    (record,) = local.rows.records("bat_1")
    assert record.attempts == 2


def test_many_rows_go_through_a_small_window(local: World) -> None:
    local.batch(120, window=3)
    assert local.run().count(RowState.DONE) == 120


def test_bug_after_a_paid_send_does_not_pay_again(tmp_path: Path) -> None:
    for remembers in (True, False):
        folder = tmp_path / str(remembers)
        folder.mkdir()
        world = World(folder, recovery=Recovery.KEY if remembers else Recovery.NONE)
        world.batch(1)
        submit = world.engine.submit

        async def broken(call: Call, submit: Any = submit, world: World = world) -> Handle:
            await submit(call)
            world.engine.submit = submit
            raise KeyError("after the money went")

        world.engine.submit = broken
        progress = world.run()
        assert progress.count(RowState.DONE if remembers else RowState.UNKNOWN) == 1
        assert len(world.engine.charges) == 1


def test_question_nobody_answered_is_asked_again_under_the_same_job(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    lost = {"poll": 2, "fetch": 2}

    def losing(name: str) -> Any:
        original = getattr(world.engine, name)

        async def ask(*arguments: Any) -> Any:
            lost[name] -= 1
            if lost[name] >= 0:
                raise AnswerLost("nobody there")
            return await original(*arguments)

        return ask

    world.engine.poll, world.engine.fetch = losing("poll"), losing("fetch")
    assert world.run().count(RowState.DONE) == 1
    assert world.engine.charges == ["bat_1_1.1"]


def test_full_disk_holds_what_is_paid_for_and_buys_nothing_twice(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(2)
    place, full = world.deliverer.place, [StoreError("no space left")]

    def full_once(media: Path, folder: str, name: str) -> Path:
        if full:
            raise full.pop()
        return place(media, folder, name)

    world.deliverer.place = full_once  # type: ignore[method-assign]
    progress = world.run()
    assert progress.batch.reason.startswith("disk: no space left")
    world.clock.advance(LEASE_SECONDS)
    Verbs(world.batches, world.rows, world.lanes).resume("bat_1")
    assert world.run().count(RowState.DONE) == 2
    assert len(world.engine.charges) == 2


def test_rows_of_another_batch_that_were_dropped_do_not_hold_the_lane(local: World) -> None:
    local.batch(20, batch_id="bat_1")
    local.batch(3, batch_id="bat_2")
    local.queue.admit("wrk_dead", ["fake"], 10, "bat_1")
    local.clock.advance(LEASE_SECONDS + 1)
    assert local.run("bat_2").count(RowState.DONE) == 3


@pytest.mark.parametrize(("lane", "window"), [(1, None), (4, 1)], ids=["the lane's", "the batch's"])
@pytest.mark.timeout(60)
def test_unknown_rows_that_hold_the_whole_window_pause_the_batch(tmp_path: Path, lane: int, window: int | None) -> None:
    world = World(tmp_path, recovery=Recovery.NONE, lane=lane)
    world.batch(2, window=window)
    world.engine.answers_to_lose = 1
    progress = world.run()
    assert progress.batch.reason.startswith("unknown: 1 row holds the whole window")
    verbs = Verbs(world.batches, world.rows, world.lanes)
    assert verbs.retry("bat_1", [1]) == 1
    verbs.resume("bat_1")
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.balance.spent, progress.balance.reserved) == (2, 3, 0)


def test_row_that_would_be_tried_again_in_a_cancelled_batch_is_cancelled(local: World) -> None:
    local.batch(2, window=1)
    (claim,) = local.queue.admit("wrk", ["fake"], 1)
    Verbs(local.batches, local.rows, local.lanes).cancel("bat_1")
    local.queue.apply([decide(claim, Failure(FailureKind.ENGINE, "down"))])
    progress = local.check_laws()
    assert (progress.count(RowState.CANCELLED), progress.balance.committed) == (2, 0)
    with pytest.raises(InputError, match="cancelled"):
        Verbs(local.batches, local.rows, local.lanes).retry("bat_1")


def test_making_one_row_of_a_sample_again_does_not_open_the_batch(local: World) -> None:
    local.batch(20)
    local.rows.prefer("bat_1", [1, 2])
    local.batches.update("bat_1", "sampled", priority_limit=0)
    local.verifier.rulings = [Ruling.REVIEW]
    local.run()
    verbs = Verbs(local.batches, local.rows, local.lanes)
    assert verbs.reject("bat_1", again=True, reason="ugly") == 1
    verbs.resume("bat_1")
    assert local.run().count(RowState.DONE) == 2


def test_rejected_row_says_why(local: World) -> None:
    local.batch(1)
    local.verifier.rulings = [Ruling.FAIL, Ruling.REVIEW]
    local.run()
    (waiting,) = local.rows.records("bat_1")
    assert waiting.problems == (), "what an earlier attempt failed of is over"
    Verbs(local.batches, local.rows, local.lanes).reject("bat_1", reason="wrong product")
    (rejected,) = local.rows.records("bat_1")
    assert rejected.problems[0].reason == "a person rejected it: wrong product"


def test_one_transition_the_store_refuses_costs_its_row_and_no_other(
    tmp_path: Path, log_lines: list[dict[str, Any]]
) -> None:
    world = World(tmp_path)
    world.batch(3)
    submit = world.engine.submit

    async def same_job(call: Call) -> Handle:
        await submit(call)
        return Handle("job-1" if len(world.engine.charges) < 3 else "job-3")

    world.engine.submit = same_job
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.UNKNOWN)) == (2, 1), "it may have been paid for"
    assert [line["level"] for line in log_lines if line["event"].startswith("the store refused")] == [
        "warning", "error"
    ]  # fmt: skip
