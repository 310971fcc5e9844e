"""A worker: admits and claims rows, carries each as far as it goes, and keeps its leases alive meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Container, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import Progress
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.transition import Transition, to_cancelled
from clipmill.errors import StoreError
from clipmill.pipeline.commits import Commits, StoreThread
from clipmill.pipeline.row import Line, step
from clipmill.ports import Batches, LocalEngine, Queue


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker looks around, in seconds, and how much it takes at once."""

    lease_seconds: float = 30.0
    #: The longest wait between two looks at the queue while nothing finishes.
    tick_seconds: float = 0.5
    #: Rows under this worker's hands at once, in any state.
    hands: int = 200
    #: Of these, rows that are made on this machine: one for each process of its crew, and one to keep them fed.
    local_hands: int = 2


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
        self._local = frozenset(name for name, engine in line.engines.items() if isinstance(engine, LocalEngine))

    async def run(self, batch_id: str) -> Progress:
        """Carry the batch's rows until nothing is under way and nothing may be admitted; its numbers then."""
        async with self._at_work(tuple(self._line.engines)) as lanes:
            return await self._work(lanes, batch_id)

    @asynccontextmanager
    async def _at_work(self, lanes: Sequence[str]) -> AsyncIterator[Sequence[str]]:
        """Be there for these lanes, with leases that are kept; at the end let go of all rows."""
        with self._queue.recover(self._name, lanes):
            keeper = asyncio.create_task(self._keep_leases())
            try:
                yield lanes
            finally:
                await self._drop_everything(keeper)

    async def _work(self, lanes: Sequence[str], batch_id: str) -> Progress:
        while True:
            taken = await self._take(lanes, batch_id)
            if not taken and not self._hands:
                progress = await self._store(self._batches.progress, batch_id)
                if progress.is_at_rest:
                    return progress
            await self._look_up(hurry=bool(taken))

    async def _take(self, lanes: Sequence[str], batch_id: str) -> int:
        """Claim what is due, of any batch, and admit what there is room for, of ours; how many rows.

        A row somebody dropped keeps its place in the lane's window until somebody takes it up again.
        """
        taken = 0
        for kind in (self._local, frozenset(lanes) - self._local):
            served, room = [lane for lane in lanes if lane in kind], self._room(kind)
            if not served or room <= 0:
                continue
            holding = [claim.row_id for claim in self._hands.values()]
            claims = list(await self._store(self._queue.claim_due, self._name, served, room, holding))
            for lane in served:
                if len(claims) < room:
                    claims += await self._store(self._queue.admit, self._name, lane, room - len(claims), batch_id)
            for claim in claims:
                self._hands[asyncio.create_task(self._carry(claim))] = claim
            taken += len(claims)
        return taken

    def _room(self, lanes: Container[str]) -> int:
        """How many more rows of these lanes, all local or all remote, this worker may take."""
        left = self._pace.hands - len(self._hands)
        if lanes is not self._local:
            return left
        return min(left, self._pace.local_hands - sum(claim.engine in lanes for claim in self._hands.values()))

    async def _carry(self, claim: Claim | None) -> None:
        """Take one row as far as it goes now."""
        while claim is not None:
            done = to_cancelled(claim) if claim.is_called_off else await step(claim, self._line)
            claim = await self._commit(done)

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
            if not task.cancelled():  # its row was lost
                task.result()

    async def _keep_leases(self) -> None:
        """Say that this worker is there; what it lost to others it drops, and the process at work on it ends."""
        while True:
            await asyncio.sleep(self._pace.lease_seconds / 3)
            held = {claim.row_id: claim.fence for task, claim in self._hands.items() if not task.done()}
            with suppress(StoreError):  # the next renewal comes before the lease ends
                lost = frozenset(await self._store(self._queue.renew, self._name, held))
                for task, claim in self._hands.items():
                    if claim.row_id in lost and claim.fence == held[claim.row_id]:
                        task.cancel()

    async def _drop_everything(self, keeper: asyncio.Task[None]) -> None:
        """Let go of all rows; whoever comes next takes them where they are."""
        tasks = [keeper, *self._hands]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._hands.clear()
        self._store.close()
