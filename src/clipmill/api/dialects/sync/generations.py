"""Generations: asked for one by one, with media by address or sent along; told, waited for, deleted, priced."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse

from clipmill.api.access import CREDITS, MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.sync.asking import SINGLE, SURFACE, Asking
from clipmill.api.dialects.sync.limits import budget_of, check_generations
from clipmill.api.dialects.sync.listing import among, ids_in, is_id, several
from clipmill.api.dialects.sync.receiving import May, SentGeneration, sent_generation
from clipmill.api.dialects.sync.requests import schema
from clipmill.api.dialects.sync.uploaded import keep
from clipmill.api.dialects.sync.words import REFUSALS, wrong
from clipmill.api.errors import ApiError
from clipmill.api.surface import router
from clipmill.deliver.wordings.sync import COMPLETED, FAILED, OVER, PENDING, PROCESSING, REJECTED, STATUSES, generation
from clipmill.deliver.wordings.sync_codes import code_of
from clipmill.domain.asked import Job
from clipmill.domain.credits import as_number
from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.serving.requests.gathering import discard
from clipmill.pipeline.use_cases.serving.requests.quoting import Quoted, quoted
from clipmill.pipeline.use_cases.serving.requests.single import Wish, ask
from clipmill.shown import shortened

routes = router(tags=["generate"], responses=REFUSALS)
MayLook = Annotated[Caller, Depends(MAY_READ)]
Sent = Annotated[SentGeneration, Depends(sent_generation)]
_LOOK_SECONDS = 0.25
_STATUSES = (PENDING, PROCESSING, COMPLETED, FAILED, REJECTED)
_BODY = {"requestBody": {"required": True, "content": {
    "application/json": {"schema": schema()},
    "multipart/form-data": {"schema": {
        "type": "object", "required": ["model"],
        "properties": {"video": {"type": "string", "format": "binary"}, "audio": {"type": "string", "format": "binary"},
                       **{name: {"type": "string"} for name in ("model", "input", "options", "segments", "webhookUrl",
                                                                "outputFileName")}}}},
}}}  # fmt: skip


@routes.post("/v2/generate", operation_id="create_generation", status_code=201, openapi_extra=_BODY)
def create_generation(sent: Sent, caller: May) -> JSONResponse:
    """Make one video of a picture and voices."""
    check_generations(caller)
    wish = _wish(caller, sent)
    caller.take("generations")
    if budget_of(caller) is not None:
        caller.take(CREDITS, _price(caller, wish).credits)
    ask(caller.parts, SINGLE, [wish])
    caller.served.wake()
    return JSONResponse(generation(job_of(caller, wish.public_id), caller.served.links), 201)


def _wish(caller: Caller, sent: SentGeneration) -> Wish:
    """What was asked for, its files kept. Raises ApiError (400)."""
    body = {**sent.body}
    if sent.files:
        body["input"] = [*_listed(body["input"]), *({"type": kind, "assetId": keep(caller, kind, file)}
                                                    for kind, file in sent.files.items())]  # fmt: skip
    wish = Asking.of(caller).wish(body)
    if not isinstance(wish, Wish):
        raise wrong(wish)
    return wish


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@routes.get("/v2/generate/{generation_id}", operation_id="get_generation")
@routes.get("/v2/generations/{generation_id}", operation_id="get_generation_too", include_in_schema=False)
async def get_generation(
    generation_id: str,
    caller: MayLook,
    include: str = "",
    wait: bool = False,
    seconds: Annotated[float, Query(alias="timeout", ge=1, le=10, allow_inf_nan=False)] = 5.0,
) -> JSONResponse:
    """How a generation stands; with `wait`, when it has come to its end, or the time is over."""
    wanted = several("include", [include]) or []
    if wait and "progress" in wanted:
        raise ApiError(400, "invalid_request", "wait and include=progress do not go together", param="wait")
    job = await run_in_threadpool(job_of, caller, generation_id)
    headers = {"X-Sync-Wait-Mode": "long_poll", "X-Sync-Wait-Timeout-Seconds": f"{seconds:g}"} if wait else {}
    loop, stopping = asyncio.get_running_loop(), caller.served.stopping
    until = loop.time() + seconds
    while wait and not _is_over(job) and loop.time() < until and not stopping.is_set():
        await asyncio.sleep(_LOOK_SECONDS)
        job = await run_in_threadpool(job_of, caller, generation_id)
    told = generation(job, caller.served.links)
    if "progress" in wanted:
        told["progress_percent"] = _percent(job)
    if wait and not _is_over(job):
        headers["Retry-After"] = "2"
    return JSONResponse(told, headers=headers)


def _is_over(job: Job) -> bool:
    return STATUSES[job.record.state] in OVER


def _percent(job: Job) -> int:
    """How much of it is made."""
    status = STATUSES[job.record.state]
    return 100 if status == COMPLETED else round(100 * (job.record.progress or 0.0))


@routes.get("/v2/generations", operation_id="list_generations")
def list_generations(
    caller: MayLook,
    status: Annotated[list[str] | None, Query()] = None,
    ids: Annotated[list[str] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 500,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, Any]]:
    """Generations, the newest first, those of batches too; `limit` and `offset` are ours."""
    wanted = among("status", status, _STATUSES)
    states = [state for state, called in STATUSES.items() if wanted is None or called in wanted]
    found = caller.parts.asked.jobs(SURFACE, {"states": states, "ids": ids_in(ids)}, limit, offset)
    return [generation(job, caller.served.links) for job in found.page if not _is_deleted(job)]


@routes.get("/v2/generations/{generation_id}/download", operation_id="get_download", response_class=PlainTextResponse)
def get_download(generation_id: str, caller: MayLook) -> PlainTextResponse:
    """The address of what was made, as plain text."""
    told = generation(job_of(caller, generation_id), caller.served.links)
    if not told["outputUrl"]:
        raise ApiError(409, "generation_not_completed", f"the generation is {told['status']}",
                       hint="Ask again when it is COMPLETED.")  # fmt: skip
    return PlainTextResponse(told["outputUrl"])


@routes.delete("/v2/generate/{generation_id}", operation_id="delete_generation")
@routes.delete("/v2/generations/{generation_id}", operation_id="delete_generation_too")
def delete_generation(generation_id: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Delete a generation that has come to its end; as it was."""
    job = job_of(caller, generation_id)
    told = generation(job, caller.served.links)
    if told["status"] not in OVER:
        raise ApiError(409, "generation_not_deletable_while_processing", f"the generation is {told['status']}",
                       hint="Delete it when it has come to its end.")  # fmt: skip
    if not job.batch.standing:
        raise ApiError(409, "generation_in_batch", "the generation is part of a batch, whose results name it")
    discard(caller.parts, job)
    return told


