"""The server as an ASGI application: requests go to the surface that their host or path belongs to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from clipmill.api import files, operating
from clipmill.api.dialects.registry import dialects
from clipmill.api.native import NATIVE, native_routers
from clipmill.api.served import Served
from clipmill.api.surface import Surface

#: Where dialects lie, each below its own name.
COMPAT = "/compat"
_SECURE = ((b"referrer-policy", b"no-referrer"), (b"x-content-type-options", b"nosniff"))
#: Makes the pages, which lie over the same application.
Pages = Callable[[FastAPI, Served], None]


def create(served: Served, pages: Pages | None = None) -> ASGIApp:
    """The whole server: native API, files and numbers at the root, dialects below `/compat` and at their own paths."""
    app = NATIVE.app(served, files.routes, operating.routes, *native_routers())
    app.router.lifespan_context = _lifespan(served)
    if pages is not None:
        pages(app, served)
    served.readers = {dialect.surface.name: dialect.reader for dialect in dialects() if dialect.reader}
    found = {dialect.surface: dialect.surface.app(served, *dialect.routers()) for dialect in dialects()}
    return Dispatcher(app, found, served)


def _lifespan(served: Served) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        served.begin()
        hub = asyncio.create_task(served.hub.serve())
        await asyncio.to_thread(served.go_on_reading)
        try:
            yield
        finally:
            served.stopping.set()
            hub.cancel()
            with suppress(asyncio.CancelledError):
                await hub
            await served.close()

    return lifespan


class Dispatcher:
    """Hands each request to its surface: by host, by `/compat/NAME`, by the beginning of its path; else to ours."""

    def __init__(self, default: FastAPI, surfaces: Mapping[Surface, FastAPI], served: Served) -> None:
        self.default = default
        self.surfaces = surfaces
        self._served = served
        self._hosts = {host: app for surface, app in surfaces.items() for host in surface.hosts}
        self._mounts = {f"{COMPAT}/{surface.path or surface.name}": app for surface, app in surfaces.items()}
        beginnings = [(prefix, app) for surface, app in surfaces.items() for prefix in surface.prefixes]
        self._beginnings: Sequence[tuple[str, FastAPI]] = sorted(beginnings, key=lambda each: -len(each[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's beginning and end."""
        if scope["type"] != "http":
            await self.default(scope, receive, send)
            return
        app, scope = self._meant(scope)

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in _SECURE if each[0] not in there)]
            await send(message)

        await app(scope, receive, sent)

    def _meant(self, scope: Scope) -> tuple[FastAPI, Scope]:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        path: str = scope["path"]
        if (app := self._hosts.get(host.partition(":")[0].lower())) is not None:
            return app, scope
        for mount, app in self._mounts.items():
            if path.startswith(f"{mount}/"):
                return app, {**scope, "root_path": scope.get("root_path", "") + mount}
        for beginning, app in self._beginnings:
            if path.startswith(beginning):
                return app, scope
        return self.default, scope
