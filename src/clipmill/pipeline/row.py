"""The story of a row: one small step per state, in the order a row lives through them. Read this file first.

A step takes a claim and gives a `Transition`; the store applies it under the claim's fence. Failures go through the
one retry table (`domain/failure.py`). A step that is cut off anywhere is simply taken again by whoever claims the row
next: every effect carries the attempt's key or is content-addressed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from clipmill.domain.attempt import Claim
from clipmill.domain.failure import EXPIRIES_ALLOWED, Failure, FailureKind, decide, hold
from clipmill.domain.media import MediaSpec
from clipmill.domain.row import RowState
from clipmill.domain.transition import (
    Transition,
    ask_again,
    resend_later,
    still_running,
    to_delivering,
    to_done,
    to_fetching,
    to_review,
    to_running,
    to_unknown,
    to_verifying,
)
from clipmill.domain.verdict import Ruling
from clipmill.errors import (
    AnswerLost,
    ClipmillError,
    EngineError,
    InputError,
    MediaError,
    NotFoundError,
    OverTime,
    StoreError,
    WorkerCrash,
)
from clipmill.ports import Accompanied, Clock, Deliverer, Engine, Files, LocalEngine, RemoteEngine, Verifier

#: A lease must last at least this much longer for a paid send to begin: a zombie must not pay.
SEND_MARGIN_SECONDS = 5.0
#: Seconds before a send whose answer was lost goes out again under its key.
RESEND_SECONDS = 2.0
#: Seconds before a question about a job, or a write to a full disk, is tried again.
AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """The parts a row passes on its way."""

    engines: Mapping[str, Engine]
    verifier: Verifier
    deliverer: Deliverer
    files: Files
    clock: Clock

    def local(self, claim: Claim) -> LocalEngine:
        """The claim's engine, which makes files on this machine."""
        engine = self.engines[claim.engine]
        assert isinstance(engine, LocalEngine)
        return engine

    def remote(self, claim: Claim) -> RemoteEngine:
        """The claim's engine, which is asked over a job API."""
        engine = self.engines[claim.engine]
        assert isinstance(engine, RemoteEngine)
        return engine


async def submit(claim: Claim, line: Line) -> Transition:
    """Ask the engine once, under the attempt's key. An answer that never came is `unknown`, not a retry."""
    engine = line.remote(claim)
    if claim.expiries and not engine.remembers_keys:
        return to_unknown(claim)
    if claim.lease_until - line.clock.now() < SEND_MARGIN_SECONDS:
        return resend_later(claim, look_again_in=0.0)
    try:
        job = await engine.submit(claim.payload, key=claim.key, seed=claim.seed)
    except EngineError as error:  # the engine's own word
        return decide(claim, error.failure)
    except Exception:  # whatever else went wrong, it may have been paid
        return resend_later(claim, look_again_in=RESEND_SECONDS) if engine.remembers_keys else to_unknown(claim)
    return to_running(claim, job, look_again_in=engine.first_poll_seconds)


async def poll(claim: Claim, line: Line) -> Transition:
    """Look whether the engine has finished."""
    engine = line.remote(claim)
    if await engine.poll(claim.job):
        return to_fetching(claim)
    return still_running(claim, look_again_in=engine.first_poll_seconds)


async def fetch(claim: Claim, line: Line) -> Transition:
    """Download the file and store it under its content: hosted results vanish, ours stay."""
    engine = line.remote(claim)
    async with _in_the_making(claim, line) as scratch:
        await engine.fetch(claim.job, scratch)
        return await _stored(claim, line, scratch, engine.expect(claim.payload))


async def render(claim: Claim, line: Line) -> Transition:
    """Make the file on this machine and store it under its content."""
    async with _in_the_making(claim, line) as scratch:
        spec = await line.local(claim).make(claim.payload, seed=claim.seed, into=scratch)
        # What another worker began, and is found made, may well be what this attempt made before: it is charged.
        spec = replace(spec, reused=spec.reused and not claim.is_taken_over)
        return await _stored(claim, line, scratch, spec)


@asynccontextmanager
async def _in_the_making(claim: Claim, line: Line) -> AsyncIterator[Path]:
    """Where the claim's file is made; however the step ends, nothing stays there."""
    name = f"{claim.key}.{claim.fence}"
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
    """Put the file under its name where the batch wants it."""
    media = await asyncio.to_thread(line.files.path, claim.media)
    await asyncio.to_thread(line.deliverer.place, media, claim.out_folder, claim.file_name)
    engine = line.engines[claim.engine]
    if isinstance(engine, Accompanied):
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


#: States in which the engine may be working for us, or have worked: a new key would pay again.
_HAS_A_JOB = frozenset({RowState.SUBMITTING, RowState.RUNNING, RowState.FETCHING})
#: States in which the file is made and paid for: a full disk makes them wait, not begin anew.
_IS_MADE = frozenset({RowState.FETCHING, RowState.VERIFYING, RowState.DELIVERING})

STEPS: Mapping[RowState, Callable[[Claim, Line], Awaitable[Transition]]] = {
    RowState.SUBMITTING: submit,
    RowState.RUNNING: poll,
    RowState.RENDERING: render,
    RowState.FETCHING: fetch,
    RowState.VERIFYING: verify,
    RowState.DELIVERING: deliver,
}


async def step(claim: Claim, line: Line) -> Transition:
    """Take the row one state further. Whatever goes wrong becomes a decision of the failure table."""
    if claim.expiries > EXPIRIES_ALLOWED:
        return _given_up(claim)
    try:
        return await STEPS[claim.state](claim, line)
    except AnswerLost:
        return ask_again(claim, look_again_in=AGAIN_SECONDS)
    except ClipmillError as error:
        return _failed(claim, failure_of(error))
    except Exception as error:  # a bug of ours fails its row, never the worker with all the others
        return decide(claim, Failure(FailureKind.INTERNAL, f"{type(error).__name__}: {error}"))


def _given_up(claim: Claim) -> Transition:
    """Too many workers were lost on this row: it may be what kills them, and a job of it may still be paid for."""
    if claim.state in _HAS_A_JOB:
        return to_unknown(claim)
    return decide(claim, Failure(FailureKind.WORKER, f"{claim.expiries} workers were lost while working on it"))


def _failed(claim: Claim, failure: Failure) -> Transition:
    if failure.kind is FailureKind.DISK and claim.state in _IS_MADE:
        return hold(claim, failure, look_again_in=AGAIN_SECONDS)
    return decide(claim, failure)


def failure_of(error: ClipmillError) -> Failure:
    """What kind of failure an error of ours is."""
    if isinstance(error, EngineError):
        return error.failure
    kinds: tuple[tuple[type[ClipmillError], FailureKind], ...] = (
        (OverTime, FailureKind.TIME),
        (WorkerCrash, FailureKind.WORKER),
        (MediaError, FailureKind.MEDIA),
        (NotFoundError, FailureKind.WORKER),
        (StoreError, FailureKind.DISK),
        (InputError, FailureKind.TEMPLATE),
    )
    kind = next((kind for error_type, kind in kinds if isinstance(error, error_type)), FailureKind.INTERNAL)
    return Failure(kind, str(error), fix=error.hint)
