"""Every event reaches every listener once, whatever order the numbers come to light in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from clipmill.api.hub import Hub
from clipmill.domain.asked import Heard, Spending
from clipmill.domain.event import Event


def heard(number: int, tenant: str = "local", batch: str = "bat_1") -> Heard:
    """An event with this number."""
    return Heard(number, tenant, Event(0.0, batch, "done", number))


class Trail:
    """An audit trail that grows."""

    def __init__(self) -> None:
        self.lines: list[Heard] = []

    def newest(self) -> int:
        return max((line.id for line in self.lines), default=0)

    def since(self, after: int, limit: int) -> Sequence[Heard]:
        return sorted((line for line in self.lines if line.id > after), key=lambda line: line.id)[:limit]

    def spending(self) -> Spending:
        return Spending()


async def listened(hub: Hub, trail: Trail, waves: Sequence[Sequence[int]], after: int = 0) -> list[int]:
    """The numbers that a listener hears while these come to light, wave by wave."""
    found: list[int] = []

    async def listen() -> None:
        async for one in hub.listen("local", "", after, lambda last: trail.since(last, 3)):
            if one is not None:
                found.append(one.id)

    listening = asyncio.create_task(listen())
    for wave in waves:
        await asyncio.sleep(0.01)
        trail.lines += [heard(number) for number in wave]
        await hub.look()
    await asyncio.sleep(0.05)
    listening.cancel()
    return found


def test_what_was_written_before_and_what_comes_is_heard_once() -> None:
    async def run() -> list[int]:
        trail = Trail()
        trail.lines = [heard(number) for number in range(1, 8)]
        hub = Hub(lambda: trail)
        await hub.look()
        return await listened(hub, trail, [[8], [9, 10]], after=2)

    assert asyncio.run(run()) == [3, 4, 5, 6, 7, 8, 9, 10]


def test_a_number_that_comes_to_light_late_is_heard_too() -> None:
    async def run() -> list[int]:
        trail = Trail()
        hub = Hub(lambda: trail)
        await hub.look()
        return await listened(hub, trail, [[1], [3, 4], [2], [5]])

    assert asyncio.run(run()) == [1, 3, 4, 2, 5]


def test_a_gap_that_stays_one_holds_nobody_up() -> None:
    async def run() -> list[int]:
        trail = Trail()
        hub = Hub(lambda: trail)
        await hub.look()
        await listened(hub, trail, [[1], [3]])
        for _ in range(80):
            await hub.look()
        trail.lines.append(heard(2))  # never written: a transaction that was rolled back drew it
        return await listened(hub, trail, [[4]], after=3)

    assert asyncio.run(run()) == [4]


def test_nobody_hears_of_anothers() -> None:
    async def run() -> list[int]:
        trail = Trail()
        hub = Hub(lambda: trail)
        await hub.look()
        found: list[int] = []

        async def listen() -> None:
            async for one in hub.listen("local", "bat_2", 0, lambda _: ()):
                if one is not None:
                    found.append(one.id)

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.01)
        trail.lines += [heard(1, "other", "bat_2"), heard(2), heard(3, batch="bat_2")]
        await hub.look()
        await asyncio.sleep(0.02)
        listening.cancel()
        return found

    assert asyncio.run(run()) == [3]
