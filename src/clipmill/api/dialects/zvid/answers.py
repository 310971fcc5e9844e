"""Jobs and bulks as Zvid's clients read them: one value, in camel case where it is a job, in snake case in lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.api.dialects.zvid.words import camel, iso, milliseconds
from clipmill.deliver.links import Links
from clipmill.deliver.wordings.happened import media_link, thumbnail_link
from clipmill.deliver.wordings.zvid import reason_of
from clipmill.domain.asked import Job
from clipmill.domain.credits import as_number
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases.serving.requests.single import request_of

WAITING, DELAYED, ACTIVE, COMPLETED, FAILED = "waiting", "delayed", "active", "completed", "failed"
#: Row state → the job's state, the phase of its work, percent and a sentence.
_OF: Mapping[RowState, tuple[str, str, int, str]] = {
    RowState.CHECKING: (WAITING, "queued", 0, "Its media are fetched and checked."),
    RowState.WAITING: (WAITING, "queued", 0, "It waits for its parts."),
    RowState.READY: (WAITING, "queued", 0, "It waits for its turn."),
    RowState.SUBMITTING: (ACTIVE, "rendering", 2, "It is being started."),
    RowState.RUNNING: (ACTIVE, "rendering", 5, "It is being made."),
    RowState.RENDERING: (ACTIVE, "rendering", 5, "It is being rendered."),
    RowState.UNKNOWN: (ACTIVE, "rendering", 90, "Whether it was made is being found out."),
    RowState.FETCHING: (ACTIVE, "rendering", 90, "Its file is being fetched."),
    RowState.VERIFYING: (ACTIVE, "verifying", 92, "Its file is being checked."),
    RowState.REVIEW: (ACTIVE, "review", 95, "A person is to look at it."),
    RowState.DELIVERING: (ACTIVE, "delivering", 98, "Its file is put in its place."),
    RowState.DONE: (COMPLETED, COMPLETED, 100, "It is done."),
    RowState.BLOCKED: (FAILED, FAILED, 100, "It cannot be made."),
    RowState.FAILED: (FAILED, FAILED, 100, "It failed."),
    RowState.CANCELLED: (FAILED, FAILED, 100, "It was cancelled."),
}
#: Percent while a file is drawn, and of what is made again: as far as the attempt before may have come.
_FROM, _TO, _AGAIN = 5, 90, 98
_OVER = (COMPLETED, FAILED)


def status(job: Job, links: Links) -> dict[str, Any]:
    """The answer to `GET /api/jobs/{id}`."""
    record, request = job.record, request_of(job)
    state = state_of(record)
    finished = milliseconds(_finished(job)) if state in _OVER else None
    moments = {"created": milliseconds(request.get("at")), "updated": milliseconds(record.updated_at),
               "finished": finished}  # fmt: skip
    return {"id": record.public_id, "state": state, "progress": progress_of(record), "result": result(job, links),
            "failedReason": reason_of(record) if state == FAILED else None, "ts": moments,
            "clientKey": request.get("clientKey")}  # fmt: skip


def result(job: Job, links: Links) -> dict[str, Any] | None:
    """What was made, with links that need no key; None until it is done."""
    record = job.record
    if state_of(record) != COMPLETED:
        return None
    facts = record.verdict.facts if record.verdict else None
    making, asked = record.making, request_of(job).get("at") or 0.0
    finished = _finished(job)
    drawn = (making.finished_at or finished) - (making.admitted_at or finished)
    thumbnail = thumbnail_link(links, job) or None
    return {"ok": True, "renderDuration": round(drawn, 3), "totalDuration": round(finished - asked, 3),
            "finishedAt": iso(finished), "url": media_link(links, job), "thumbnailUrl": thumbnail,
            "size": facts.size_bytes if facts else None, "fileName": record.file_name,
            "duration": facts.seconds if facts else None, "warnings": list(record.every_warning)}  # fmt: skip


def _finished(job: Job) -> float:
    return job.record.updated_at or job.record.making.finished_at or 0.0


def listed(job: Job, links: Links) -> dict[str, Any]:
    """A job in a list of jobs, in snake case."""
    record, request = job.record, request_of(job)
    state, facts = state_of(record), record.verdict.facts if record.verdict else None
    width, height = (
        (facts.width, facts.height) if facts and facts.width else (request.get("width"), request.get("height"))
    )
    is_done = state == COMPLETED
    return {
        "id": record.public_id, "status": state, "job_type": request.get("type", "video"),
        "credits_estimated": as_number(record.price or request.get("credits", 0)),
        "credits_consumed": as_number(record.credits),
        "video_duration": facts.seconds if facts else request.get("seconds"),
        "video_resolution": f"{width}x{height}", "output_url": media_link(links, job) or None if is_done else None,
        "thumbnail_url": thumbnail_link(links, job) or None if is_done else None,
        "error_message": reason_of(record) if state == FAILED else None, "created_at": iso(request.get("at")),
        "completed_at": iso(_finished(job)) if state in _OVER else None, "name": request.get("name"),
        "template_id": request.get("template"),
    }  # fmt: skip


#: What a job of a bulk is told with.
_OF_BULK = ("id", "status", "name", "credits_estimated", "credits_consumed", "video_duration", "video_resolution",
            "output_url", "thumbnail_url", "error_message", "created_at", "completed_at")  # fmt: skip


def in_bulk(job: Job, links: Links) -> dict[str, Any]:
    """A job of a bulk, in camel case, with its place among the items."""
    told = listed(job, links)
    return {**{camel(name): told[name] for name in _OF_BULK}, "index": request_of(job).get("index")}


def states_called(word: str) -> list[RowState]:
    """The row states that a job's state stands for; none for a word that is none."""
    return [state for state, (called, *_) in _OF.items() if called == word]


def state_of(record: RowRecord) -> str:
    """`waiting`, `delayed`, `active`, `completed` or `failed`."""
    return DELAYED if record.state is RowState.READY and record.attempts else _OF[record.state][0]


def progress_of(record: RowRecord) -> dict[str, Any]:
    """`{phase, percentage, message}`; the percentage never falls, whatever becomes of the job."""
    state, phase, percentage, message = _OF[record.state]
    if record.progress is not None:
        percentage = _FROM + int((_TO - _FROM) * min(max(record.progress, 0.0), 1.0))
    if state not in _OVER and (record.attempts > 1 or state_of(record) == DELAYED):
        percentage, message = _AGAIN, f"{message} It is tried again."
    return {"phase": phase, "percentage": percentage, "message": message}
