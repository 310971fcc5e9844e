"""Batches of requests that come in piece by piece: begun, filled, let run or refused; and single ones taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from clipmill.domain.asked import Job
from clipmill.domain.batch import UNREAD, Batch, BatchState, Move
from clipmill.domain.row import Row, RowState
from clipmill.domain.verdict import Problem
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.requests.single import Wish

#: States of a request of which nothing was begun, and of one that came to its end.
_WAITING = (RowState.CHECKING, RowState.WAITING, RowState.READY)
_OVER = (RowState.BLOCKED, RowState.REVIEW, RowState.DONE, RowState.FAILED)


def add(parts: ServerParts, batch: Batch, wishes: Sequence[tuple[Wish, Problem | None]]) -> None:
    """Take requests into a batch that was begun; one with a problem is blocked for it. Those there are left alone."""
    taken = {wish.public_id: _row(wish, problem) for wish, problem in wishes}
    parts.unchecked.append(batch.id, taken)


def _row(wish: Wish, problem: Problem | None) -> Row:
    return replace(wish.row, problems=(problem,)) if problem else wish.row


def let_run(parts: ServerParts, batch: Batch) -> Batch:
    """All of its requests are there: it runs, unless somebody has cancelled it meanwhile."""
    return parts.batches.update(batch.id, "imported", lambda now: now.batch.state in UNREAD,
                                state=BatchState.RUNNING, reason="")  # fmt: skip


def refuse(parts: ServerParts, batch: Batch, reason: str) -> Batch:
    """Its requests cannot be taken, for this reason; one that was cancelled meanwhile stays so."""
    return parts.batches.update(batch.id, "import failed", lambda now: now.batch.state in UNREAD,
                                state=BatchState.FAILED, reason=reason)  # fmt: skip


def keep_more(parts: ServerParts, batch: Batch, kept: Mapping[str, Any]) -> Batch:
    """Let a surface keep more with a batch, or other values of what it keeps; the batch as it is then."""
    options = parts.batches.find(batch.id).options
    return parts.batches.update(batch.id, "noted", options=replace(options, kept={**options.kept, **kept}))


def withdraw(parts: ServerParts, jobs: Sequence[Job]) -> int:
    """Take back requests of which nothing was begun; how many. The others are made, and paid."""
    moved = 0
    for batch_id in {job.batch.id for job in jobs}:
        numbers = [job.record.number for job in jobs if job.batch.id == batch_id]
        for origin in _WAITING:
            moved += parts.rows.move(Move(batch_id, origin, RowState.CANCELLED, "cancelled"), numbers)
    return moved


def discard(parts: ServerParts, job: Job) -> bool:
    """Take back a request, or what was made of it, out of its folder too; whether it is gone: what is under way is not.

    What was paid stays paid.
    """
    if withdraw(parts, [job]):
        return True
    moved = 0
    for origin in _OVER:
        moved += parts.rows.move(Move(job.batch.id, origin, RowState.CANCELLED, "deleted"), [job.record.number])
    if moved and job.record.file_name:
        with suppress(OSError):
            (Path(job.batch.out_folder) / job.record.file_name).unlink()
    return bool(moved)
