"""Going on with a batch that is there: where it was left, or with rows that are to be made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clipmill.domain.batch import UNREAD, Batch, PauseReason
from clipmill.domain.record import RowStory
from clipmill.domain.row import RETRIED, RowState
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.opening import finish_import
from clipmill.pipeline.use_cases.parts import Parts

#: Parts that are made again with the rows that need them.
_LOST = (RowState.FAILED, RowState.CANCELLED)


@dataclass(frozen=True, slots=True)
class GoneOn:
    """A batch that admits rows again."""

    batch: Batch
    #: Rows it goes on with because its table was gone before it was read to its end; 0 for one that was read.
    as_read: int


def resume(parts: Parts, batch: Batch, *, everything: bool = False, **policy: float | None) -> GoneOn:
    """Let a batch go on, its table read to the end first; all of it with `everything`, or after its sample. What is
    given of its policy (`budget`, `window`, `ramp` …) is changed.

    Raises InputError for a cancelled batch, SettingsError for a table that cannot be read on.
    """
    as_read = finish_import(parts, batch) if batch.state in UNREAD else 0
    everything = everything or batch.reason == PauseReason.SAMPLE
    return GoneOn(parts.verbs.resume(batch.id, everything=everything, **policy), as_read)


def retry(
    parts: Parts, batch: Batch, numbers: Sequence[int] = (), *, new_seeds: bool = False, seed: int | None = None
) -> int:
    """Have failed rows made again, or those named; how many. Raises InputError for a cancelled batch."""
    parts.try_again()
    return _again(parts, batch, parts.verbs.retry(batch.id, numbers, new_seeds=new_seeds, seed=seed))


def of_cause(parts: Parts, batch: Batch, cause: str, numbers: Sequence[int] = ()) -> list[int]:
    """The failed rows, of those named or of all, whose problem has this code, or begins with it.

    Raises NotFoundError with the causes there are.
    """
    wanted, there, found = set(numbers), Counter[str](), list[int]()
    for record in parts.rows.records(batch.id, RowState.FAILED):
        codes = {problem.code for problem in record.problems}
        there.update(codes)
        if any(code == cause or code.startswith(f"{cause}.") or code.endswith(f".{cause}") for code in codes) and (
            not wanted or record.number in wanted
        ):
            found.append(record.number)
    if not found:
        told = ", ".join(f"{code} ({rows:,})" for code, rows in there.most_common()) or "none: no row failed"
        raise NotFoundError(f"no failed row of {batch.id} has the cause {cause}", hint=f"There are {told}.")
    return found


def price_of(
    parts: Parts, batch: Batch, numbers: Sequence[int], story: Callable[[int], RowStory]
) -> tuple[int, int, int]:
    """How many rows, and parts, would be made again, and what one attempt at each may cost."""
    wanted = set(numbers)
    records = parts.rows.records(batch.id, *(RETRIED if wanted else (RowState.FAILED,)))
    again = {record.number: record.price for record in records if not wanted or record.number in wanted}
    asked = [*again, *(number for number in wanted if number < 0)] if parts.batches.progress(batch.id).parts else []
    for number in asked:  # which grows as it is gone through
        told = story(number)
        if number < 0 and (number not in wanted or told.record.state in RETRIED):
            again[number] = told.record.price
        asked += [need.number for need in told.parts if need.state in _LOST and need.number not in asked]
    rows = sum(number > 0 for number in again)
    return rows, len(again) - rows, sum(again.values())


def reject(parts: Parts, batch: Batch, numbers: Sequence[int] = (), *, reason: str = "", again: bool = False) -> int:
    """Drop rows that wait for a person, or named ones that are done, whose files leave the folder; how many.

    With `again` they are made anew. Raises InputError for a cancelled batch.
    """
    delivered = [record for record in parts.rows.records(batch.id, RowState.DONE) if record.number in set(numbers)]
    moved = parts.verbs.reject(batch.id, numbers, reason=reason, again=again)
    parts.outputs.withdraw(Path(batch.out_folder), delivered)
    return _again(parts, batch, moved) if again else moved


def _again(parts: Parts, batch: Batch, moved: int) -> int:
    if moved:
        parts.verbs.resume(batch.id)
    return moved
