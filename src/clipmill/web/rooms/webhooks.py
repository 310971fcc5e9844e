"""Webhooks: addresses that are told of events, what was sent to each, and sending it again."""

from __future__ import annotations

from collections import deque

from starlette.responses import Response

from clipmill.domain.line.delivery import TYPES, Delivery, Endpoint
from clipmill.errors import InputError
from clipmill.pipeline.use_cases.endpoints import register
from clipmill.pipeline.use_cases.serving.listeners import endpoint_of, send_again, send_test
from clipmill.web.asking import Ask

#: Deliveries that are told of one.
_SHOWN = 50


def webhooks(ask: Ask) -> Response:
    """Those of the tenant."""
    return _page(ask)


def _page(ask: Ask, made: Endpoint | None = None, problem: str = "") -> Response:
    every = [endpoint for endpoint in ask.parts.endpoints.all(ask.caller.tenant) if not endpoint.number]
    return ask.page("webhooks.html", 400 if problem else 200, found=every[::-1], made=made, types=sorted(TYPES),
                    problem=problem, typed=ask.text("url"), usual=("batch.finished", "batch.failed"))  # fmt: skip


def add(ask: Ask) -> Response:
    """Tell an address of events from now on; what they are signed with is told this once."""
    types = [name for name in ask.texts("type") if name in TYPES]
    try:
        if not types:
            raise InputError("no event is chosen", hint="Choose at least one.")
        like = Endpoint(id="", url="", tenant=ask.caller.tenant)
        made = register(ask.parts, ask.text("url"), types=types, like=like)
    except InputError as error:
        return _page(ask, problem=f"{error}. {error.hint}")
    return _page(ask, made)


def webhook(ask: Ask) -> Response:
    """One, with what was sent to it last."""
    endpoint = _endpoint(ask)
    latest = deque[Delivery](ask.parts.outbox.deliveries(endpoint_id=endpoint.id), _SHOWN)
    return ask.page("webhook.html", endpoint=endpoint, deliveries=list(latest)[::-1])


def _endpoint(ask: Ask) -> Endpoint:
    return endpoint_of(ask.parts, ask.path("webhook"))


def test(ask: Ask) -> Response:
    """Send something that tells of nothing."""
    endpoint = _endpoint(ask)
    send_test(ask.parts, endpoint, ask.parts.time.now())
    ask.served.wake()
    return ask.to(f"/webhooks/{endpoint.id}", "A test is on its way. Reload to see what was answered.")


def replay(ask: Ask) -> Response:
    """Send one delivery again, or all that it has not got."""
    endpoint = _endpoint(ask)
    again = send_again(ask.parts, endpoint, ask.text("delivery"))
    ask.served.wake()
    return ask.to(f"/webhooks/{endpoint.id}", f"{again:,} {'delivery' if again == 1 else 'deliveries'} sent again.")


def remove(ask: Ask) -> Response:
    """Tell it nothing any more."""
    endpoint = _endpoint(ask)
    ask.parts.endpoints.remove(ask.caller.tenant, endpoint.id)
    return ask.to("/webhooks", "Removed.")
