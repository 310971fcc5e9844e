"""A verb says how many rows it moved, and of the others where they are and whom it is for."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clipmill.cli.moving import RowsNamed, Verb
from clipmill.domain.verdict import Ruling
from clipmill.pipeline.batch import Verbs
from clipmill.store.readonly import ReadOnly
from tests.world import World

APPROVED = Verb("Approved", "rows that wait for review")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Row 1 waits for review, row 2 is done, row 3 is blocked."""
    world = World(tmp_path, remote=False, lane=1)
    world.verifier.rulings = [Ruling.REVIEW]
    world.batch(2, blocked=1)
    world.run()
    return world


def named(world: World, *numbers: int) -> RowsNamed:
    """Those rows of its batch."""
    session: Any = SimpleNamespace(app=SimpleNamespace(readonly=ReadOnly(world.folder / "clipmill.db")))
    return RowsNamed(session, world.batches.find("bat_1"), numbers)


def test_rows_left_alone_are_told_by_number_and_state(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    rows = named(world, 1, 2, 3)
    moved = Verbs(world.batches, world.rows, world.lanes).approve("bat_1", [1, 2, 3])
    rows.tell(APPROVED, moved, ", at last")
    told = capsys.readouterr().err
    assert "Approved 1 row of test  bat_1, at last" in told
    assert "Left alone: row 2 is done; this is for rows that wait for review" in told
    assert "Left alone: row 3 is blocked" in told
    assert rows.as_dict(moved) == {"moved": 1, "left_alone": {"done": [2], "blocked": [3]}}


def test_nothing_to_move_is_explained(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    verbs = Verbs(world.batches, world.rows, world.lanes)
    verbs.approve("bat_1")
    world.run()
    rows = named(world)
    rows.tell(APPROVED, verbs.approve("bat_1"), ", at last")
    told = capsys.readouterr().err
    assert told == "test  bat_1 has no rows that wait for review: done 2  failed 0  blocked 1\n"


def test_named_rows_that_were_all_left_alone_are_not_counted_first(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    named(world, 2).tell(APPROVED, Verbs(world.batches, world.rows, world.lanes).approve("bat_1", [2]))
    assert capsys.readouterr().err == "Left alone: row 2 is done; this is for rows that wait for review\n"


def test_many_rows_are_counted_and_not_all_listed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.batch(30, blocked=0, batch_id="bat_2")
    session: Any = SimpleNamespace(app=SimpleNamespace(readonly=ReadOnly(world.folder / "clipmill.db")))
    rows = RowsNamed(session, world.batches.find("bat_2"), range(1, 31))
    rows.tell(APPROVED, 0)
    assert "30 rows (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 …) are ready" in capsys.readouterr().err
