"""Batches: sent as a file in JSON lines or as rows, checked whole, made together, told as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import JSONResponse

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.dialects.sync.asking import BATCH_TYPES, IN_BATCH, SURFACE, Asking
from clipmill.api.dialects.sync.limits import budget_of, check_batches
from clipmill.api.dialects.sync.lines import ENDPOINT, wishes
from clipmill.api.dialects.sync.listing import among, is_id, moment
from clipmill.api.dialects.sync.receiving import May, SentBatch, sent_batch
from clipmill.api.dialects.sync.words import REFUSALS, wrong_lines
from clipmill.api.surface import router
from clipmill.deliver.wordings.sync import COMPLETED, FAILED, PENDING, PROCESSING, batch_told
from clipmill.domain.batch import Batch
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.requests.single import Together, ask_together
from clipmill.shown import shortened

routes = router(tags=["batch"], responses=REFUSALS)
MayLook = Annotated[Caller, Depends(MAY_READ)]
Sent = Annotated[SentBatch, Depends(sent_batch)]
#: How batches may stand; JOBS_CREATED, which their clients know, is never told.
_STATUSES = (PENDING, "JOBS_CREATED", PROCESSING, COMPLETED, FAILED)
_PAGE = 100
_LINE = {"type": "object", "required": ["request_id", "endpoint", "payload"],
         "properties": {"request_id": {"type": "string"}, "endpoint": {"const": ENDPOINT},
                        "payload": {"type": "object"}}}  # fmt: skip
_BODY = {"requestBody": {"required": True, "content": {
    "multipart/form-data": {"schema": {
        "type": "object", "required": ["input"],
        "properties": {"input": {"type": "string", "format": "binary"}, "webhook_url": {"type": "string"},
                       "dry_run": {"type": "string", "enum": ["true", "false"]}}}},
    "application/json": {"schema": {
        "type": "object", "required": ["rows"],
        "properties": {"rows": {"type": "array", "items": _LINE}, "webhook_url": {"type": "string"},
                       "dry_run": {"type": "boolean"}}}},
}}}  # fmt: skip


@routes.post("/v2/batch", operation_id="create_batch", status_code=201, openapi_extra=_BODY,
             responses={200: {"description": "A dry run: every line is good"}})  # fmt: skip
def create_batch(sent: Sent, caller: May) -> JSONResponse:
    """Make every request of a file, or of rows; with `dry_run` they are checked, and nothing is made."""
    limits, asking = caller.parts.settings.limits, Asking.of(caller)
    found = wishes(asking, sent.lines, limits.sync_rows)
    if sent.webhook_url and (why := asking.hook_wrong(sent.webhook_url)):
        raise wrong_lines([f"webhook_url: {why}"])
    if sent.dry_run:
        return JSONResponse({"status": "VALIDATED"})
    check_batches(caller)
    budget = budget_of(caller)
    caller.take("batches")
    public_id = new_id("batch")
    policy = None if budget is None else replace(IN_BATCH.template.policy, budget=budget)
    meant = Together(public_id=public_id, policy=policy, name=public_id, kept={"webhookUrl": sent.webhook_url},
                     told=asking.told(sent.webhook_url, BATCH_TYPES))  # fmt: skip
    batch = ask_together(caller.parts, IN_BATCH, found, meant)
    caller.served.wake()
    return JSONResponse(_told(caller, batch), 201)


@routes.get("/v2/batch", operation_id="list_batches")
def list_batches(
    caller: MayLook,
    status: Annotated[list[str] | None, Query()] = None,
    created_after: str | None = None,
    created_before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 500,
) -> list[dict[str, Any]]:
    """Batches, the newest first; as many as `limit` says, which is ours."""
    wanted = among("status", status, _STATUSES)
    since, until = moment("created_after", created_after), moment("created_before", created_before)
    found: list[dict[str, Any]] = []
    for batch in _newest(caller):
        if len(found) == limit or (since is not None and batch.created_at < since):
            break
        if until is not None and batch.created_at > until:
            continue
        told = _told(caller, batch)
        if wanted is None or told["status"] in wanted:
            found.append(told)
    return found


def _newest(caller: Caller) -> Iterator[Batch]:
    after = ""
    while page := caller.parts.asked.batches(_PAGE, after, SURFACE):
        yield from page
        after = page[-1].id


@routes.get("/v2/batch/{batch}", operation_id="get_batch")
def get_batch(batch: str, caller: MayLook) -> dict[str, Any]:
    """How a batch stands; where its results are, once it is over."""
    return _told(caller, batch_of(caller.parts, batch))


def batch_of(parts: ServerParts, public_id: str) -> Batch:
    """A batch of a tenant's. Raises NotFoundError."""
    try:
        found = parts.batches.find(public_id) if is_id(public_id) else None
    except NotFoundError:
        found = None
    if found is None or found.surface != SURFACE or found.public_id != public_id:
        raise NotFoundError(f"there is no batch {shortened(public_id)}")
    return found


def _told(caller: Caller, batch: Batch) -> dict[str, Any]:
    return batch_told(caller.parts.batches.progress(batch.id), caller.served.links)