@routes.post("/v2/analyze/cost", operation_id="estimate_cost", openapi_extra=_BODY)
def estimate_cost(sent: Sent, caller: May) -> list[dict[str, Any]]:
    """What a generation would come to: frames, and credits of this server in the place of dollars."""
    found = _price(caller, _wish(caller, sent))
    return [{"estimatedFrameCount": found.frames, "estimatedGenerationCost": as_number(found.credits)}]


def _price(caller: Caller, wish: Wish) -> Quoted:
    """What it would come to; its media are fetched for that. Raises ApiError (400)."""
    with caller.served.alone(caller.tenant) as parts:
        found = quoted(parts, SINGLE, wish)
    if found.problems:
        raise wrong([(code_of(problem), "", problem.told) for problem in found.problems])
    return found


def job_of(caller: Caller, public_id: str) -> Job:
    """A generation of the caller's. Raises NotFoundError, also for one that was deleted."""
    try:
        job = caller.parts.asked.job(public_id, SURFACE) if is_id(public_id) else None
    except NotFoundError:
        job = None
    if job is None or _is_deleted(job):
        raise NotFoundError(f"there is no generation {shortened(public_id)}")
    return job


def _is_deleted(job: Job) -> bool:
    return job.record.state is RowState.CANCELLED and bool(job.batch.standing)
