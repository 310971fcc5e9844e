"""Failures, and the whole retry policy as one table: nothing else decides whether a row is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from clipmill.domain.attempt import Claim
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge, Health, LaneStop, Transition, together
from clipmill.domain.verdict import Problem, Verdict, Who
from clipmill.hints import RESUME, RETRY, Action, Deed


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
    #: The engine takes no more jobs at once, is not there, or did not finish in its time.
    CONCURRENCY = "concurrency"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    #: So much is allowed in a period, and it is used up.
    QUOTA = "quota"
    #: What was asked, or what was made, is not to be shown.
    FILTER_INPUT = "filter_input"
    FILTER_OUTPUT = "filter_output"
    #: The model does not take what was asked of it, or is no more.
    PARAMS = "params"
    RETIRED = "retired"
    #: What was made is not to be had any longer.
    EXPIRED_RESULT = "expired_result"
    #: The engine said what nobody here understands.
    UNMAPPED = "unmapped"


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
    #: How much of it, where that is not what was reserved.
    took: int | None = None
    #: Where in the code an unexpected error came from, for whoever mends it; empty for failures that are foreseen.
    traceback: str = ""


class Halts(StrEnum):
    """What stops taking in rows until somebody acts, or time passes."""

    NOTHING = "nothing"
    LANE = "lane"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    retried: bool
    who: Who
    fix: str
    #: Whether a try counts against the allowed attempts.
    counts: bool = True
    halts: Halts = Halts.NOTHING
    #: Tries at the most, where that is fewer than are allowed.
    tries: int | None = None
    #: How long it halts a lane, where the engine does not say, seconds; None: until somebody acts.
    halt_seconds: float | None = None
    #: Whether many of them in a row, of whatever rows, show that the engine itself is out of order.
    is_of_the_engine: bool = False
    #: Whether the next attempt draws a new seed.
    new_seed: bool = False
    #: Seconds before the second attempt; doubled for each further one.
    wait_seconds: float = 0.0
    #: Whether an engine says it of the call at hand only, and not of a job that an earlier call may have begun.
    of_the_call: bool = False


#: failure → retried?, who acts, what to do (the kinds are a render API's own list of causes).
TABLE: dict[FailureKind, Rule] = {
    FailureKind.DATA: Rule(False, Who.DATA_OWNER, "Correct the row and feed it back."),
    FailureKind.TEMPLATE: Rule(False, Who.TEMPLATE_AUTHOR, "Correct the template and start a new batch.",
                               halts=Halts.BATCH),
    FailureKind.MEDIA: Rule(False, Who.DATA_OWNER, "Replace the file and feed the row back."),
    FailureKind.TIME: Rule(False, Who.DATA_OWNER, "Use a simpler drawing, text or picture and feed the row back; "
                           f"or raise the limit, then `{RETRY}`."),
    FailureKind.AUTH: Rule(True, Who.OPERATOR, f"Correct the engine's key, then `{RESUME}`.", counts=False,
                           halts=Halts.LANE, of_the_call=True),
    FailureKind.CREDITS: Rule(True, Who.OPERATOR, f"Fill the account at the engine, then `{RESUME}`.", counts=False,
                              halts=Halts.LANE, of_the_call=True),
    FailureKind.QUOTA: Rule(True, Who.NOBODY, "Nothing: it is tried again later.", counts=False, halts=Halts.LANE,
                            halt_seconds=900.0, of_the_call=True),
    FailureKind.CONCURRENCY: Rule(True, Who.NOBODY, "Nothing: it is tried again later.", counts=False,
                                  halts=Halts.LANE, halt_seconds=5.0, wait_seconds=5.0, of_the_call=True),
    FailureKind.UNAVAILABLE: Rule(True, Who.NOBODY, "Nothing: it is tried again later.", wait_seconds=5.0,
                                  is_of_the_engine=True, of_the_call=True),
    FailureKind.TIMEOUT: Rule(True, Who.NOBODY, "Nothing: it is tried again.", wait_seconds=2.0,
                              is_of_the_engine=True),
    FailureKind.RATE: Rule(True, Who.NOBODY, "Nothing: it is tried again later.", counts=False,
                           halts=Halts.LANE, halt_seconds=5.0, wait_seconds=5.0, of_the_call=True),
    FailureKind.ENGINE: Rule(True, Who.NOBODY, "Nothing: it is tried again later.", wait_seconds=2.0,
                             is_of_the_engine=True),
    FailureKind.QUALITY: Rule(True, Who.NOBODY, "Nothing: it is made again with a new seed.", new_seed=True),
    FailureKind.WORKER: Rule(True, Who.NOBODY, "Nothing: it is made again."),
    FailureKind.DISK: Rule(True, Who.OPERATOR, "Free space on the disk, then resume.", counts=False, halts=Halts.BATCH),
    FailureKind.FILTER_INPUT: Rule(False, Who.DATA_OWNER, "Change what the row asks for and feed it back."),
    FailureKind.FILTER_OUTPUT: Rule(True, Who.DATA_OWNER, "Change what the row asks for and feed it back.",
                                    new_seed=True, tries=2),
    FailureKind.PARAMS: Rule(False, Who.TEMPLATE_AUTHOR, "Ask the model for what it can do, in a new batch."),
    FailureKind.RETIRED: Rule(False, Who.TEMPLATE_AUTHOR, "Name a model that is there, in a new batch.",
                              halts=Halts.LANE),
    FailureKind.EXPIRED_RESULT: Rule(False, Who.OPERATOR, "Look whether the engine has it still; a retry pays again."),
    FailureKind.UNMAPPED: Rule(False, Who.OPERATOR, "Look at the engine what it means, then retry by number."),
    FailureKind.INTERNAL: Rule(False, Who.OPERATOR, "Report it with the row's events: this is a bug in clipmill."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patience:
    """How the same is done again while nobody answers, seconds; each wait is as long as the silence before it."""

    first_wait: float
    longest_wait: float
    #: Silence after which it is given up, unless the engine wants longer.
    ends_after: float


#: State → how long nobody may answer in it. A send ends first: engines forget keys, some after ten minutes.
PATIENCE: Mapping[RowState, Patience] = {
    RowState.SUBMITTING: Patience(2.0, 60.0, 300.0),
    RowState.RUNNING: Patience(5.0, 300.0, 3600.0),
    RowState.FETCHING: Patience(5.0, 300.0, 3600.0),
}
#: How often it is looked whether somebody has made room on a full disk, seconds.
_HELD_SECONDS = 30.0
#: States in which the engine may be working for us, or have worked: a new key would pay again (invariant 3).
_HAS_A_JOB = frozenset({RowState.RUNNING, RowState.FETCHING})
_MAY_HAVE_A_JOB = _HAS_A_JOB | {RowState.SUBMITTING}

#: A lease may run out this often on one step of an attempt before the row is taken to be what kills its workers.
EXPIRIES_ALLOWED = 10
_LONGEST_WAIT_SECONDS = 300.0
_CODE = "failed."
_LOOK = "Look for the row's key at the engine; it is not sent again by itself."
_RETRY_FAILED = Action(Deed.RETRY, options={"failed": ""})
_ATTEMPTS_USED_UP = f"Its attempts are used up: find the cause, then `{_RETRY_FAILED}`."


def problem_of(failure: Failure, *, again: bool) -> Problem:
    """The failure as the row's owner reads it; once retries are used up, a person must act."""
    rule = TABLE[failure.kind]
    is_used_up = rule.retried and rule.who is Who.NOBODY and not again
    who, fix = (Who.OPERATOR, _ATTEMPTS_USED_UP) if is_used_up else (rule.who, rule.fix)
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


