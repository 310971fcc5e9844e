"""What many ask for at once is made once, and never before it was asked for."""

from __future__ import annotations

import asyncio
import threading

from clipmill.api.sharing import Sharing


def test_those_who_ask_meanwhile_share_the_next() -> None:
    async def run() -> tuple[list[int], list[int]]:
        sharing, begun, may_end, made = Sharing(), threading.Event(), threading.Event(), list[int]()

        def make() -> int:
            made.append(len(made) + 1)
            begun.set()
            may_end.wait(10)
            return made[-1]

        first = asyncio.create_task(sharing.get("a", make))
        await asyncio.to_thread(begun.wait, 10)
        later = [asyncio.create_task(sharing.get("a", make)) for _ in range(5)]
        await asyncio.sleep(0)
        may_end.set()
        found = [await first, *[await each for each in later]]
        return found, [await sharing.get("a", make), await sharing.get("b", make)]

    assert asyncio.run(run()) == ([1, 2, 2, 2, 2, 2], [3, 4])


def test_an_error_is_told_to_all_who_share_it_and_to_nobody_later() -> None:
    async def run() -> tuple[list[object], int]:
        sharing = Sharing()

        def fail() -> int:
            raise ValueError

        both = await asyncio.gather(sharing.get("a", fail), sharing.get("a", fail), return_exceptions=True)
        return [type(each) for each in both], await sharing.get("a", lambda: 1)

    assert asyncio.run(run()) == ([ValueError, ValueError], 1)
