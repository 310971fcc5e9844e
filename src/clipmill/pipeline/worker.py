"""A worker: admits and claims rows, carries each as far as it goes, and keeps its leases alive meanwhile."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import AsyncIterator, Callable, Container, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

from clipmill import log
from clipmill.domain.attempt import Claim
from clipmill.domain.batch import Progress
from clipmill.domain.failure import refused
from clipmill.domain.transition import Transition
from clipmill.errors import StoreAway, StoreError
from clipmill.pipeline.commits import Commits, Insistence, StoreThread, first_of
from clipmill.pipeline.posting import Posting
from clipmill.pipeline.row import Line, progress_of, step
from clipmill.ports import Endings, LocalEngine, Queue
from clipmill.shown import legible, shortened


@dataclass(frozen=True, slots=True)
class WorkerTiming:
    """How often a worker looks around, in seconds, and how much it takes at once."""

    lease_seconds: float = 30.0
    #: The longest wait between two looks at the queue while nothing finishes.
    tick_seconds: float = 0.5
    #: Rows a worker works on at once, in any state.
    concurrency: int = 200
    #: Of these, rows that are made on this machine: one for each process of its crew, and one to keep them fed.
    local_concurrency: int = 2
    #: What rows under way get to finish in, once a worker was told to stop.
    grace_seconds: float = 30.0


#: Writes what a batch leaves that has come to rest, given its id and the name of the worker; may be called again.
Ended = Callable[[str, str], object]
#: Checks rows that were taken in as they are, given the name of the worker, a batch's id or none, and what stops it;
#: whether there were any.
Checks = Callable[[str, str, threading.Event], bool]
#: Seconds between two looks for batches that have come to rest, and before what could not be written is tried again.
_LOOK_SECONDS, _AGAIN_SECONDS = 2.0, 10.0
#: Characters that are told of the name of a job.
_LONGEST_JOB = 200


@dataclass(frozen=True, slots=True)
class Beside:
    """What a worker does beside carrying rows."""

    ended: Ended | None = None
    check: Checks | None = None


_NOTHING = Beside()


class Worker:
    """Works on one batch until it is over or rests, or on whatever there is.

    `beside.ended` is called, in a thread, for every batch at rest that this worker carried rows of, or that whoever did
    so left unwritten; but for the one it was to work on, whose end is the affair of whoever said so.
    """

    def __init__(self, name: str, queue: Queue, batches: Endings, line: Line, timing: WorkerTiming,
                 beside: Beside = _NOTHING) -> None:  # fmt: skip
        self.name = name
        #: Batches that it carried rows of.
        self.carried: set[str] = set()
        #: What sends out what is due, beside the rows; None where others do.
        self.posts: Posting | None = None
        self._ended, self._check = beside.ended, beside.check
        #: The thread that checks rows, and what stops it.
        self._checking: asyncio.Task[bool] | None = None
        self._no_more = threading.Event()
        self._checked_at = -_LOOK_SECONDS
        self._not_written: dict[str, float] = {}
        #: Others have opened work since it last looked, or since it looked for rows to check.
        self._news = asyncio.Event()
        self._told = False
        self._queue = queue
        self._batches = batches
        self._line = replace(line, lease_until=self._lease_until)
        #: Rows, with their fences, whose leases were moved forward, and until when.
        self._renewed: dict[tuple[int, int], float] = {}
        self._timing = timing
        self._thread = StoreThread()
        self._store, self._writing = (Insistence(self._thread, line.clock, timing.lease_seconds) for _ in range(2))
        self._commits = Commits(queue, self._writing)
        self._tasks: dict[asyncio.Task[None], Claim] = {}
        self._every_lane = (*line.engines, *line.makers)
        self._local = frozenset(name for name, engine in line.engines.items() if isinstance(engine, LocalEngine))

    async def run(self, batch_id: str) -> Progress:
        """Carry the batch's rows until nothing is under way and nothing may be admitted; its numbers then."""
        lanes = self._every_lane
        async with self._at_work(()):
            while True:
                await self._take(lanes, batch_id)
                await self._check_taken(batch_id)
                if not self._tasks and not self._is_checking:
                    progress = await self._store(self._batches.progress, batch_id)
                    if progress.is_at_rest:
                        await self._end_batches(lanes, self.carried - {batch_id})
                        return progress
                await self._look_up()

    async def settle(self, batch_id: str) -> None:
        """Carry to their end those rows of a cancelled batch that nobody holds any more; none is admitted."""
        lanes = self._every_lane
        async with self._at_work(()):
            while True:
                await self._take(lanes, batch_id, admits=False)
                if not self._tasks and not await self._store(self._batches.unheld, batch_id):
                    return
                await self._look_up()

    async def serve(self, lanes: Sequence[str], stop: asyncio.Event, *, until_idle: bool = False) -> int:
        """Carry rows of every batch in these lanes until `stop` is set, or with `until_idle` until there are none.

        Then no more is taken, and what is under way has `grace_seconds` to finish; how many rows are handed back.
        A store that is away is waited for, however long: what was taken from us meanwhile, its fence keeps from us.
        """
        lanes, looked_at, busy = (*lanes, *self._line.makers), 0.0, True
        loop = asyncio.get_running_loop()
        self._store.stop, self._store.seconds, self._writing.seconds = stop, math.inf, math.inf
        async with self._at_work(lanes, lambda: loop.call_soon_threadsafe(self.look)):
            with suppress(StoreAway):  # and we were told to stop
                while not stop.is_set():
                    await self._take(lanes)
                    rests = not await self._check_taken() and not self._tasks
                    if rests or self._line.clock.now() - looked_at >= _LOOK_SECONDS:
                        looked_at, busy = self._line.clock.now(), await self._end_batches(lanes)
                    if until_idle and rests and not busy:
                        return 0
                    await self._look_up()
            left = await self._finish()
            with suppress(StoreAway):  # others write it
                await self._end_batches(lanes)
            return left

    def look(self) -> None:
        """Look at once: work was opened; in the thread of the loop it runs in."""
        self._told = True
        self._news.set()

    @property
    def _is_checking(self) -> bool:
        return self._checking is not None and not self._checking.done()

    async def _check_taken(self, batch_id: str = "") -> bool:
        """Have rows checked that wait for it, beside whatever else is done; whether some are."""
        if self._is_checking or self._check is None:
            return self._is_checking
        now, found = self._line.clock.now(), False
        if self._checking is not None:
            try:
                found = self._checking.result()
            except StoreAway as error:  # what was checked before is kept
                log.warning("the store went away while rows were checked, which goes on later", reason=str(error))
                self._checking = None
            except Exception as error:  # a bug of ours keeps a batch from being checked, and no other from being made
                where = log.traceback_of(error)
                log.error("rows were not checked, which is tried again", reason=str(error), traceback=where)
                self._checking = None
        if found or self._told or now - self._checked_at >= _LOOK_SECONDS:
            self._told = False
            self._checked_at = now
            self._checking = asyncio.create_task(asyncio.to_thread(self._check, self.name, batch_id, self._no_more))
            await asyncio.sleep(0)
        return self._is_checking

    async def _finish(self) -> int:
        """Give what is under way its time; how many rows are left, those included whose hands broke."""
        if not self._tasks:
            return 0
        done, left = await asyncio.wait(self._tasks, timeout=self._timing.grace_seconds)
        broken = [task for task in done if not task.cancelled() and task.exception()]
        for task in broken:
            claim, error = self._tasks[task], task.exception()
            where = log.traceback_of(error) if error else ""
            with log.keyed(batch=claim.batch_id, row=claim.number, attempt=claim.attempt):
                log.error("the row is handed back", reason=str(error), traceback=where)
        return len(left) + len(broken)

    @asynccontextmanager
    async def _at_work(self, lanes: Sequence[str], heard: Callable[[], object] | None = None) -> AsyncIterator[None]:
        """Be there, for everybody's rows of these lanes, with leases that are kept; at the end let go of all rows."""
        with log.keyed(worker=self.name), self._queue.recover(self.name, lanes, heard):
            beside = [asyncio.create_task(self._keep_leases())]
            if self.posts:
                beside.append(asyncio.create_task(self.posts.serve(self.name, self._store)))
            try:
                yield
                if self.posts:
                    await self.posts.finish(self.name, self._store)
            finally:
                await self._drop_everything(beside)

    async def _end_batches(self, lanes: Container[str], among: Container[str] | None = None) -> bool:
        """Have written what batches at rest leave, of all or of some; whether others of these lanes are on their way.

        What could not be written is still to be written, and is tried again later, or by others.
        """
        busy = False
        for batch_id in await self._store(self._batches.unwritten, self.name):
            progress = await self._store(self._batches.progress, batch_id)
            if not progress.is_at_rest:
                busy = busy or progress.batch.engine in lanes
            elif self._ended is not None and (among is None or batch_id in among):
                now = self._line.clock.now()
                if now - self._not_written.get(batch_id, -_AGAIN_SECONDS) >= _AGAIN_SECONDS:
                    self._not_written[batch_id] = now
                    try:
                        await asyncio.to_thread(self._ended, batch_id, self.name)
                        del self._not_written[batch_id]
                    except Exception as error:  # it is written later, or by others
                        why, where = str(error), log.traceback_of(error)
                        log.warning("what a batch leaves was not written", batch=batch_id, reason=why, traceback=where)
        return busy

    async def _take(self, lanes: Sequence[str], batch_id: str = "", *, admits: bool = True) -> None:
        """Claim what is due, of any batch, and admit what there is room for, of ours or of all.

        A worker that admits none claims nothing but rows of its batch. A row somebody dropped keeps its place in the
        lane's window until somebody takes it up again.
        """
        only = "" if admits else batch_id
        taken = 0
        for kind in (self._local, frozenset(lanes) - self._local):
            served, room = [lane for lane in lanes if lane in kind], self._room(kind)
            if not served or room <= 0:
                continue
            holding = [claim.row_id for claim in self._tasks.values()]
            taken += self._begin(await self._store(self._queue.claim_due, self.name, served, room, holding, only))
            if admits and (room := self._room(kind)) > 0:
                taken += self._begin(await self._store(self._queue.admit, self.name, served, room, batch_id))
        if taken:
            log.debug("claimed", rows=taken)

    def _begin(self, claims: Sequence[Claim]) -> int:
        """Have hands at these rows at once, whatever becomes of the next question; how many there are."""
        self.carried.update(claim.batch_id for claim in claims)
        for claim in claims:
            self._tasks[asyncio.create_task(self._carry(claim))] = claim
        return len(claims)

    def _room(self, lanes: Container[str]) -> int:
        """How many more rows of these lanes, all local or all remote, this worker may take."""
        left = self._timing.concurrency - len(self._tasks)
        if lanes is not self._local:
            return left
        return min(left, self._timing.local_concurrency - sum(claim.engine in lanes for claim in self._tasks.values()))

    async def _carry(self, claim: Claim | None) -> None:
        """Take one row as far as it goes now."""
        while claim is not None:
            claim = await self._commit(await step(claim, self._line))

    async def _commit(self, transition: Transition) -> Claim | None:
        """Apply it, twice if need be. What the store takes of others but not of this row fails it, told with the job
        that was begun for it; a store that takes nothing at all raises.
        """
        claim, reason = transition.claim, ""
        for tell in (log.warning, log.error):
            try:
                return await self._commits.apply(transition)
            except StoreAway:  # which blames no row
                raise
            except StoreError as error:
                reason = str(error)
                with log.keyed(batch=claim.batch_id, row=claim.number, attempt=claim.attempt):
                    tell("the store refused", to=str(transition.to), reason=reason)
        if transition.handle and transition.handle.job:
            reason += f" (its job is {shortened(legible(transition.handle.job), _LONGEST_JOB)})"
        return await self._commits.apply(refused(transition, reason))

    async def _look_up(self) -> None:
        """Wait until a row is put down, or there is news, or for a tick; raise what broke a hand."""
        if not self._tasks:
            await first_of(self._line.clock.sleep(self._timing.tick_seconds), self._news.wait())
            self._news.clear()
            return
        await asyncio.wait(self._tasks, timeout=self._timing.tick_seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in self._tasks if task.done()]:  # those that came after the first as well
            del self._tasks[task]
            if not task.cancelled():  # its row was lost
                task.result()

    async def _keep_leases(self) -> None:
        """Say that this worker is there; what it lost to others it drops, and the process at work on it ends."""
        while True:
            await asyncio.sleep(self._timing.lease_seconds / 3)
            held = {claim.row_id: claim.fence for task, claim in self._tasks.items() if not task.done()}
            until = self._line.clock.now() + self._timing.lease_seconds
            try:
                done = await asyncio.to_thread(self._done)
                lost = frozenset(await self._thread(self._queue.renew, self.name, held, done))
            except StoreError as error:  # the next renewal comes before the lease ends
                log.warning("leases were not renewed", rows=len(held), reason=str(error))
                continue
            self._renewed = {(row_id, fence): until for row_id, fence in held.items() if row_id not in lost}
            for task, claim in self._tasks.items():
                if claim.row_id in lost and claim.fence == held[claim.row_id] and not task.done():
                    log.warning("lease lost", batch=claim.batch_id, row=claim.number, attempt=claim.attempt)
                    task.cancel()

    def _done(self) -> dict[int, float]:
        """How much is made of the files that are made on this machine."""
        claims = [claim for task, claim in list(self._tasks.items()) if not task.done()]
        shares = {claim.row_id: progress_of(claim, self._line) for claim in claims}
        return {row_id: share for row_id, share in shares.items() if share is not None}

    def _lease_until(self, claim: Claim) -> float:
        return max(claim.lease_until, self._renewed.get((claim.row_id, claim.fence), 0.0))

    async def _drop_everything(self, beside: Sequence[asyncio.Task[None]]) -> None:
        """Let go of all rows; whoever comes next takes them where they are."""
        self._no_more.set()
        tasks = [*beside, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *([self._checking] if self._checking else []), return_exceptions=True)
        self._tasks.clear()
        self._thread.close()
