"""Webhook endpoints, as OpenAI's clients manage them: where a tenant is told of its batches and videos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, Query

from clipmill.api.access import MAY_ADMIN, MAY_READ, Caller
from clipmill.api.dialects.openai.files import page_told
from clipmill.api.dialects.openai.images import Json
from clipmill.api.dialects.openai.making import kind_for
from clipmill.api.dialects.openai.models import Offers
from clipmill.api.dialects.openai.surface import NAME, missing, not_here, wrong
from clipmill.api.surface import router
from clipmill.deliver.signing import new_secret
from clipmill.deliver.wordings.openai import TYPES
from clipmill.domain.access import Named
from clipmill.domain.line.delivery import Endpoint
from clipmill.domain.media import MediaKind
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.endpoints import register
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.requests.single import ask

routes = router(tags=["webhooks"])
Admin = Annotated[Caller, Depends(MAY_ADMIN)]
#: Under which endpoints are kept, beside templates.
_KEPT = f"{NAME}.webhook"
_VIDEO = "video."
_LONGEST_NAME, _MOST = 200, 100


@routes.post("/v1/webhook_endpoints", operation_id="create_webhook_endpoint")
def create_endpoint(body: Json, caller: Admin) -> dict[str, Any]:
    """Tell an address of events; what deliveries are signed with is told now, and never again."""
    url, name, types = body.get("url"), body.get("name"), body.get("event_types")
    for field, value in (("url", url), ("name", name), ("event_types", types)):
        if not value:
            raise missing(field)
    if not isinstance(url, str) or not isinstance(name, str) or len(name) > _LONGEST_NAME:
        raise wrong("name", f"url and name are texts, the name of at most {_LONGEST_NAME} characters")
    if not isinstance(types, list) or not set(map(str, types)) <= set(TYPES):
        raise wrong(
            "event_types", "event_types holds an event that nobody tells here", f"There are {', '.join(TYPES)}."
        )
    types, secret, parts = list(dict.fromkeys(types)), new_secret(), caller.parts
    ids = [register(parts, url, secret=secret, types=ours, like=like).id for ours, like in _likes(parts, types)]
    document = {"url": url, "event_types": types, "endpoints": ids, "hint": f"{secret[:8]}…{secret[-4:]}"}
    named = parts.named.keep(Named(id=new_id("wh"), surface=_KEPT, name=name, number=0, document=document))
    return {**_told(named), "signing_secret": secret}


def _likes(parts: ServerParts, types: Sequence[str]) -> Iterator[tuple[list[str], Endpoint]]:
    """The endpoints of ours that those events take: one for batches, and one for the videos of each engine."""
    of_batches = sorted({ours for name in types if not name.startswith(_VIDEO) for ours in TYPES[name]})
    of_videos = sorted({ours for name in types if name.startswith(_VIDEO) for ours in TYPES[name]})
    if of_batches:
        yield of_batches, Endpoint(id="", url="", wording=NAME, tenant=parts.tenant)
    kinds = {kind_for(offer) for offer in Offers.of(parts).offers if offer.kind is MediaKind.VIDEO}
    for kind in sorted(kinds, key=lambda kind: kind.id) if of_videos else ():
        standing = ask(parts, kind, [])
        yield of_videos, Endpoint(id="", url="", wording=NAME, tenant=parts.tenant, batch_id=standing.id)


def _told(named: Named) -> dict[str, Any]:
    kept: Mapping[str, Any] = named.document
    return {"id": named.id, "object": "webhook_endpoint", "created_at": int(named.created_at), "name": named.name,
            "url": kept["url"], "event_types": kept["event_types"], "signing_secret_hint": kept["hint"],
            "updated_at": int(named.at)}  # fmt: skip


@routes.get("/v1/webhook_endpoints", operation_id="list_webhook_endpoints")
def list_endpoints(caller: Admin, after: str = "", limit: Annotated[int, Query(ge=1, le=_MOST)] = 20) -> dict[str, Any]:
    """The endpoints there are, the newest first."""
    found = [_told(named) for named in caller.parts.named.page(_KEPT, 10 * _MOST)[0]]
    start = next((place + 1 for place, told in enumerate(found) if told["id"] == after), 0)
    return page_told(found[start : start + limit + 1], limit)


@routes.get("/v1/webhook_endpoints/{endpoint_id}", operation_id="get_webhook_endpoint")
def get_endpoint(endpoint_id: str, caller: Admin) -> dict[str, Any]:
    """One endpoint."""
    return _told(_found(caller, endpoint_id))


def _found(caller: Caller, endpoint_id: str) -> Named:
    """Raises ApiError (404)."""
    try:
        named = caller.parts.named.find(endpoint_id)
    except NotFoundError as error:
        raise not_here("webhook endpoint", endpoint_id) from error
    if named.surface != _KEPT or named.archived_at is not None:
        raise not_here("webhook endpoint", endpoint_id)
    return named


@routes.delete("/v1/webhook_endpoints/{endpoint_id}", operation_id="delete_webhook_endpoint")
def delete_endpoint(endpoint_id: str, caller: Admin) -> dict[str, Any]:
    """Tell an address nothing any more."""
    named = _found(caller, endpoint_id)
    for one in named.document["endpoints"]:
        caller.parts.endpoints.remove(caller.tenant, one)
    caller.parts.named.archive(endpoint_id)
    return {"id": endpoint_id, "object": "webhook_endpoint.deleted", "deleted": True}


@routes.get("/v1/webhook_event_types", operation_id="list_webhook_event_types")
def list_event_types(_caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """The events that can be told."""
    return {"object": "list", "data": list(TYPES)}
