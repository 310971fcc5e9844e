"""Events: a page of what happened, or what happens as it does, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.native.batch_shapes import batch_told
from clipmill.api.native.batches import batch_of
from clipmill.api.native.event_shapes import EventTold, heard_told
from clipmill.api.native.shapes import After, Limit, PageOf, number_after, paged, resource
from clipmill.domain.asked import Heard

routes = resource("events")
#: After how long a client comes again, milliseconds.
_AGAIN = 2_000
#: Events that are read at once, and batches that a snapshot of a tenant holds.
_PAGE, _SHOWN = 2_000, 50
_STREAM = "text/event-stream"
_BOTH: dict[int | str, dict[str, Any]] = {200: {
    "description": "A page; or, where `Accept` says `text/event-stream`, `snapshot`, then each event as it comes.",
    "content": {_STREAM: {"schema": {"type": "string"}}}}}  # fmt: skip
LastId = Annotated[str, Header(alias="Last-Event-ID", max_length=40,
                               description="Of a stream that broke off: it goes on after that event.")]  # fmt: skip


@routes.get("/events", operation_id="list_events", response_model=PageOf[EventTold], responses=_BOTH)
async def every(
    request: Request, caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "",
    last_id: LastId = "",
) -> Response:  # fmt: skip
    """What happened to everything of the tenant, the oldest first; or what happens, as server-sent events."""
    return await _told(request, caller, "", (limit, after, last_id))


@routes.get("/batches/{batch}/events", operation_id="list_batch_events", response_model=PageOf[EventTold],
            responses=_BOTH)  # fmt: skip
async def of_batch(
    batch: str, request: Request, caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "",
    last_id: LastId = "",
) -> Response:  # fmt: skip
    """What happened to a batch, the oldest first; or what happens to it, as server-sent events."""
    found = await run_in_threadpool(batch_of, batch, caller)
    return await _told(request, caller, found.id, (limit, after, last_id))


async def _told(request: Request, caller: Caller, batch_id: str, where: tuple[int, str, str]) -> Response:
    limit, after, last_id = where
    if _STREAM not in request.headers.get("accept", ""):
        page = await run_in_threadpool(_page, caller, batch_id, limit, number_after(after))
        return JSONResponse(page.model_dump(mode="json"))
    lines = stream(caller, batch_id, number_after(last_id or after) if last_id or after else None)
    return StreamingResponse(lines, media_type=_STREAM, headers={"X-Accel-Buffering": "no"})


def _page(caller: Caller, batch_id: str, limit: int, after: int) -> PageOf[EventTold]:
    found = caller.parts.asked.events(after, limit + 1, batch_id)
    page, more, following = paged(found, limit, lambda heard: heard.id)
    return PageOf(data=[heard_told(heard) for heard in page], has_more=more, next=following)


async def stream(caller: Caller, batch_id: str, after: int | None) -> AsyncIterator[bytes]:
    """A line of advice, how things stand, and each event as it comes, until the server is told to stop."""
    served, parts = caller.served, caller.parts
    newest = await run_in_threadpool(parts.tail.newest)
    snapshot = await run_in_threadpool(_snapshot, caller, batch_id)
    began = newest if after is None else min(after, newest)
    yield f"retry: {_AGAIN}\n".encode() + _line(began, "snapshot", snapshot)
    missed = partial(_missed, caller, batch_id)
    heard = served.hub.listen(caller.tenant, batch_id, began, missed)
    stopping = asyncio.ensure_future(served.stopping.wait())
    try:
        while True:
            coming = asyncio.ensure_future(anext(heard))
            await asyncio.wait((coming, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                await asyncio.wait((coming,))
                yield b"event: bye\ndata: {}\n\n"
                return
            yield _event(coming.result())
    finally:
        stopping.cancel()
        await heard.aclose()  # type: ignore[attr-defined]  # it is a generator


def _missed(caller: Caller, batch_id: str, after: int) -> Sequence[Heard]:
    return caller.parts.asked.events(after, _PAGE, batch_id)


def _event(heard: Heard | None) -> bytes:
    if heard is None:
        return b": still here\n\n"
    kind = "part" if heard.event.number < 0 else "row" if heard.event.number else "batch"
    return _line(heard.id, kind, heard_told(heard).model_dump(mode="json"))


def _line(number: int, kind: str, data: object) -> bytes:
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def _snapshot(caller: Caller, batch_id: str) -> dict[str, object]:
    parts = caller.parts
    ids = [batch_id] if batch_id else [batch.id for batch in parts.asked.batches(_SHOWN)]
    return {"batches": [batch_told(each).model_dump(mode="json") for each in parts.readonly.several(ids)]}
