"""What compares engines reads each table once a batch, and never all attempts for every row."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clipmill.store.questions import stats
from tests.world import World


@pytest.mark.parametrize("name", ["_STATES", "_TOOK", "_SPENT", "_FAILED", "_REVIEWED"])
def test_question_is_answered_by_indexes_of_the_batch(tmp_path: Path, name: str) -> None:
    World(tmp_path).database.close()
    values = {"batch": "bat_1", "lane": "fake", "after": 0, "page": 1}
    with closing(sqlite3.connect(tmp_path / "clipmill.db")) as connection:
        plan = [line[3] for line in connection.execute(f"EXPLAIN QUERY PLAN {getattr(stats, name)}", values)]
    assert not [step for step in plan if step.startswith("SCAN")], plan
    assert not any("lane=?" in step for step in plan), plan
