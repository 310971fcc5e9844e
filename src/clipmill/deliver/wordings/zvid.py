"""What happened, in the words that Zvid's clients wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.deliver.wordings.happened import Happened
from clipmill.domain.credits import as_number
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState

COMPLETED, FAILED = "render.completed", "render.failed"
#: Event that a webhook asks for → our types of events.
EVENTS: Mapping[str, tuple[str, ...]] = {COMPLETED: ("row.done",),
                                         FAILED: ("row.failed", "row.blocked", "row.cancelled")}  # fmt: skip


def body(happened: Happened) -> Mapping[str, Any]:
    """The body of a delivery; a job that can never be made has failed."""
    assert happened.job is not None
    record, request = happened.job.record, happened.request
    is_done = happened.type in EVENTS[COMPLETED]
    told = _completed(happened, record) if is_done else {"error": reason_of(record), "creditsCharged": 0}
    status = "completed" if is_done else "failed"
    data = {"status": status, "type": request.get("type", "video"), **told, "templateId": request.get("template")}
    return {"event": COMPLETED if is_done else FAILED, "jobId": record.public_id, "timestamp": happened.at,
            "data": data}  # fmt: skip


def _completed(happened: Happened, record: RowRecord) -> dict[str, Any]:
    facts = record.verdict.facts if record.verdict else None
    return {"url": happened.url, "thumbnailUrl": happened.thumbnail_url or None,
            "duration": facts.seconds if facts else None, "size": facts.size_bytes if facts else None,
            "creditsCharged": as_number(record.credits)}  # fmt: skip


def reason_of(record: RowRecord) -> str:
    """Why a job failed, and what mends it, in one line."""
    if record.state is RowState.CANCELLED:
        return "It was cancelled."
    told = [f"{problem.told.rstrip('.')}. {problem.fix}".strip() for problem in record.problems]
    return " ".join(told) or "It failed."


def test_body(moment: str) -> Mapping[str, Any]:
    """What a webhook is sent when somebody tries it."""
    data = {"status": "completed", "type": "video", "url": None, "thumbnailUrl": None, "duration": None, "size": None,
            "creditsCharged": 0, "templateId": None}  # fmt: skip
    return {"event": COMPLETED, "jobId": "00000000-0000-0000-0000-000000000000", "timestamp": moment, "test": True,
            "data": data}  # fmt: skip
