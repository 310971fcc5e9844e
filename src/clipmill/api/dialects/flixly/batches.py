"""Batches: submitted, looked at, stopped and let go on, downloaded. Ours: nobody publishes these."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.flixly.opening import opened
from clipmill.api.dialects.flixly.submission import Amount, BatchRequest, Submitted, submitted
from clipmill.api.dialects.flixly.surface import FLIXLY, refusals, router
from clipmill.api.dialects.flixly.telling import FlixlyBatch, batch_answer, found, is_packed
from clipmill.api.errors import ApiError
from clipmill.api.files import get_file
from clipmill.deliver.links import Linked
from clipmill.deliver.wordings.flixly import batch_note, batch_status
from clipmill.domain.credits import CREDIT
from clipmill.pipeline.use_cases.ending import end_batch
from clipmill.pipeline.use_cases.going_on import resume

routes = router("batches")
_FORM = {"type": "object", "required": ["file"], "properties": {
    "file": {"type": "string", "format": "binary", "description": "A CSV with the columns prompt, image path, seconds, "
             "seed; or a zip of it and its pictures."},
    "params": {"type": "string", "description": "The other fields as one object of JSON; each may be a field, too."},
}}  # fmt: skip
#: The body of a submission is read by hand: a form or JSON.
BODY = {"requestBody": {"required": True, "content": {
    "multipart/form-data": {"schema": _FORM},
    "application/json": {"schema": BatchRequest.model_json_schema(ref_template="#/components/schemas/{model}")},
}}}  # fmt: skip
BODY["requestBody"]["content"]["application/json"]["schema"].pop("$defs", None)  # type: ignore[index]


class BatchPage(BaseModel):
    """A page of batches, the newest first."""

    batches: list[FlixlyBatch]
    total: int
    next_after: str | None = Field(description="The id to go on after; null at the end.")


class Stopping(BaseModel):
    """How a batch is stopped."""

    for_good: bool = Field(False, description="Cancel what is not begun; else it can go on.")


class GoOnWish(BaseModel):
    """How a batch goes on."""

    hard_stop: Amount | None = Field(None, description="The new hard stop, credits, those included that are spent.")


@routes.post("/batches", status_code=202, response_model=FlixlyBatch, operation_id="submit_batch", openapi_extra=BODY,
             responses=refusals(402, 404, 409, 413, 415))  # fmt: skip
def submit(came: Annotated[Submitted, Depends(submitted)],
           caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:  # fmt: skip
    """Submit a table: every row becomes a clip or a still of the model, verified and named `jobID_rowNumber`."""
    return batch_answer(caller, opened(caller, came))


@routes.get("/batches", response_model=BatchPage, operation_id="list_batches", responses=refusals())
def every(caller: Annotated[Caller, Depends(MAY_READ)],
          limit: Annotated[int, Query(ge=1, le=100)] = 20,
          after: Annotated[str, Query(max_length=100)] = "") -> dict[str, Any]:  # fmt: skip
    """The batches that came by this API, the newest first."""
    page = caller.parts.asked.batches(limit, after, FLIXLY.name)
    return {"batches": [batch_answer(caller, batch) for batch in page], "total": caller.parts.asked.total(FLIXLY.name),
            "next_after": page[-1].id if len(page) == limit else None}  # fmt: skip


@routes.get("/batches/{batch_id}", response_model=FlixlyBatch, operation_id="get_batch", responses=refusals(404))
def get(batch_id: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """How a batch stands: poll it, every 30 seconds, until its status is `complete`."""
    return batch_answer(caller, found(caller, batch_id))


@routes.post("/batches/{batch_id}/stop", response_model=FlixlyBatch, operation_id="stop_batch",
             responses=refusals(404, 409, 413))  # fmt: skip
def stop(batch_id: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)], how: Stopping | None = None) -> dict[str, Any]:
    """Begin no more rows; what is under way is finished, for it is paid for."""
    batch, verbs = found(caller, batch_id), caller.parts.verbs
    if how is not None and how.for_good:
        verbs.cancel(batch.id)
    else:
        verbs.pause(batch.id)
    caller.served.wake()
    return batch_answer(caller, batch)


@routes.post("/batches/{batch_id}/resume", response_model=FlixlyBatch, operation_id="resume_batch",
             responses=refusals(404, 409, 413))  # fmt: skip
def go_on(batch_id: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)], how: GoOnWish | None = None) -> dict[str, Any]:
    """Go on with a batch that was stopped, that reached its hard stop, or whose sample was looked at."""
    batch = found(caller, batch_id)
    budget = None if how is None or how.hard_stop is None else int(how.hard_stop * CREDIT)
    resume(caller.parts, batch, budget=budget)
    caller.served.wake()
    return batch_answer(caller, batch)


@routes.api_route("/batches/{batch_id}/download", methods=["GET"], operation_id="download_batch",
                  response_class=FileResponse,
                  responses={**refusals(404, 409), 200: {"content": {"application/zip": {}}, "description": "The zip"},
                             206: {"description": "A part of it"}, 304: {"description": "The same as before"},
                             416: {"description": "Beyond its end"}})  # fmt: skip
def download(request: Request, batch_id: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> Response:
    """The zip of a complete batch: `jobID_rowNumber.mp4`, packed once. Parts of it may be asked for, by Range."""
    batch, parts = found(caller, batch_id), caller.parts
    progress = parts.batches.progress(batch.id)
    if batch_status(progress) != "complete":
        raise ApiError(409, "not_complete", f"the batch is {batch_status(progress)}. {batch_note(progress)}".rstrip(),
                       hint="Each finished row has its output_url, in /rows.", retry_after=30.0)  # fmt: skip
    if (receipt := is_packed(parts, batch)) is None:
        end_batch(parts, batch.id)
        receipt = is_packed(parts, batch)
    if receipt is None:
        raise ApiError(409, "in_progress", "the batch is at work again", hint="Come again later.", retry_after=5.0)
    return get_file(request, Linked(caller.tenant, receipt.sha256, f"{batch.id}.zip"), download=True)
