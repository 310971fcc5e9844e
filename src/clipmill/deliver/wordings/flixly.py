"""What happened, as clients of Flixly wait for it: generations, batches, and how the two stand; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from clipmill.deliver.links import Links
from clipmill.deliver.wordings.happened import Happened, media_link
from clipmill.domain.asked import Job
from clipmill.domain.batch import BatchState, PauseReason, Progress
from clipmill.domain.credits import as_number, as_typed
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.hints import Action, Deed, worded

#: Where its API lies below the public address.
API = "/api/v1"
_CALLS = {
    Deed.RUN: f"POST {API}/batches with the corrected rows", Deed.RESUME: f"POST {API}/batches/{{}}/resume",
    Deed.RETRY: f"POST {API}/batches/{{}}/retry", Deed.APPROVE: f"POST {API}/batches/{{}}/approve",
    Deed.REJECT: f"POST {API}/batches/{{}}/reject", Deed.FAILURES: f"GET {API}/batches/{{}}/rows?status=failed",
    Deed.STATUS: f"GET {API}/batches/{{}}", Deed.BATCHES: f"GET {API}/batches",
}  # fmt: skip
_COMMANDS = {Deed.ADD_FONT: "fonts add"}
_WAITING = (RowState.CHECKING, RowState.WAITING, RowState.READY)
_FAILED = (RowState.BLOCKED, RowState.FAILED, RowState.CANCELLED)
_EVENTS = {"batch.finished": "batch.completed", "batch.failed": "batch.failed", "batch.cancelled": "batch.failed",
           "batch.paused": "batch.paused"}  # fmt: skip


def say(action: Action) -> str:
    """What can be done, as the call that does it."""
    if action.deed in _CALLS:
        return _CALLS[action.deed].format(action.batch or "{id}")
    return f"`{_COMMANDS.get(action.deed, action.deed)}`, where the server runs,"


#: A text with its actions as calls.
in_words = partial(worded, say=say)


def tell(happened: Happened) -> Mapping[str, Any]:
    """The body of a webhook."""
    if happened.job is None:
        batch = batch_told(happened.progress, happened.links)
        event = "batch.failed" if batch["status"] == "failed" else _EVENTS.get(happened.type, happened.type)
        return {"event": event, **batch}
    told = generation(happened.job, happened.links, happened.request)
    return {"event": f"generation.{'failed' if told['status'] == 'failed' else 'completed'}", **told}


def generation(job: Job, links: Links, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A generation; `asked` is what was kept with its request."""
    record, status = job.record, status_of(job.record)
    made = record.media if status == "completed" else ""
    return {
        "id": record.public_id, "status": status, "type": asked.get("type", ""), "model": asked.get("model", ""),
        "output_url": media_link(links, job) if made else None,
        "status_url": f"{links.public_url}{API}/generations/{record.public_id}",
        "webhook_url": asked.get("webhook_url") or None, "credits_charged": as_number(record.credits),
        "error": why(record) if status == "failed" else None, "created_at": asked.get("created_at", ""),
        "completed_at": moment(record.making.finished_at) if status in ("completed", "failed") else None,
        "message": note(record) or None,
    }  # fmt: skip


def status_of(record: RowRecord) -> str:
    """pending, processing, completed or failed; what waits for a person is made, and is told with a message."""
    if record.state in _WAITING:
        return "pending"
    if record.state in _FAILED:
        return "failed"
    return "completed" if record.state in (RowState.DONE, RowState.REVIEW) else "processing"


def why(record: RowRecord) -> str:
    """Why a row failed, and what to do."""
    if record.state is RowState.CANCELLED:
        return "it was cancelled"
    return in_words(" ".join(f"{problem.told}. {problem.fix}".strip() for problem in record.problems)) or "it failed"


def note(record: RowRecord) -> str:
    """What must be known of a row that is neither waiting nor plainly good; empty for nothing."""
    if record.state is RowState.REVIEW:
        return f"made, and to be looked at: {record.verdict.reason if record.verdict else ''}".rstrip(": ")
    if record.state is RowState.UNKNOWN:
        return "nobody knows yet what became of it; it is looked into"
    return ""


