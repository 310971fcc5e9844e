"""A batch goes on where it was left: its table read to the end, its rows made again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.batch import BatchState
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.row import RowState
from clipmill.errors import InputError, SettingsError
from clipmill.pipeline.use_cases.ending import work_on
from clipmill.pipeline.use_cases.going_on import reject, resume, retry
from clipmill.pipeline.use_cases.opening import open_batch
from clipmill.pipeline.use_cases.wishes import RunOptions
from tests.unit.pipeline.use_cases.conftest import Asking
from tests.world import World


def interrupted(parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch, *cells: str, **wishes: Any) -> str:
    """The id of a batch whose process was killed after the first rows of its table were read."""
    monkeypatch.setattr("clipmill.pipeline.importing.CHUNK_ROWS", 2)
    add = parts.rows.add
    calls: list[int] = []

    def killed(batch_id: str, orders: Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return int(add(batch_id, orders))

    monkeypatch.setattr(parts.rows, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        open_batch(parts, given(*cells), RunOptions("rows", parts.home / "out", **wishes))
    monkeypatch.setattr(parts.rows, "add", add)
    return str(parts.batches.find().id)


def test_table_is_read_on_and_no_row_twice(parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = interrupted(parts, given, monkeypatch, *"12345")
    assert parts.batches.progress(batch_id).rows == 2
    going = resume(parts, parts.batches.find(batch_id))
    assert (going.as_read, going.batch.state) == (0, BatchState.RUNNING)
    assert [record.file_name for record in parts.rows.records(batch_id)] == [f"{n}.txt" for n in range(1, 6)]


def test_table_that_changed_meanwhile_is_refused(parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = interrupted(parts, given, monkeypatch, *"12345")
    given(*"12346")
    with pytest.raises(SettingsError, match="has changed since"):
        resume(parts, parts.batches.find(batch_id))


def test_table_that_somebody_reads_is_left_to_him(parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = interrupted(parts, given, monkeypatch, *"12345")
    with parts.presence.announce(batch_id), pytest.raises(SettingsError, match="is still reading"):
        resume(parts, parts.batches.find(batch_id))


def test_of_two_that_read_on_at_once_the_second_finds_it_read(
    parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = interrupted(parts, given, monkeypatch, *"12345", sample=2)
    batch, dead, added = parts.batches.find(batch_id), parts.presence.dead, list[str]()

    def first(names: Any) -> Any:
        monkeypatch.setattr(parts.presence, "dead", dead)
        free = dead(names)
        resume(parts, batch)
        add = parts.rows.add
        monkeypatch.setattr(parts.rows, "add", lambda *rows: added.append(rows[0]) or add(*rows))
        return free

    monkeypatch.setattr(parts.presence, "dead", first)
    assert resume(parts, batch).batch.state is BatchState.RUNNING
    assert not added
    assert parts.batches.progress(batch_id).rows == 5


def test_rows_that_were_read_go_on_when_their_table_is_gone(
    parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    batch_id = interrupted(parts, given, monkeypatch, *"12345")
    (tmp_path / "rows.csv").unlink()
    going = resume(parts, parts.batches.find(batch_id))
    assert going.as_read == 2
    assert asyncio.run(work_on(parts, going.batch)).progress.count(RowState.DONE) == 2


def test_table_that_is_gone_before_a_sample_was_chosen_is_told_so(
    parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    batch_id = interrupted(parts, given, monkeypatch, *"12345", sample=2)
    (tmp_path / "rows.csv").unlink()
    with pytest.raises(SettingsError, match="is gone"):
        resume(parts, parts.batches.find(batch_id))


def test_failed_rows_are_made_again_and_the_batch_runs(parts: Any, given: Asking, world: World) -> None:
    batch = open_batch(parts, given("1", "2"), RunOptions("rows", parts.home / "out")).batch
    world.engine.failures = [Failure(FailureKind.DATA, "no")]
    assert asyncio.run(work_on(parts, batch)).progress.count(RowState.FAILED) == 1
    parts.verbs.pause(batch.id)
    assert retry(parts, batch) == 1
    assert asyncio.run(work_on(parts, batch)).progress.count(RowState.DONE) == 2
    assert retry(parts, batch) == 0


def test_rejected_file_leaves_the_folder_and_is_made_again_if_asked(parts: Any, given: Asking) -> None:
    batch = open_batch(parts, given("1", "2", "3"), RunOptions("rows", parts.home / "out")).batch
    asyncio.run(work_on(parts, batch))
    out = parts.home / "out"
    assert reject(parts, batch, [1], reason="dark") == 1
    assert not (out / "1.txt").exists()
    assert (out / "report" / "rejected" / "1.txt").is_file()
    assert parts.batches.progress(batch.id).count(RowState.FAILED) == 1
    assert reject(parts, batch, [2], again=True) == 1
    assert parts.batches.progress(batch.id).count(RowState.READY) == 1


def test_cancelled_batch_goes_on_no_more(parts: Any, given: Asking) -> None:
    batch = open_batch(parts, given("1"), RunOptions("rows", parts.home / "out")).batch
    parts.verbs.cancel(batch.id)
    with pytest.raises(InputError, match="cancelled for good"):
        resume(parts, batch)
