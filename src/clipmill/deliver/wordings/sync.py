"""Generations and batches in the words that sync.so's clients wait for, as answers and as webhooks; pure.

Their casing is mixed, and kept so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from clipmill.deliver.links import Links
from clipmill.deliver.wordings.happened import Happened, media_link
from clipmill.deliver.wordings.sync_codes import error_of
from clipmill.domain.asked import Job
from clipmill.domain.batch import Batch, BatchState, Progress
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.shown import json_line

PENDING, PROCESSING, COMPLETED, FAILED, REJECTED = "PENDING", "PROCESSING", "COMPLETED", "FAILED", "REJECTED"
#: Row state → the status of its generation. What a person is to look at is not COMPLETED before it was approved.
STATUSES: Mapping[RowState, str] = {
    RowState.CHECKING: PENDING, RowState.WAITING: PENDING, RowState.READY: PENDING, RowState.SUBMITTING: PENDING,
    RowState.RUNNING: PROCESSING, RowState.RENDERING: PROCESSING, RowState.FETCHING: PROCESSING,
    RowState.VERIFYING: PROCESSING, RowState.DELIVERING: PROCESSING, RowState.UNKNOWN: PROCESSING,
    RowState.REVIEW: PROCESSING, RowState.DONE: COMPLETED, RowState.FAILED: FAILED, RowState.CANCELLED: FAILED,
    RowState.BLOCKED: REJECTED,
}  # fmt: skip
OVER = (COMPLETED, FAILED, REJECTED)
#: What the surface keeps with a request, in `templates.given`'s cell.
_REQUEST = "request"
#: What results are called in the links that lead to them.
RESULT = "result"


def body(happened: Happened) -> Mapping[str, Any]:
    """The body of a delivery: the generation, or the batch."""
    if happened.job is not None:
        return generation(happened.job, happened.links, happened.seconds)
    return batch_told(happened.progress, happened.links, happened.seconds)


def generation(job: Job, links: Links, since: float | None = None) -> dict[str, Any]:
    """A row as a Generation."""
    record = job.record
    asked: dict[str, Any] = json.loads(record.fields.get(_REQUEST) or "{}")
    status = STATUSES[record.state]
    is_made, is_lost = status == COMPLETED, status in (FAILED, REJECTED)
    error, code = error_of(record) if is_lost else (None, None)
    facts = record.verdict.facts if record.verdict and is_made else None
    return {
        "id": record.public_id, "createdAt": iso(asked.get("at", 0.0)), "status": status,
        "model": asked.get("model", ""), "input": asked.get("input", []), "options": asked.get("options") or {},
        "segments": asked.get("segments"), "webhookUrl": asked.get("webhookUrl"),
        "outputUrl": (media_link(links, job, since) or None) if is_made else None,
        "outputDuration": facts.seconds if facts else None, "segmentOutputUrl": None,
        "outputFileName": asked.get("outputFileName"), "error": error, "error_code": code, "errorCode": code,
        "warnings": list(record.every_warning),
    }  # fmt: skip


def batch_told(progress: Progress, links: Links, since: float | None = None) -> dict[str, Any]:
    """A batch as a BatchResponse; its results have an address as soon as it is over."""
    batch, status = progress.batch, batch_status(progress)
    lost = sum(progress.count(state) for state in (RowState.FAILED, RowState.BLOCKED, RowState.CANCELLED))
    done = progress.count(RowState.DONE)
    return {
        "id": batch.public_id, "created_at": iso(batch.created_at), "status": status,
        "metrics": {"total_generations": progress.rows, "success_count": done, "failed_count": lost,
                    "pending_count": progress.rows - done - lost},
        "webhookUrl": batch.options.kept.get("webhookUrl"),
        "outputUrl": result_link(links, batch, since) if status in OVER else "",
    }  # fmt: skip


def batch_status(progress: Progress) -> str:
    """PENDING, PROCESSING, COMPLETED, or FAILED where nothing at all came of it."""
    state = progress.batch.state
    if state in (BatchState.CANCELLED, BatchState.FAILED):
        return FAILED if not progress.is_busy else PROCESSING
    waiting = sum(progress.count(one) for one, status in STATUSES.items() if status == PENDING)
    under_way = sum(progress.count(one) for one, status in STATUSES.items() if status == PROCESSING)
    if state is BatchState.IMPORTING or waiting == progress.rows:
        return PENDING
    if waiting or under_way:
        return PROCESSING
    return COMPLETED if progress.count(RowState.DONE) else FAILED


def result_link(links: Links, batch: Batch, since: float | None = None) -> str:
    """The address of a batch's results, which needs no key."""
    token = links.token(batch.tenant, batch.public_id, RESULT, links.seconds, since)
    return f"{links.public_url}/v2/batches/{batch.public_id}/result?signature={token}"


def result_lines(batch: Batch, records: Iterable[RowRecord], links: Links) -> Iterator[bytes]:
    """The results of a batch as JSON lines, one for each request, in their order."""
    for record in records:
        asked = json.loads(record.fields.get(_REQUEST) or "{}")
        line = {"request_id": asked.get("request_id"), "response": generation(Job(batch, record), links)}
        yield json_line(line).encode() + b"\n"


def iso(moment: float) -> str:
    """A moment as JavaScript writes it: `2026-05-19T08:00:00.000Z`."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
