"""A batch: the rows run together with one template, window and budget; its id outlives every retry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from clipmill.domain.credits import Balance, as_number
from clipmill.domain.failure import FailureKind
from clipmill.domain.line.lane import Halt
from clipmill.domain.row import ACTIVE, SETTLED, RowState
from clipmill.domain.template import Policy
from clipmill.domain.verdict import Problem


class BatchState(StrEnum):
    """Whether a batch admits rows."""

    IMPORTING = "importing"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    #: Its table was refused before its end, or is gone; it can go on when that is put right.
    FAILED = "failed"


#: States of batches whose tables are not read to the end.
UNREAD = frozenset({BatchState.IMPORTING, BatchState.FAILED})


class Outcome(StrEnum):
    """How many rows of a finished batch are done."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


#: The tenant of whoever runs the command line.
LOCAL = "local"

#: The priority of a row outside a sample: a limit of this admits every row.
EVERY_PRIORITY = 100


class PauseReason(StrEnum):
    """The reasons for a pause that clipmill itself gives; failures add theirs as text."""

    USER = "user"
    BUDGET = "budget"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is to be read, where the user says more than its bytes."""

    encoding: str = ""
    delimiter: str = ""
    #: Column → field, as told.
    mapping: Mapping[str, str] = field(default_factory=dict)
    #: Columns to leave out without a word.
    ignored: Sequence[str] = ()
    #: Which rows are taken, as `--where` says it; empty: all.
    where: str = ""
    #: The column of whose every value only the first row is taken; empty: all are.
    first_of: str = ""
    #: Absolute path of the folder where files that cells name are looked for first; "" for none.
    media_folder: str = ""
    #: Absolute paths of folders whose files cells may name, beside those beneath the table's own.
    allow_files: Sequence[str] = ()
    #: Field → the values it has in turn: a line of the table becomes a row for each.
    each: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Whether finished files are packed into an archive in their folder, where no other is named.
    archive: bool = False
    #: Whether the table came from another machine: its media are named by address or upload, and never by a path here.
    remote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a batch was opened, kept so that an interrupted import goes on the same way."""

    #: The user's own columns, in their order.
    columns: Sequence[str] = ()
    reading: Reading = Reading()
    #: Rows to make first and look at; None for all at once.
    sample: int | None = None
    #: Absolute path of the folder where relative paths of the table begin.
    folder: str = ""
    #: What the table was: its size and its content's sha256; empty when it was gone.
    fingerprint: Sequence[int | str] = ()
    #: Its rows were taken in as they are, and are checked by whoever works on it.
    unchecked: bool = False
    #: Absolute path of the archive that finished files are packed into at the end; empty for none.
    archive: str = ""
    #: The pattern that its files were renamed by; empty: that of its template.
    names: str = ""
    #: Whether files of it were renamed.
    renamed: bool = False
    #: Whether it stands still, once its table is read, until somebody starts it.
    held: bool = False
    #: What the surface it came by keeps with it, as JSON values.
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a batch was started with, and whether it admits rows."""

    id: str
    name: str
    template_name: str
    template_version: str
    engine: str
    #: Absolute path of the table it was read from.
    source: str
    #: Absolute path of the folder finished files go to.
    out_folder: str
    policy: Policy
    state: BatchState = BatchState.IMPORTING
    #: Why it is paused, or failed; empty when it is neither.
    reason: str = ""
    #: Only rows with at most this priority are admitted: a sample is the rows with priority 0.
    priority_limit: int = EVERY_PRIORITY
    created_at: float = 0.0
    options: Options = Options()
    #: Whose it is.
    tenant: str = LOCAL
    #: What its tenant calls it to others; empty for nothing.
    public_id: str = ""
    #: The kind of single requests whose rows it holds; empty for a batch of a table.
    standing: str = ""
    #: Its work from running to settled, counted: rows that go back to work when it is finished open the next round.
    round: int = 1
    #: The last round that is finished.
    finished_round: int = 0
    #: Which dialect it came by; empty for the command line and for ours.
    surface: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """What a person does with rows at rest: from one state to another, under a name for the audit trail."""

    batch_id: str
    origin: RowState
    to: RowState
    event: str
    data: Mapping[str, Any] = field(default_factory=dict)
    #: The next attempt draws a new seed.
    new_seeds: bool = False
    #: The seed of the next attempt, where a person gives one.
    seed: int | None = None
    #: Why, as the row will tell it.
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A worker that holds rows of a batch: its name, how many, and the clock seconds until which it may."""

    #: Empty for rows that one handed back when it ended.
    worker: str
    rows: int
    until: float
    #: The machine it runs on, and since which start of that machine; empty where it is struck off.
    host: str = ""
    boot: str = ""

    def is_over(self, now: float) -> bool:
        """Whether it ended in order, or was silent for a lease."""
        return not self.worker or self.until <= now


