"""The verbs on a batch: pause, resume, cancel, retry, approve, reject. Each says how many rows it moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clipmill.domain.batch import EVERY_PRIORITY, UNREAD, Batch, BatchState, Move, PauseReason, Progress
from clipmill.domain.row import CANCELLABLE, REJECTABLE, RETRIED, RowState
from clipmill.domain.verdict import Problem
from clipmill.errors import InputError
from clipmill.hints import Action, Deed
from clipmill.ports import Batches, Lanes, Records

_RETRY = Action(Deed.RETRY, options={"this_row": ""})


@dataclass(frozen=True, slots=True)
class Verbs:
    """What a person can do with a batch."""

    batches: Batches
    records: Records
    lanes: Lanes

    def pause(self, batch_id: str) -> Batch:
        """Admit no more rows; what is under way finishes, for it is paid for.

        Raises InputError while importing, and for a cancelled batch.
        """
        batch = self.batches.update(batch_id, "paused", _is_read, state=BatchState.PAUSED, reason=str(PauseReason.USER))
        if _open(batch).state in UNREAD:
            raise InputError(f"{batch.id} is still being read", hint="Wait until its table is read, or cancel it.")
        return batch

    def resume(self, batch_id: str, *, everything: bool = False, **policy: float | None) -> Batch:
        """Admit rows again under the policy as changed (`budget`, `window`), in lanes that were held as well.

        A batch of which only a sample may be made stays one, unless `everything` opens it. Raises InputError for a
        cancelled batch.
        """
        changes: dict[str, Any] = {name: value for name, value in policy.items() if value is not None}
        if everything:
            changes["priority_limit"] = EVERY_PRIORITY
        batch = _open(self.batches.find(batch_id))
        unread = batch.state in UNREAD
        changes |= {"reason": batch.reason} if unread else {"state": BatchState.RUNNING, "reason": ""}
        batch = _open(self.batches.update(batch_id, "resumed", _is_open, **changes))
        self.lanes.lift(batch_id=batch.id)
        return batch

    def cancel(self, batch_id: str) -> int:
        """Cancel every row that is not under way or finished; what is under way finishes and is kept."""
        self.batches.update(batch_id, "cancelled", state=BatchState.CANCELLED, reason="")
        return sum(self.records.move(Move(batch_id, origin, RowState.CANCELLED, "cancelled")) for origin in CANCELLABLE)

    def retry(
        self, batch_id: str, numbers: Sequence[int] = (), *, new_seeds: bool = False, seed: int | None = None
    ) -> int:
        """Make failed rows again; with numbers, just those, finished, reviewed and unknown ones included. The next
        attempt has another seed with `new_seeds`, or the one that is given. How many were moved.
        """
        _open(self.batches.find(batch_id))
        wanted = frozenset(numbers)
        moved = 0
        for origin in RETRIED if wanted else (RowState.FAILED,):
            chosen = [r.number for r in self.records.records(batch_id, origin) if not wanted or r.number in wanted]
            move = Move(batch_id, origin, RowState.READY, "retried", new_seeds=new_seeds, seed=seed)
            moved += self.records.move(move, [*chosen, *(number for number in wanted if number < 0)])
        return moved

    def deliver_again(self, batch_id: str, numbers: Sequence[int]) -> int:
        """Put finished files that somebody took away into their folder once more; nothing is made or paid again."""
        return self.records.move(Move(batch_id, RowState.DONE, RowState.DELIVERING, "delivering again"), numbers)

    def approve(self, batch_id: str, numbers: Sequence[int] = ()) -> int:
        """Deliver rows that wait for a person; without numbers all of them, and what rows wait for with them."""
        return self.records.move(Move(batch_id, RowState.REVIEW, RowState.DELIVERING, "approved"), numbers or None)

    def reject(self, batch_id: str, numbers: Sequence[int] = (), *, reason: str = "", again: bool = False) -> int:
        """Drop rows that wait for a person, or make them again with a new seed; with numbers finished ones, too."""
        _open(self.batches.find(batch_id))
        to = RowState.READY if again else RowState.FAILED
        why = f"a person rejected it: {reason}" if reason else "a person rejected it"
        problem = Problem("rejected", why, f"Correct the row or the template, or `{_RETRY}` it.")
        moved = 0
        for origin in REJECTABLE if numbers else (RowState.REVIEW,):
            move = Move(batch_id, origin, to, "rejected", {"reason": reason}, new_seeds=again, problem=problem)
            moved += self.records.move(move, numbers or None)
        return moved


def _open(batch: Batch) -> Batch:
    """The batch, unless it was cancelled. Raises InputError."""
    if batch.state is BatchState.CANCELLED:
        raise InputError(f"{batch.id} was cancelled for good", hint=f"Start a new batch with `{Action(Deed.RUN)}`.")
    return batch


def _is_open(now: Progress) -> bool:
    return now.batch.state is not BatchState.CANCELLED


def _is_read(now: Progress) -> bool:
    return _is_open(now) and now.batch.state not in UNREAD