def hold(claim: Claim, failure: Failure) -> Transition:
    """A made file cannot be put anywhere now: the row waits where it is, and the batch until somebody acts."""
    return replace(_again_later(claim, failure, _HELD_SECONDS), event="held",
                   problem=problem_of(failure, again=True))  # fmt: skip


def ask_again(claim: Claim, failure: Failure, *, now: float, longest: float = 0.0, sent: bool = False) -> Transition:
    """Nobody answered: the same again, later and later; given up once it took the table's time, or the engine's
    `longest` where that is more. `sent`: it was a paid send, which may have arrived.
    """
    patience, since = PATIENCE[claim.state], _silent_since(claim, failure, now)
    claim = replace(claim, unanswered=claim.unanswered + sent)
    silence = now - since
    left = max(patience.ends_after, longest) - silence
    if left <= 0:
        return give_up(claim, replace(failure, message=f"no answer for {silence:.0f} s: {failure.message}"))
    wait = max(min(_wait(patience, silence), left), failure.retry_after_seconds or 0.0)
    return replace(_again_later(claim, failure, wait), event="resend" if sent else "unanswered", lost_send=sent,
                   silent_since=since)  # fmt: skip


def is_too_old(claim: Claim, *, now: float, longest: float) -> bool:
    """Whether a send that may have gone out is so long ago that the engine may know its key no more."""
    return claim.may_be_paid and now - _sent_since(claim) > max(PATIENCE[RowState.SUBMITTING].ends_after, longest)


def _sent_since(claim: Claim) -> float:
    return claim.admitted_at if claim.silent_since is None else claim.silent_since


