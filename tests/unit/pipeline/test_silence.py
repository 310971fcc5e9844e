"""What goes wrong on the way to an engine: nothing is sent for ever, nothing is swallowed, nothing is paid twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import Progress
from clipmill.domain.event import Event
from clipmill.domain.failure import EXPIRIES_ALLOWED, Failure, FailureKind
from clipmill.domain.line.call import Call, Handle
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition
from clipmill.errors import (
    AnswerLost,
    ClipmillError,
    EngineError,
    InputError,
    MediaError,
    NotFoundError,
    OverTime,
    ProjectError,
    StoreError,
    WorkerCrash,
)
from clipmill.pipeline.calling import call_of
from clipmill.pipeline.row import Line, failure_of, step
from tests.world import World

#: Seconds after which nobody is asked any more, as the table has it.
SENDS_END, QUESTIONS_END = 300.0, 3600.0
LOST, BUG = AnswerLost("the line went dead"), ZeroDivisionError("a bug")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One row for an engine that remembers keys."""
    world = World(tmp_path)
    world.batch(1)
    return world


def raising(error: Exception, calls: list[float], world: World) -> Callable[..., Any]:
    """A method of an engine that fails whenever it is called, and writes down when."""

    async def fail(*_arguments: Any, **_options: Any) -> Any:
        calls.append(world.clock.now())
        raise error

    return fail


def events(world: World, kind: str = "") -> list[Event]:
    """What the row's audit trail says, of one kind or all."""
    return [event for event in world.rows.events("bat_1", 1) if kind in ("", event.kind)]


def live(world: World) -> Progress:
    """What a worker makes of the batch, without its waiting: the clock is put to when the next thing is due."""
    line = Line({"fake": world.engine}, world.verifier, world.deliverer, world.files, world.clock)
    while True:
        claims = [*world.queue.claim_due("wrk", ["fake"], 9), *world.queue.admit("wrk", ["fake"], 9)]
        progress = world.check_laws()
        if not claims and (progress.is_at_rest or world.row(1).due_at is None):
            return progress
        if not claims:
            world.clock.advance(world.row(1).due_at - world.clock.now())
        for claim in claims:
            going: Claim | None = claim
            while going is not None:
                (going,) = world.queue.apply([asyncio.run(step(going, line))])


def waits(calls: list[float]) -> list[float]:
    """Seconds between one call and the next."""
    return [after - before for before, after in pairwise(calls)]


def is_doubling(calls: list[float], first: float, longest: float) -> bool:
    """Whether each wait is as long as the silence before it, within bounds."""
    due = [min(max(first, called - calls[0]), longest) for called in calls]
    return waits(calls[:-1]) == pytest.approx(due[: len(calls) - 2])


def test_bug_before_the_send_fails_the_row_at_once_and_tells_where_it_was(world: World) -> None:
    calls: list[float] = []
    world.engine.prepare = raising(BUG, calls, world)
    assert live(world).count(RowState.FAILED) == 1
    assert (len(calls), world.engine.sends) == (1, 0)
    (failed,) = events(world, "failed")
    assert failed.data["reason"] == "ZeroDivisionError: a bug"
    assert failed.data["traceback"].startswith("Traceback")
    assert "test_silence.py" in failed.data["traceback"]
    assert world.check_laws().balance.committed == 0


def test_refusal_before_the_send_is_the_engines_own_word(world: World) -> None:
    world.engine.prepare = raising(EngineError(Failure(FailureKind.DATA, "too long")), [], world)
    assert live(world).count(RowState.FAILED) == 1
    (failed,) = events(world, "failed")
    assert (failed.data["kind"], "traceback" in failed.data, world.engine.sends) == ("data", False, 0)


