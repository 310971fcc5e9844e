"""An attempt: one paid or rendered try of a row; and the claim by which a worker holds it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from clipmill.domain.line.call import Handle, Item, Output
from clipmill.domain.line.parts import Planning
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.template import VerifyLimits


def attempt_key(batch_id: str, number: int, attempt: int) -> str:
    """The idempotency key of an attempt, `<row>.<attempt>`; every re-send uses it (invariant 3 of ARCHITECTURE)."""
    of = f"{number}" if number > 0 else f"p{-number}"
    return f"{batch_id}_{of}.{attempt}"


def attempt_seed(batch_id: str, number: int, attempt: int) -> int:
    """The seed every random choice of this attempt is derived from, 31 bits; `attempt` is the one that drew it."""
    digest = hashlib.sha256(f"{batch_id}/{number}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A worker's hold on one row: what it knows of it, and the fence that makes its writes count."""

    row_id: int
    batch_id: str
    number: int
    state: RowState
    #: Raised by every claim; a write with an older fence changes nothing (invariant 4 of ARCHITECTURE).
    fence: int
    #: Clock seconds until which nobody else may take the row.
    lease_until: float
    attempt: int
    seed: int
    #: Thousandths of a credit reserved for this attempt.
    credits: int
    payload: Payload
    engine: str
    #: The lane of engine, model and account that it goes by; empty: the engine's own.
    lane: str = ""
    #: The name the finished file gets in the batch's folder.
    file_name: str = ""
    out_folder: str = ""
    attempts_allowed: int = 3
    #: Attempts that do not count: lost to a rate limit, or before a person asked for another round.
    uncounted: int = 0
    verify_limits: VerifyLimits = field(default_factory=VerifyLimits)
    #: `asset:` reference the first frame is compared to; empty: none.
    reference: str = ""
    #: How many leases have run out on this step of the attempt: a job that kills its worker is stopped by this.
    expiries: int = 0
    #: Somebody held this step before: what is found made may well be what this attempt made.
    is_taken_over: bool = False
    #: Its batch was cancelled.
    is_called_off: bool = False
    #: Sends of this attempt that went out and were never answered.
    unanswered: int = 0
    #: Clock seconds since which nobody has answered on this step; None: nobody was asked in vain.
    silent_since: float | None = None
    #: Clock seconds of this attempt's admission, before which nothing of it was sent, and of the row's last move.
    admitted_at: float = 0.0
    moved_at: float = 0.0
    #: What the engine knows the job by, once it told.
    handle: Handle | None = None
    #: Where the engine says the finished file is.
    output: Output | None = None
    #: Failures of its engine in a row, as they were when it was claimed.
    lane_failures: int = 0
    #: Rows whose attempts share the call of this one's, and go with it until the engine has said what became of each.
    riders: tuple[Claim, ...] = ()
    #: What is to be planned, in `checking`.
    planning: Planning | None = None
    #: sha256 of the made file, once it is stored.
    media: str = ""
    spec: MediaSpec | None = None

    @property
    def is_part(self) -> bool:
        """Whether it is made for other rows, and delivered to nobody."""
        return self.number < 0

    @property
    def item(self) -> Item:
        """What it asks for in a call."""
        return Item(self.key, self.payload, self.seed)

    @property
    def tries(self) -> int:
        """Its attempts that count, this one included."""
        return self.attempt - self.uncounted

    @property
    def is_last(self) -> bool:
        """Whether the attempts are used up with this one."""
        return self.tries >= self.attempts_allowed

    @property
    def may_be_paid(self) -> bool:
        """Whether a send of this attempt may have gone out before, by this worker or by one that was lost."""
        return bool(self.unanswered or self.expiries)

    @property
    def key(self) -> str:
        """The idempotency key of this attempt."""
        return attempt_key(self.batch_id, self.number, self.attempt)
