"""What every engine must do: price and promise first, make the same for the same, charge once per key it remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.payload import Payload
from clipmill.engines.render.engine import RenderEngine
from clipmill.media.workers.crew import ProcessCrew
from clipmill.ports import LocalEngine, RemoteEngine
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.testing import FakeLocalEngine, FakeRemoteEngine

TIMELINE = {"width": 96, "height": 64, "frameRate": 10, "duration": 1, "seconds": 1}


@pytest.fixture(params=["render", "fake"])
async def local(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """Each local engine with a payload it takes."""
    if request.param == "fake":
        yield FakeLocalEngine(), Payload("v1", TIMELINE)
        return
    crew = ProcessCrew(1)
    files = DiskFiles(tmp_path / "files", tmp_path / "scratch")
    body = {name: value for name, value in TIMELINE.items() if name != "seconds"}
    yield RenderEngine(Settings(home=tmp_path / "home"), crew, files), Payload("v1", body)
    await crew.close()


async def test_local_engine_makes_what_it_promised_and_the_same_again(local: Any, tmp_path: Path) -> None:
    engine, payload = local
    assert isinstance(engine, LocalEngine)
    assert engine.quote(payload).credits >= 1
    promised = engine.expect(payload)
    made = [await engine.make(payload, seed=1, into=tmp_path / name) for name in ("one", "two")]
    assert not made[0].reused
    assert made[0] == replace(made[1], reused=False), "what was made before may be taken"
    assert (made[0].seconds, made[0].frames) == (promised.seconds, promised.frames) == (1.0, 10)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("remembers", [True, False])
async def test_remote_engine_gives_its_file_and_charges_once_per_key_it_remembers(
    tmp_path: Path, remembers: bool
) -> None:
    engine, payload = FakeRemoteEngine(remembers_keys=remembers), Payload("v1", TIMELINE)
    assert isinstance(engine, RemoteEngine)
    requests = [await engine.prepare(payload, seed=1) for _ in range(2)]
    assert requests[0] == requests[1], "what is prepared twice is the same"
    assert engine.charges == [], "preparing is free"
    jobs = [await engine.send(request, key="bat_1_1.1") for request in requests]
    assert (jobs[0] == jobs[1]) is remembers
    assert len(engine.charges) == (1 if remembers else 2)
    while not await engine.poll(jobs[0]):
        pass
    await engine.fetch(jobs[0], tmp_path / "file")
    assert (tmp_path / "file").stat().st_size > 0