def test_upload_that_nobody_answers_is_tried_again_and_then_fails_for_nothing_was_sent(tmp_path: Path) -> None:
    world, calls = World(tmp_path), list[float]()
    world.batch(1, attempts_allowed=1)
    world.engine.prepare = raising(LOST, calls, world)
    progress = live(world)
    assert (progress.count(RowState.FAILED), world.engine.sends, progress.balance.committed) == (1, 0, 0)
    assert calls[-1] - calls[0] == pytest.approx(SENDS_END)
    (record,) = world.rows.records("bat_1")
    assert record.problems[0].reason == "no answer for 300 s: the line went dead"


@pytest.mark.parametrize("error", [LOST, BUG], ids=["lost", "bug"])
def test_send_that_is_never_answered_goes_out_later_and_later_and_ends_unknown(world: World, error: Exception) -> None:
    calls: list[float] = []
    world.engine.submit = raising(error, calls, world)
    progress = live(world)
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved) == (1, 1)
    assert calls[-1] - calls[0] == pytest.approx(SENDS_END)
    assert is_doubling(calls, 2.0, 60.0)
    assert len(calls) <= 13
    again = events(world, "resend")
    assert len(again) == len(calls) - 1
    assert all(("traceback" in event.data) is (error is BUG) for event in again)
    (record,) = world.rows.records("bat_1")
    assert str(error) in record.problems[0].reason
    assert "no answer for 300 s" in record.problems[0].reason


def test_engine_may_want_to_be_asked_for_longer(world: World) -> None:
    calls: list[float] = []
    world.engine.patience_seconds = 1000.0
    world.engine.submit = raising(LOST, calls, world)
    assert live(world).count(RowState.UNKNOWN) == 1
    assert calls[-1] - calls[0] == pytest.approx(1000.0)


@pytest.mark.parametrize("error", [LOST, BUG], ids=["lost", "bug"])
def test_job_nobody_tells_of_is_asked_for_later_and_later_and_ends_unknown(world: World, error: Exception) -> None:
    calls: list[float] = []
    world.engine.poll = raising(error, calls, world)
    progress = live(world)
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved) == (1, 1)
    assert calls[-1] - calls[0] == pytest.approx(QUESTIONS_END)
    assert is_doubling(calls, 5.0, 300.0)
    assert len(calls) <= 24
    told = events(world, "unanswered")
    assert len(told) == len(calls) - 1
    assert all(("traceback" in event.data) is (error is BUG) for event in told)
    (record,) = world.rows.records("bat_1")
    assert "no answer for 3600 s" in record.problems[0].reason


def test_file_that_never_comes_is_unknown_and_not_bought_again(world: World) -> None:
    calls: list[float] = []
    world.engine.fetch = raising(LOST, calls, world)
    progress = live(world)
    assert (progress.count(RowState.UNKNOWN), progress.balance.spent, len(world.engine.charges)) == (1, 1, 1)
    assert calls[-1] - calls[0] == pytest.approx(QUESTIONS_END)


def test_an_answer_ends_the_silence(world: World) -> None:
    poll, lost = world.engine.poll, [LOST] * 3

    async def now_and_then(handle: Handle) -> Any:
        if lost:
            raise lost.pop()
        return await poll(handle)

    world.engine.poll, world.engine.polls_until_done = now_and_then, 2
    assert live(world).count(RowState.DONE) == 1
    assert world.row(1).silent_since is None


@pytest.mark.parametrize("kind", [FailureKind.RATE, FailureKind.ENGINE, FailureKind.AUTH, FailureKind.CREDITS])
def test_refusal_of_a_second_send_says_nothing_of_the_first(world: World, kind: FailureKind) -> None:
    """A new key would pay again for what the first send began."""
    submit, errors = world.engine.submit, [LOST, EngineError(Failure(kind, "not now", retry_after_seconds=9.0))]

    async def lost_then_refused(call: Call) -> Any:
        job = await submit(call)
        if errors:
            raise errors.pop(0)
        return job

    world.engine.submit = lost_then_refused
    progress = live(world)
    assert progress.count(RowState.DONE) == 1
    assert world.engine.charges == ["bat_1_1.1"]
    halts = [record.halt.reason for record in world.lanes.every() if record.halt and record.halt.is_for_good]
    assert halts == ([f"{kind}: not now"] if kind in (FailureKind.AUTH, FailureKind.CREDITS) else [])
    assert progress.batch.reason == ""
    lost, refused = events(world, "resend")
    assert (lost.data["reason"], refused.data["reason"]) == ("the line went dead", "not now")
    assert events(world, "submitted")[0].at - refused.at >= 9.0


