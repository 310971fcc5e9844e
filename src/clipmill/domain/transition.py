"""A transition: what a step decided about a row, as a value that the store applies under the claim's fence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from clipmill.domain.attempt import Claim
from clipmill.domain.media import MediaSpec
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem, Verdict


class Charge(StrEnum):
    """What happens to the attempt's reservation."""

    KEEP = "keep"
    SETTLE = "settle"
    #: The file was there already: settled at nothing, unless an earlier attempt of this row made it and was never paid.
    FOUND = "found"
    RELEASE = "release"


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
    job: str | None = None
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

    @property
    def goes_on(self) -> bool:
        """Whether the worker that applied it continues with the next step at once."""
        return self.look_again_in is None and self.to in _CONTINUED


_CONTINUED = frozenset({RowState.FETCHING, RowState.VERIFYING, RowState.DELIVERING})


def to_running(claim: Claim, job: str, *, look_again_in: float) -> Transition:
    """The engine took the job and named it."""
    return Transition(claim=claim, to=RowState.RUNNING, event="submitted", data={"job": job}, job=job,
                      look_again_in=look_again_in)  # fmt: skip


def still_running(claim: Claim, *, look_again_in: float) -> Transition:
    """The engine is not ready yet."""
    return Transition(claim=claim, to=RowState.RUNNING, event="", look_again_in=look_again_in)


def to_fetching(claim: Claim, *, charged: int | None = None) -> Transition:
    """The engine has finished its job: it is paid for, whatever the file turns out to be."""
    return Transition(claim=claim, to=RowState.FETCHING, event="made", charge=Charge.SETTLE, charged=charged)


def to_verifying(claim: Claim, media: str, spec: MediaSpec) -> Transition:
    """The file is stored under its content hash."""
    return Transition(claim=claim, to=RowState.VERIFYING, event="stored", data={"media": media}, media=media, spec=spec)


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
