"""Batches: a file of requests, made within a day."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.bodies import parsed
from clipmill.api.dialects.openai.batch import batch_told, is_to_be_finished
from clipmill.api.dialects.openai.fields import choice_of, expiry_of, metadata_of
from clipmill.api.dialects.openai.files import BATCH, file_of, page_told
from clipmill.api.dialects.openai.going_on import expired, go_on
from clipmill.api.dialects.openai.images import Json
from clipmill.api.dialects.openai.making import kind_for
from clipmill.api.dialects.openai.models import Offers
from clipmill.api.dialects.openai.outputs import IMAGES, VIDEOS
from clipmill.api.dialects.openai.surface import NAME, missing, not_here, wrong
from clipmill.api.errors import ApiError
from clipmill.api.surface import router
from clipmill.domain.access import Asset
from clipmill.domain.batch import Batch, Progress
from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.requests.gathering import keep_more
from clipmill.pipeline.use_cases.serving.requests.single import Together, begin_together
from clipmill.pipeline.use_cases.serving.uploads import path_of

routes = router(tags=["batches"])
_BATCHES = "batches"
#: What a batch of at most so many rows leaves is written while its client waits, so that it is told as completed.
_SMALL = 200
_KINDS = {IMAGES: MediaKind.IMAGE, VIDEOS: MediaKind.VIDEO}
#: Bytes of the first line that are looked at for its model.
_PEEK = 1024**2


@routes.post("/v1/batches", operation_id="create_batch")
def create_batch(body: Json, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Make a batch of an uploaded file; it is checked, and then runs."""
    for name in ("input_file_id", "endpoint", "completion_window"):
        if not body.get(name):
            raise missing(name)
    endpoint = choice_of(body, "endpoint", (IMAGES, VIDEOS))
    window = choice_of(body, "completion_window", ("24h",))
    after = expiry_of(body.get("output_expires_after"), "output_expires_after")
    parts, asset = caller.parts, file_of(caller.parts, str(body["input_file_id"]))
    if asset.purpose != BATCH:
        raise wrong("input_file_id", f"{asset.id} was uploaded for {asset.purpose}", "Upload it with purpose batch.")
    kept = {"input_file_id": asset.id, "input_sha256": asset.sha256, "endpoint": endpoint, "window": window,
            "metadata": metadata_of(body), "output_expires_after": after, "key": caller.key.id}  # fmt: skip
    caller.take(_BATCHES)
    offer, model = _first_offer(caller, asset, _KINDS[endpoint])
    wish = Together(public_id=new_id("batch"), name=asset.name, kept={**kept, "model": model})
    batch = begin_together(parts, kind_for(offer), wish)
    caller.served.read_in(caller.tenant, batch.id)
    return batch_told(parts.batches.progress(batch.id))


def _first_offer(caller: Caller, asset: Asset, kind: MediaKind) -> tuple[ModelOffer, str | None]:
    """The offer that the first request names, whose engine makes the batch, and its name; else the usual one."""
    offers = Offers.of(caller.parts)
    with path_of(caller.parts, asset).open("rb") as file:
        raw = file.readline(_PEEK)
    try:
        line = parsed(raw)
        model = line["body"].get("model")
        return offers.chosen(model, kind), model
    except (ApiError, KeyError, TypeError, AttributeError):  # which is told when the table is read
        return offers.chosen(None, kind), None


def _progress(caller: Caller, batch_id: str) -> Progress:
    """A batch, after a look at the clock. Raises ApiError (404)."""
    parts = caller.parts
    try:
        batch = parts.batches.find(batch_id)
    except NotFoundError as error:
        raise not_here("batch", batch_id) from error
    if batch.public_id != batch_id or batch.surface != NAME:
        raise not_here("batch", batch_id)
    return expired(parts, parts.batches.progress(batch.id))


def _settled(caller: Caller, progress: Progress) -> dict[str, Any]:
    """A batch as clients read it; what it leaves is written when it came to its end."""
    if is_to_be_finished(progress):
        if progress.rows <= _SMALL:
            go_on(caller.parts, progress.batch.id)
        elif caller.parts.presence.dead([progress.batch.id]):
            caller.served.read_in(caller.tenant, progress.batch.id)
        progress = caller.parts.batches.progress(progress.batch.id)
    return batch_told(progress)


@routes.get("/v1/batches", operation_id="list_batches")
def list_batches(caller: Annotated[Caller, Depends(MAY_READ)], after: str = "",
                 limit: Annotated[int, Query(ge=1, le=100)] = 20) -> dict[str, Any]:  # fmt: skip
    """Batches by the page, the newest first."""
    last = _progress(caller, after).batch.id if after else ""
    found: list[Batch] = list(caller.parts.asked.batches(limit + 1, last, NAME))
    told = [_settled(caller, _progress(caller, batch.public_id)) for batch in found[:limit]]
    return {**page_told(told, limit), "has_more": len(found) > limit}


@routes.get("/v1/batches/{batch_id}", operation_id="get_batch")
def get_batch(batch_id: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """A batch as it is now."""
    return _settled(caller, _progress(caller, batch_id))


@routes.post("/v1/batches/{batch_id}/cancel", operation_id="cancel_batch")
def cancel_batch(batch_id: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Make no more of a batch; what was made, or is being made, is kept."""
    progress = _progress(caller, batch_id)
    told = _settled(caller, progress)
    if told["status"] in ("completed", "failed", "expired", "cancelled", "cancelling"):
        if told["status"].startswith("cancel"):
            return told
        raise ApiError(409, "batch_over", f"{batch_id} is {told['status']} and cannot be cancelled",
                       hint="Nothing of it is left to be made.")  # fmt: skip
    keep_more(caller.parts, progress.batch, {"cancelling_at": caller.parts.time.now()})
    caller.parts.verbs.cancel(progress.batch.id)
    return batch_told(caller.parts.batches.progress(progress.batch.id))
