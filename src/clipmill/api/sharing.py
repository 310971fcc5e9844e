"""Sharing: what many ask for at once is made once for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

T = TypeVar("T")


class Sharing:
    """Makes things in threads; whoever asks while one is being made shares the next, so none is older than its ask."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}
        self._coming: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` answers, which began after this was asked."""
        coming = self._coming.get(key)
        if coming is None:
            coming = asyncio.ensure_future(self._make(key, self._under_way.get(key), make))
            self._coming[key] = coming
        found: T = await asyncio.shield(coming)
        return found

    async def _make(self, key: Hashable, before: asyncio.Task[Any] | None, make: Callable[[], T]) -> T:
        if before is not None:
            await asyncio.wait((before,))
        mine = self._under_way[key] = self._coming.pop(key)
        try:
            return await run_in_threadpool(make)
        finally:
            if self._under_way.get(key) is mine:
                del self._under_way[key]