@dataclass(frozen=True, slots=True)
class Serving:
    """A worker that serves whoever has rows in its lanes, and the clock seconds of its last heartbeat."""

    worker: str
    lanes: Sequence[str]
    heartbeat: float
    host: str
    boot: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Whom the rows of a batch wait for."""

    holders: Sequence[Holder]
    #: Ready rows that are tried again later, and when the first of them is, clock seconds.
    later: int
    first_at: float


@dataclass(frozen=True, slots=True)
class Progress:
    """The numbers of a batch at one moment; every surface shows these and no others."""

    batch: Batch
    counts: Mapping[RowState, int]
    balance: Balance
    #: Rows imported so far.
    rows: int
    #: Rows that could be admitted now: inside the priority limit, and in no lane that is held for good.
    admissible: int = 0
    #: What one attempt of every ready row costs; looked up where there is a budget, and of paused batches.
    credits_left: int = 0
    #: The same numbers of the parts that rows need, which are counted beside them.
    parts: Mapping[RowState, int] = field(default_factory=dict)
    admissible_parts: int = 0
    #: Lanes that its ready rows are held up in.
    halts: Sequence[Halt] = ()
    #: Whether anybody works on it, as far as is known.
    attended: bool = True

    @property
    def active(self) -> int:
        """Rows under way."""
        return sum(self.counts.get(state, 0) for state in ACTIVE)

    @property
    def is_busy(self) -> bool:
        """Whether a row or a part of one is under way."""
        return bool(self.active or any(self.parts.get(state, 0) for state in ACTIVE))

    @property
    def is_held(self) -> bool:
        """Whether rows that are ready, or parts of rows, wait for somebody to lift the hold of a lane."""
        return any(halt.is_for_good for halt in self.halts)

    @property
    def coming(self) -> int:
        """Rows that will be admitted as things stand: inside the sample and, on the average, inside the budget."""
        if self.batch.state not in (BatchState.RUNNING, BatchState.IMPORTING):
            return 0
        budget, ready = self.batch.policy.budget, self.count(RowState.READY)
        if budget is None or not self.credits_left or not ready:
            return self.admissible
        affordable = max(0, budget - self.balance.committed) * ready // self.credits_left
        return min(self.admissible, affordable)

    @property
    def sufficient_budget(self) -> int:
        """Credits that one attempt of every row needs, those that are spent included."""
        return self.balance.committed + self.credits_left

    def count(self, state: RowState) -> int:
        """Rows in one state."""
        return self.counts.get(state, 0)

    @property
    def accounted(self) -> bool:
        """Law 1: every row is in exactly one place."""
        settled = sum(self.counts.get(state, 0) for state in SETTLED)
        return settled + self.count(RowState.READY) + self.count(RowState.WAITING) + self.active == self.rows

    @property
    def is_over(self) -> bool:
        """Nothing is ready or under way: only people can change anything now."""
        left = self.is_busy or any(of.get(RowState.READY, 0) for of in (self.counts, self.parts))
        return self.batch.state is not BatchState.IMPORTING and not left and not self.count(RowState.WAITING)

    @property
    def is_at_rest(self) -> bool:
        """Nothing is under way, and nothing may be admitted until somebody acts."""
        if self.batch.state is BatchState.PAUSED and self.batch.reason.startswith(f"{FailureKind.DISK}:"):
            return True
        if self.is_busy or self.batch.state is BatchState.IMPORTING:
            return False
        return not (self.admissible or self.admissible_parts) or self.batch.state is not BatchState.RUNNING

    @property
    def is_sampled(self) -> bool:
        """The sample of a batch is made, and there is a rest to make."""
        waits = self.count(RowState.READY) or self.count(RowState.WAITING)
        may_go = self.admissible or self.admissible_parts or self.halts
        is_running = self.batch.priority_limit == 0 and self.batch.state is BatchState.RUNNING
        return bool(waits) and not may_go and is_running

    @property
    def phase(self) -> str:
        """The batch's state in one word: a running batch that is over is `finished`, one left alone `interrupted`.

        Standing batches are never over for good.
        """
        if self.batch.state is BatchState.RUNNING and self.is_over and not self.batch.standing:
            return "finished"
        return "interrupted" if self.is_interrupted else str(self.batch.state)

    @property
    def is_interrupted(self) -> bool:
        """There is work to do, nothing that forbids it, and nobody who does it."""
        working = self.batch.state in (BatchState.RUNNING, BatchState.IMPORTING)
        return working and not self.is_over and not self.attended

    def as_dict(self) -> dict[str, Any]:
        """The numbers as `--json` prints them."""
        differs = {"difference": as_number(self.balance.difference)} if self.balance.difference else {}
        return {
            "batch": self.batch.id, "name": self.batch.name, "state": self.phase,
            "reason": self.batch.reason, "round": self.batch.round,
            "template": self.batch.template_name, "template_version": self.batch.template_version,
            "rows": self.rows, **{str(state): self.count(state) for state in RowState},
            "active": self.active, "accounted": self.accounted,
            "parts": {str(state): count for state, count in self.parts.items() if count},
            "held_lanes": [{"lane": halt.lane, "reason": halt.reason} for halt in self.halts],
            "credits": {"spent": as_number(self.balance.spent), "reserved": as_number(self.balance.reserved),
                        "budget": as_number(self.batch.policy.budget), **differs},
            "out": self.batch.out_folder,
        }  # fmt: skip
