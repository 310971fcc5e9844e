"""The story of a row: one small step per state, in the order a row lives through them. Read this file first.

A step takes a claim and gives a `Transition`; the store applies it under the claim's fence. Failures go through the
one retry table (`domain/failure.py`). A step that is cut off anywhere is simply taken again by whoever claims the row
next: every effect carries the attempt's key or is content-addressed. What nobody answers is asked again later and
later, and not for ever; what may have been paid for is never given up as failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from pathlib import Path, PurePath
from typing import cast

from clipmill import log
from clipmill.domain.attempt import Claim
from clipmill.domain.failure import (
    EXPIRIES_ALLOWED,
    PATIENCE,
    Failure,
    FailureKind,
    ask_again,
    decide,
    give_up,
    hold,
    is_outcome,
    is_too_old,
    to_unknown,
)
from clipmill.domain.line.call import Call, Handle, Output, Recovery
from clipmill.domain.line.report import Finished, Report
from clipmill.domain.media import MediaSpec
from clipmill.domain.row import RowState
from clipmill.domain.transition import (
    Transition,
    came_along,
    still_running,
    to_blocked,
    to_cancelled,
    to_delivering,
    to_done,
    to_fetching,
    to_review,
    to_running,
    to_verifying,
    together,
    with_riders,
)
from clipmill.domain.verdict import Ruling
from clipmill.errors import AnswerLost, EngineError, InputError
from clipmill.pipeline.calling import call_of, look_again_in, shares_of
from clipmill.pipeline.failing import failure_of
from clipmill.pipeline.planning import planned, refused_payload
from clipmill.ports import (
    Clock,
    Deliverer,
    Engine,
    Files,
    LocalEngine,
    Maker,
    Progressing,
    RemoteEngine,
    Verifier,
)

#: A lease must last at least this much longer for a paid send to begin: a zombie must not pay.
SEND_MARGIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """The parts a row passes on its way."""

    engines: Mapping[str, Engine]
    verifier: Verifier
    deliverer: Deliverer
    files: Files
    clock: Clock
    #: What plans rows that need parts, by name.
    makers: Mapping[str, Maker] = field(default_factory=dict)
    #: Until when a claim's row is nobody else's, clock seconds: leases are moved forward under a step that takes long.
    lease_until: Callable[[Claim], float] = attrgetter("lease_until")

    def local(self, claim: Claim) -> LocalEngine:
        """The claim's engine, which makes files on this machine."""
        return cast(LocalEngine, self.engines[claim.engine])

    def remote(self, claim: Claim) -> RemoteEngine:
        """The claim's engine, which is asked over a job API."""
        return cast(RemoteEngine, self.engines[claim.engine])


async def plan(claim: Claim, line: Line) -> Transition:
    """Ask the row's maker which parts are missing, or what to make of them: the row waits, or is ready."""
    try:
        return await asyncio.to_thread(planned, claim, line.engines, line.makers)
    except InputError as error:
        return to_blocked(claim, refused_payload(error))


async def submit(claim: Claim, line: Line) -> Transition:
    """Prepare what is sent, which is free; then send it, once, under the attempt's key.

    An answer that never came is asked for again under that key, or `unknown`: never a new attempt.
    """
    engine = line.remote(claim)
    if unsent := _cannot_be_sent(claim, line):
        return unsent
    call = call_of(claim)
    if hasattr(engine, "prepare"):  # ports.Preparing, asked for in a twentieth of the time
        call = replace(call, request=await engine.prepare(call))
    try:  # all that comes before the send may have taken its time
        answer = await _arrived(claim, engine, call) or _cannot_be_sent(claim, line) or await engine.submit(call)
        if isinstance(answer, Finished):
            return replace(await _finished(claim, line, answer.report), handle=answer.handle)
    except Exception as error:
        return _unanswered(claim, line, error)
    if isinstance(answer, Transition):
        return answer
    return to_running(claim, answer, look_again_in=engine.first_poll_seconds)


def _unanswered(claim: Claim, line: Line, error: Exception) -> Transition:
    """A send went wrong: the engine's own word decides; after anything else, it may have been paid."""
    failure = failure_of(error)
    if isinstance(error, EngineError) and is_outcome(claim, failure):
        return together(claim, partial(decide, failure=failure))
    if line.remote(claim).recovery is Recovery.NONE:
        return together(claim, partial(to_unknown, failure=failure))
    return _ask_again(claim, line, failure, sent=True)


async def _arrived(claim: Claim, engine: RemoteEngine, call: Call) -> Handle | Finished | None:
    """What became of a send that may have gone out before, where the engine is asked for it."""
    if claim.may_be_paid and engine.recovery is not Recovery.KEY:
        return await engine.recover(call)
    return None


