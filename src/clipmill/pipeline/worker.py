"""A worker: admits and claims rows, carries each as far as it goes, and keeps its leases alive meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import Progress
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.transition import Transition
from clipmill.errors import StoreError
from clipmill.pipeline.commits import Commits, StoreThread
from clipmill.pipeline.row import Line, step
from clipmill.ports import Batches, Queue


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker looks around, in seconds, and how much it takes at once."""

    lease_seconds: float = 30.0
    #: The longest wait between two looks at the queue while nothing finishes.
    tick_seconds: float = 0.5
    #: Rows under this worker's hands at once, in any state.
    hands: int = 200


class Worker:
    """Works on one batch until it is over or rests."""

    def __init__(self, name: str, queue: Queue, batches: Batches, line: Line, pace: Pace) -> None:
        self._name = name
        self._queue = queue
        self._batches = batches
        self._line = line
        self._pace = pace
        self._store = StoreThread()
        self._commits = Commits(queue, self._store)
        self._hands: dict[asyncio.Task[None], Claim] = {}

    async def run(self, batch_id: str) -> Progress:
        """Carry the batch's rows until nothing is under way and nothing may be admitted; its numbers then."""
        keeper = asyncio.create_task(self._keep_leases())
        try:
            with self._queue.recover(self._name):
                return await self._work(batch_id)
        finally:
            await self._drop_everything(keeper)

    async def _work(self, batch_id: str) -> Progress:
        while True:
            taken = await self._take(batch_id)
            if not taken and not self._hands:
                progress = await self._store(self._batches.progress, batch_id)
                if progress.is_at_rest:
                    return progress
            await self._look_up(hurry=bool(taken))

    async def _take(self, batch_id: str) -> int:
        """Claim what is due, of any batch, and admit what there is room for, of ours.

        A row somebody dropped keeps its place in the lane's window until somebody takes it up again.
        """
        room = self._pace.hands - len(self._hands)
        if room <= 0:
            return 0
        holding = [claim.row_id for claim in self._hands.values()]
        claims = list(await self._store(self._queue.claim_due, self._name, room, holding))
        for engine in self._line.engines:
            if len(claims) < room:
                left = room - len(claims)
                claims += await self._store(self._queue.admit, self._name, engine, left, batch_id)
        for claim in claims:
            self._hands[asyncio.create_task(self._carry(claim))] = claim
        return len(claims)

    async def _carry(self, claim: Claim | None) -> None:
        """Take one row as far as it goes now."""
        while claim is not None:
            claim = await self._commit(await step(claim, self._line))

    async def _commit(self, transition: Transition) -> Claim | None:
        """Apply it, twice if need be. What the store takes of others but not of this row fails it; a store that takes
        nothing at all raises.
        """
        with suppress(StoreError):
            return await self._commits.apply(transition)
        try:
            return await self._commits.apply(transition)
        except StoreError as error:
            return await self._commits.apply(decide(transition.claim, Failure(FailureKind.INTERNAL, str(error))))

    async def _look_up(self, *, hurry: bool) -> None:
        """Wait until a row is put down, or for a tick; raise what broke a hand."""
        if not self._hands:
            await self._line.clock.sleep(0 if hurry else self._pace.tick_seconds)
            return
        done, _ = await asyncio.wait(self._hands, timeout=self._pace.tick_seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            del self._hands[task]
            task.result()

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self._pace.lease_seconds / 3)
            held: Sequence[int] = [claim.row_id for claim in self._hands.values()]
            if held:
                with suppress(StoreError):  # the next renewal comes before the lease ends
                    await self._store(self._queue.renew, self._name, held)

    async def _drop_everything(self, keeper: asyncio.Task[None]) -> None:
        """Let go of all rows; whoever comes next takes them where they are."""
        tasks = [keeper, *self._hands]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._hands.clear()
        self._store.close()
