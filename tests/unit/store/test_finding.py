"""A batch is meant by its id, its name or the beginning of either; what may mean several names them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from clipmill.domain.batch import BatchState, Holder
from clipmill.errors import NotFoundError
from clipmill.store.readonly import ReadOnly
from clipmill.store.schema import batches, rows
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three batches, two of them of one name; the last is the newest."""
    world = World(tmp_path, remote=False)
    for number, name in enumerate(["spring", "spring", "autumn 100%"], start=1):
        world.batch(2, batch_id=f"bat_{number}")
        named = update(batches).where(batches.c.id == f"bat_{number}").values(name=name, created_at=1_000.0 * number)
        world.write(named)
    return world


@pytest.fixture
def readonly(world: World, tmp_path: Path) -> ReadOnly:
    """A readonly at their database."""
    return ReadOnly(tmp_path / "clipmill.db")


@pytest.mark.parametrize(
    ("meant", "found"),
    [("", "bat_3"), ("latest", "bat_3"), ("bat_2", "bat_2"), ("autumn 100%", "bat_3"), ("aut", "bat_3")],
)
def test_batch_is_found_by_id_name_and_beginning(readonly: ReadOnly, world: World, meant: str, found: str) -> None:
    assert readonly.find(meant).id == found
    assert world.batches.find(meant).id == found


@pytest.mark.parametrize("meant", ["spring", "spr", "bat_"])
def test_word_for_several_batches_names_them(readonly: ReadOnly, meant: str) -> None:
    with pytest.raises(NotFoundError, match=f"{meant} may be any of") as caught:
        readonly.find(meant)
    listed = "\n".join(caught.value.listed)
    assert "bat_1   spring" in listed
    assert "bat_2   spring" in listed
    assert ("bat_3" in listed) == (meant == "bat_")


def test_percent_sign_is_a_letter(readonly: ReadOnly) -> None:
    with pytest.raises(NotFoundError, match="there is no batch aut%"):
        readonly.find("aut%")


def test_every_batch_is_listed_newest_first(readonly: ReadOnly) -> None:
    assert [each.batch.id for each in readonly.every()] == ["bat_3", "bat_2", "bat_1"]
    assert all(each.rows == 2 for each in readonly.every())


def test_budget_that_suffices_counts_the_rows_left(world: World, readonly: ReadOnly) -> None:
    world.batch(5, budget=2, batch_id="bat_4")
    world.run("bat_4")
    progress = readonly.progress("bat_4")
    assert (progress.batch.state, progress.balance.spent, progress.credits_left) == (BatchState.PAUSED, 2, 3)
    assert progress.sufficient_budget == 5
    assert readonly.progress("bat_3").credits_left == 0, "nobody asks where there is no budget"


def test_waits_name_who_holds_rows_and_what_is_tried_later(world: World, readonly: ReadOnly) -> None:
    world.queue.admit("wrk_gone", ["fake"], 1, "bat_1")
    world.write(update(rows).where(rows.c.batch_id == "bat_1", rows.c.state == "ready").values(due_at=77.0))
    waits = readonly.waits("bat_1")
    assert waits.holders == (Holder("wrk_gone", 1, world.clock.now() + 30.0),)
    assert (waits.later, waits.first_at) == (1, 77.0)
    assert readonly.waits("bat_2").holders == ()
