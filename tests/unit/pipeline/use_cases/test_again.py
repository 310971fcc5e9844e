"""A batch that goes on is the batch it was: a sample stays one, and only what was asked for begins anew."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clipmill.domain.attempt import attempt_seed
from clipmill.domain.batch import EVERY_PRIORITY, Batch, BatchState, PauseReason
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases.ending import work_on
from clipmill.pipeline.use_cases.going_on import reject, resume, retry
from clipmill.pipeline.use_cases.opening import open_batch
from clipmill.pipeline.use_cases.wishes import RunOptions
from tests.unit.pipeline.use_cases.conftest import Asking
from tests.world import World


def opened(parts: Any, given: Asking, *cells: str, sample: int | None = None) -> Batch:
    """A batch of a table with these cells."""
    return open_batch(parts, given(*cells), RunOptions("rows", parts.home / "out", sample=sample)).batch


@pytest.mark.parametrize(
    ("reason", "everything", "limit"),
    [
        (PauseReason.USER, False, 0), (PauseReason.BUDGET, False, 0), (PauseReason.SAMPLE, False, EVERY_PRIORITY),
        (PauseReason.USER, True, EVERY_PRIORITY),
    ],
)  # fmt: skip
def test_rest_of_a_sample_is_made_only_after_it_or_where_it_is_asked_for(
    parts: Any, given: Asking, reason: PauseReason, everything: bool, limit: int
) -> None:
    batch = opened(parts, given, *"123", sample=1)
    paused = parts.batches.update(batch.id, "paused", state=BatchState.PAUSED, reason=str(reason))
    gone_on = resume(parts, paused, everything=everything)
    assert (gone_on.batch.state, gone_on.batch.priority_limit, gone_on.as_read) == (BatchState.RUNNING, limit, 0)


def test_batch_goes_on_as_usual_with_what_is_changed(parts: Any, given: Asking) -> None:
    batch = opened(parts, given, *"123", sample=1)
    gone_on = resume(parts, batch, budget=8, window=3).batch
    assert (gone_on.policy.budget, gone_on.policy.window, gone_on.priority_limit) == (8, 3, 0)


@pytest.mark.parametrize("new_seeds", [None, False, True])
def test_failed_row_is_made_again_as_it_was_or_with_a_new_seed(
    parts: Any, given: Asking, world: World, new_seeds: bool | None
) -> None:
    batch, tries = opened(parts, given, "1"), list[int]()
    parts.try_again = lambda: tries.append(1)
    world.engine.failures = [Failure(FailureKind.DATA, "no")]
    world.run(batch.id)
    assert retry(parts, batch, **({} if new_seeds is None else {"new_seeds": new_seeds})) == 1
    assert tries == [1], "what took too long once may take its time again"
    assert world.run(batch.id).count(RowState.DONE) == 1
    (record,) = parts.rows.records(batch.id)
    assert record.seed == attempt_seed(batch.id, 1, 2 if new_seeds else 1)


def test_only_files_that_are_rejected_leave_the_folder(parts: Any, given: Asking) -> None:
    batch = opened(parts, given, *"123")
    asyncio.run(work_on(parts, batch))
    parts.verbs.pause(batch.id)
    assert reject(parts, batch, [2]) == 1
    assert {path.name for path in (parts.home / "out").glob("*.txt")} == {"1.txt", "3.txt"}
    assert parts.batches.find(batch.id).state is BatchState.PAUSED, "nothing is to be made"
    assert reject(parts, batch, [3], again=True) == 1
    assert parts.batches.find(batch.id).state is BatchState.RUNNING
    assert [record.state for record in parts.rows.records(batch.id)] == [
        RowState.DONE, RowState.FAILED, RowState.READY,
    ]  # fmt: skip


def test_batch_of_which_nothing_is_made_again_stays_paused(parts: Any, given: Asking) -> None:
    batch = opened(parts, given, "1")
    parts.verbs.pause(batch.id)
    assert (retry(parts, batch), reject(parts, batch, again=True)) == (0, 0)
    assert parts.batches.find(batch.id).state is BatchState.PAUSED
