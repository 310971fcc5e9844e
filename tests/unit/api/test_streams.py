"""A stream of events whose client goes away leaves nobody behind in the hub."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from clipmill.api.access import Caller
from clipmill.api.native.events import stream
from clipmill.api.serving import Listening, served
from clipmill.app import App
from clipmill.pipeline.use_cases.serving.keys import create_key
from clipmill.settings import load_settings


def test_client_that_goes_away_is_not_listened_for(tmp_path: Path) -> None:
    async def run() -> tuple[int, int]:
        app = App(load_settings(home=tmp_path))
        shared = served(app, Listening())
        lines = stream(Caller(create_key(app, "test").record, shared), "", None)
        assert b"event: snapshot" in await anext(lines)
        waiting = asyncio.ensure_future(anext(lines))
        for _ in range(1_000):
            await asyncio.sleep(0 if shared.hub._listeners else 0.01)
        before = len(shared.hub._listeners)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        await app.close()
        return before, len(shared.hub._listeners)

    assert asyncio.run(run()) == (1, 0)
