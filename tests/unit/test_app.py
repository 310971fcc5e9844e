"""The parts put together: what a process brings along only by being there changes nothing for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clipmill.app import App
from clipmill.domain.lane import Lane, Rate
from clipmill.settings import Settings
from clipmill.testing import FakeLocalEngine, FakeRemoteEngine


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
