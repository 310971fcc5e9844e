"""Rendering one project: `POST /api/render/api-key` and its like for images; the free check beside it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.zvid import asking
from clipmill.api.dialects.zvid.requests import RenderRequest
from clipmill.api.dialects.zvid.resolving import InvalidError, Resolved, Resolver
from clipmill.api.dialects.zvid.words import REFUSALS
from clipmill.api.errors import ApiError
from clipmill.api.surface import router
from clipmill.domain.asked import Job
from clipmill.domain.credits import as_number
from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.serving.requests.single import ask, request_of

routes = router(tags=["render"], responses={**REFUSALS, 402: {"description": "Insufficient credits"}})
May = Annotated[Caller, Depends(MAY_SUBMIT)]
MayLook = Annotated[Caller, Depends(MAY_READ)]
#: States of jobs that wait before a new one.
_AHEAD = (RowState.CHECKING, RowState.WAITING, RowState.READY)


@routes.post("/api/render/api-key", operation_id="render_video", status_code=202)
def render_video(request: RenderRequest, caller: May) -> dict[str, Any]:
    """Render a video. The same body of one key within ten minutes is the same job."""
    return _submit(caller, "video", request)


@routes.post("/api/render/image/api-key", operation_id="render_image", status_code=202)
def render_image(request: RenderRequest, caller: May) -> dict[str, Any]:
    """Render a still."""
    return _submit(caller, "image", request)


def _submit(caller: Caller, kind: str, request: RenderRequest) -> dict[str, Any]:
    source = asking.source_of(caller, request.payload, request.template)
    said = request.model_dump(exclude_unset=True, exclude={"jobId"})
    digest = asking.digest_of(caller, kind, said, source.edition)
    now = caller.parts.time.now()
    there, public_id = _there(caller, request.jobId, digest, now)
    if there is not None:
        return _accepted(caller, there.batch.id, request_of(there), public_id)
    resolved = resolve(caller, kind, request)
    asking.check_hook(caller, request.webhookUrl)
    caller.take("generations")
    asking.take_credits(caller, resolved.price.credits)
    kept = {"at": now, "digest": digest, "template": source.template or None, "clientKey": request.clientKey}
    wish = asking.wish(resolved, public_id, kept, asking.told_at(caller, request.webhookUrl))
    batch = ask(caller.parts, asking.KINDS[kind], [wish])
    caller.served.wake()
    return _accepted(caller, batch.id, wish.request, public_id)


def resolve(caller: Caller, kind: str, request: Any) -> Resolved:
    """The project of a request. Raises ApiError (400), NotFoundError."""
    source = asking.source_of(caller, request.payload, request.template)
    overrides = request.overrides.said if request.overrides else {}
    try:
        return Resolver(caller.parts.settings, kind).resolve(source.payload, request.variables or {}, overrides)
    except InvalidError as error:
        raise asking.refused(caller, error) from error


def _there(caller: Caller, given: str | None, digest: str, now: float) -> tuple[Job | None, str]:
    """The job that a request is already, if it is one, and the id that it has, or is to have."""
    if given:
        found = _job(caller, given)
        if found is not None and request_of(found).get("digest") != digest:
            raise ApiError(409, "job_id_used", f"{given} is the id of another job", param="jobId",
                           hint="Give every render an id of its own.")  # fmt: skip
        return found, given
    this, before = (asking.job_id(digest, window) for window in asking.windows(now))
    found = _job(caller, before)
    if found is not None and now - float(request_of(found).get("at") or 0) <= asking.SAME_SECONDS:
        return found, before
    return _job(caller, this), this


def _job(caller: Caller, public_id: str) -> Job | None:
    try:
        return caller.parts.asked.job(public_id)
    except NotFoundError:
        return None


def _accepted(caller: Caller, batch_id: str, request: Any, public_id: str) -> dict[str, Any]:
    """The answer: how many wait, this one included, and what it may cost."""
    counts = caller.parts.batches.progress(batch_id).counts
    return {"jobId": public_id, "status": "queued", "queuePosition": sum(counts.get(state, 0) for state in _AHEAD),
            "creditsReserved": as_number(int(request.get("credits", 0)))}  # fmt: skip


@routes.post("/api/render/validate/api-key", operation_id="validate")
def validate(request: RenderRequest, caller: MayLook) -> dict[str, Any]:
    """Check a project, and say what it would cost; free. Its media are not fetched."""
    resolved = resolve(caller, "", request)
    return {"valid": True, "creditsRequired": as_number(resolved.price.credits), "payload": resolved.body,
            "warnings": list(resolved.warnings), "errors": []}  # fmt: skip


@routes.post("/api/credits/estimate", operation_id="estimate_credits", tags=["credits"])
def estimate_credits(request: RenderRequest, caller: MayLook) -> dict[str, Any]:
    """What a render would cost."""
    resolved = resolve(caller, "", request)
    project, price = resolved.project, resolved.price
    width, height = project.canvas
    return {"creditsRequired": as_number(price.credits), "credits": as_number(price.credits), "exact": price.is_sure,
            "type": project.type, "duration": price.seconds, "width": width, "height": height}  # fmt: skip
