"""What happened, as OpenAI's webhooks tell it: the kind of event, and the id to ask for; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from clipmill.deliver.wordings.happened import Happened
from clipmill.domain.batch import BatchState

#: Their event → the one of ours that it is told at.
TYPES: Mapping[str, str] = {
    "batch.completed": "batch.finished", "batch.failed": "batch.failed", "batch.expired": "batch.finished",
    "batch.cancelled": "batch.finished", "video.completed": "row.done", "video.failed": "row.failed",
}  # fmt: skip


def worded(happened: Happened) -> dict[str, Any]:
    """The event as their clients unwrap it; its id is the same at every try."""
    told = happened.job.record.public_id if happened.job else happened.progress.batch.public_id
    mark = hashlib.sha256(f"{told} {happened.type} {happened.at}".encode()).hexdigest()[:24]
    return {"id": f"evt_{mark}", "object": "event", "created_at": int(happened.seconds), "type": _type(happened),
            "data": {"id": told}}  # fmt: skip


def _type(happened: Happened) -> str:
    batch = happened.progress.batch
    if happened.job:
        return "video.completed" if happened.type == "row.done" else "video.failed"
    if happened.type == "batch.failed":
        return "batch.failed"
    if batch.state is BatchState.CANCELLED:
        return "batch.expired" if batch.options.kept.get("expired_at") else "batch.cancelled"
    return "batch.completed"
