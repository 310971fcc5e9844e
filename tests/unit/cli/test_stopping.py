"""What pause, cancel and status say of a batch that was cancelled: that it is closed, and no way that is barred."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from clipmill.cli.main import application
from clipmill.domain.row import RowState
from clipmill.errors import InputError, SettingsError
from clipmill.pipeline.batch import Verbs
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A batch whose two rows are done."""
    world = World(tmp_path, remote=False)
    world.batch(2)
    world.run()
    return world


def told(world: World, *arguments: str) -> str:
    """What a command prints; its error is raised."""
    ended = CliRunner().invoke(application, ["--home", str(world.folder), *arguments])
    if ended.exception and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended.output


def test_a_batch_that_is_over_is_not_paused(world: World) -> None:
    with pytest.raises(SettingsError, match="is finished"):
        told(world, "pause")


def test_a_cancelled_batch_is_not_called_finished(world: World) -> None:
    world.batches.update("bat_1", "cancelled", state="cancelled")
    with pytest.raises(InputError, match="bat_1 was cancelled for good"):
        told(world, "pause")


def test_cancelling_what_has_nothing_to_cancel_says_that_it_is_closed(world: World) -> None:
    world.batch(2, batch_id="bat_2")
    world.run("bat_2")
    (record, *_) = world.rows.records("bat_2", RowState.DONE)
    Verbs(world.batches, world.rows, world.lanes).reject("bat_2", [record.number])
    said = told(world, "cancel", "bat_2")
    assert "Cancelled 0 rows" in said
    assert "It is closed for good all the same" in said


def test_lost_files_of_a_cancelled_batch_are_delivered_without_going_on(world: World) -> None:
    assert "clipmill resume bat_1   delivers what is not there again" not in told(world, "status")
    for path in Path(world.batches.find("bat_1").out_folder).glob("*.*"):
        path.unlink()
    assert "clipmill resume bat_1   delivers what is not there again" in told(world, "status")
    world.batches.update("bat_1", "cancelled", state="cancelled")
    said = told(world, "status")
    assert "resume" not in said
    assert f"clipmill deliver bat_1 --to {world.batches.find('bat_1').out_folder}" in said
