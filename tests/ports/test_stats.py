"""How engines, models and template versions compare, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.verdict import Ruling
from clipmill.store.questions import stats
from tests.world import World

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A batch of five rows, of which one fails, one is approved and one rejected; and one of a row that waits."""
    world = World(tmp_path, remote=False)
    world.batch(5, blocked=1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(36)
    world.queue.apply([decide(claim, Failure(FailureKind.DATA, "no such mug"))])
    world.verifier.rulings = [Ruling.REVIEW, Ruling.REVIEW]
    world.run()
    first, second = [record.number for record in world.rows.records("bat_1") if record.state == "review"]
    world.verbs.approve("bat_1", [first])
    world.verbs.reject("bat_1", [second])
    world.run()
    world.batch(1, batch_id="bat_2")
    return world


def test_rows_speed_cost_failures_and_reviews_are_compared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats, "_PAGE_ROWS", 1)
    (told,) = world.database.readonly().compare()
    assert told.as_dict() == {
        "template": "fake", "template_version": "v1", "engine": "fake", "model": None, "batches": 2, "rows": 7,
        "parts": 0, "states": {"blocked": 1, "done": 3, "failed": 2, "ready": 1}, "attempts": 5,
        "median_seconds": 0.0, "rows_per_hour": 300.0, "credits": 0.004, "credits_per_row": 0.001,
        "failures": {"failed.data": 1, "rejected": 1}, "reviews": 2, "approved": 1, "rejected": 1,
    }  # fmt: skip


def test_only_the_batches_that_are_named_are_compared(world: World) -> None:
    readonly = world.database.readonly()
    (told,) = readonly.compare([readonly.find("bat_2")])
    assert (told.rows, told.done, told.attempts, told.median_seconds, told.rows_per_hour) == (1, 0, 0, None, None)
    assert told.credits_per_row is None
