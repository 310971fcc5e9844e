"""What a batch leaves in its folder, where something it rests on is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.domain.row import RowState
from clipmill.domain.verdict import Ruling
from clipmill.pipeline.batch import Verbs
from clipmill.pipeline.outputs import Outputs
from tests.world import World


@pytest.fixture
def local(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, remote=False)
    yield world
    world.database.close()


def test_a_file_that_is_lost_to_the_store_stops_no_report(local: World, tmp_path: Path) -> None:
    local.batch(3)
    local.verifier.rulings = [Ruling.REVIEW, Ruling.REVIEW, Ruling.PASS]
    local.run()
    Verbs(local.batches, local.rows).reject(
        "bat_1", [next(r.number for r in local.rows.records("bat_1", RowState.DONE))]
    )
    for record in local.rows.records("bat_1"):
        local.files.path(record.media).unlink(missing_ok=True)
    outputs = Outputs(local.rows, local.files, local.deliverer, local.clock, tmp_path / "marks", lambda _: None)
    outputs.write(local.batches.progress("bat_1"))
    assert (tmp_path / "out" / "report.html").is_file()
    assert (tmp_path / "out" / "blocked.csv").is_file()
