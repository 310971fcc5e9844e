"""How a batch stands, in the words of its answers: status, place in the queue, when it will be over, credits."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from clipmill.api.access import Caller
from clipmill.api.dialects.flixly.surface import FLIXLY
from clipmill.app import App
from clipmill.deliver.wordings.flixly import batch_told, in_words, moment, unread
from clipmill.domain.batch import Batch, Progress
from clipmill.domain.credits import as_number
from clipmill.domain.line.delivery import Receipt
from clipmill.domain.line.pace import Pace
from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError

#: Row problems that are told with the batch; all are with its rows.
_TOLD = 20


class BatchCounts(BaseModel):
    """Rows by what became of them; together they are the total."""

    total: int
    queued: int
    processing: int
    complete: int
    review: int
    failed: int
    blocked: int
    unknown: int
    cancelled: int


class BatchCredits(BaseModel):
    """What a batch spends."""

    used: float
    reserved: float
    hard_stop: float | None
    estimated: float | None = Field(description="One attempt at every row, as the table was submitted.")
    average_per_clip: float | None


class Eta(BaseModel):
    """When the last row will have ended, at the pace of the last minutes."""

    earliest: str
    latest: str
    seconds: list[float]


class RowProblem(BaseModel):
    """Why a row was not made."""

    row: int
    status: str
    message: str
    fix: str


class FlixlyBatch(BaseModel):
    """A batch and how it stands."""

    id: str
    job_id: str = Field(description="The same as id.")
    name: str
    model: str
    status: str = Field(description="queued, processing, complete or failed; paused: somebody must let it go on.")
    message: str | None
    queue_position: int = Field(description="Rows still to come; 0: all have ended.")
    eta_seconds: float | None = Field(description="The later end of eta; null where nobody can tell yet.")
    eta: Eta | None
    counts: BatchCounts
    credits: BatchCredits
    problems: list[RowProblem]
    status_url: str
    rows_url: str
    download_url: str | None = Field(description="A signed link to the zip; needs no key. Null until it is complete.")
    created_at: str


def found(caller: Caller, batch_id: str) -> Batch:
    """A batch that came by this API, by its whole id. Raises NotFoundError."""
    batch = caller.parts.batches.find(batch_id)
    if batch.id != batch_id or batch.surface != FLIXLY.name or batch.standing:
        raise NotFoundError(f"there is no batch {batch_id}", hint="GET /api/v1/batches lists those there are.")
    return batch


def is_packed(parts: App, batch: Batch) -> Receipt | None:
    """The zip of a batch's finished round; None before it is packed."""
    now = parts.batches.find(batch.id)
    return parts.outputs.archives.kept(now.id, now.round) if now.round == now.finished_round else None


def batch_answer(caller: Caller, batch: Batch) -> dict[str, Any]:
    """A batch as it is now."""
    parts, links = caller.parts, caller.served.links
    progress = parts.batches.progress(batch.id)
    told, kept = batch_told(progress, links), progress.batch.options.kept
    if told["status"] == "complete":
        receipt = is_packed(parts, batch)
        name = f"{batch.id}.zip"
        told |= ({"download_url": links.to(caller.tenant, receipt.sha256, name)} if receipt else
                 {"status": "processing", "message": "the zip is being packed", "download_url": None})  # fmt: skip
    now = parts.clock.now()
    return {
        **told, "name": batch.name, "model": kept.get("model", ""), "queue_position": left(progress),
        **eta_told(parts.readonly.pace(progress, now), now), "problems": problems(parts, progress),
        "rows_url": f"{told['status_url']}/rows",
        "credits": {**told["credits"], "estimated": as_number(kept.get("estimate"))},
        "created_at": moment(progress.batch.created_at) or "",
    }  # fmt: skip


def left(progress: Progress) -> int:
    """Rows that have not ended, those included that are not read in yet."""
    waiting = (RowState.READY, RowState.WAITING)
    return progress.active + sum(progress.count(state) for state in waiting) + unread(progress)


def eta_told(pace: Pace, now: float) -> dict[str, Any]:
    """When it will be over, from and to; nothing where nobody can tell."""
    span = pace.seconds_left
    if span is None:
        return {"eta": None, "eta_seconds": None}
    soon, late = span
    eta = {"earliest": moment(now + soon), "latest": moment(now + late), "seconds": [round(soon, 1), round(late, 1)]}
    return {"eta": eta, "eta_seconds": round(late, 1)}


def problems(parts: App, progress: Progress) -> list[dict[str, Any]]:
    """Why rows were not made, of the first of them."""
    bad = (RowState.BLOCKED, RowState.FAILED, RowState.REVIEW)
    if not any(progress.count(state) for state in bad):
        return []
    told = list[dict[str, Any]]()
    for record in parts.readonly.records(progress.batch.id, *bad):
        problem = record.problems[0] if record.problems else None
        reason = problem.told if problem else record.verdict.reason if record.verdict else ""
        fix = in_words(problem.fix) if problem else "Look at it, then approve or reject it."
        told.append({"row": record.number, "status": str(record.state), "message": reason, "fix": fix})
        if len(told) == _TOLD:
            break
    return told
