"""The laws of a row's life under any interleaving: a machine that does anything anybody could do, in any order."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import BatchState
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.line.call import Output, Recovery
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition, to_fetching, together, with_riders
from clipmill.domain.verdict import Ruling
from clipmill.pipeline.row import step
from tests import world
from tests.world import LEASE_SECONDS, World, order, part, part_of_parts, planned

LANE = 4
ROWS = 6
FAILURES = st.sampled_from([kind for kind in FailureKind if kind is not FailureKind.INTERNAL])


def rows_alone() -> list[PricedRow]:
    """Rows that need nothing, and a blocked one."""
    return [order(number, "bat_1", blocked=number > ROWS) for number in range(1, ROWS + 2)]


def rows_with_parts() -> list[PricedRow]:
    """The same, but for four that need parts: two of them one, and two of them that and another beneath."""
    logo, scene = part("logo"), part_of_parts("scene", logo=part("logo"))
    needing = [planned(1, {"logo": logo}), planned(2, {"logo": logo}), planned(3, {"scene": scene}),
               planned(4, {"scene": scene, "logo": logo})]  # fmt: skip
    return [*needing, *rows_alone()[len(needing) :]]


class AnybodyAtAll(RuleBasedStateMachine):
    """Workers, crashes, clocks and people against one database."""

    kind = world.SQLITE

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="laws-"))
        self.workers = 0
        self.held: list[Claim] = []
        #: Claims of workers that are thought dead but may still wake up and write.
        self.zombies: list[Claim] = []

    @initialize(
        recovery=st.sampled_from([Recovery.KEY, Recovery.LOOKUP, Recovery.NONE]),
        rows_per_call=st.sampled_from([1, 3]),
        has_parts=st.booleans(),
        budget=st.none() | st.integers(0, 8),
        window=st.none() | st.integers(1, 3),
    )
    def begin(
        self, recovery: Recovery, rows_per_call: int, has_parts: bool, budget: int | None, window: int | None
    ) -> None:
        world.kind = self.kind
        self.world = World(self.folder, recovery=recovery, lane=LANE, rows_per_call=rows_per_call)
        self.world.batch(orders=rows_with_parts() if has_parts else rows_alone(), budget=budget, window=window)
        self.window = window
        self.verbs = self.world.verbs
        self.line = self.world.line()

    @rule(limit=st.integers(1, 5))
    def admit(self, limit: int) -> None:
        self.held += self.world.queue.admit("wrk", ["fake"], limit)

    @rule()
    def claim_due(self) -> None:
        self.workers += 1
        self.held += self.world.queue.claim_due(f"wrk_{self.workers}", ["fake", "maker"], 10)

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0, 10), lost=st.booleans(), ruling=st.sampled_from(list(Ruling)))
    def take_a_step(self, which: int, lost: bool, ruling: Ruling) -> None:
        claim = self.held.pop(which % len(self.held))
        self.world.engine.answers_to_lose = int(lost)
        self.world.verifier.rulings = [ruling]
        self._apply(asyncio.run(step(claim, self.line)))

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0, 10), kind=FAILURES, charged=st.booleans())
    def fail(self, which: int, kind: FailureKind, charged: bool) -> None:
        claim = self.held.pop(which % len(self.held))
        failure = Failure(kind, "told to fail", charged=charged and claim.state is not RowState.CHECKING)
        self._apply(together(claim, partial(decide, failure=failure)))

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0, 10), rider=st.integers(0, 2), kind=FAILURES)
    def fail_one_of_a_call(self, which: int, rider: int, kind: FailureKind) -> None:
        """The engine has done its job, and one of those that shared it has nothing of it."""
        claim = self.held.pop(which % len(self.held))
        every = (claim, *claim.riders)
        if claim.state is not RowState.RUNNING:
            self.held.append(claim)
            return
        failed, failure = every[rider % len(every)], Failure(kind, "told to fail")
        made = [decide(each, failure) if each is failed else to_fetching(each, Output(f"{self._job(each)}/{each.key}"))
                for each in every]  # fmt: skip
        self._apply(with_riders(*made))

    @precondition(lambda self: self.held)
    @rule()
    def crash(self) -> None:
        self.zombies += self.held
        self.held = []

    @precondition(lambda self: self.zombies)
    @rule(which=st.integers(0, 10))
    def zombie_wakes_up(self, which: int) -> None:
        zombie = self.zombies.pop(which % len(self.zombies))
        every = [zombie.row_id, *(rider.row_id for rider in zombie.riders)]
        before = [self.world.row(row_id) for row_id in every]
        self._apply(together(zombie, partial(decide, failure=Failure(FailureKind.ENGINE, "said by a zombie"))))
        if before[0].fence != zombie.fence:
            assert [self.world.row(row_id) for row_id in every] == before, "a write behind the fence changed a row"

    @rule(seconds=st.sampled_from([0.5, 3.0, LEASE_SECONDS + 1, 900.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    @rule()
    def pause(self) -> None:
        if self.world.batches.find("bat_1").state is not BatchState.CANCELLED:
            self.verbs.pause("bat_1")

    @rule(budget=st.none() | st.integers(0, 20))
    def resume(self, budget: int | None) -> None:
        committed = self.world.batches.progress("bat_1").balance.committed
        if self.world.batches.find("bat_1").state is BatchState.CANCELLED:
            return
        self.verbs.resume("bat_1", budget=None if budget is None else max(budget, committed))

    @rule(new_seeds=st.booleans())
    def retry(self, new_seeds: bool) -> None:
        if self.world.batches.find("bat_1").state is not BatchState.CANCELLED:
            self.verbs.retry("bat_1", new_seeds=new_seeds)

    @precondition(lambda self: self.world.batches.find("bat_1").state is not BatchState.CANCELLED)
    @rule(number=st.integers(1, ROWS), again=st.booleans())
    def reject_one(self, number: int, again: bool) -> None:
        self.verbs.reject("bat_1", [number], again=again)

    @rule()
    def approve(self) -> None:
        self.verbs.approve("bat_1")

    @precondition(lambda self: self.world.batches.find("bat_1").state is not BatchState.CANCELLED)
    @rule(sure=st.integers(0, 9))
    def cancel(self, sure: int) -> None:
        if sure == 0:
            self.verbs.cancel("bat_1")

    @rule(again=st.booleans())
    def reject(self, again: bool) -> None:
        if self.world.batches.find("bat_1").state is not BatchState.CANCELLED:
            self.verbs.reject("bat_1", again=again)

    @invariant()
    def laws_hold(self) -> None:
        if not hasattr(self, "world"):
            return
        self.world.check_laws()
        assert self.world.in_flight() <= min(LANE, self.window or LANE)
        assert len(self.world.engine.charges) == len(set(self.world.engine.charges))

    @invariant()
    def blocked_row_is_never_submitted(self) -> None:
        if hasattr(self, "world"):
            assert f"bat_1_{ROWS + 1}.1" not in self.world.engine.charges

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self._finish()
            world.close_databases()
        world.kind = world.SQLITE
        shutil.rmtree(self.folder)

    def _job(self, claim: Claim) -> str:
        """Where what was made for an attempt lies."""
        return next(job for job, texts in self.world.engine.jobs.items() if claim.key in texts)

    def _apply(self, transition: Transition) -> None:
        claim = self.world.queue.apply([transition])[0]
        if claim:
            self.held.append(claim)

    def _finish(self) -> None:
        """Whatever happened, a worker that comes later brings every row to rest, and the sums are right."""
        self.world.clock.advance(LEASE_SECONDS + 1)
        self.world.engine.answers_to_lose, self.world.verifier.rulings = 0, []
        if self.world.batches.find("bat_1").state is not BatchState.CANCELLED:
            self.world.batches.update("bat_1", "freed", budget=None, state=BatchState.RUNNING, reason="")
        self.world.lanes.lift(["fake"])
        progress = self.world.run()
        parts = Counter(progress.parts)
        assert not progress.is_busy
        stuck = progress.batch.reason.startswith("unknown:")
        assert progress.count(RowState.READY) + parts[RowState.READY] == 0 or stuck
        assert progress.count(RowState.WAITING) == 0 or stuck or parts[RowState.UNKNOWN] or parts[RowState.REVIEW]
        unknown = progress.count(RowState.UNKNOWN) + parts[RowState.UNKNOWN]
        assert progress.balance.reserved == unknown, "only what nobody knows is still held"
        self.world.check_laws()


class AnybodyOverPostgres(AnybodyAtAll):
    """The same against a server."""

    kind = world.POSTGRES


TestAnybodyAtAll = AnybodyAtAll.TestCase
TestAnybodyAtAll.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)

TestAnybodyOverPostgres = AnybodyOverPostgres.TestCase
TestAnybodyOverPostgres.settings = settings(TestAnybodyAtAll.settings, max_examples=20)
