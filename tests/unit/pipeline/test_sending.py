"""Nothing paid is sent under a lease that is over, whatever was asked before."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from clipmill.domain.line.call import Call, Recovery
from clipmill.domain.row import RowState
from clipmill.pipeline.row import Line, step
from tests.world import LEASE_SECONDS, World


def test_lookup_that_takes_longer_than_the_lease_is_followed_by_no_send(tmp_path: Path) -> None:
    world = World(tmp_path, recovery=Recovery.LOOKUP)
    world.batch(1)
    with world.dying.recover("wrk_a", ["fake"]):
        world.queue.admit("wrk_a", ["fake"], 1)

    async def recover(call: Call) -> Any:
        world.clock.advance(LEASE_SECONDS)

    world.engine.recover = recover
    line = Line({"fake": world.engine}, world.verifier, world.deliverer, world.files, world.clock)
    with world.queue.recover("wrk_b", ["fake"]):
        (claim,) = world.queue.claim_due("wrk_b", ["fake"], 1)
        decided = asyncio.run(step(claim, line))
    assert (decided.to, world.engine.sends) == (RowState.SUBMITTING, 0)


def test_send_that_can_be_looked_up_is_looked_up_however_long_ago_it_was(tmp_path: Path) -> None:
    world = World(tmp_path, recovery=Recovery.LOOKUP)
    world.batch(1)
    line = Line({"fake": world.engine}, world.verifier, world.deliverer, world.files, world.clock)
    with world.dying.recover("wrk_a", ["fake"]):
        (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
        asyncio.run(step(claim, line))  # and what came of it is written by nobody
    world.clock.advance(8 * 3600)
    with world.queue.recover("wrk_b", ["fake"]):
        (claim,) = world.queue.claim_due("wrk_b", ["fake"], 1)
        decided = asyncio.run(step(claim, line))
    assert (decided.to, world.engine.sends) == (RowState.RUNNING, 1)
