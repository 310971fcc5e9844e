"""Rows that were taken in as they are, and what a worker makes of them that checks one batch after another."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.row import RowState
from clipmill.errors import MediaError
from clipmill.media.outside.ahead import FetchAhead
from clipmill.media.outside.fetch import Fetched
from clipmill.media.outside.stored import MediaStore
from clipmill.pipeline.use_cases.opening import open_batch
from clipmill.pipeline.use_cases.table import Tables
from clipmill.pipeline.use_cases.taking import check_taken
from clipmill.pipeline.use_cases.wishes import RunOptions
from clipmill.settings import Settings
from clipmill.store.line.unchecked import SqlUnchecked
from tests.unit.pipeline.use_cases.conftest import Asking
from tests.world import LEASE_SECONDS, World

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


class Network:
    """Every address is a red square, while it is there."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.is_there = False

    def fetch(self, url: str, limit_bytes: int) -> Fetched:
        if not self.is_there:
            raise MediaError(f"{url} cannot be reached", hint="Try it later.")
        (path := self._world.files.scratch("square")).write_text(SQUARE)
        return Fetched(self._world.files.put(path), 99, url)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def network(world: World, parts: Any) -> Network:
    """What the parts get media from."""
    network, settings = Network(world), Settings(home=world.folder)
    parts.media = MediaStore(world.files, settings, FetchAhead(lambda: network))  # type: ignore[arg-type, return-value]
    parts.tables = Tables(parts.media, settings.limits)
    parts.unchecked = SqlUnchecked(world.database, world.clock, LEASE_SECONDS)
    parts.of_batch = lambda _batch_id: parts
    return network


def taken(parts: Any, given: Any, out: Path) -> str:
    """A batch whose rows wait to be checked."""
    return open_batch(parts, given, RunOptions("some", out, unchecked=True)).batch.id


def checked(parts: Any, batch_id: str, worker: str = "wrk_a") -> dict[RowState, int]:
    """How many rows are in each state once they are checked."""
    assert check_taken(parts, worker, "", threading.Event())
    counts = parts.batches.progress(batch_id).counts
    return {state: count for state, count in counts.items() if count}


def test_address_that_could_not_be_reached_is_asked_for_anew_by_the_next_batch(
    parts: Any, network: Network, given: Asking, tmp_path: Path
) -> None:
    table = given("http://example.com/a.png")
    template = (tmp_path / "small" / "template.yaml").read_text()
    (tmp_path / "small" / "template.yaml").write_text(
        template.replace("{kind: text, required: true, unique: true, max_length: 3}", "{kind: image}").replace(
            "{{n}}.txt", "{{row.number}}.txt"
        )
    )
    assert checked(parts, taken(parts, table, tmp_path / "one")) == {RowState.BLOCKED: 1}
    network.is_there = True
    assert checked(parts, taken(parts, table, tmp_path / "two")) == {RowState.READY: 1}
    parts.media.close()
