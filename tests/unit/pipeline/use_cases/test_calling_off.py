"""A batch is ended by whoever comes to it, under his name, and called off without anybody's work being lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.batch import BatchState
from clipmill.domain.row import RowState
from clipmill.errors import SettingsError, StoreError
from clipmill.pipeline.use_cases.ending import call_off, end_batch, work_on
from tests.world import World


@pytest.fixture
def batch(world: World) -> Any:
    """A batch of three rows, one of them under way with a worker that is dead."""
    world.batch(3)
    with world.dying.recover("wrk_dead", ["fake"]):
        world.dying.admit("wrk_dead", ["fake"], 1)
    return world.batches.find("bat_1")


def is_written(world: World) -> bool:
    """Whether what the batch leaves is in its folder, and known to be."""
    assert (world.folder / "out" / "results.jsonl").is_file() is (world.batches.unwritten("wrk_x") == [])
    return world.batches.unwritten("wrk_x") == []


def refused(_name: str) -> Any:
    raise SettingsError("the engine is not installed")


def test_what_a_dead_worker_left_is_settled_and_the_end_is_written(parts: Any, world: World, batch: Any) -> None:
    assert asyncio.run(call_off(parts, batch, attended=False)) == 2
    progress = world.check_laws()
    assert (progress.count(RowState.CANCELLED), progress.active, progress.balance.committed) == (3, 0, 0)
    assert progress.batch.state is BatchState.CANCELLED
    assert is_written(world)


def test_what_somebody_is_at_work_on_is_left_to_him(parts: Any, world: World, batch: Any) -> None:
    assert asyncio.run(call_off(parts, batch, attended=True)) == 2
    progress = world.check_laws()
    assert (progress.count(RowState.CANCELLED), progress.active) == (2, 1)
    assert not is_written(world)


def test_batch_of_which_nothing_is_under_way_needs_no_engine(parts: Any, world: World) -> None:
    world.batch(3)
    parts.engine = refused
    assert asyncio.run(call_off(parts, world.batches.find("bat_1"), attended=False)) == 3
    assert is_written(world)


def test_engine_that_is_not_there_is_told_before_anything_is_carried(parts: Any, world: World, batch: Any) -> None:
    parts.engine = refused
    with pytest.raises(SettingsError, match="not installed"):
        asyncio.run(work_on(parts, batch))
    assert (world.check_laws().count(RowState.READY), world.check_laws().active) == (2, 1)
    with pytest.raises(SettingsError, match="not installed"):
        asyncio.run(call_off(parts, batch, attended=False))
    assert world.check_laws().active == 1


@pytest.mark.parametrize("name", ["wrk_7", ""])
def test_end_is_written_under_the_name_of_whoever_writes_it(
    parts: Any, world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    world.batch(1)
    world.run()
    writers, begin = list[str](), world.batches.begin_writing

    def noting(writer: str, batch_id: str) -> None:
        writers.append(writer)
        begin(writer, batch_id)

    monkeypatch.setattr(world.batches, "begin_writing", noting)
    assert end_batch(parts, "bat_1", name) is None
    assert is_written(world)
    (writer,) = writers
    assert writer == name if name else writer.startswith("end_")


def test_end_that_cannot_be_written_is_told_and_stays_to_be_written(
    parts: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.batch(1)
    world.run()

    def full(*_arguments: Any, **_options: Any) -> Path:
        raise StoreError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(type(parts.outputs), "write", full)
        with pytest.raises(StoreError, match="no space left"):
            end_batch(parts, "bat_1")
    (told,) = (event for event in parts.rows.events("bat_1") if event.kind == "not written")
    assert told.data == {"reason": "no space left"}
    assert not is_written(world)
    end_batch(parts, "bat_1")
    assert is_written(world)


def test_batch_without_a_sample_goes_on_running(parts: Any, world: World) -> None:
    world.batch(2, budget=1)
    ended = asyncio.run(work_on(parts, world.batches.find("bat_1")))
    assert (ended.progress.batch.state, ended.progress.batch.reason) == (BatchState.PAUSED, "budget")
    world.batch(1, batch_id="bat_2")
    ended = asyncio.run(work_on(parts, world.batches.find("bat_2")))
    assert (ended.progress.batch.state, ended.progress.batch.reason) == (BatchState.RUNNING, "")