def _silent_since(claim: Claim, failure: Failure, now: float) -> float:
    """Since when nobody has answered. A job that nobody asked for meanwhile, as overnight, is asked for anew."""
    if claim.state is RowState.SUBMITTING and claim.may_be_paid:
        return _sent_since(claim)
    longest = 2 * PATIENCE[claim.state].longest_wait + (failure.retry_after_seconds or 0.0)
    was_left = claim.state in _HAS_A_JOB and now - claim.moved_at > longest
    return now if claim.silent_since is None or was_left else claim.silent_since


def _wait(patience: Patience, silence: float) -> float:
    return min(max(silence, patience.first_wait), patience.longest_wait)


def _again_later(claim: Claim, failure: Failure, wait: float) -> Transition:
    return Transition(claim=claim, to=claim.state, event="", data=_told(claim, failure), look_again_in=wait,
                      pause=_pause(failure), stop=_stop(failure))  # fmt: skip


def give_up(claim: Claim, failure: Failure) -> Transition:
    """No more tries of this attempt: `unknown` where a job of it may be alive or paid for, else as the table says."""
    if claim.state in _HAS_A_JOB or (claim.state is RowState.SUBMITTING and claim.may_be_paid):
        return to_unknown(claim, failure)
    return decide(claim, failure)


def refused(transition: Transition, reason: str) -> Transition:
    """What becomes of rows whose transition the store does not take: a job that was begun for them is not forgotten."""
    failure, begun = Failure(FailureKind.INTERNAL, reason), transition.handle is not None
    return together(transition.claim, lambda each: give_up(replace(each, unanswered=each.unanswered + begun), failure))


def to_unknown(claim: Claim, failure: Failure) -> Transition:
    """Nobody can tell whether a job was begun, or what became of it: held, never sent again blindly."""
    problem = Problem(code="unknown", reason=f"Nobody knows whether it was paid for: {failure.message}", fix=_LOOK,
                      who=Who.OPERATOR)  # fmt: skip
    return Transition(claim=claim, to=RowState.UNKNOWN, event="unknown", data=_told(claim, failure), problem=problem,
                      pause=_pause(failure), stop=_stop(failure))  # fmt: skip


def is_outcome(claim: Claim, failure: Failure) -> bool:
    """Whether an engine's word says what became of the attempt; what is said of one call leaves earlier ones open."""
    rule = TABLE[failure.kind]
    if claim.state is RowState.SUBMITTING:
        return failure.charged or not claim.may_be_paid or not (rule.retried or rule.of_the_call)
    return not rule.of_the_call


def decide(claim: Claim, failure: Failure, *, verdict: Verdict | None = None) -> Transition:
    """What becomes of a row after a failure: ready for a new attempt, or failed. Its credits follow the engine's."""
    rule = TABLE[failure.kind]
    if failure.kind is FailureKind.UNMAPPED and claim.state in _MAY_HAVE_A_JOB and not failure.charged:
        return to_unknown(claim, failure)
    charge = Charge.SETTLE if failure.charged else Charge.RELEASE
    is_last = claim.is_last or (rule.tries is not None and claim.tries >= rule.tries)
    again = rule.retried and claim.state is not RowState.CHECKING and not (rule.counts and is_last)
    return Transition(
        claim=claim,
        to=RowState.READY if again else RowState.FAILED,
        event="retry" if again else "failed",
        data=_told(claim, failure),
        charge=charge,
        charged=failure.took if failure.charged else None,
        look_again_in=wait_seconds(failure, claim.attempt) if again else None,
        problem=problem_of(failure, again=again),
        verdict=verdict,
        pause=_pause(failure),
        stop=_stop(failure),
        health=Health.FAILED if rule.is_of_the_engine else Health.UNKNOWN,
        uncounted=again and not rule.counts,
        new_seed=rule.new_seed,
    )


def _told(claim: Claim, failure: Failure) -> dict[str, Any]:
    """What the audit trail says of a failure."""
    told = {"kind": str(failure.kind), "reason": failure.message, "key": claim.key, "traceback": failure.traceback}
    return {name: text for name, text in told.items() if text}


def _pause(failure: Failure) -> str:
    return f"{failure.kind}: {failure.message}" if TABLE[failure.kind].halts is Halts.BATCH else ""


def _stop(failure: Failure) -> LaneStop | None:
    rule = TABLE[failure.kind]
    if rule.halts is not Halts.LANE:
        return None
    asked = failure.retry_after_seconds if rule.halt_seconds is not None else None
    return LaneStop(f"{failure.kind}: {failure.message}", asked or rule.halt_seconds)
