"""A transition: what a step decided about a row, as a value that the store applies under the claim's fence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from clipmill.domain.attempt import Claim
from clipmill.domain.line.call import Handle, Output
from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import Order
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem, Verdict


class Charge(StrEnum):
    """What happens to the attempt's reservation."""

    KEEP = "keep"
    SETTLE = "settle"
    #: The file was there already: settled at nothing, unless an earlier attempt of this row made it and was never paid.
    FOUND = "found"
    RELEASE = "release"


class Health(StrEnum):
    """What a step has shown of the engine: failures in a row stop its lane."""

    UNKNOWN = "unknown"
    GOOD = "good"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LaneStop:
    """Why a lane lets nothing more through, and for how long, seconds; None: until somebody lifts it."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """An order with its price: what becomes a part's row, or what a planned row is to be made of."""

    order: Order
    lane: Lane
    payload: Payload
    #: Thousandths of a credit that one attempt may cost.
    credits: int = 0
    together: str = ""
    #: It is planned itself, before anything of it is made.
    is_planned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """From one state to the next, with everything that must be written in the same transaction."""

    claim: Claim
    to: RowState
    #: What the audit trail calls this.
    event: str
    data: Mapping[str, Any] = field(default_factory=dict)
    charge: Charge = Charge.KEEP
    #: Thousandths the engine really took, where they differ from the reservation (only with SETTLE).
    charged: int | None = None
    #: Seconds until the row is looked at again; None: the worker goes on with it under the same lease.
    look_again_in: float | None = None
    handle: Handle | None = None
    output: Output | None = None
    media: str | None = None
    spec: MediaSpec | None = None
    verdict: Verdict | None = None
    problem: Problem | None = None
    #: Clock seconds since which nobody has answered; None: somebody did, or nobody was asked.
    silent_since: float | None = None
    #: A send went out whose answer never came.
    lost_send: bool = False
    #: Why the whole batch must stop admitting, empty when it need not.
    pause: str = ""
    #: The attempt does not count against the allowed ones (a rate limit, a lost worker).
    uncounted: bool = False
    #: The next attempt draws a new seed.
    new_seed: bool = False
    #: How much of the attempt's file is made, 0 to 1, where the engine says; it never falls within an attempt.
    progress: float | None = None
    #: Why the lane must stop.
    stop: LaneStop | None = None
    health: Health = Health.UNKNOWN
    #: The parts that are missing, by name (only to WAITING); what is to be made now (only from CHECKING to READY).
    parts: Mapping[str, Priced] = field(default_factory=dict)
    planned: Priced | None = None
    #: What becomes of the rows that shared the call: each of them for itself.
    riders: tuple[Transition, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether the worker that applied it continues with the next step at once."""
        return self.look_again_in is None and self.to in _CONTINUED


_CONTINUED = frozenset({RowState.FETCHING, RowState.VERIFYING, RowState.DELIVERING})


def together(claim: Claim, decide: Callable[[Claim], Transition]) -> Transition:
    """What becomes of a call as one: the same for the row that carries it and for each that rides with it."""
    return replace(decide(claim), riders=tuple(_riding(decide(rider)) for rider in claim.riders))


def with_riders(carrier: Transition, *riders: Transition) -> Transition:
    """What becomes of a row that carries a call, and of those that rode with it, each for itself."""
    return replace(carrier, riders=tuple(map(_riding, riders)))


def _riding(transition: Transition) -> Transition:
    """A rider is taken up by whoever has time, and while it rides it waits for nothing of its own."""
    if transition.to in (RowState.SUBMITTING, RowState.RUNNING):
        return replace(transition, look_again_in=None, handle=None)
    return replace(transition, look_again_in=0.0) if transition.goes_on else transition


def to_running(claim: Claim, handle: Handle, *, look_again_in: float) -> Transition:
    """The engine took the job and named it."""
    taken = Transition(claim=claim, to=RowState.RUNNING, event="submitted", data={"job": handle.job}, handle=handle,
                       look_again_in=look_again_in, health=Health.GOOD)  # fmt: skip
    return replace(taken, riders=tuple(_riding(replace(taken, claim=rider)) for rider in claim.riders))


def still_running(claim: Claim, *, look_again_in: float, progress: float | None = None) -> Transition:
    """The engine is not ready yet."""
    return Transition(claim=claim, to=RowState.RUNNING, event="", look_again_in=look_again_in, progress=progress)


def to_fetching(claim: Claim, output: Output, *, charged: int | None = None) -> Transition:
    """The engine has finished its job: it is paid for, whatever the file turns out to be."""
    return Transition(claim=claim, to=RowState.FETCHING, event="made", charge=Charge.SETTLE, charged=charged,
                      output=output, health=Health.GOOD)  # fmt: skip


def to_verifying(claim: Claim, media: str, spec: MediaSpec) -> Transition:
    """The file is stored under its content hash."""
    return Transition(claim=claim, to=RowState.VERIFYING, event="stored", data={"media": media}, media=media, spec=spec)


def came_along(stored: Transition, *, charged: int) -> Transition:
    """The file came with the answer to the send, and that is paid for."""
    return replace(stored, charge=Charge.SETTLE, charged=charged, health=Health.GOOD)


def to_delivering(claim: Claim, verdict: Verdict) -> Transition:
    """The file is what was asked for."""
    return Transition(claim=claim, to=RowState.DELIVERING, event="verified", verdict=verdict)


def to_review(claim: Claim, verdict: Verdict) -> Transition:
    """The file is outside the template's limits: a person decides. Making it is paid for."""
    return Transition(claim=claim, to=RowState.REVIEW, event="review", data={"reason": verdict.reason},
                      charge=_charge(claim), verdict=verdict)  # fmt: skip


def to_done(claim: Claim) -> Transition:
    """The file is in its place under its name."""
    return Transition(claim=claim, to=RowState.DONE, event="done", data={"file": claim.file_name},
                      charge=_charge(claim))  # fmt: skip


def to_cancelled(claim: Claim) -> Transition:
    """Whoever was making the file is gone, and nobody wants it any more."""
    return Transition(claim=claim, to=RowState.CANCELLED, event="cancelled", charge=Charge.RELEASE)


def _charge(claim: Claim) -> Charge:
    return Charge.FOUND if claim.spec is not None and claim.spec.reused else Charge.SETTLE


def to_waiting(claim: Claim, parts: Mapping[str, Priced]) -> Transition:
    """Parts are missing: the row waits until all of them are made."""
    return Transition(
        claim=claim, to=RowState.WAITING, event="waits", data={"parts": ", ".join(sorted(parts))}, parts=parts
    )


def to_ready(claim: Claim, planned: Priced) -> Transition:
    """Nothing is missing: the row may be made."""
    return Transition(claim=claim, to=RowState.READY, event="planned", planned=planned)


def to_blocked(claim: Claim, problem: Problem) -> Transition:
    """What was planned cannot be made: its owner must act."""
    return Transition(claim=claim, to=RowState.BLOCKED, event="blocked", data={"reason": problem.reason},
                      problem=problem)  # fmt: skip
