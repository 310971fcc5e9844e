"""Asking for single things, and waiting for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool

from clipmill.api.access import Caller
from clipmill.api.dialects.openai.surface import NAME, not_here
from clipmill.api.errors import ApiError
from clipmill.domain.asked import Job
from clipmill.domain.models import ModelOffer
from clipmill.domain.row import SETTLED, RowState
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.requests.gathering import withdraw
from clipmill.pipeline.use_cases.serving.requests.single import Kind, Wish, ask

#: Kinds of limits of keys.
_GENERATIONS, CREDITS = "generations", "credits"
#: How often somebody looks whether they are made, seconds: the first looks are soon.
_FIRST_LOOK, _LAST_LOOK = 0.1, 1.0


def kind_for(offer: ModelOffer) -> Kind:
    """The kind of what is made by an offer: those of one engine stand together."""
    return Kind(surface=NAME, name=f"{offer.kind}.{offer.engine}", engine=offer.engine)


def ask_for(caller: Caller, offer: ModelOffer, wishes: Sequence[Wish], price: int) -> None:
    """Ask for single things of this price. Raises ApiError: 402, 429."""
    caller.take(_GENERATIONS, len(wishes))
    if price:
        caller.take(CREDITS, price)
    ask(caller.parts, kind_for(offer), wishes)
    caller.served.wake()


def wishes_for(payload: Mapping[str, Any], kept: Mapping[str, Any], ids: Sequence[str]) -> list[Wish]:
    """A wish for each id, all for the same."""
    return [Wish(public_id=one, payload=payload, name=one, request={**kept, "place": place})
            for place, one in enumerate(ids)]  # fmt: skip


def new_ids(prefix: str, count: int) -> list[str]:
    """Ids of things that belong together."""
    first = new_id(prefix)
    return [first, *(f"{first}-{place}" for place in range(2, count + 1))]


def job_of(parts: ServerParts, public_id: str, what: str) -> Job:
    """One thing. Raises ApiError (404), also for one that was deleted."""
    try:
        job = parts.asked.job(public_id, NAME)
    except NotFoundError as error:
        raise not_here(what, public_id) from error
    if is_deleted(job):
        raise not_here(what, public_id)
    return job


def is_deleted(job: Job) -> bool:
    """Whether a single thing was taken back."""
    return bool(job.batch.standing) and job.record.state is RowState.CANCELLED


async def waited_for(caller: Caller, ids: Sequence[str], seconds: float, gone: Callable[[], Any]) -> list[Job]:
    """Those jobs, when all of them came to their end, in this order.

    What was not begun is taken back when it takes too long, or when whoever asked is `gone`. Raises ApiError (504).
    """
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + seconds, _FIRST_LOOK
    while True:
        jobs = await run_in_threadpool(lambda: [caller.parts.asked.job(one, NAME) for one in ids])
        if all(job.record.state in SETTLED for job in jobs):
            return jobs
        if loop.time() >= until or caller.served.stopping.is_set() or await gone():
            back = await run_in_threadpool(withdraw, caller.parts, jobs)
            raise _late(seconds, len(jobs) - back)
        await asyncio.sleep(pause)
        pause = min(_LAST_LOOK, pause * 1.3)


def _late(seconds: float, made: int) -> ApiError:
    still = f"{made} of its pictures are made still, and are paid" if made else "nothing of it is made or paid"
    return ApiError(504, "timeout", f"it was not made within {seconds:g} s; {still}",
                    hint="Ask for fewer at once, or in a batch, which nobody has to wait for.")  # fmt: skip
