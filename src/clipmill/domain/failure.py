"""Failures, and the whole retry policy as one table: nothing else decides whether a row is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clipmill.domain.attempt import Claim
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge, Transition
from clipmill.domain.verdict import Problem, Verdict, Who
from clipmill.hints import RETRY, Action, Deed


class FailureKind(StrEnum):
    """What kind of thing went wrong, as the failure table knows it."""

    DATA = "data"
    TEMPLATE = "template"
    MEDIA = "media"
    TIME = "time"
    AUTH = "auth"
    CREDITS = "credits"
    RATE = "rate"
    ENGINE = "engine"
    QUALITY = "quality"
    WORKER = "worker"
    DISK = "disk"
    INTERNAL = "internal"


class Remedy(StrEnum):
    """What a person does about a failed row: the same attempt again is not always a help."""

    RETRY = "retry"
    CORRECT = "correct"
    NEW_BATCH = "new batch"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: its kind, a sentence, and what is known of the engine's side."""

    kind: FailureKind
    message: str
    #: What to do, in the imperative; empty: the table's sentence.
    fix: str = ""
    column: str = ""
    value: str = ""
    retry_after_seconds: float | None = None
    #: The engine took its money although it failed.
    charged: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    retried: bool
    who: Who
    fix: str
    #: Whether a try counts against the allowed attempts.
    counts: bool = True
    #: Whether the whole batch stops admitting until somebody acts.
    pauses: bool = False
    #: Whether the next attempt draws a new seed.
    new_seed: bool = False
    #: Seconds before the second attempt; doubled for each further one.
    wait_seconds: float = 0.0


#: failure → retried?, who acts, what to do (the kinds are a render API's own list of causes).
TABLE: dict[FailureKind, Rule] = {
    FailureKind.DATA: Rule(False, Who.DATA_OWNER, "Correct the row and feed it back."),
    FailureKind.TEMPLATE: Rule(False, Who.TEMPLATE_AUTHOR, "Correct the template and start a new batch.", pauses=True),
    FailureKind.MEDIA: Rule(False, Who.DATA_OWNER, "Replace the file and feed the row back."),
    FailureKind.TIME: Rule(False, Who.DATA_OWNER, "Use a simpler drawing, text or picture and feed the row back; "
                           f"or raise the limit, then `{RETRY}`."),
    FailureKind.AUTH: Rule(False, Who.OPERATOR, "Check the engine's key.", counts=False, pauses=True),
    FailureKind.CREDITS: Rule(True, Who.OPERATOR, "Raise the budget, then resume.", counts=False, pauses=True),
    FailureKind.RATE: Rule(True, Who.NOBODY, "Nothing: it is tried again later.", counts=False, wait_seconds=5.0),
    FailureKind.ENGINE: Rule(True, Who.NOBODY, "Nothing: it is tried again later.", wait_seconds=2.0),
    FailureKind.QUALITY: Rule(True, Who.NOBODY, "Nothing: it is made again with a new seed.", new_seed=True),
    FailureKind.WORKER: Rule(True, Who.NOBODY, "Nothing: it is made again."),
    FailureKind.DISK: Rule(True, Who.OPERATOR, "Free space on the disk, then resume.", counts=False, pauses=True),
    FailureKind.INTERNAL: Rule(False, Who.OPERATOR, "Report it with the row's events: this is a bug in clipmill."),
}  # fmt: skip

#: A lease may run out this often on one step of an attempt before the row is taken to be what kills its workers.
EXPIRIES_ALLOWED = 10
_LONGEST_WAIT_SECONDS = 300.0
_CODE = "failed."
_RETRY_FAILED = Action(Deed.RETRY, options={"failed": ""})
_ATTEMPTS_USED_UP = f"Its attempts are used up: find the cause, then `{_RETRY_FAILED}`."


def problem_of(failure: Failure, *, again: bool) -> Problem:
    """The failure as the row's owner reads it; once retries are used up, a person must act."""
    rule = TABLE[failure.kind]
    who, fix = (rule.who, rule.fix) if again or not rule.retried else (Who.OPERATOR, _ATTEMPTS_USED_UP)
    return Problem(code=f"{_CODE}{failure.kind}", reason=failure.message, fix=failure.fix or fix,
                   column=failure.column, value=failure.value, who=who)  # fmt: skip


def helps(code: str) -> Remedy:
    """What brings a row further that failed with a problem of this code."""
    kind = code.removeprefix(_CODE)
    if code != _CODE + kind or kind not in set(FailureKind):
        return Remedy.CORRECT  # a person rejected it
    rule = TABLE[FailureKind(kind)]
    if rule.who is Who.DATA_OWNER:
        return Remedy.CORRECT
    if rule.who is Who.TEMPLATE_AUTHOR:
        return Remedy.NEW_BATCH
    return Remedy.REPORT if kind == FailureKind.INTERNAL else Remedy.RETRY


def wait_seconds(failure: Failure, attempt: int) -> float:
    """Seconds before the next attempt: what the engine asked for, else the table's, doubled per attempt."""
    if failure.retry_after_seconds is not None:
        return failure.retry_after_seconds
    doubled: float = TABLE[failure.kind].wait_seconds * 2.0 ** (attempt - 1)
    return min(doubled, _LONGEST_WAIT_SECONDS)


def hold(claim: Claim, failure: Failure, *, look_again_in: float) -> Transition:
    """A made file cannot be put anywhere now: the row waits where it is, and the batch until somebody acts."""
    return Transition(
        claim=claim,
        to=claim.state,
        event="held",
        data={"reason": failure.message},
        look_again_in=look_again_in,
        problem=problem_of(failure, again=True),
        pause=f"{failure.kind}: {failure.message}",
    )


def decide(claim: Claim, failure: Failure, *, verdict: Verdict | None = None) -> Transition:
    """What becomes of a row after a failure: ready for a new attempt, or failed. Its credits follow the engine's."""
    rule = TABLE[failure.kind]
    charge = Charge.SETTLE if failure.charged else Charge.RELEASE
    again = rule.retried and (not rule.counts or not claim.is_last)
    return Transition(
        claim=claim,
        to=RowState.READY if again else RowState.FAILED,
        event="retry" if again else "failed",
        data={"kind": str(failure.kind), "reason": failure.message},
        charge=charge,
        look_again_in=wait_seconds(failure, claim.attempt) if again else None,
        problem=problem_of(failure, again=again),
        verdict=verdict,
        pause=f"{failure.kind}: {failure.message}" if rule.pauses else "",
        uncounted=again and not rule.counts,
        new_seed=rule.new_seed,
    )
