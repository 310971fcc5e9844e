"""Cut the power before and after every effect of the outbox: everything is sent once or more, under one id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.line.delivery import DeliveryState, Endpoint
from clipmill.errors import StoreError
from tests.faults.test_every_effect import Fuse, PowerCut
from tests.world import LEASE_SECONDS, World, close_databases

pytestmark = pytest.mark.usefixtures("each_database")

ROWS = 2
EFFECTS = {"sender": {"send"}, "outbox": {"take", "settle"}}


class Fused:
    """A part whose effects go through the fuse; they are made in threads and in tasks, one after the other."""

    def __init__(self, part: Any, effects: set[str], fuse: Fuse) -> None:
        self._part, self._effects, self._fuse = part, effects, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if name not in self._effects:
            return found

        def cut(*arguments: Any, **options: Any) -> Any:
            effect = self._fuse.count()
            self._fuse.blow(effect, name, after=False)
            answer = found(*arguments, **options)
            self._fuse.blow(effect, name, after=True)
            return answer

        return cut


async def ask(function: Callable[..., Any], *arguments: Any) -> Any:
    """Ask the store at once."""
    return function(*arguments)


def cut_off(world: World, fuse: Fuse) -> None:
    """A process that sends, one at a time, until the power is cut."""
    posting = world.posting(lambda name, part: Fused(part, EFFECTS[name], fuse))
    for _ in range(2 * ROWS + 2):
        for delivery in posting._outbox.take("wrk_dead", 1):
            posting._outbox.settle(delivery, posting._try(delivery))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_everything_is_sent_whichever_effect_is_the_last(tmp_path: Path, after: bool) -> None:
    blown, at = True, 0
    while blown:
        at += 1
        world, blown = made(tmp_path / str(at)), False
        try:
            cut_off(world, Fuse(at, after=after))
        except PowerCut:
            blown = True
        settled(world)
        assert len(world.sender.sent) <= ROWS + 2, "at most the one that was cut off is sent twice"
        close_databases()
    assert at > 2 * (ROWS + 1), "the loop must have passed every effect"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_everything_is_sent_whichever_effect_fails(tmp_path: Path, after: bool) -> None:
    at, blown = 0, True
    while blown:
        at += 1
        world = made(tmp_path / str(at))
        fuse = Fuse(at, after=after, error=lambda name: StoreError(f"{name} was refused"))
        posting = world.posting(lambda name, part, fuse=fuse: Fused(part, EFFECTS[name], fuse))
        asyncio.run(posting.finish("wrk_a", ask))
        blown = fuse.effects >= at
        settled(world)
        close_databases()
    assert at > 2 * (ROWS + 1)


def made(folder: Path) -> World:
    """A batch that is made, of which an endpoint wants to know everything."""
    folder.mkdir()
    world = World(folder)
    world.endpoints.add(Endpoint(id="ep_1", url="https://shop.example", signing="none",
                                 types=("row.done", "batch.finished")))  # fmt: skip
    world.batch(ROWS)
    world.run()
    return world


def settled(world: World) -> None:
    """Whoever comes later sends the rest: nothing is lost, and ids and bodies are what they were."""
    world.clock.advance(LEASE_SECONDS + 60)
    asyncio.run(world.posting().finish("wrk_b", ask))
    lines = list(world.outbox.deliveries())
    assert [line.state for line in lines] == [DeliveryState.SENT] * (ROWS + 1)
    bodies = {line.id: line.body.encode() for line in lines}
    assert {headers["webhook-id"] for _, headers, _ in world.sender.sent} == set(bodies)
    assert all(body == bodies[headers["webhook-id"]] for _, headers, body in world.sender.sent)
