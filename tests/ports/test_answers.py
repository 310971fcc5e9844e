"""Answers: files that come with them, and what became of those that were lost, for every way of finding out."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import BatchState
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.line.call import Call, Handle, Output, Recovery
from clipmill.domain.line.report import Finished, Report
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition, to_fetching, to_running
from clipmill.errors import AnswerLost, EngineError, StoreError
from clipmill.pipeline.row import step
from clipmill.testing import FakePromptEngine, FakeRemoteEngine
from tests.world import LEASE_SECONDS, World, order

pytestmark = pytest.mark.usefixtures("each_database")

ASKED = (Recovery.CLIENT_ID, Recovery.LOOKUP, Recovery.LIST)


def with_engine(folder: Path, recovery: Recovery, *, prompt: bool = False, **options: Any) -> World:
    """A line with an engine that names its jobs, or one whose answer is the file."""
    engine = FakePromptEngine(folder / "prompt", recovery=recovery) if prompt else FakeRemoteEngine(
        "fake", recovery=recovery)  # fmt: skip
    return World(folder, engine=engine, **options)


def decided(world: World, claim: Claim) -> Transition:
    """What the claim's step decides."""
    return asyncio.run(step(claim, world.line()))


@pytest.mark.parametrize("prompt", [False, True], ids=["job", "prompt"])
@pytest.mark.parametrize("recovery", Recovery)
def test_lost_answer_is_found_out_about_and_never_paid_twice(tmp_path: Path, recovery: Recovery, prompt: bool) -> None:
    world = with_engine(tmp_path, recovery, prompt=prompt)
    world.batch(3)
    world.engine.answers_to_lose = 2
    progress = world.run()
    knows = recovery is not Recovery.NONE
    assert progress.count(RowState.DONE) == (3 if knows else 1)
    assert progress.count(RowState.UNKNOWN) == (0 if knows else 2)
    assert sorted(world.engine.charges) == ["bat_1_1.1", "bat_1_2.1", "bat_1_3.1"]
    assert (progress.balance.spent, progress.balance.reserved) == ((3, 0) if knows else (1, 2))
    assert world.engine.sends == (5 if recovery is Recovery.KEY else 3), "only a key is sent again"
    world.check_laws()


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("recovery", ASKED)
def test_send_that_was_cut_off_is_asked_for_before_anything_is_sent(
    tmp_path: Path, recovery: Recovery, arrived: bool
) -> None:
    world = with_engine(tmp_path, recovery)
    world.batch(1)
    with world.dying.recover("wrk_dead", ["fake"]):
        (claim,) = world.dying.admit("wrk_dead", ["fake"], 1)
        if arrived:
            decided(world, claim)
    asked = list[str]()
    recover = world.engine.recover

    async def told(call: Call) -> Any:
        asked.append(call.key)
        return await recover(call)

    world.engine.recover = told
    world.clock.advance(LEASE_SECONDS + 1)
    assert world.run().count(RowState.DONE) == 1
    assert (asked, world.engine.charges, world.engine.sends) == (["bat_1_1.1"], ["bat_1_1.1"], 1)


@pytest.mark.parametrize("recovery", [Recovery.KEY, *ASKED])
def test_first_send_asks_nobody(tmp_path: Path, recovery: Recovery) -> None:
    world = with_engine(tmp_path, recovery)
    world.batch(2)

    async def never(_call: Call) -> Any:
        raise AssertionError("nothing was sent yet")

    world.engine.recover = never
    assert world.run().count(RowState.DONE) == 2


@pytest.mark.parametrize("recovery", ASKED)
def test_answer_that_nobody_can_find_out_about_is_asked_for_until_it_is_unknown(
    tmp_path: Path, recovery: Recovery
) -> None:
    world, asked = with_engine(tmp_path, recovery), list[float]()
    world.batch(1)
    world.engine.answers_to_lose = 1

    async def nobody(_call: Call) -> Any:
        asked.append(world.clock.now())
        raise AnswerLost("the list did not come")

    world.engine.recover = nobody
    progress = world.run()
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved, world.engine.sends) == (1, 1, 1)
    assert len(asked) > 3
    assert asked[-1] - asked[0] <= 300.0


@pytest.mark.parametrize("recovery", ASKED)
def test_engine_that_refuses_to_say_leaves_the_send_open(tmp_path: Path, recovery: Recovery) -> None:
    world = with_engine(tmp_path, recovery)
    world.batch(1)
    world.engine.answers_to_lose = 1
    recover, refusals = world.engine.recover, [EngineError(Failure(FailureKind.RATE, "slow down"))]

    async def refused(call: Call) -> Any:
        if refusals:
            raise refusals.pop()
        return await recover(call)

    world.engine.recover = refused
    assert world.run().count(RowState.DONE) == 1
    assert world.engine.charges == ["bat_1_1.1"]


