"""A batch as clients read it: its status, its times and its numbers; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.domain.batch import BatchState, Progress
from clipmill.domain.row import RowState

#: How long a batch has, seconds.
WINDOW = 86_400
#: States of rows that gave nothing.
LOST = (RowState.BLOCKED, RowState.FAILED, RowState.CANCELLED, RowState.REVIEW, RowState.UNKNOWN)


def status_of(progress: Progress) -> str:
    """Where a batch is."""
    kept, state = progress.batch.options.kept, progress.batch.state
    if state is BatchState.IMPORTING:
        return "validating"
    if state is BatchState.FAILED:
        return "failed"
    is_expired, is_cancelled = bool(kept.get("expired_at")), state is BatchState.CANCELLED
    if kept.get("finished"):
        return "expired" if is_expired else "cancelled" if is_cancelled else "completed"
    if is_cancelled and not is_expired:
        return "cancelling"
    return "finalizing" if progress.is_over or is_expired else "in_progress"


def is_to_be_finished(progress: Progress) -> bool:
    """Whether it came to its end, and what it leaves is not written."""
    at_end = progress.batch.state in (BatchState.RUNNING, BatchState.CANCELLED) and progress.is_over
    return at_end and not progress.batch.options.kept.get("finished")


def has_expired(progress: Progress, now: float) -> bool:
    """Whether its time has passed before it came to its end."""
    kept, batch = progress.batch.options.kept, progress.batch
    open_still = batch.state not in (BatchState.FAILED, BatchState.CANCELLED) and not kept.get("finished")
    return open_still and now >= batch.created_at + WINDOW and not (progress.is_over and progress.rows)


def batch_told(progress: Progress) -> dict[str, Any]:
    """A batch as clients read it."""
    batch, kept, status = progress.batch, progress.batch.options.kept, status_of(progress)
    finished: Mapping[str, Any] = kept.get("finished") or {}
    errors = kept.get("errors")
    ended = finished.get("at")
    return {
        "id": batch.public_id, "object": "batch", "endpoint": kept["endpoint"], "model": kept.get("model"),
        "errors": {"object": "list", "data": errors} if errors and status == "failed" else None,
        "input_file_id": kept["input_file_id"], "completion_window": kept["window"], "status": status,
        "output_file_id": finished.get("output"), "error_file_id": finished.get("error"),
        "created_at": int(batch.created_at), "in_progress_at": _second(kept.get("in_progress_at")),
        "expires_at": int(batch.created_at) + WINDOW, "finalizing_at": _second(finished.get("settled_at")),
        "completed_at": _second(ended if status == "completed" else None),
        "failed_at": _second(kept.get("failed_at") if status == "failed" else None),
        "expired_at": _second(kept.get("expired_at")), "cancelling_at": _second(kept.get("cancelling_at")),
        "cancelled_at": _second(ended if status == "cancelled" else None),
        "request_counts": _counts(progress), "metadata": kept.get("metadata"),
    }  # fmt: skip


def _second(at: float | None) -> int | None:
    return None if at is None else int(at)


def _counts(progress: Progress) -> dict[str, int]:
    """Requests; while those that make several pictures each are under way, as many as their pictures make up."""
    kept = progress.batch.options.kept
    finished = kept.get("finished") or {}
    total = int(kept.get("total") or 0)
    if finished:
        return {"total": total, "completed": finished["completed"], "failed": finished["failed"]}
    rows = max(1, progress.rows)
    done, lost = progress.count(RowState.DONE), sum(progress.count(state) for state in LOST)
    return {"total": total, "completed": done * total // rows, "failed": lost * total // rows}
