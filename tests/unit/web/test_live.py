"""What moves by itself: parts of pages are sent as they change, to whoever may see them; and what pages load beside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from clipmill.api.access import Caller
from clipmill.web.asking import Ask
from clipmill.web.pages import add_pages
from clipmill.web.rooms import live
from clipmill.web.session import COOKIE, Sessions
from clipmill.web.showing import Show
from tests.native import new_batch, new_template
from tests.served import Server, server
from tests.visits import Visitor


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "home", add_pages) as found:
        yield found


def asked(served: Server, visitor: Visitor, batch: str) -> Ask:
    """A request for the live parts of a batch."""
    state: Any = served.client.app.default.state.served  # type: ignore[attr-defined]
    cookie = f"{COOKIE}={visitor.client.cookies[COOKIE]}".encode()
    request = Request({"type": "http", "method": "GET", "path": "/dashboard/batches", "query_string": b"",
                       "headers": [(b"cookie", cookie)], "path_params": {"batch": batch}})  # fmt: skip
    sessions = Sessions(state)
    caller = sessions.caller(request)
    assert isinstance(caller, Caller)
    return Ask(request, caller, Show(), sessions)


async def first(ask: Ask, events: int) -> list[str]:
    """The first events of a stream."""
    response: Any = await live.of_batch(ask)
    found: list[str] = []
    async for piece in response.body_iterator:
        found.append(bytes(piece).decode())
        if sum("event:" in each for each in found) >= events:
            break
    await response.body_iterator.aclose()
    return found


def test_the_numbers_come_first_and_no_more_once_the_key_is_gone(served: Server) -> None:
    new_template(served)
    batch = new_batch(served)
    visitor = Visitor(served, served.key)
    ask = asked(served, visitor, batch)
    told = "".join(asyncio.run(first(ask, 1)))
    assert 'id="live-numbers"' in told and "0 <small>of 2 rows made" in told
    served.app.keys.end("local", ask.caller.key.id)
    assert "event: over" in "".join(asyncio.run(first(ask, 1)))


def test_a_stream_is_for_whoever_signed_in(served: Server) -> None:
    new_template(served)
    batch = new_batch(served)
    visitor = Visitor(served)
    for path in (f"/dashboard/batches/{batch}/live", "/dashboard/batches/live"):
        assert visitor.client.get(path, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("name, kind", [("pages.css", "text/css"), ("pages.js", "text/javascript"),
                                        ("mark.svg", "image/svg+xml"), ("manrope.ttf", "font/ttf")])  # fmt: skip
def test_what_pages_load_is_kept_for_good_under_an_address_of_its_content(served: Server, name: str, kind: str) -> None:
    address = str(Show().static(name))
    answer = served.client.get(address)
    assert answer.headers["content-type"].startswith(kind) and "immutable" in answer.headers["cache-control"]
    again = served.client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert served.client.get(f"/dashboard/static/old/{name}").headers["cache-control"] == "no-cache"
    assert served.client.get("/dashboard/static/old/../../../pyproject.toml").status_code == 404
