"""What a worker is asked for a project, taken in and planned as `clipmill render` does it, without rendering it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from clipmill.domain.payload import Payload
from clipmill.engines.render.engine import RenderEngine
from clipmill.media.outside.sources import Sources
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles


class Asked(Exception):  # noqa: N818 - nothing is wrong
    """Raised in the place of rendering: the job is known."""


class Recorder:
    """A crew that renders nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.jobs: list[dict[str, Any]] = []

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Remember the arguments and go no further."""
        self.jobs.append(dict(arguments))
        raise Asked


def ask(engine: RenderEngine, payload: Payload, into: Path) -> None:
    """Have an engine with a recording crew ask for this payload."""
    with suppress(Asked):
        asyncio.run(engine.make(payload, seed=1, into=into))


def jobs_for(projects: Mapping[str, Mapping[str, Any]], media: Path, home: Path) -> dict[str, dict[str, Any]]:
    """Name → what a worker is asked for that project; its paths count from `media`, its file goes into `home`."""
    settings = Settings(home=home)
    files = DiskFiles(home / "files", home / "scratch")
    sources = Sources(MediaStore(files, settings), media)
    recorder = Recorder()
    engine = RenderEngine(settings, recorder, files)
    try:
        for number, project in enumerate(projects.values()):
            payload = Payload("bench", sources.stored(project))
            ask(engine, payload, home / "scratch" / f"{number}.mp4")
    finally:
        engine.close()
    return dict(zip(projects, recorder.jobs, strict=True))
