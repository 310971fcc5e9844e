"""A server in this process, over a state folder of its own: requests by Starlette's client, rows made when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from clipmill.api.server import Pages, create
from clipmill.api.serving import Listening, served
from clipmill.app import App
from clipmill.domain.access import EVERY_SCOPE, Scope
from clipmill.domain.batch import LOCAL
from clipmill.pipeline.use_cases.serving.keys import create_key
from clipmill.settings import load_settings

#: What links begin with; the client below answers there.
URL = "http://testserver"


@dataclass
class Server:
    """What a test speaks to."""

    app: App
    client: TestClient
    #: Of the tenant `local`, with every scope.
    key: str
    #: The one loop that rows are made in: crews and engines are of the loop that they began in.
    loop: asyncio.Runner

    def headers(self, key: str = "", **more: str) -> dict[str, str]:
        """The headers of a request with this key, ours by default."""
        return {"Authorization": f"Bearer {key or self.key}", **more}

    def new_key(self, name: str = "other", tenant: str = LOCAL, scopes: Sequence[Scope] = EVERY_SCOPE) -> str:
        """Another key."""
        return create_key(self.app, name, tenant=tenant, scopes=scopes).key

    def work(self) -> None:
        """Check, make and deliver whatever there is, until there is nothing left to do."""

        async def until_idle() -> None:
            worker = self.app.worker()
            await worker.serve(list(self.app.engines), asyncio.Event(), until_idle=True)

        self.loop.run(until_idle())


@contextmanager
def server(home: Path, pages: Pages | None = None, **settings: Any) -> Iterator[Server]:
    """A server over this state folder; it makes nothing by itself."""
    app = App(load_settings(home=home, workers=1, **settings))
    key = create_key(app, "test").key
    application = create(served(app, Listening(public_url=URL)), pages)
    with asyncio.Runner() as loop:
        with TestClient(application, base_url=URL, raise_server_exceptions=False) as client:
            yield Server(app, client, key, loop)
        loop.run(app.close())
