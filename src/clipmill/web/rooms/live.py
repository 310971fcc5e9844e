"""Live parts of pages: as events come, the parts that changed are rendered again and sent, once a second at most.

A page without scripts shows the same when it is loaded again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from clipmill.errors import ClipmillError
from clipmill.web.asking import Ask
from clipmill.web.rooms.batch import glance, seen
from clipmill.web.rooms.batches import listed
from clipmill.web.rooms.starting import checked

#: Seconds between two parts that are sent, and after which the numbers are told whether anything happened or not.
_PACE_SECONDS, _QUIET_SECONDS = 1.0, 5.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
#: Makes the parts of a page anew, as HTML.
Render = Callable[[], str]


async def of_batch(ask: Ask) -> Response:
    """The numbers of a batch and its causes."""
    batch = await run_in_threadpool(ask.batch)
    return _stream(ask, batch.id, partial(_batch, ask, batch.id))


async def of_start(ask: Ask) -> Response:
    """What the check of a batch has found by now."""
    batch = await run_in_threadpool(ask.batch)
    return _stream(ask, batch.id, partial(_start, ask, batch.id))


async def of_list(ask: Ask) -> Response:
    """A page of the list."""
    return _stream(ask, "", partial(_list, ask))


def _batch(ask: Ask, batch_id: str) -> str:
    found = seen(ask, batch_id)
    return ask.show.text("_live_batch.html", ask=ask, **found, **glance(ask, found["batch"]), tab="overview")


def _start(ask: Ask, batch_id: str) -> str:
    return ask.show.text("_live_start.html", ask=ask, **checked(ask, ask.parts.readonly.find(batch_id)))


def _list(ask: Ask) -> str:
    return ask.show.text("_live_list.html", ask=ask, **listed(ask))


def _stream(ask: Ask, batch_id: str, render: Render) -> Response:
    return StreamingResponse(_told(ask, batch_id, render), 200, _HEADERS, "text/event-stream")


async def _told(ask: Ask, batch_id: str, render: Render) -> AsyncIterator[bytes]:
    """The parts whenever something happened, until the server stops, the key is good no more or nobody listens."""
    yield b"retry: 3000\n\n"
    changed, last = asyncio.Event(), ""
    listening = asyncio.create_task(_listen(ask, batch_id, changed))
    try:
        while not ask.served.stopping.is_set() and not listening.done():
            if await run_in_threadpool(ask.sessions.caller, ask.request) is None:
                yield b"event: over\ndata: \n\n"
                return
            html = await _rendered(render)
            if html and html != last:
                last = html
                yield b"event: parts\n" + b"".join(b"data: " + line.encode() + b"\n" for line in html.splitlines())
                yield b"\n"
            else:
                yield b": still here\n\n"
            await asyncio.sleep(_PACE_SECONDS)
            await _either(changed, ask.served.stopping)
            changed.clear()
    finally:
        listening.cancel()


async def _rendered(render: Render) -> str:
    try:
        return await run_in_threadpool(render)
    except ClipmillError:  # told by the page itself, once it is loaded again
        return ""


async def _either(*events: asyncio.Event) -> None:
    """Wait until something happens, or for a while."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=_QUIET_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


async def _listen(ask: Ask, batch_id: str, changed: asyncio.Event) -> None:
    after = await run_in_threadpool(ask.parts.tail.newest)
    async for heard in ask.served.hub.listen(ask.caller.tenant, batch_id, after, lambda _number: ()):
        if heard:
            changed.set()