def moment(at: float | None) -> str | None:
    """Clock seconds as ISO 8601 in UTC."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def batch_told(progress: Progress, links: Links) -> dict[str, Any]:
    """What is told of a batch wherever it is told of."""
    batch = progress.batch
    here = f"{links.public_url}{API}/batches/{batch.id}"
    return {"id": batch.id, "job_id": batch.id, "status": batch_status(progress), "counts": counts(progress),
            "credits": credits(progress), "message": in_words(batch_note(progress)) or None, "status_url": here,
            "download_url": f"{here}/download" if batch_status(progress) == "complete" else None}  # fmt: skip


def batch_status(progress: Progress) -> str:
    """queued, processing, complete or failed; paused where somebody must act before it goes on."""
    batch = progress.batch
    if batch.state in (BatchState.FAILED, BatchState.CANCELLED):
        return "processing" if _under_way(progress) else "failed"
    if batch.state is BatchState.IMPORTING:
        return "queued"
    if progress.is_over and progress.rows:
        made = progress.count(RowState.DONE) + progress.count(RowState.REVIEW) + progress.count(RowState.UNKNOWN)
        return "complete" if made else "failed"
    if batch.state is BatchState.PAUSED and not _under_way(progress):
        return "paused"
    ended = sum(progress.count(state) for state in (RowState.DONE, RowState.REVIEW, RowState.FAILED))
    return "processing" if _under_way(progress) or ended else "queued"


def _under_way(progress: Progress) -> int:
    """Rows that are being made; checking one costs nothing, and goes on though a batch is stopped."""
    return progress.active - progress.count(RowState.CHECKING)


def batch_note(progress: Progress) -> str:
    """Why a batch stands still, or failed, and what to do; empty where it goes on."""
    batch, status = progress.batch, batch_status(progress)
    if status == "failed":
        return batch.reason or ("it was stopped for good" if batch.state is BatchState.CANCELLED else "no row was made")
    if status == "complete" and (looks := progress.count(RowState.REVIEW)):
        return f"{looks} to be looked at: approve or reject them; the zip holds what is approved"
    if status != "paused":
        return "; ".join(f"{halt.lane} is held up: {halt.reason}" for halt in progress.halts)
    go_on = f"POST {API}/batches/{batch.id}/resume"
    if batch.reason == PauseReason.BUDGET:
        enough = as_typed(progress.sufficient_budget)
        return (f"the hard stop of {as_typed(batch.policy.budget or 0)} credits is reached; all of it takes up to "
                f'{enough}: {go_on} with {{"hard_stop": {enough}}} goes on')  # fmt: skip
    why_paused = {str(PauseReason.USER): "it was stopped", str(PauseReason.SAMPLE): "its sample is made"}
    return f"{why_paused.get(batch.reason, batch.reason)}; {go_on} goes on"


def counts(progress: Progress) -> dict[str, int]:
    """Rows by what became of them; together they are the total."""
    queued = sum(progress.count(state) for state in _WAITING) + unread(progress)
    return {
        "total": progress.rows + unread(progress), "queued": queued, "processing": _under_way(progress),
        "complete": progress.count(RowState.DONE), "review": progress.count(RowState.REVIEW),
        "failed": progress.count(RowState.FAILED), "blocked": progress.count(RowState.BLOCKED),
        "unknown": progress.count(RowState.UNKNOWN), "cancelled": progress.count(RowState.CANCELLED),
    }  # fmt: skip


def unread(progress: Progress) -> int:
    """Rows of the table that are not read in yet."""
    known: int = progress.batch.options.kept.get("rows", 0)
    return max(0, known - progress.rows) if progress.batch.state is BatchState.IMPORTING else 0


def credits(progress: Progress) -> dict[str, Any]:
    """What a batch spent and holds in reserve, where it stops, and what a finished clip cost on the average."""
    spent, made = progress.balance.spent, progress.count(RowState.DONE) + progress.count(RowState.REVIEW)
    return {"used": as_number(spent), "reserved": as_number(progress.balance.reserved),
            "hard_stop": as_number(progress.batch.policy.budget),
            "average_per_clip": round(spent / made / 1000, 3) if made else None}  # fmt: skip


def event_of(body: str) -> str:
    """The event that a body tells, for the header that says it too."""
    return str(json.loads(body).get("event", ""))
