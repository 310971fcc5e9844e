"""The verbs on a batch: pause, resume, cancel, retry, approve, reject. Each says how many rows it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clipmill.domain.batch import Batch, BatchState, Move, PauseReason
from clipmill.domain.row import RowState
from clipmill.ports import Batches, Records

_EVERY_PRIORITY = 100


@dataclass(frozen=True, slots=True)
class Retried:
    """What a retry did, and what it left alone."""

    rows: int
    #: State → rows that were asked for but cannot be retried from there.
    skipped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Verbs:
    """What a person can do with a batch."""

    batches: Batches
    records: Records

    def pause(self, batch_id: str) -> Batch:
        """Admit no more rows; what is under way finishes, for it is paid for."""
        return self.batches.update(batch_id, "paused", state=BatchState.PAUSED, reason=str(PauseReason.USER))

    def resume(self, batch_id: str, *, everything: bool = False, **policy: int | None) -> Batch:
        """Admit rows again under the policy as changed (`budget`, `window`).

        A sample that was interrupted goes on as a sample; one that was finished, or `everything`, opens the batch.
        """
        changed = {name: value for name, value in policy.items() if value is not None}
        batch = self.batches.find(batch_id)
        changes: dict[str, Any] = {"policy": replace(batch.policy, **changed)}
        if everything or batch.reason == PauseReason.SAMPLE:
            changes["priority_limit"] = _EVERY_PRIORITY
        if batch.state is not BatchState.IMPORTING:
            changes |= {"state": BatchState.RUNNING, "reason": ""}
        return self.batches.update(batch.id, "resumed", **changes)

    def cancel(self, batch_id: str) -> int:
        """Cancel every row that is not under way or finished; what is under way finishes and is kept."""
        self.batches.update(batch_id, "cancelled", state=BatchState.CANCELLED, reason="")
        moved = 0
        for origin in (RowState.READY, RowState.BLOCKED, RowState.REVIEW):
            numbers = [record.number for record in self.records.records(batch_id, origin)]
            moved += self.records.move(Move(batch_id, origin, RowState.CANCELLED, "cancelled"), numbers)
        return moved

    def retry(self, batch_id: str, numbers: Sequence[int] = (), *, new_seeds: bool = False) -> Retried:
        """Make failed rows again; with numbers, just those, finished and reviewed ones included."""
        wanted = frozenset(numbers)
        origins = (RowState.FAILED, RowState.DONE, RowState.REVIEW) if wanted else (RowState.FAILED,)
        moved, found = 0, dict[str, int]()
        for origin in origins:
            chosen = [r.number for r in self.records.records(batch_id, origin) if not wanted or r.number in wanted]
            move = Move(batch_id, origin, RowState.READY, "retried", new_seeds=new_seeds)
            moved += self.records.move(move, chosen)
        if wanted and moved < len(wanted):
            for record in self.records.records(batch_id):
                if record.number in wanted and record.state is not RowState.READY:
                    found[str(record.state)] = found.get(str(record.state), 0) + 1
        return Retried(moved, found)

    def approve(self, batch_id: str, numbers: Sequence[int] = ()) -> int:
        """Deliver rows that wait for a person; without numbers, all of them."""
        move = Move(batch_id, RowState.REVIEW, RowState.DELIVERING, "approved")
        return self.records.move(move, self._chosen(batch_id, numbers))

    def reject(self, batch_id: str, numbers: Sequence[int] = (), *, reason: str = "", again: bool = False) -> int:
        """Drop rows that wait for a person, or make them again with a new seed."""
        to = RowState.READY if again else RowState.FAILED
        move = Move(batch_id, RowState.REVIEW, to, "rejected", {"reason": reason}, new_seeds=again)
        return self.records.move(move, self._chosen(batch_id, numbers))

    def _chosen(self, batch_id: str, numbers: Sequence[int]) -> Sequence[int]:
        return numbers or [record.number for record in self.records.records(batch_id, RowState.REVIEW)]
