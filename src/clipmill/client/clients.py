"""Clients: one that waits, and one for asyncio; both ask the same."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

from clipmill.client.failures import Unauthorized
from clipmill.client.resources import AccountCalls, AssetCalls, BatchCalls, TemplateCalls
from clipmill.client.runners import AwaitingRunner, Server, WaitingRunner, opened
from clipmill.settings import api_key


class Client:
    """A server, asked by code that waits for answers; usable as a context manager.

    `key` is what `clipmill keys create` printed; by default that in CLIPMILL_API_KEY. `timeout` seconds for one answer;
    `retries`: how often a request is sent again that nobody answered, or that came at a bad time. Raises Unauthorized
    where there is no key.
    """

    def __init__(self, url: str = "http://127.0.0.1:8600", key: str = "", *, timeout: float = 60.0, retries: int = 3,
                 transport: Any = None) -> None:  # fmt: skip
        server = _server(url, key, timeout, retries)
        self._http = httpx.Client(**opened(server, transport))
        runner = WaitingRunner(server, self._http)
        self.batches, self.templates = BatchCalls(runner), TemplateCalls(runner)
        self.assets, self.account = AssetCalls(runner), AccountCalls(runner)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:  # fmt: skip
        """Close its connections."""
        self.close()


class AsyncClient:
    """The same for asyncio: what the other gives is awaited here."""

    def __init__(self, url: str = "http://127.0.0.1:8600", key: str = "", *, timeout: float = 60.0, retries: int = 3,
                 transport: Any = None) -> None:  # fmt: skip
        server = _server(url, key, timeout, retries)
        self._http = httpx.AsyncClient(**opened(server, transport))
        runner = AwaitingRunner(server, self._http)
        self.batches, self.templates = BatchCalls(runner), TemplateCalls(runner)
        self.assets, self.account = AssetCalls(runner), AccountCalls(runner)

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                        _trace: TracebackType | None) -> None:  # fmt: skip
        """Close its connections."""
        await self.close()


def _server(url: str, key: str, timeout: float, retries: int) -> Server:
    found = key or api_key()
    if not found:
        raise Unauthorized("there is no key", hint="Set CLIPMILL_API_KEY, or give `key`.")
    return Server(url=url.rstrip("/"), key=found, timeout=timeout, retries=retries)
