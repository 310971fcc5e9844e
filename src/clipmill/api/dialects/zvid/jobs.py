"""Jobs: how one stands, and lists of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.dialects.zvid import answers, asking
from clipmill.api.dialects.zvid.requests import Limit, Page
from clipmill.api.dialects.zvid.words import REFUSALS, pages
from clipmill.api.surface import router
from clipmill.errors import NotFoundError
from clipmill.shown import shortened

routes = router(tags=["jobs"], responses=REFUSALS)
#: The same under the address that older documents name; after all that is called otherwise.
older = router(tags=["jobs"], responses=REFUSALS)
May = Annotated[Caller, Depends(MAY_READ)]
Status = Literal["waiting", "active", "completed", "failed"]


@routes.get("/api/jobs", operation_id="list_jobs")
def list_jobs(caller: May, page: Page = 1, limit: Limit = 20, type: Literal["video", "image"] | None = None,
              status: Status | None = None) -> dict[str, Any]:  # fmt: skip
    """Jobs, the newest first."""
    kinds = [asking.KINDS[type].id] if type else None
    among = {"kinds": kinds, "states": answers.states_called(status) if status else None}
    found = caller.parts.asked.jobs(asking.SURFACE, among, limit, (page - 1) * limit)
    return {"jobs": [answers.listed(job, caller.served.links) for job in found.page],
            "pagination": pages(page, limit, found.total)}  # fmt: skip


@routes.get("/api/jobs/{job}", operation_id="get_job")
def get_job(job: str, caller: May) -> dict[str, Any]:
    """How a job stands; what it made, once it is done."""
    try:
        found = caller.parts.asked.job(job, asking.SURFACE)
    except NotFoundError as error:
        raise NotFoundError(f"there is no job {shortened(job)}") from error
    return answers.status(found, caller.served.links)


@older.get("/api/render/{job}", operation_id="get_render")
def get_render(job: str, caller: May) -> dict[str, Any]:
    """The same as `GET /api/jobs/{job}`."""
    return get_job(job, caller)
