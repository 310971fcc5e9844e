"""How a batch is asked for, and how it is told."""

from __future__ import annotations

from typing import Any

from pydantic import Field, JsonValue

from clipmill.api.access import Caller
from clipmill.api.native.shapes import Amount, AskedShape, ToldShape
from clipmill.domain.batch import Batch, Progress, Reading
from clipmill.domain.credits import CREDIT, as_number
from clipmill.pipeline.use_cases.serving.batches import NewBatch, is_held

#: The most credits, and the largest number, that anybody may name.
_CREDITS, _NUMBER = 10**12, 2**31 - 1


def thousandths(credits: float | None) -> int | None:
    """Credits as they are counted."""
    return None if credits is None else round(credits * CREDIT)


class Steering(AskedShape):
    """How a batch is to run; what is left out is as its template says."""

    budget: float | None = Field(default=None, ge=0, le=_CREDITS, description="Credits it may spend; it pauses there.")
    window: int | None = Field(default=None, ge=1, le=_NUMBER, description="Rows in flight at once.")
    ramp: int | None = Field(
        default=None, ge=1, le=_NUMBER, description="Begin with one row at a time; double that after so many good ones."
    )
    stop_percent: float | None = Field(
        default=None, gt=0, lt=100, description="Pause when more than that share failed of what was made."
    )
    stop_rows: int | None = Field(default=None, ge=1, le=_NUMBER,
                                  description="Pause when so many rows failed of one cause.")  # fmt: skip

    def policy(self) -> dict[str, Any]:
        """What is said, by the names of `Policy`."""
        return {"budget": thousandths(self.budget), "window": self.window, "ramp": self.ramp,
                "stop_percent": self.stop_percent, "stop_rows": self.stop_rows}  # fmt: skip


class BatchOptions(Steering):
    """How a batch is to be, whatever its table comes as."""

    template: str = Field(min_length=1, max_length=200, description="The template's id or name.")
    edition: int | None = Field(default=None, ge=1, le=1_000_000, description="Its edition; the newest if left out.")
    name: str = Field(default="", max_length=200, description="What people call the batch.")
    dry_run: bool = Field(default=False, description="Check and price every row, and wait for a start.")
    sample: int | None = Field(default=None, ge=1, le=10_000,
                               description="Make so many rows first, the extremes, and pause.")  # fmt: skip
    attempts: int | None = Field(default=None, ge=1, le=100)
    priority: int | None = Field(default=None, ge=-1_000_000, le=1_000_000,
                                 description="Batches of a higher one are served first.")  # fmt: skip
    weight: int | None = Field(default=None, ge=1, le=1_000_000, description="Its share beside others like it.")
    names: str = Field(default="", max_length=500, description="The pattern of its files' names.")
    archive: bool = Field(default=False, description="Pack the finished files when it is at rest.")
    map: dict[str, str] = Field(default={}, description="Column → field, where their names do not tell.")
    ignore: list[str] = Field(default=[], description="Columns to leave out.")
    where: str = Field(default="", max_length=2_000, description="Take only rows such as: price > 20.")
    first_of: str = Field(default="", max_length=200, description="Take only the first row of each value of a column.")
    each: dict[str, list[str]] = Field(default={}, description="Field → values: a row of every line for each.")
    encoding: str = Field(default="", max_length=40)
    delimiter: str = Field(default="", max_length=20)
    webhook_url: str = Field(default="", max_length=2_048, description="Told when it is finished, or failed.")
    webhook_secret: str = Field(default="", max_length=500, description="What that is signed with; empty: nothing.")
    metadata: dict[str, JsonValue] = Field(default={}, description="Kept with it, and told again.")

    def wish(self) -> NewBatch:
        """The same as it is asked of the use case."""
        reading = Reading(encoding=self.encoding, delimiter=self.delimiter, mapping=self.map, ignored=self.ignore,
                          where=self.where, first_of=self.first_of, each=self.each)  # fmt: skip
        policy = {**self.policy(), "attempts": self.attempts, "priority": self.priority, "weight": self.weight}
        return NewBatch(
            template=self.template, edition=self.edition, name=self.name, reading=reading, policy=policy,
            sample=self.sample, dry_run=self.dry_run, names=self.names, archive=self.archive,
            webhook=self.webhook_url, webhook_secret=self.webhook_secret, metadata=self.metadata,
        )  # fmt: skip


