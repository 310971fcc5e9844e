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
        async for several in hub.listen("local", "", after, lambda last: trail.since(last, 3)):
            found.extend(one.id for one in several)

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
            async for several in hub.listen("local", "bat_2", 0, lambda _: ()):
                found.extend(one.id for one in several)

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.01)
        trail.lines += [heard(1, "other", "bat_2"), heard(2), heard(3, batch="bat_2")]
        await hub.look()
        await asyncio.sleep(0.02)
        listening.cancel()
        return found

    assert asyncio.run(run()) == [3]


def test_what_came_together_is_handed_on_together_and_worded_once() -> None:
    async def run() -> tuple[list[list[int]], list[bytes], list[int]]:
        trail, found, worded = Trail(), list[list[int]](), list[int]()
        hub = Hub(lambda: trail)
        await hub.look()

        def word(one: Heard) -> bytes:
            worded.append(one.id)
            return str(one.id).encode()

        async def listen() -> None:
            async for several in hub.listen("local", "", 0, lambda _: ()):
                found.append([one.id for one in several])

        listening = [asyncio.create_task(listen()) for _ in range(2)]
        await asyncio.sleep(0.01)
        trail.lines += [heard(1), heard(2), heard(3)]
        await hub.look()
        await asyncio.sleep(0.02)
        for each in listening:
            each.cancel()
        return found, [hub.said(one, word) for one in (*trail.lines, *trail.lines)], worded

    found, said, worded = asyncio.run(run())
    assert found == [[1, 2, 3], [1, 2, 3]]
    assert said == [b"1", b"2", b"3"] * 2
    assert worded == [1, 2, 3]


def test_a_listener_that_lags_reads_the_trail_and_hears_all_once() -> None:
    async def run() -> list[int]:
        trail, found, may_go_on = Trail(), list[int](), asyncio.Event()
        hub = Hub(lambda: trail)
        await hub.look()

        async def listen() -> None:
            async for several in hub.listen("local", "", 0, lambda last: trail.since(last, 2_000)):
                found.extend(one.id for one in several)
                await may_go_on.wait()

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.01)
        for wave in range(4):
            trail.lines += [heard(wave * 2_000 + number) for number in range(1, 2_001)]
            await hub.look()
        may_go_on.set()
        await asyncio.sleep(0.2)
        listening.cancel()
        return found

    assert asyncio.run(run()) == list(range(1, 8_001))
