"""The memory of a real worker process: held within bounds, and known before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.payload import Payload
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.engine import RenderEngine
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.memory.footprint import footprint
from clipmill.errors import ProjectError
from clipmill.media.outside.sources import Sources
from clipmill.media.outside.stored import MediaStore
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.sandbox import Sandbox
from clipmill.settings import Limits, Settings
from clipmill.store.files import DiskFiles
from tests.rendering import photo, write_picture

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory a process had")

TALL = {"width": 1080, "height": 1920}
ZOOM = {"zoom": {"from": 1.0, "to": 1.1}}
FADE = {"enterBegin": 0, "enterEnd": 0.5, "enterAnimation": "fade"}


def _photo(**fields: Any) -> dict[str, Any]:
    return {"type": "IMAGE", "src": "photo.jpg", "fit": "cover", **TALL, **fields}


PROJECTS: dict[str, list[dict[str, Any]]] = {
    "one photograph": [_photo(**ZOOM)],
    "thirty half seen over one that moves": [_photo(**ZOOM), *[_photo(opacity=0.5)] * 29],
    "thirty that come at once": [_photo(**FADE)] * 30,
}


def _engine(folder: Path, crew: ProcessCrew, settings: Settings) -> tuple[RenderEngine, Sources]:
    write_picture(folder / "photo.jpg", photo(900, 1200))
    files = DiskFiles(settings.home / "files", settings.home / "scratch")
    return RenderEngine(settings, crew, files), Sources(MediaStore(files, settings), folder)


@pytest.mark.parametrize("name", PROJECTS)
async def test_thirty_layers_take_little_more_than_one_and_it_is_known_before(tmp_path: Path, name: str) -> None:
    settings = Settings(home=tmp_path / "home")
    crew = ProcessCrew(1, sandbox=Sandbox.making(settings))
    engine, sources = _engine(tmp_path, crew, settings)
    body = {**TALL, "frameRate": 30, "duration": 0.8, "visuals": PROJECTS[name]}
    payload = Payload("v1", sources.stored(body))
    project = load_project(payload.body)
    said = footprint(project, plan_project(project), {}).peak
    try:
        await engine.make(payload, seed=1, into=settings.home / "scratch" / "video.mp4")
    finally:
        await crew.close()
        engine.close()
    # x264 takes 155 MB, Python and its libraries 105: with all their pictures in memory thirty layers took 450 MB.
    assert crew.peak_bytes < 320_000_000
    assert 0.9 * crew.peak_bytes < said < 1.4 * crew.peak_bytes


async def test_what_would_take_more_than_a_worker_may_have_is_refused_before_it_begins(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", limits=Limits(worker_bytes=256 * 1024**2))
    crew = ProcessCrew(1)
    engine, sources = _engine(tmp_path, crew, settings)
    payload = Payload("v1", sources.stored({**TALL, "duration": 1, "visuals": [_photo(**ZOOM)]}))
    with pytest.raises(ProjectError, match=r"visuals\[0\].*needs about \d+ MB of memory .* a worker may have 268"):
        engine.quote(payload)
    engine.close()
    assert not crew.peak_bytes