def test_refusal_of_the_row_itself_holds_for_every_send(world: World) -> None:
    errors = [LOST, EngineError(Failure(FailureKind.DATA, "too long"))]

    async def lost_then_refused(_call: Call) -> Any:
        raise errors.pop(0)

    world.engine.submit = lost_then_refused
    progress = live(world)
    assert (progress.count(RowState.FAILED), progress.balance.committed) == (1, 0)


def test_preparing_again_after_a_lost_send_cannot_fail_the_row(world: World) -> None:
    world.engine.answers_to_lose, calls = 1, list[float]()

    async def once(_call: Call) -> Mapping[str, Any]:
        world.engine.prepare = raising(BUG, calls, world)
        return {}

    world.engine.prepare = once
    progress = live(world)
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved, world.engine.sends) == (1, 1, 1)


@pytest.mark.parametrize("step", ["poll", "fetch"])
@pytest.mark.parametrize("kind", [FailureKind.RATE, FailureKind.AUTH, FailureKind.CREDITS])
def test_refused_question_leaves_the_job_alive(world: World, kind: FailureKind, step: str) -> None:
    ask, refusals = getattr(world.engine, step), [EngineError(Failure(kind, "not now"))]

    async def refused(*arguments: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return await ask(*arguments)

    setattr(world.engine, step, refused)
    assert live(world).count(RowState.DONE) == 1
    assert len(world.engine.charges) == 1


def test_bug_while_fetching_does_not_forget_what_was_paid_for(world: World) -> None:
    world.engine.fetch = raising(BUG, [], world)
    progress = live(world)
    assert (progress.count(RowState.UNKNOWN), progress.balance.spent, len(world.engine.charges)) == (1, 1, 1)


@pytest.mark.parametrize(("seconds", "ends"), [(299.0, RowState.DONE), (400.0, RowState.UNKNOWN)])
def test_send_that_was_cut_off_is_repeated_only_while_the_engine_remembers_its_key(
    world: World, seconds: float, ends: RowState
) -> None:
    (claim,) = world.queue.admit("wrk_dead", ["fake"], 1)
    asyncio.run(world.engine.submit(call_of(claim)))
    world.clock.advance(seconds)
    assert live(world).count(ends) == 1
    assert world.engine.charges == ["bat_1_1.1"]
    assert world.engine.sends == (2 if ends is RowState.DONE else 1)


def test_full_disk_under_a_download_is_no_silence_of_the_engine(world: World) -> None:
    fetch, errors = world.engine.fetch, [LOST, *(StoreError("no space left") for _ in range(130))]

    async def fetched(*arguments: Any) -> Any:
        if errors:
            raise errors.pop()
        return await fetch(*arguments)

    world.engine.fetch = fetched
    for _ in range(140):
        if live(world).count(RowState.DONE):
            break
        world.clock.advance(world.row(1).due_at - world.clock.now())
    assert world.check_laws().count(RowState.DONE) == 1
    assert len(world.engine.charges) == 1


def test_job_that_failed_is_made_again(world: World) -> None:
    poll, failures = world.engine.poll, [EngineError(Failure(FailureKind.ENGINE, "it broke"))]

    async def broke(handle: Handle) -> Any:
        if failures:
            raise failures.pop()
        return await poll(handle)

    world.engine.poll = broke
    assert live(world).count(RowState.DONE) == 1
    assert world.engine.charges == ["bat_1_1.1", "bat_1_1.2"]


@pytest.mark.parametrize(
    ("state", "ends"),
    [(RowState.SUBMITTING, RowState.UNKNOWN), (RowState.RUNNING, RowState.UNKNOWN),
     (RowState.FETCHING, RowState.UNKNOWN), (RowState.VERIFYING, RowState.READY),
     (RowState.DELIVERING, RowState.READY)],
)  # fmt: skip
def test_row_that_is_given_up_with_a_live_job_is_unknown_and_never_failed(
    world: World, state: RowState, ends: RowState
) -> None:
    (claim,) = world.queue.admit("wrk", ["fake"], 1)
    held = replace(claim, state=state, expiries=EXPIRIES_ALLOWED + 1)
    transition = one_step(world, held)
    assert transition.to is ends
    assert "11 workers were lost" in transition.data["reason"]
    last = one_step(world, replace(held, attempts_allowed=1))
    assert last.to is (RowState.UNKNOWN if ends is RowState.UNKNOWN else RowState.FAILED)


def test_row_is_not_given_up_before(world: World) -> None:
    (claim,) = world.queue.admit("wrk", ["fake"], 1)
    assert one_step(world, replace(claim, expiries=EXPIRIES_ALLOWED)).to is RowState.RUNNING


def one_step(world: World, claim: Claim) -> Transition:
    """What a worker decides about the claim."""
    line = Line({"fake": world.engine}, world.verifier, world.deliverer, world.files, world.clock)
    return asyncio.run(step(claim, line))


def test_full_disk_while_verifying_holds_the_file_and_makes_it_no_second_time(world: World) -> None:
    verify, full, calls = world.verifier.verify, [True], list[float]()

    async def no_room(*arguments: Any) -> Any:
        calls.append(world.clock.now())
        if full and len(calls) < 4:
            raise StoreError("no space left")
        return await verify(*arguments)

    world.verifier.verify = no_room  # type: ignore[method-assign]
    for _ in range(3):
        progress = live(world)
        assert progress.count(RowState.VERIFYING) == 1
        assert progress.batch.reason == "disk: no space left"
        world.clock.advance(world.row(1).due_at - world.clock.now())
    assert live(world).count(RowState.DONE) == 1
    assert len(world.engine.charges) == 1
    assert waits(calls) == [30.0] * 3


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (EngineError(Failure(FailureKind.QUALITY, "x")), FailureKind.QUALITY), (AnswerLost("x"), FailureKind.ENGINE),
        (OverTime("x"), FailureKind.TIME), (WorkerCrash("x"), FailureKind.WORKER), (MediaError("x"), FailureKind.MEDIA),
        (NotFoundError("x"), FailureKind.WORKER), (StoreError("x"), FailureKind.DISK),
        (InputError("x"), FailureKind.TEMPLATE), (ProjectError("x"), FailureKind.TEMPLATE),
        (ClipmillError("x"), FailureKind.INTERNAL), (KeyError("x"), FailureKind.INTERNAL),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_every_error_has_its_kind(error: Exception, kind: FailureKind) -> None:
    failure = failure_of(error)
    assert failure.kind is kind
    assert bool(failure.traceback) is (kind is FailureKind.INTERNAL)


def test_hint_of_an_error_is_the_rows_fix() -> None:
    assert failure_of(MediaError("broken", hint="Take a JPEG.")).fix == "Take a JPEG."


def test_secrets_are_cut_from_what_is_told_of_a_bug() -> None:
    address = "https://{}:{}@example.com/file?token={}".format("user", "open sesame".replace(" ", ""), "abcdef")
    try:
        raise ValueError(address)
    except ValueError as error:
        failure = failure_of(error)
    for told in (failure.message, failure.traceback):
        assert "example.com/file" in told
        assert "opensesame" not in told
        assert "abcdef" not in told.split("ValueError: ")[1]


def test_traceback_is_of_bounded_length_and_keeps_both_ends() -> None:
    def deep(level: int) -> None:
        if level:
            deep(level - 1)
        raise ValueError("x" * 20_000 + "\ud800 the end")

    try:
        deep(3)
    except ValueError as error:
        told = failure_of(error).traceback
    assert told.startswith("Traceback")
    assert told.endswith("the end")
    assert len(told) < 6_100
    told.encode()
