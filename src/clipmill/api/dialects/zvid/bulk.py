"""Rendering many at once: best effort, with what is wrong told item by item; a bulk is a batch of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.zvid import asking
from clipmill.api.dialects.zvid.answers import in_bulk
from clipmill.api.dialects.zvid.requests import BulkItem, BulkRequest, Limit, Page
from clipmill.api.dialects.zvid.resolving import InvalidError, Resolver
from clipmill.api.dialects.zvid.words import REFUSALS, detail, iso, pages
from clipmill.api.errors import ApiError
from clipmill.api.surface import router
from clipmill.domain.asked import Job
from clipmill.domain.batch import Batch, BatchState
from clipmill.domain.credits import as_number
from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.serving.requests.single import Together, Wish, ask_together
from clipmill.shown import shortened

routes = router(tags=["bulk"], responses={**REFUSALS, 402: {"description": "Insufficient credits"}})
May = Annotated[Caller, Depends(MAY_SUBMIT)]
MayLook = Annotated[Caller, Depends(MAY_READ)]
_DONE, _LOST = (RowState.DONE,), (RowState.FAILED, RowState.BLOCKED, RowState.CANCELLED)
#: So many problems are told of a bulk in which every item is wrong.
_TOLD = 20


@dataclass(slots=True)
class _Items:
    """What became of the items of a request."""

    wishes: list[Wish] = field(default_factory=list)
    #: Place of the job among the items, and its id.
    jobs: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    credits: int = 0


@routes.post("/api/render/bulk/api-key", operation_id="render_bulk", status_code=202)
def render_bulk(request: BulkRequest, caller: May) -> dict[str, Any]:
    """Render up to 500 videos of one project. Variables of an item come before those of the request."""
    return _submit(caller, "video", request)


@routes.post("/api/render/image/bulk/api-key", operation_id="render_image_bulk", status_code=202)
def render_image_bulk(request: BulkRequest, caller: May) -> dict[str, Any]:
    """Render up to 500 stills of one project."""
    return _submit(caller, "image", request)


def _submit(caller: Caller, kind: str, request: BulkRequest) -> dict[str, Any]:
    source = asking.source_of(caller, request.payload, request.template)
    digest = asking.digest_of(caller, f"{kind}.bulk", request.model_dump(exclude_unset=True), source.edition)
    now = caller.parts.time.now()
    there, public_id = _there(caller, digest, now)
    if there is not None:
        return dict(there.options.kept["answer"])
    asking.check_hook(caller, request.webhookUrl)
    kept = {"at": now, "template": source.template or None, "clientKey": request.clientKey, "bulk": public_id}
    items = _resolved(caller, kind, request, (source, kept))
    if not items.wishes:
        raise _nothing(items.errors)
    caller.take("batches")
    asking.take_credits(caller, items.credits)
    ahead = caller.parts.asked.spending().rows
    answer = {"bulkId": public_id, "queued": True, "totalJobs": len(items.wishes), "rejectedItems": len(items.errors),
              "failedToQueue": 0, "creditsReserved": as_number(items.credits),
              "queueAhead": sum(ahead.get(str(state), 0) for state in (RowState.CHECKING, RowState.READY)),
              "errors": items.errors, "jobs": items.jobs}  # fmt: skip
    told = {"type": kind, "template": source.template or None, "answer": answer, "at": now}
    name = request.name or str(source.payload.get("name") or public_id)
    wish = Together(public_id=public_id, name=name[:255], kept=told)
    ask_together(caller.parts, asking.KINDS[kind], items.wishes, wish)
    caller.served.wake()
    return answer


def _there(caller: Caller, digest: str, now: float) -> tuple[Batch | None, str]:
    """The bulk that a request is already, if it is one, and the id that it has, or is to have."""
    this, before = (asking.bulk_id(digest, window) for window in asking.windows(now))
    found = _bulk(caller, before)
    if found is not None and now - float(found.options.kept.get("at") or 0) <= asking.SAME_SECONDS:
        return found, before
    found = _bulk(caller, this)
    return (found if found is not None and found.state is not BatchState.IMPORTING else None), this


def _bulk(caller: Caller, public_id: str) -> Batch | None:
    try:
        found = caller.parts.batches.find(public_id)
    except NotFoundError:
        return None
    return found if found.public_id == public_id and found.surface == asking.SURFACE else None


def _resolved(
    caller: Caller, kind: str, request: BulkRequest, of: tuple[asking.MeantProject, Mapping[str, Any]]
) -> _Items:
    """Every item as a job, or what is wrong with it."""
    source, kept = of
    resolver, items = Resolver(caller.parts.settings, kind), _Items()
    overrides = request.overrides.said if request.overrides else {}
    told = asking.told_at(caller, request.webhookUrl)
    for place, item in enumerate(request.items):
        variables = {**(request.variables or {}), **(item.variables or {})}
        try:
            resolved = resolver.resolve(source.payload, variables, overrides)
        except InvalidError as error:
            wrong = [detail(*each) for each in error.details]
            items.errors.append({"item": place, "errors": wrong, "details": wrong})
            continue
        public_id = asking.job_id(str(kept["bulk"]), place)
        own = {**kept, "index": place, "name": _name(item, place, resolved.project.name)}
        items.wishes.append(asking.wish(resolved, public_id, own, told))
        items.jobs.append({"index": place, "jobId": public_id})
        items.credits += resolved.price.credits
    return items


def _name(item: BulkItem, place: int, project: str) -> str:
    """What a job and its file are called: as the item says, else as the project with the item's place."""
    return (item.name or "").strip() or f"{project}-{place + 1}"


