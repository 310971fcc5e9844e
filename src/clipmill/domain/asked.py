"""What a server tells of a tenant's whole: its jobs, its events as they come, its ledger and its usage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.batch import Batch
from clipmill.domain.credits import as_number
from clipmill.domain.event import Event
from clipmill.domain.record import RowRecord


@dataclass(frozen=True, slots=True)
class Job:
    """A row that its tenant calls something, with its batch: what dialects call a job or a generation."""

    batch: Batch
    record: RowRecord


@dataclass(frozen=True, slots=True)
class Jobs:
    """A page of jobs, the newest first, and how many there are in all."""

    page: Sequence[Job]
    total: int


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it was written, with its number among all, which only grows, and whose it is."""

    id: int
    tenant: str
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A line of the ledger."""

    id: int
    at: float
    batch_id: str
    number: int
    attempt: int
    #: `reserve`, `settle` or `release`.
    kind: str
    #: Thousandths of a credit.
    amount: int

    def as_dict(self) -> dict[str, Any]:
        """The line as JSON."""
        return {"id": self.id, "at": self.at, "batch": self.batch_id, "row": self.number, "attempt": self.attempt,
                "kind": self.kind, "credits": as_number(self.amount)}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was spent on a day (UTC) in a batch with a model."""

    #: Days since the epoch.
    day: int
    batch_id: str
    engine: str
    model: str
    #: Attempts that were settled, and thousandths of a credit.
    attempts: int
    amount: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What a tenant has spent and holds in reserve, thousandths of a credit, and its rows by state."""

    spent: int = 0
    reserved: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    #: Batches whose rows do not add up, which must be none.
    mismatches: int = 0