def _cannot_be_sent(claim: Claim, line: Line) -> Transition | None:
    """What becomes of a row that must not be sent now, or never blindly."""
    engine, now = line.remote(claim), line.clock.now()
    if claim.may_be_paid and engine.recovery is Recovery.NONE:
        return together(claim, partial(to_unknown, failure=_LOST))
    if engine.recovery is Recovery.KEY and is_too_old(claim, now=now, longest=engine.patience_seconds):
        return together(claim, partial(to_unknown, failure=_FORGOTTEN))
    return _ask_again(claim, line, _TOO_LATE) if line.lease_until(claim) - now < SEND_MARGIN_SECONDS else None


async def poll(claim: Claim, line: Line) -> Transition:
    """Look whether the engine has finished; the older a job is, the longer it is let alone."""
    engine = line.remote(claim)
    assert claim.handle is not None
    if claim.is_called_off:
        with suppress(EngineError, AnswerLost):  # it goes on then, and what it makes is kept
            await engine.cancel(claim.handle)
    report = await engine.poll(claim.handle)
    if report.finished:
        return await _finished(claim, line, report)
    again = look_again_in(claim, report, engine, line.clock.now())
    return still_running(claim, look_again_in=again, progress=report.progress)


async def _finished(claim: Claim, line: Line, report: Report) -> Transition:
    """What became of each attempt of a call: its file is to be fetched or came along, or it failed for itself."""
    price = shares_of(claim, report)
    decided = []
    for each in (claim, *claim.riders):
        failure, output = report.failures.get(each.key), report.outputs.get(each.key, _NOTHING)
        if failure is not None:
            decided.append(decide(each, replace(failure, charged=each.key in price, took=price.get(each.key))))
        elif not output.path:
            decided.append(to_fetching(each, output, charged=price[each.key]))
        else:
            spec = line.remote(each).expect(each.payload)
            decided.append(came_along(await _stored(each, line, Path(output.path), spec), charged=price[each.key]))
    return with_riders(*decided)


async def fetch(claim: Claim, line: Line) -> Transition:
    """Download the file and store it under its content: hosted results vanish, ours stay."""
    engine = line.remote(claim)
    async with _in_the_making(claim, line) as scratch:
        try:
            await engine.fetch(claim.output or _NOTHING, scratch)
        except EngineError as error:
            if error.failure.kind is not FailureKind.EXPIRED_RESULT or claim.handle is None:
                raise
            report = await engine.poll(claim.handle)  # addresses of files end before the files do
            await engine.fetch(report.outputs.get(claim.key, _NOTHING), scratch)
        return await _stored(claim, line, scratch, engine.expect(claim.payload))


async def render(claim: Claim, line: Line) -> Transition:
    """Make the file on this machine and store it under its content; of a cancelled batch whose worker is gone, none."""
    if claim.is_called_off:
        return to_cancelled(claim)
    async with _in_the_making(claim, line) as scratch:
        spec = await line.local(claim).make(claim.payload, seed=claim.seed, into=scratch)
        # What another worker began, and is found made, may well be what this attempt made before: it is charged.
        spec = replace(spec, reused=spec.reused and not claim.is_taken_over)
        return await _stored(claim, line, scratch, spec)


def scratch_name(claim: Claim) -> str:
    """What the claim's file is called while it is made."""
    return f"{claim.key}.{claim.fence}"


def progress_of(claim: Claim, line: Line) -> float | None:
    """How much of the claim's file is made on this machine, 0 to 1; None where nobody can tell."""
    engine = line.engines.get(claim.engine)
    if claim.state is not RowState.RENDERING or not isinstance(engine, Progressing):
        return None
    return engine.progress_of(line.files.scratch(scratch_name(claim)))


@asynccontextmanager
async def _in_the_making(claim: Claim, line: Line) -> AsyncIterator[Path]:
    """Where the claim's file is made; however the step ends, nothing stays there."""
    name = scratch_name(claim)
    try:
        yield await asyncio.to_thread(line.files.scratch, name)
    finally:
        await asyncio.to_thread(line.files.discard, name)


async def _stored(claim: Claim, line: Line, scratch: Path, spec: MediaSpec) -> Transition:
    media = await asyncio.to_thread(line.files.put, scratch)
    return to_verifying(claim, media, replace(spec, reference=claim.reference))