def test_file_that_came_with_the_answer_is_paid_for_and_goes_on_at_once(tmp_path: Path) -> None:
    world = with_engine(tmp_path, Recovery.KEY, prompt=True)
    world.engine.charged = 7
    world.batch(2)

    async def never(*_asked: Any) -> Any:
        raise AssertionError("there is nothing to ask for")

    world.engine.poll = world.engine.fetch = never
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.balance.spent, progress.balance.reserved) == (2, 14, 0)
    assert [event.kind for event in world.rows.events("bat_1", 1)] == ["admitted", "stored", "verified", "done"]
    assert '"n":1' in (world.folder / "out" / "1.txt").read_text().replace(" ", "")
    assert list((tmp_path / "prompt").iterdir()) == [], "the store has taken them"


def test_answer_of_a_shared_call_brings_every_file_or_says_why_not(tmp_path: Path) -> None:
    world = with_engine(tmp_path, Recovery.KEY, prompt=True, rows_per_call=10)
    world.engine.charged = 1000
    world.batch(orders=[order(number, "bat_1", filtered=number == 2) for number in range(1, 5)])
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.FAILED), progress.balance.spent) == (3, 1, 1000)
    assert world.engine.charges == ["bat_1_1.1"]


def test_answer_may_say_where_the_files_are(tmp_path: Path) -> None:
    world = with_engine(tmp_path, Recovery.KEY)
    world.batch(2)
    submit, poll = world.engine.submit, world.engine.poll

    async def at_once(call: Call) -> Finished:
        handle = await submit(call)
        return Finished(await poll(handle), handle)

    world.engine.submit = at_once
    assert world.run().count(RowState.DONE) == 2
    assert [event.kind for event in world.rows.events("bat_1", 1)] == ["admitted", "made", "stored", "verified", "done"]


@pytest.mark.parametrize("recovery", Recovery)
def test_file_that_came_along_and_found_no_room_is_not_paid_for_again(tmp_path: Path, recovery: Recovery) -> None:
    world = with_engine(tmp_path, recovery, prompt=True)
    world.batch(1)
    put, full = world.files.put, [StoreError("no space left")]

    def no_room(path: Path, *, keep: bool = False) -> str:
        if full:
            raise full.pop()
        return put(path, keep=keep)

    world.files.put = no_room  # type: ignore[method-assign]
    progress = world.run()
    assert progress.batch.state is BatchState.PAUSED, "the others would find no room either"
    assert progress.batch.reason == "disk: no space left"
    world.clock.advance(LEASE_SECONDS)
    world.verbs.resume("bat_1")
    progress = world.run()
    assert world.engine.charges == ["bat_1_1.1"]
    assert progress.count(RowState.UNKNOWN if recovery is Recovery.NONE else RowState.DONE) == 1


def test_handle_and_output_are_kept_for_whoever_comes_next(tmp_path: Path) -> None:
    world = with_engine(tmp_path, Recovery.KEY)
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    handle = Handle("job-1", {"region": "eu", "poll": {"url": "https://there/1"}})
    world.queue.apply([to_running(claim, handle, look_again_in=0.0)])
    (claim,) = world.queue.claim_due("wrk_b", ["fake"], 1)
    assert (claim.handle, claim.output) == (handle, None)
    output = Output("https://there/file", {"headers": ["a"]})
    (going_on,) = world.queue.apply([to_fetching(claim, output)])
    assert going_on is not None
    assert (going_on.output, going_on.handle) == (output, handle)


def test_job_is_let_alone_for_longer_the_older_it_is(tmp_path: Path) -> None:
    world, asked = with_engine(tmp_path, Recovery.KEY), list[float]()
    world.batch(1)
    world.engine.polls_until_done, poll = 40, world.engine.poll

    async def noted(handle: Handle) -> Report:
        asked.append(world.clock.now())
        return await poll(handle)

    world.engine.poll = noted
    assert world.run().count(RowState.DONE) == 1
    waits = [later - sooner for sooner, later in itertools.pairwise(asked)]
    assert waits[0] < 2.0
    assert all(later >= sooner - 0.5 for sooner, later in itertools.pairwise(waits)), "later and later"
    assert 10.0 < waits[-1] <= 60.5


@pytest.mark.parametrize("recovery", [Recovery.KEY, Recovery.LOOKUP])
def test_worker_that_dies_between_answer_and_word_of_it_pays_nothing_twice(tmp_path: Path, recovery: Recovery) -> None:
    world = with_engine(tmp_path, recovery, prompt=True)
    world.batch(2)
    with world.dying.recover("wrk_dead", ["fake"]):
        for claim in world.dying.admit("wrk_dead", ["fake"], 2):
            decided(world, claim)
    world.clock.advance(LEASE_SECONDS + 1)
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.balance.spent) == (2, 2)
    assert sorted(world.engine.charges) == ["bat_1_1.1", "bat_1_2.1"]
