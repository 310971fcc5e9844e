"""Jobs and bulks as Zvid's clients read them: one value, in camel case where it is a job, in snake case in lists."""

from __future__ import annotations

from typing import Any

from clipmill.api.dialects.zvid.states import COMPLETED, FAILED, progress_of, state_of
from clipmill.api.dialects.zvid.words import camel, iso, milliseconds
from clipmill.deliver.links import Links
from clipmill.deliver.wordings.happened import media_link, thumbnail_link
from clipmill.deliver.wordings.zvid import reason_of
from clipmill.domain.asked import Job
from clipmill.domain.credits import as_number
from clipmill.pipeline.use_cases.serving.requests.single import request_of

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
