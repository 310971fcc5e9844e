"""Endpoints of a tenant as a server keeps them: found, changed, tried, and sent to once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from clipmill.deliver.signing import check_secret
from clipmill.domain.line.delivery import SCHEDULES, TYPES, Delivery, DeliveryKind, Endpoint, compact
from clipmill.errors import NotFoundError, SettingsError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts

#: The type of a delivery that tells of nothing.
TEST = "webhook.test"


def endpoint_of(parts: ServerParts, endpoint_id: str) -> Endpoint:
    """One endpoint by its id. Raises NotFoundError."""
    found = next((each for each in parts.endpoints.all(parts.tenant) if each.id == endpoint_id), None)
    if found is None:
        raise NotFoundError(f"there is no webhook {endpoint_id}")
    return found


def change(parts: ServerParts, endpoint: Endpoint, said: Mapping[str, Any]) -> Endpoint:
    """The endpoint with what was said of it in its place: `url`, `types`, `secret`, `disabled`.

    Raises MediaError for an address that nothing may be sent to, SettingsError.
    """
    changed = replace(endpoint, **{name: said[name] for name in ("url", "secret") if said.get(name)})
    if said.get("url"):
        parts.sender.check(changed.url)
    if said.get("secret"):
        check_secret(changed.secret)
        changed = replace(changed, signing="standard")
    if said.get("types"):
        check_types(said["types"])
        changed = replace(changed, types=tuple(said["types"]))
    if said.get("disabled") is not None:
        changed = replace(changed, disabled_reason="by its owner" if said["disabled"] else "", exhausted=0)
    if not parts.endpoints.change(changed):
        raise NotFoundError(f"there is no webhook {endpoint.id}")
    return changed


def check_types(types: Sequence[str]) -> None:
    """Raises SettingsError for a type that no event has."""
    if unknown := sorted(set(types) - TYPES):
        raise SettingsError(f"there is no event {unknown[0]}", hint=f"Known: {', '.join(sorted(TYPES))}.")


def send_test(parts: ServerParts, endpoint: Endpoint, now: float) -> str:
    """Send an endpoint a delivery that tells of nothing; its id."""
    key = new_id("msg")
    at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = compact({"type": TEST, "timestamp": at, "data": {"webhook": endpoint.id}})
    parts.outbox.put(Delivery(id=key, kind=DeliveryKind.WEBHOOK, target="", endpoint_id=endpoint.id, type=TEST,
                              body=body, schedule=SCHEDULES["standard"], tenant=parts.tenant))  # fmt: skip
    return key


def sent_to(parts: ServerParts, endpoint: Endpoint, most: int, after: str = "") -> list[Delivery]:
    """What was, or is to be, sent to an endpoint, the oldest first, from the one after that id on.

    Raises NotFoundError for an id that is not there.
    """
    every = parts.outbox.deliveries(endpoint_id=endpoint.id)
    if after and all(each.id != after for each in every):
        raise NotFoundError(f"there is no delivery {after}")
    return list(islice(every, most))


def send_again(parts: ServerParts, endpoint: Endpoint, delivery_id: str = "") -> int:
    """Send a delivery once more, or all that the endpoint has not got; how many. Raises NotFoundError."""
    if not delivery_id:
        return parts.outbox.again(endpoint_id=endpoint.id)
    if all(each.id != delivery_id for each in parts.outbox.deliveries(endpoint_id=endpoint.id)):
        raise NotFoundError(f"there is no delivery {delivery_id} to {endpoint.id}")
    return parts.outbox.again(delivery_id)
