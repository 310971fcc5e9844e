"""The line over locked-in worker processes: the same bytes as outside, and a row that breaks them fails alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload, asset_reference
from clipmill.domain.row import RowState
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.engines.render.engine import RenderEngine
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.sandbox import Sandbox
from clipmill.settings import Limits, Settings
from clipmill.store.files import DiskFiles
from clipmill.testing import FakeLocalEngine
from clipmill.verify.suite import SuiteVerifier
from tests.rendering import photo, project, write_picture, write_tone
from tests.world import World

DIE, LITTER = "tests.unit.media.workers.attempts:die", "tests.unit.media.workers.attempts:litter"


async def made_in(home: Path, sandbox: str, source: Path) -> dict[str, bytes]:
    """Everything a batch has workers make of one project: the video, its three pictures, a preview."""
    settings = Settings(home=home, sandbox=sandbox)
    files = DiskFiles(home / "files", home / "scratch")
    picture, tone = (
        asset_reference(files.put(path, keep=True), path.suffix)
        for path in (write_picture(source / "photo.jpg", photo()), write_tone(source / "tone.wav"))
    )
    body = project(
        {"type": "IMAGE", "src": picture, "width": 160, "height": 90, "enterAnimation": "fade", "enterEnd": 0.5},
        {"type": "SVG", "svg": '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20"/></svg>'},
        {"type": "TEXT", "text": "Grüße", "x": 20, "y": 100, "width": 200, "height": 60, "style": {"fontSize": 30}},
        audios=[{"src": tone}],
    )
    crew = ProcessCrew(1, sandbox=Sandbox.making(settings))
    engine, payload = RenderEngine(settings, crew, files), Payload("v1", body)
    try:
        spec = await engine.make(payload, seed=1, into=files.scratch("made"))
        await engine.preview(payload, 0.5, files.scratch("preview"))
        media = files.path(files.put(files.scratch("made")))
        verifier = SuiteVerifier(crew, files, home / "frames")
        verdict = await verifier.verify(media, spec, VerifyLimits())
        assert verdict.ruling is not Ruling.FAIL, verdict.reason
    finally:
        await crew.close()
    pictures = {name: files.path(digest).read_bytes() for name, digest in verdict.pictures.items()}
    return {"video": media.read_bytes(), "preview": files.scratch("preview").read_bytes(), **pictures}


async def test_locked_in_workers_make_the_same_bytes(tmp_path: Path) -> None:
    made = [await made_in(tmp_path / sandbox, sandbox, tmp_path) for sandbox in ("auto", "off")]
    assert made[0].keys() == {"video", "preview", "first", "middle", "last", "thumbnail"}
    assert made[0] == made[1]


class Breaking(FakeLocalEngine):
    """An engine over a real worker process, which the second row breaks whenever it is tried."""

    def __init__(self, crew: ProcessCrew, call: str = DIE) -> None:
        super().__init__("fake")
        self.crew = crew
        self.call = call
        self.tries = 0

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        if payload.body["n"] == 2:
            self.tries += 1
            await self.crew.run(self.call, {"files": 30, "seconds": 60})
        return await super().make(payload, seed=seed, into=into)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, remote=False)
    world.engine = Breaking(ProcessCrew(1, sandbox=Sandbox.making(Settings(home=tmp_path))))
    return world


def test_row_that_kills_every_worker_fails_with_a_reason_and_the_batch_goes_on(world: World) -> None:
    world.batch(3)
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.FAILED)) == (2, 1)
    (failed,) = world.rows.records("bat_1", RowState.FAILED)
    told: Any = failed.problems[0]
    assert "killed by signal 11 (SIGSEGV); a damaged media file can do that" in told.reason
    assert "attempts are used up" in told.fix


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is made of what Linux has")
def test_row_whose_worker_takes_too_much_fails_at_once_with_the_limit_named(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    settings = Settings(home=tmp_path, limits=Limits(scratch_files=20))
    engine = Breaking(ProcessCrew(1, sandbox=Sandbox.making(settings)), LITTER)
    world.engine = engine
    world.batch(3)
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.FAILED), engine.tries) == (2, 1, 1)
    (failed,) = world.rows.records("bat_1", RowState.FAILED)
    assert (
        failed.problems[0].reason == "a worker process made more than 20 files (limits.scratch_files) and was stopped"
    )
    assert not [path for path in (tmp_path / "scratch").rglob("*") if path.is_file() and path.suffix != ".lock"]