def _nothing(errors: Sequence[Mapping[str, Any]]) -> ApiError:
    """The error for a bulk of which no item can be made."""
    details = [(f"items[{each['item']}]{'.' if wrong['field'] else ''}{wrong['field']}", wrong["message"])
               for each in errors for wrong in each["errors"]]  # fmt: skip
    return ApiError(400, "validation_failed", f"none of the {len(errors)} items can be made: {details[0][1]}",
                    details=details[:_TOLD], extra={"errors": list(errors), "rejectedItems": len(errors)})  # fmt: skip


@routes.get("/api/render/bulk", operation_id="list_bulks")
def list_bulks(caller: MayLook, page: Page = 1, limit: Limit = 20) -> dict[str, Any]:
    """Bulks, the newest first."""
    found = caller.parts.asked.batches(limit, surface=asking.SURFACE, skip=(page - 1) * limit)
    return {"bulks": [_told(caller, batch) for batch in found],
            "pagination": pages(page, limit, caller.parts.asked.total(asking.SURFACE))}  # fmt: skip


@routes.get("/api/render/bulk/{bulk}", operation_id="get_bulk")
def get_bulk(bulk: str, caller: MayLook) -> dict[str, Any]:
    """A bulk with its jobs, in the order of its items."""
    batch = _bulk(caller, bulk)
    if batch is None:
        raise NotFoundError(f"there is no bulk {shortened(bulk)}")
    links = caller.served.links
    jobs = [in_bulk(Job(batch, record), links) for record in caller.parts.readonly.records(batch.id)]
    return {"bulk": _told(caller, batch), "jobs": jobs}


def _told(caller: Caller, batch: Batch) -> dict[str, Any]:
    counts, kept = caller.parts.batches.progress(batch.id).counts, batch.options.kept
    completed, failed = (sum(counts.get(state, 0) for state in states) for states in (_DONE, _LOST))
    total = sum(counts.values())
    pending = total - completed - failed
    status = "processing" if pending else "failed" if failed == total else "completed"
    return {"id": batch.public_id, "name": batch.name, "templateId": kept.get("template"), "type": kept.get("type"),
            "status": status, "totalJobs": total, "creditsReserved": (kept.get("answer") or {}).get("creditsReserved"),
            "counts": {"completed": completed, "failed": failed, "pending": pending},
            "createdAt": iso(kept.get("at"))}  # fmt: skip
