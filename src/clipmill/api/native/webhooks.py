"""Webhooks: addresses that are told of events, as Standard Webhooks has it, and what came of each delivery."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends
from pydantic import Field

from clipmill.api.access import MAY_ADMIN, MAY_READ, Caller
from clipmill.api.native.assets import Gone
from clipmill.api.native.shapes import After, AskedShape, Limit, PageOf, ToldShape, paged, resource
from clipmill.api.surface import SecretResponse
from clipmill.domain.line.delivery import TYPES, Delivery, Endpoint
from clipmill.pipeline.use_cases.endpoints import register
from clipmill.pipeline.use_cases.serving import listeners
from clipmill.shown import discreet

routes = resource("webhooks")
_URL, _SECRET = 2_048, 500
EventType = StrEnum("EventType", {name.replace(".", "_"): name for name in sorted(TYPES)})  # type: ignore[misc]
Types = Annotated[list[EventType], Field(min_length=1, description="What it is told of.")]


class WebhookTold(ToldShape):
    """An address that is told of events."""

    id: str
    url: str = Field(description="Without what in it is secret.")
    types: list[str]
    batch: str | None = Field(description="Only of this batch; null: of all.")
    disabled: bool
    disabled_reason: str
    created_at: float
    surface: str = Field(description="In whose words it is told; empty: in ours.")


class NewWebhookTold(WebhookTold):
    """One that was just made."""

    secret: str = Field(description="What its deliveries are signed with, told this once.")


class WebhookWish(AskedShape):
    """An address that is to be told of events."""

    url: str = Field(min_length=1, max_length=_URL)
    types: Types = Field(default=[EventType("batch.finished")])
    secret: str = Field(default="", max_length=_SECRET, description="whsec_ and base64; one is made if left out.")
    batch: str = Field(default="", max_length=200, description="Only of this batch.")


class WebhookChange(AskedShape):
    """What is changed; what is left out stays."""

    url: str = Field(default="", max_length=_URL)
    types: Types | None = None
    secret: str = Field(
        default="", max_length=_SECRET, description="Several with blanks between, while one takes another's place."
    )
    disabled: bool | None = None


class TryTold(ToldShape):
    """One try of a delivery."""

    at: float
    status: int = Field(description="Of HTTP; 0 where nobody answered.")
    seconds: float
    answer: str


class DeliveryTold(ToldShape):
    """Something that is, or was, sent."""

    id: str = Field(description="The webhook-id that its receiver knows it by.")
    type: str
    batch: str | None
    state: str = Field(description="waiting, sent, given up.")
    due_at: float | None
    body: str = Field(description="As it is signed; empty where it is worded when it is sent.")
    tries: list[TryTold]


class ReplayWish(AskedShape):
    """What is sent once more; nothing named: all that was not received."""

    delivery: str = Field(default="", max_length=100)


class Replayed(ToldShape):
    """How many deliveries are sent once more."""

    webhook: str
    deliveries: int


class TestSent(ToldShape):
    """A delivery that tells of nothing."""

    webhook: str
    delivery: str


def told(endpoint: Endpoint) -> WebhookTold:
    """An endpoint as it is told."""
    return WebhookTold(**_told(endpoint))


def _told(endpoint: Endpoint) -> dict[str, object]:
    return {"id": endpoint.id, "url": discreet(endpoint.url), "types": list(endpoint.types),
            "batch": endpoint.batch_id or None, "disabled": bool(endpoint.disabled_reason),
            "disabled_reason": endpoint.disabled_reason, "created_at": endpoint.created_at,
            "surface": endpoint.wording}  # fmt: skip


def delivery_told(line: Delivery) -> DeliveryTold:
    """A delivery as it is told."""
    tries = [TryTold(at=each.at, status=each.status, seconds=each.seconds, answer=each.text) for each in line.log]
    return DeliveryTold(id=line.id, type=line.type, batch=line.batch_id or None, state=str(line.state),
                        due_at=line.due_at, body="" if line.wording else line.body, tries=tries)  # fmt: skip


@routes.post("/webhooks", operation_id="create_webhook", status_code=201, response_class=SecretResponse)
def create(wish: WebhookWish, caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> NewWebhookTold:
    """Tell an address of events from now on; the secret that signs them is told this once."""
    batch = caller.parts.batches.find(wish.batch).id if wish.batch else ""
    like = Endpoint(id="", url="", tenant=caller.tenant, batch_id=batch)
    made = register(caller.parts, wish.url, secret=wish.secret, types=[str(each) for each in wish.types], like=like)
    kept = listeners.endpoint_of(caller.parts, made.id)
    return NewWebhookTold(**_told(kept), secret=made.secret)


@routes.get("/webhooks", operation_id="list_webhooks")
def every(caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "") -> PageOf[WebhookTold]:
    """Webhooks, the oldest first."""
    found = list(caller.parts.endpoints.all(caller.tenant))
    if after:
        last = listeners.endpoint_of(caller.parts, after).id
        found = found[[each.id for each in found].index(last) + 1 :]
    page, more, following = paged(found, limit, lambda endpoint: endpoint.id)
    return PageOf(data=[told(endpoint) for endpoint in page], has_more=more, next=following)


@routes.get("/webhooks/{webhook}", operation_id="get_webhook")
def one(webhook: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> WebhookTold:
    """A webhook."""
    return told(listeners.endpoint_of(caller.parts, webhook))


@routes.patch("/webhooks/{webhook}", operation_id="change_webhook")
def change(webhook: str, wish: WebhookChange, caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> WebhookTold:
    """Change its address, its types or its secret, disable it, or have it go on after it was disabled."""
    said = wish.model_dump()
    said["types"] = [str(each) for each in wish.types or ()]
    return told(listeners.change(caller.parts, listeners.endpoint_of(caller.parts, webhook), said))


@routes.delete("/webhooks/{webhook}", operation_id="delete_webhook")
def remove(webhook: str, caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> Gone:
    """Tell it nothing any more; what was not sent to it is not sent."""
    found = listeners.endpoint_of(caller.parts, webhook)
    return Gone(id=found.id, deleted=bool(caller.parts.endpoints.remove(caller.tenant, found.id)))


@routes.post("/webhooks/{webhook}/test", operation_id="test_webhook")
def test(webhook: str, caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> TestSent:
    """Send it a delivery that tells of nothing, `webhook.test`; its tries are listed as those of others."""
    found = listeners.endpoint_of(caller.parts, webhook)
    sent = listeners.send_test(caller.parts, found, caller.parts.time.now())
    caller.served.wake()
    return TestSent(webhook=found.id, delivery=sent)


@routes.get("/webhooks/{webhook}/deliveries", operation_id="list_deliveries")
def deliveries(webhook: str, caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "",
               ) -> PageOf[DeliveryTold]:  # fmt: skip
    """What was, or is to be, sent to it, the oldest first, with every try."""
    found = listeners.endpoint_of(caller.parts, webhook)
    sent = listeners.sent_to(caller.parts, found, limit + 1, after)
    page, more, following = paged(sent, limit, lambda delivery: delivery.id)
    return PageOf(data=[delivery_told(line) for line in page], has_more=more, next=following)


@routes.post("/webhooks/{webhook}/replay", operation_id="replay_webhook")
def replay(webhook: str, caller: Annotated[Caller, Depends(MAY_ADMIN)], wish: ReplayWish | None = None) -> Replayed:
    """Send a delivery once more, or all that were not received."""
    found = listeners.endpoint_of(caller.parts, webhook)
    again = listeners.send_again(caller.parts, found, wish.delivery if wish else "")
    caller.served.wake()
    return Replayed(webhook=found.id, deliveries=again)
