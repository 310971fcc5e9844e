"""Webhooks: where a tenant is told of its renders; an endpoint whose id begins with `whk_` for Zvid's clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends

from clipmill.api.access import MAY_ADMIN, MAY_READ, Caller
from clipmill.api.dialects.zvid import asking
from clipmill.api.dialects.zvid.requests import Hook, HookChanged, Limit, Page
from clipmill.api.dialects.zvid.words import REFUSALS, invalid, iso, pages
from clipmill.api.surface import router
from clipmill.deliver.signing import new_secret
from clipmill.deliver.wordings.zvid import EVENTS, test_body
from clipmill.domain.access import Named
from clipmill.domain.line.delivery import (
    SCHEDULES,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Endpoint,
    compact,
)
from clipmill.errors import MediaError, NotFoundError
from clipmill.pipeline.use_cases.endpoints import register
from clipmill.pipeline.use_cases.parts import new_id

routes = router(tags=["webhooks"], responses=REFUSALS)
May = Annotated[Caller, Depends(MAY_ADMIN)]
MayLook = Annotated[Caller, Depends(MAY_READ)]
_OURS, _THEIRS = "ep_", "whk_"
#: What is said of a webhook besides: named texts of this kind, under its id.
_SAID = f"{asking.SURFACE}.webhook"
_STATES: Mapping[DeliveryState, str] = {DeliveryState.WAITING: "pending", DeliveryState.SENT: "delivered",
                                        DeliveryState.GIVEN_UP: "failed"}  # fmt: skip
#: Why a webhook is sent nothing that its owner switched off.
_SWITCHED_OFF = "it was switched off"


@routes.get("/api/webhooks", operation_id="list_webhooks")
def list_webhooks(caller: MayLook, page: Page = 1, limit: Limit = 20) -> dict[str, Any]:
    """Webhooks, the oldest first, without their secrets."""
    found = _all(caller)
    shown = [_told(caller, hook) for hook in found[(page - 1) * limit : page * limit]]
    return {"webhooks": shown, "pagination": pages(page, limit, len(found))}


@routes.post("/api/webhooks", operation_id="create_webhook", status_code=201)
def create_webhook(wish: Hook, caller: May) -> dict[str, Any]:
    """Tell an address of renders from now on. The secret is told here, and never again."""
    like = Endpoint(id="", url="", tenant=caller.tenant, schedule=SCHEDULES["five"], signing=asking.SURFACE,
                    wording=asking.SURFACE)  # fmt: skip
    try:
        made = register(caller.parts, wish.url, secret=new_secret(), types=_types(wish.events), like=like)
    except MediaError as error:
        raise invalid([("url", str(error))], hint=error.hint) from error
    _say(caller, made, wish.description)
    return _both({**_told(caller, made), "secret": made.secret})


@routes.get("/api/webhooks/{hook}", operation_id="get_webhook")
def get_webhook(hook: str, caller: MayLook) -> dict[str, Any]:
    """One webhook, without its secret."""
    return _both(_told(caller, _find(caller, hook)))


@routes.put("/api/webhooks/{hook}", operation_id="change_webhook")
def change_webhook(hook: str, wish: HookChanged, caller: May) -> dict[str, Any]:
    """Change where it goes, or what it is told; enabling one begins to count its failures anew."""
    found = _find(caller, hook)
    try:
        if wish.url:
            caller.parts.sender.check(wish.url)
    except MediaError as error:
        raise invalid([("url", str(error))], hint=error.hint) from error
    changed = replace(found, url=wish.url or found.url, types=_types(wish.events) if wish.events else found.types)
    if wish.enabled is not None:
        changed = replace(changed, disabled_reason="" if wish.enabled else _SWITCHED_OFF, exhausted=0)
    caller.parts.endpoints.change(changed)
    _say(caller, changed, wish.description)
    return _both(_told(caller, changed))


@routes.delete("/api/webhooks/{hook}", operation_id="delete_webhook")
def delete_webhook(hook: str, caller: May) -> dict[str, Any]:
    """Tell it nothing any more."""
    found = _find(caller, hook)
    caller.parts.endpoints.remove(caller.tenant, found.id)
    return {"deleted": True, "id": hook}


@routes.post("/api/webhooks/{hook}/test", operation_id="test_webhook")
def test_webhook(hook: str, caller: May) -> dict[str, Any]:
    """Send it a test, by the same way and schedule as everything else."""
    found = _find(caller, hook)
    body = compact(test_body(iso(caller.parts.time.now()) or ""))
    delivery = Delivery(id=new_id("msg"), kind=DeliveryKind.WEBHOOK, target="", endpoint_id=found.id, type="test",
                        body=body, schedule=found.schedule)  # fmt: skip
    caller.parts.outbox.put(delivery)
    caller.served.wake()
    return {"queued": True, "deliveryId": delivery.id}


@routes.get("/api/webhooks/{hook}/deliveries", operation_id="list_deliveries")
def list_deliveries(hook: str, caller: MayLook, page: Page = 1, limit: Limit = 20) -> dict[str, Any]:
    """What was sent to it, the newest first, with every try."""
    kept = list(caller.parts.outbox.deliveries(endpoint_id=_find(caller, hook).id))
    some = kept[::-1][(page - 1) * limit : page * limit]
    return {"deliveries": [_delivered(delivery) for delivery in some], "pagination": pages(page, limit, len(kept))}


def _all(caller: Caller) -> list[Endpoint]:
    return [hook for hook in caller.parts.endpoints.all(caller.tenant) if hook.wording == asking.SURFACE]


def _find(caller: Caller, hook: str) -> Endpoint:
    found = next((each for each in _all(caller) if _id(each) == hook), None)
    if found is None:
        raise NotFoundError("there is no such webhook")
    return found


def _id(hook: Endpoint) -> str:
    return _THEIRS + hook.id.removeprefix(_OURS)


def _types(events: list[Any]) -> tuple[str, ...]:
    return tuple(kind for event in EVENTS if event in events for kind in EVENTS[event])


def _say(caller: Caller, hook: Endpoint, description: str | None) -> None:
    """Keep what its owner says of a webhook."""
    if description is not None:
        said = Named(id=_id(hook), surface=_SAID, name=_id(hook), number=1, document={"description": description})
        caller.parts.named.keep(said)


def _description(caller: Caller, hook: Endpoint) -> str:
    try:
        return str(asking.named(caller, _id(hook), _SAID).document["description"])
    except NotFoundError:
        return ""


def _both(told: dict[str, Any]) -> dict[str, Any]:
    """Under a name of its own and flat: clients read either."""
    return {"webhook": told, **told}


def _told(caller: Caller, hook: Endpoint) -> dict[str, Any]:
    events = [event for event, types in EVENTS.items() if set(types) <= set(hook.types)]
    return {"id": _id(hook), "url": hook.url, "events": events, "description": _description(caller, hook),
            "enabled": not hook.disabled_reason, "status": "disabled" if hook.disabled_reason else "active",
            "disabledReason": hook.disabled_reason or None, "failureCount": hook.exhausted,
            "createdAt": iso(hook.created_at or caller.parts.time.now())}  # fmt: skip


def _delivered(delivery: Delivery) -> dict[str, Any]:
    last = delivery.log[-1] if delivery.log else None
    event = next((name for name, types in EVENTS.items() if delivery.type in types), delivery.type)
    tries = [{"at": iso(each.at), "statusCode": each.status or None, "response": each.text, "seconds": each.seconds}
             for each in delivery.log]  # fmt: skip
    return {"id": delivery.id, "event": event, "status": _STATES[delivery.state], "attempts": len(tries),
            "statusCode": last.status or None if last else None, "response": last.text if last else None,
            "nextAttemptAt": iso(delivery.due_at) if delivery.state is DeliveryState.WAITING else None,
            "tries": tries}  # fmt: skip
