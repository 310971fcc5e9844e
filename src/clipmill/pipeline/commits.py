"""Commits: transitions on their way to the store, gathered while the last commit is running (group commit)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from clipmill.domain.attempt import Claim
from clipmill.domain.transition import Transition
from clipmill.errors import StoreError
from clipmill.ports import Queue

T = TypeVar("T")
_Group = Sequence[tuple[Transition, "asyncio.Future[Claim | None]"]]


class StoreThread:
    """The one thread that talks to the store: SQLite has one writer, and so have we."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call there; the answer."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    def close(self) -> None:
        """Wait for what is under way."""
        self._executor.shutdown()


class Commits:
    """Applies transitions, as many per transaction as have gathered."""

    def __init__(self, queue: Queue, store: StoreThread) -> None:
        self._queue = queue
        self._store = store
        self._waiting: list[tuple[Transition, asyncio.Future[Claim | None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def apply(self, transition: Transition) -> Claim | None:
        """The claim to go on with; None where the row rests, or another worker holds it by now."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((transition, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        answer: Claim | None = await future
        return answer

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                claims: Sequence[Claim | None] = await self._store(self._queue.apply, [each for each, _ in group])
            except StoreError as error:
                await self._write_singly(group, error)
                continue
            except BaseException as error:
                _fail(group, error)
                if isinstance(error, asyncio.CancelledError):
                    raise
                continue
            for (_, future), claim in zip(group, claims, strict=True):
                if not future.done():
                    future.set_result(claim)

    async def _write_singly(self, group: _Group, error: StoreError) -> None:
        """One bad transition must not take the others with it."""
        if len(group) == 1:
            _fail(group, error)
            return
        for transition, future in group:
            try:
                (claim,) = await self._store(self._queue.apply, [transition])
            except StoreError as own:
                _fail([(transition, future)], own)
            else:
                if not future.done():
                    future.set_result(claim)


def _fail(group: _Group, error: BaseException) -> None:
    for _, future in group:
        if not future.done():
            future.set_exception(error)