class BatchNew(BatchOptions):
    """A batch of rows, of a table behind an address, or of one that was uploaded: one of the three."""

    rows: list[dict[str, JsonValue]] | None = Field(
        default=None, max_length=100_000, description="Column → cell; media by address or by an upload's id."
    )
    url: str | None = Field(default=None, max_length=2_048, description="Of a CSV or JSONL table, or a zip of one.")
    asset: str | None = Field(default=None, max_length=200, description="Of an uploaded table, or a zip of one.")


class TemplateOf(ToldShape):
    """What a batch is made with."""

    id: str | None = Field(description="Null for a batch that did not come by this API.")
    edition: int | None
    name: str
    version: str


class HaltTold(ToldShape):
    """A lane that rows are held up in."""

    lane: str
    reason: str


class CreditsTold(ToldShape):
    """What a batch spends."""

    spent: Amount
    reserved: Amount
    budget: Amount | None
    to_come: Amount | None = Field(
        description="One attempt of every row that is still to be made; null where it is not counted: neither a "
        "budget is set nor the batch paused."
    )
    per_file: Amount | None = Field(description="What a finished file cost on the average.")


class SteeringTold(ToldShape):
    """How a batch runs."""

    attempts: int
    window: int | None
    ramp: int | None
    stop_percent: float | None
    stop_rows: int | None
    priority: int
    weight: int


class PaceTold(ToldShape):
    """How quickly it goes on."""

    rows_per_minute: float
    left: int
    seconds_left: tuple[float, float] | None = Field(description="From and to; null where nobody can tell.")


class BatchTold(ToldShape):
    """A batch as it stands. The counts add up to its rows, always."""

    id: str
    name: str
    state: str = Field(description="importing, running, paused, finished, cancelled, failed.")
    reason: str = Field(description="Why it is paused, or failed.")
    created_at: float = Field(description="Seconds since 1970.")
    dry_run: bool = Field(description="It is checked and priced, and waits for a start.")
    template: TemplateOf
    engine: str
    rows: int
    counts: dict[str, int] = Field(description="Rows by state: checking, blocked, ready, rendering, done, failed …")
    active: int = Field(description="Rows under way.")
    accounted: bool = Field(description="Whether every row is in exactly one place; must be true.")
    parts: dict[str, int]
    held_lanes: list[HaltTold]
    credits: CreditsTold
    steering: SteeringTold
    sample: int | None
    round: int
    surface: str = Field(description="By which API it came; empty: by this one, or by the command line.")
    metadata: dict[str, JsonValue]
    pace: PaceTold | None = Field(default=None, description="Null in lists.")


def batch_told(progress: Progress, pace: PaceTold | None = None) -> BatchTold:
    """A batch as it is told."""
    batch, policy, kept = progress.batch, progress.batch.policy, progress.batch.options.kept
    return BatchTold(
        id=batch.id, name=batch.name, state=progress.phase, reason=batch.reason, created_at=batch.created_at,
        dry_run=is_held(batch), engine=batch.engine, rows=progress.rows,
        template=TemplateOf(id=kept.get("template"), edition=kept.get("edition"), name=batch.template_name,
                            version=batch.template_version),
        counts={str(state): count for state, count in progress.counts.items() if count}, active=progress.active,
        accounted=progress.accounted, parts={str(state): n for state, n in progress.parts.items() if n},
        held_lanes=[HaltTold(lane=halt.lane, reason=halt.reason) for halt in progress.halts],
        credits=_credits(progress), sample=batch.options.sample, round=batch.round, surface=batch.surface,
        steering=SteeringTold(attempts=policy.attempts, window=policy.window, ramp=policy.ramp,
                              stop_percent=policy.stop_percent, stop_rows=policy.stop_rows, priority=policy.priority,
                              weight=policy.weight),
        metadata=dict(kept.get("metadata") or {}), pace=pace,
    )  # fmt: skip


def _credits(progress: Progress) -> CreditsTold:
    batch, balance = progress.batch, progress.balance
    done = sum(count for state, count in progress.counts.items() if state == "done")
    is_counted = batch.policy.budget is not None or batch.state == "paused"
    return CreditsTold(
        spent=_amount(balance.spent), reserved=_amount(balance.reserved), budget=as_number(batch.policy.budget),
        to_come=_amount(progress.credits_left) if is_counted else None,
        per_file=round(_amount(balance.spent) / done, 3) if done else None,
    )  # fmt: skip


def _amount(thousandths: int) -> float:
    return as_number(thousandths) or 0


def told_now(caller: Caller, batch: Batch) -> BatchTold:
    """A batch as it stands now, with its pace."""
    parts = caller.parts
    progress = parts.batches.progress(batch.id)
    return batch_told(progress, PaceTold(**parts.readonly.pace(progress, parts.time.now()).as_dict()))