async def verify(claim: Claim, line: Line) -> Transition:
    """Decode what was written and compare it with what was asked."""
    assert claim.spec is not None
    media = await asyncio.to_thread(line.files.path, claim.media)
    verdict = await line.verifier.verify(media, claim.spec, claim.verify_limits)
    if verdict.ruling is Ruling.FAIL:
        return decide(claim, Failure(FailureKind.QUALITY, verdict.reason), verdict=verdict)
    return to_review(claim, verdict) if verdict.ruling is Ruling.REVIEW else to_delivering(claim, verdict)


async def deliver(claim: Claim, line: Line) -> Transition:
    """Put the file under its name where the batch wants it; a part is where it is wanted already."""
    if claim.is_part:
        return to_done(claim)
    media = await asyncio.to_thread(line.files.path, claim.media)
    await asyncio.to_thread(line.deliverer.place, media, claim.out_folder, claim.file_name)
    engine = line.engines[claim.engine]
    if hasattr(engine, "sidecars"):  # ports.Accompanied
        for suffix, text in (await asyncio.to_thread(engine.sidecars, claim.payload)).items():
            await asyncio.to_thread(_place_text, claim, line, suffix, text)
    return to_done(claim)


def _place_text(claim: Claim, line: Line, suffix: str, text: str) -> None:
    """Put a text beside the finished file, under its name with another suffix."""
    path = line.files.scratch(f"{claim.key}.{claim.fence}.{suffix}")
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
        line.deliverer.place(path, claim.out_folder, f"{PurePath(claim.file_name).stem}.{suffix}")
    finally:
        path.unlink(missing_ok=True)


_NOTHING = Output()
#: Why a row is not sent now, or not again.
_TOO_LATE = Failure(FailureKind.WORKER, "its lease was ending before it could be sent")
_LOST = Failure(FailureKind.ENGINE, "the answer to its send was lost, and the engine cannot tell by its key")
_FORGOTTEN = Failure(FailureKind.ENGINE, "it may have been sent so long ago that the engine has forgotten its key")
#: States in which the file is made and paid for: a full disk makes them wait, not begin anew.
_IS_MADE = frozenset({RowState.FETCHING, RowState.VERIFYING, RowState.DELIVERING})

STEPS: Mapping[RowState, Callable[[Claim, Line], Awaitable[Transition]]] = {
    RowState.CHECKING: plan,
    RowState.SUBMITTING: submit,
    RowState.RUNNING: poll,
    RowState.RENDERING: render,
    RowState.FETCHING: fetch,
    RowState.VERIFYING: verify,
    RowState.DELIVERING: deliver,
}


async def step(claim: Claim, line: Line) -> Transition:
    """Take the row one state further, and tell the log of it. Whatever goes wrong becomes a decision of the table."""
    with log.keyed(batch=claim.batch_id, row=claim.number, attempt=claim.attempt):
        log.debug("begun", state=str(claim.state), lost_leases=claim.expiries)
        decided = await _step(claim, line)
        tell = log.error if "traceback" in decided.data else log.info
        tell(decided.event or "waits", was=str(claim.state), to=str(decided.to), **decided.data)
        return decided


async def _step(claim: Claim, line: Line) -> Transition:
    if claim.expiries > EXPIRIES_ALLOWED:  # it may be what kills its workers
        lost = f"{claim.expiries} workers were lost while working on it"
        return together(claim, partial(give_up, failure=Failure(FailureKind.WORKER, lost)))
    try:
        return await STEPS[claim.state](claim, line)
    except Exception as error:  # a bug of ours fails its row, never the worker with all the others
        return _failed(claim, line, error)


def _failed(claim: Claim, line: Line, error: Exception) -> Transition:
    failure = failure_of(error)
    if failure.kind is FailureKind.DISK and claim.state in _IS_MADE:
        return hold(claim, failure)
    if claim.state in PATIENCE and (isinstance(error, AnswerLost) or _leaves_a_job(claim, error)):
        return _ask_again(claim, line, failure)
    return together(claim, partial(decide, failure=failure))


def _leaves_a_job(claim: Claim, error: Exception) -> bool:
    """Whether the engine may go on with a job of this attempt, whatever went wrong here."""
    if claim.state is not RowState.SUBMITTING:
        return not (isinstance(error, EngineError) and is_outcome(claim, error.failure))
    return claim.may_be_paid


def _ask_again(claim: Claim, line: Line, failure: Failure, *, sent: bool = False) -> Transition:
    longest = line.remote(claim).patience_seconds
    again = ask_again(claim, failure, now=line.clock.now(), longest=longest, sent=sent)
    if again.to is claim.state:  # those that ride with it wait with it
        return again
    return together(claim, partial(ask_again, failure=failure, now=line.clock.now(), longest=longest, sent=sent))
