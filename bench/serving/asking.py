"""Requests at a steady rate, each timed from the moment it is due: a server that falls behind is seen to."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass(frozen=True)
class Request:
    """What is asked, and what that is called in the table."""

    name: str
    path: str
    body: Any = None


@dataclass
class Times:
    """Milliseconds by kind of request, and what was answered that is no success."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def every(self) -> list[float]:
        """Those of all kinds."""
        return [each for taken in self.taken.values() for each in taken]


def percentile(taken: Sequence[float], share: float) -> float:
    """The time within which that share of them was answered."""
    return sorted(taken)[max(0, math.ceil(len(taken) * share) - 1)]


async def steadily(client: httpx.AsyncClient, next_one: Callable[[int], Request], rate: float, seconds: float) -> Times:
    """Ask at a rate for a while, whatever the answers take."""
    times, began, asked = Times(), time.perf_counter(), []
    for number in range(round(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.append(asyncio.create_task(once(client, next_one(number), times, due)))
    await asyncio.gather(*asked)
    return times


async def once(client: httpx.AsyncClient, wish: Request, times: Times, due: float | None = None) -> httpx.Response:
    """Ask, and note how long after it was due the answer was there."""
    due = time.perf_counter() if due is None else due
    method = "GET" if wish.body is None else "POST"
    answer = await client.request(method, wish.path, json=wish.body)
    times.taken.setdefault(wish.name, []).append((time.perf_counter() - due) * 1000)
    if not answer.is_success:
        times.wrong.append(f"{wish.name}: {answer.status_code} {answer.text[:200]}")
    return answer
