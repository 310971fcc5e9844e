"""A stream tells how things stand, then each event once from where a client left off, and says when to come again."""

from __future__ import annotations

import json
from typing import Any

from clipmill.api.access import Caller
from clipmill.api.hub import Hub
from clipmill.api.native.events import stream
from clipmill.api.served import Served
from clipmill.pipeline.use_cases.serving.keys import digest_of
from tests.native import get, new_batch, new_template
from tests.served import Server


def caller_of(served: Server) -> Caller:
    """Our key at a server of this loop."""
    record = served.app.keys.shown(digest_of(served.key))
    assert record is not None
    return Caller(record, Served(served.app, Hub(lambda: served.app.tail)))


def parsed(line: bytes) -> tuple[str, str, Any]:
    """Number, kind and data of an event."""
    told = dict(part.split(": ", 1) for part in line.decode().strip().split("\n"))
    return told["id"], told["event"], json.loads(told["data"])


async def test_it_begins_with_how_things_stand_and_goes_on_after_an_event(served: Server) -> None:
    new_template(served)
    batch = new_batch(served)
    written = get(served, f"/batches/{batch}/events")["data"]
    caller = caller_of(served)
    lines = stream(caller, batch, written[0]["id"])
    first = await anext(lines)
    assert first.startswith(b"retry: 2000\n")
    number, kind, data = parsed(first)
    assert (number, kind) == (str(written[0]["id"]), "snapshot")
    assert [each["id"] for each in data["batches"]] == [batch] and data["batches"][0]["rows"] == 2
    for event in written[1:]:
        assert parsed(await anext(lines)) == (str(event["id"]), "batch", event)
    caller.served.stopping.set()
    assert [line async for line in lines] == [b"event: bye\ndata: {}\n\n"]


async def test_without_a_place_it_begins_now(served: Server) -> None:
    new_template(served, name="now")
    new_batch(served, "now")
    caller = caller_of(served)
    caller.served.stopping.set()
    lines = [line async for line in stream(caller, "", None)]
    assert len(lines) == 2
    assert parsed(lines[0])[0] == str(served.app.tail.newest())


async def test_another_tenant_hears_nothing_of_it(served: Server) -> None:
    new_template(served, name="mine")
    new_batch(served, "mine")
    record = served.app.keys.shown(digest_of(served.new_key("stranger", tenant="other")))
    assert record is not None
    caller = Caller(record, Served(served.app, Hub(lambda: served.app.tail)))
    caller.served.stopping.set()
    lines = [line async for line in stream(caller, "", 0)]
    assert parsed(lines[0])[2] == {"batches": []} and len(lines) == 2
