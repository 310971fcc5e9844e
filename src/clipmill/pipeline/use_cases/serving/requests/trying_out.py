"""Trying an endpoint out: something is sent that tells of nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from clipmill.domain.line.delivery import Delivery, DeliveryKind, Endpoint, SendSchedule, compact
from clipmill.pipeline.use_cases.parts import Parts, new_id

#: A test is tried once: somebody looks at what comes of it.
_ONCE = SendSchedule((0,), 15, 5)
TYPE = "test"


def send_test(parts: Parts, endpoint: Endpoint, now: float) -> Delivery:
    """Put a line into the outbox that is signed as every other, and tried once."""
    at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = compact({"type": TYPE, "timestamp": at, "data": {"message": "This is a test; nothing happened."}})
    delivery = Delivery(id=new_id("msg"), kind=DeliveryKind.WEBHOOK, target=endpoint.url, endpoint_id=endpoint.id,
                        type=TYPE, body=body, signing=endpoint.signing,
                        tenant=endpoint.tenant, schedule=_ONCE)  # fmt: skip
    parts.outbox.put(delivery)
    return delivery
