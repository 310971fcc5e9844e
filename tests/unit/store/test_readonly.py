"""A readonly sees what the database says, and only at a database of this version."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError, StoreError
from clipmill.store.readonly import ReadOnly, failed
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line whose batch went through, but for a blocked row."""
    world = World(tmp_path, remote=False)
    world.batch(3, blocked=1)
    world.run()
    return world


@pytest.fixture
def readonly(world: World, tmp_path: Path) -> ReadOnly:
    """A readonly at its database."""
    return ReadOnly(tmp_path / "clipmill.db")


def test_numbers_and_rows_are_those_of_the_database(world: World, readonly: ReadOnly) -> None:
    assert readonly.find() == readonly.find("bat_") == world.batches.find()
    assert readonly.progress("bat_1") == world.batches.progress("bat_1")
    assert list(readonly.records("bat_1")) == list(world.rows.records("bat_1"))
    assert [record.number for record in readonly.records("bat_1", RowState.BLOCKED, RowState.FAILED)] == [4]
    assert next(readonly.records("bat_1")).credits == 1


def test_progress_of_a_sample_counts_what_it_admits(world: World, readonly: ReadOnly) -> None:
    world.batch(2, batch_id="bat_2")
    world.batches.update("bat_2", "sampled", priority_limit=0)
    world.rows.prefer("bat_2", [2])
    assert readonly.progress("bat_2") == world.batches.progress("bat_2")
    assert readonly.progress("bat_2").admissible == 1


@pytest.mark.parametrize("asked", ["x", "%", "_at_1", "bat/"])
def test_unknown_batch_is_an_error(readonly: ReadOnly, asked: str) -> None:
    with pytest.raises(NotFoundError):
        readonly.find(asked)


def test_only_a_database_of_this_version_is_current(world: World, readonly: ReadOnly, tmp_path: Path) -> None:
    assert readonly.is_current
    assert not ReadOnly(tmp_path / "none.db").is_current
    assert not (tmp_path / "none.db").exists(), "a readonly makes nothing"
    (tmp_path / "noise.db").write_bytes(b"this is no database at all, " * 100)
    assert not ReadOnly(tmp_path / "noise.db").is_current
    world.write(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not readonly.is_current


def test_broken_database_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "noise.db").write_bytes(b"this is no database at all, " * 100)
    with pytest.raises(StoreError, match="not a database") as caught:
        ReadOnly(tmp_path / "noise.db").find()
    assert "doctor" in caught.value.hint


def test_refusals_say_what_to_do() -> None:
    assert "Free space" in failed("database or disk is full").hint
    assert "Another process" in failed("database is locked").hint
