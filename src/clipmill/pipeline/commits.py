"""Commits: transitions on their way to the store, gathered while the last commit is running (group commit).

A store that is away is waited for: what was to be written stands behind its fence, and nobody else can write it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from clipmill import log
from clipmill.domain.attempt import Claim
from clipmill.domain.transition import Transition
from clipmill.errors import StoreAway, StoreError
from clipmill.ports import Clock, Queue

T = TypeVar("T")
#: The first wait for a store that is away, and the longest, seconds; each is as long as it was away before.
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0
_Group = Sequence[tuple[Transition, "asyncio.Future[Claim | None]"]]


class StoreThread:
    """The one thread that talks to the store: SQLite has one writer, and so have we."""

    def __init__(self) -> None:
        #: How many wait for the store to come back.
        self.waiting = 0
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call there; the answer."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    def close(self) -> None:
        """Wait for what is under way."""
        self._executor.shutdown()


class Insistence:
    """Asks the store, and one that is away again, later and later."""

    def __init__(self, store: StoreThread, clock: Clock, seconds: float) -> None:
        #: How long the store may be away before that is an error.
        self.seconds = seconds
        #: Once it is set, the store is asked no second time.
        self.stop: asyncio.Event | None = None
        self._store = store
        self._clock = clock

    async def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call it; the answer. Raises StoreAway."""
        try:
            return await self._store(function, *arguments)
        except StoreAway as error:
            if not self._store.waiting:  # else it is known
                log.warning("the store is away, and is asked again", reason=str(error))
            self._store.waiting += 1
            try:
                return await self._again(error, function, *arguments)
            finally:
                self._store.waiting -= 1

    async def _again(self, error: StoreAway, function: Callable[..., T], *arguments: Any) -> T:
        since = self._clock.now()
        while (away := self._clock.now() - since) < self.seconds and not (self.stop and self.stop.is_set()):
            wait = self._clock.sleep(min(max(away, _FIRST_WAIT), _LONGEST_WAIT))
            await first_of(wait, *([self.stop.wait()] if self.stop else []))
            try:
                answer = await self._store(function, *arguments)
            except StoreAway as again:
                error = again
            else:
                log.info("the store is back", seconds=away)
                return answer
        raise error


async def first_of(*waits: Coroutine[Any, Any, object]) -> None:
    """Wait until one of these is over, and end the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


class Commits:
    """Applies transitions, as many per transaction as have gathered."""

    def __init__(self, queue: Queue, store: Insistence) -> None:
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
            except StoreAway as error:  # none of them is to blame
                _fail(group, error)
                continue
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
