"""The parts put together: what a process brings along only by being there changes nothing for others."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from clipmill.app import App
from clipmill.domain.batch import Batch, BatchState
from clipmill.domain.line.lane import Lane, Rate
from clipmill.domain.template import Policy
from clipmill.errors import NotFoundError
from clipmill.settings import Settings
from clipmill.testing import FakeLocalEngine, FakeRemoteEngine, FakeVerifier
from tests.world import TEMPLATE, order


def came(home: Path, worker_count: int) -> App:
    """A process with hands of its own, and engines near and far, that is about to admit rows."""
    app = App(Settings(home=home, workers=worker_count))
    app.__dict__["engines"] = {"near": FakeLocalEngine("near"), "far": FakeRemoteEngine("far")}
    assert app.queue.first_states
    return app


def kept(app: App) -> dict[str, Any]:
    """The lanes of the engines once this process has gone: window and rates."""
    found = {record.lane.id: (record.lane.window, record.lane.rates) for record in app.lanes.every()}
    app.database.close()
    return {name: found[name] for name in ("near", "far")}


def test_process_that_comes_changes_nothing_of_a_lane_that_is_there(tmp_path: Path) -> None:
    assert kept(came(tmp_path, 4)) == {"near": (None, ()), "far": (4, ())}
    second = came(tmp_path, 2)
    assert kept(second)["far"] == (4, ())
    second.lanes.open(Lane(engine="far", window=9, rates=(Rate(5, 60.0),)))
    assert kept(second)["far"] == kept(came(tmp_path, 2))["far"] == (9, (Rate(5, 60.0),))


def test_lane_of_the_machines_themselves_loses_a_window_it_had(tmp_path: Path) -> None:
    first = came(tmp_path, 4)
    first.lanes.open(Lane(engine="near", window=4, rates=(Rate(5, 60.0),)))
    assert kept(first)["near"] == (4, (Rate(5, 60.0),))
    assert kept(came(tmp_path, 2))["near"] == (None, (Rate(5, 60.0),))


def test_worker_makes_and_ends_the_batches_of_every_tenant(tmp_path: Path) -> None:
    """Whoever owns a batch has its results, made by the worker of somebody else, and nobody else sees it."""

    class Verifier(FakeVerifier):
        """One that keeps no frames."""

        def frames(self, _media: str) -> None:
            """None."""

    picture = tmp_path / "picture.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')
    app = came(tmp_path / "home", 1)
    app.__dict__["verifier"] = Verifier()
    for tenant in ("local", "other"):
        theirs, out = app.of(tenant), tmp_path / tenant
        batch = Batch(id=f"bat_{tenant}", name="spring", template_name="fake", template_version="v1", engine="near",
                      source="", out_folder=str(out), policy=Policy())  # fmt: skip
        theirs.batches.create(batch, TEMPLATE)
        theirs.rows.add(batch.id, [order(1, batch.id)])
        theirs.batches.update(batch.id, "started", state=BatchState.RUNNING)

    async def serve() -> int:
        return await app.worker().serve(["near"], asyncio.Event(), until_idle=True)

    assert asyncio.run(serve()) == 0
    for tenant in ("local", "other"):
        (line,) = (tmp_path / tenant / "results.jsonl").read_text().splitlines()
        assert json.loads(line)["state"] == "done"
        assert (tmp_path / tenant / "1.txt").read_text().startswith('{"batch":"bat_' + tenant)
        assert [each.batch.id for each in app.of(tenant).readonly.every()] == [f"bat_{tenant}"]
    assert app.of("local") is app
    digest = app.of("other").media.from_path(str(picture), 1_000_000).reference
    assert app.of("other").media.from_reference(digest).size == app.media.from_reference(digest).size
    with pytest.raises(NotFoundError, match="no such stored file"):
        app.of("another").media.from_reference(digest)
    assert app.endings.unwritten("wrk_x") == []
    asyncio.run(app.close())
