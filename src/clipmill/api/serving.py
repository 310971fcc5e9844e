"""Serving: HTTP and a worker in one process, told to stop together."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

import uvicorn

from clipmill import log
from clipmill.api.hub import Hub
from clipmill.api.served import Served
from clipmill.api.server import Pages, create
from clipmill.app import App

#: How long requests under way have, once the server was told to stop, and before a worker that broke begins again.
_GRACE_SECONDS, _AGAIN_SECONDS = 10, 5.0
#: Requests that wait to be accepted, and that one process answers at once.
_BACKLOG, _AT_ONCE = 512, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where a server listens, and what it does there."""

    host: str = "127.0.0.1"
    port: int = 8600
    #: Address that links begin with; empty: that it listens at.
    public_url: str = ""
    #: Whether it makes rows, too.
    works: bool = True
    #: What rows under way get to finish in, once it was told to stop, seconds.
    grace_seconds: float = 30.0

    @property
    def url(self) -> str:
        """Where it is reached."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


def served(app: App, place: Listening) -> Served:
    """What the routes share, for a server at this place."""
    app.public_url = place.url
    return Served(app, Hub(lambda: app.tail))


async def serve(app: App, place: Listening, pages: Pages | None = None,
                started: Callable[[str], object] = lambda _url: None) -> int:  # fmt: skip
    """Answer requests, and make rows, until a signal; how many rows are handed back.

    `started` is called with the address once it is answered. Raises OSError for a place that cannot be listened at.
    """
    shared = served(app, place)
    server = _Server(uvicorn.Config(
        create(shared, pages), host=place.host, port=place.port, log_config=None, access_log=False, server_header=False,
        backlog=_BACKLOG, limit_concurrency=_AT_ONCE, timeout_graceful_shutdown=_GRACE_SECONDS, lifespan="on",
        timeout_keep_alive=30,
    ))  # fmt: skip
    stop = asyncio.Event()
    _on_signals(server, shared, stop)
    working = asyncio.create_task(_work(app, shared, place, stop)) if place.works else None
    server.tell = lambda: started(place.url)
    try:
        await server.serve()
    finally:
        stop.set()
        left = await working if working else 0
        await app.close()
    return left


async def _work(app: App, shared: Served, place: Listening, stop: asyncio.Event) -> int:
    """Be a worker until told to stop; one that broke begins again, for requests are taken all the same."""
    left = 0
    while not stop.is_set():
        worker = app.worker(grace_seconds=place.grace_seconds)
        shared.wake = partial(asyncio.get_running_loop().call_soon_threadsafe, worker.look)
        try:
            left = await worker.serve(list(app.engines), stop)
        except Exception as error:
            log.error("the worker broke, and begins again", reason=str(error), traceback=log.traceback_of(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _AGAIN_SECONDS)
    return left


class _Server(uvicorn.Server):
    """uvicorn, without its own signals: it would end the process before rows are handed back."""

    #: Called once it answers.
    tell: Callable[[], object] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self.tell()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


def _on_signals(server: uvicorn.Server, shared: Served, stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def told() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True
        shared.stopping.set()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, told)
