"""An attempt: one paid or rendered try of a row; and the claim by which a worker holds it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.template import VerifyLimits

if TYPE_CHECKING:
    from clipmill.domain.verdict import Verdict


def attempt_key(row_id: int, attempt: int) -> str:
    """The idempotency key of an attempt; every re-send uses the same (law 3)."""
    return f"{row_id}.{attempt}"


def attempt_seed(batch_id: str, number: int, attempt: int) -> int:
    """The seed every random choice of this attempt is derived from, 31 bits (DESIGN D15)."""
    digest = hashlib.sha256(f"{batch_id}/{number}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A worker's hold on one row: what it knows of it, and the fence that makes its writes count."""

    row_id: int
    batch_id: str
    number: int
    state: RowState
    #: Raised by every claim; a write with an older fence changes nothing (law 4).
    fence: int
    #: Clock seconds until which nobody else may take the row.
    lease_until: float
    attempt: int
    seed: int
    #: Credits reserved for this attempt.
    credits: int
    payload: Payload
    engine: str
    #: The name the finished file gets in the batch's folder.
    file_name: str
    out_folder: str
    attempts_allowed: int = 3
    verify_limits: VerifyLimits = field(default_factory=VerifyLimits)
    #: `asset:` reference the first frame is compared to; empty: none.
    reference: str = ""
    #: How many leases of this attempt have run out: a job that kills its worker is stopped by this.
    expiries: int = 0
    #: The engine's job id, once it gave one.
    job: str = ""
    #: sha256 of the made file, once it is stored.
    media: str = ""
    spec: MediaSpec | None = None
    verdict: Verdict | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The idempotency key of this attempt."""
        return attempt_key(self.row_id, self.attempt)
