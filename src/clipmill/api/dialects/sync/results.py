"""Results of a batch as JSON lines, behind a signed address; whoever has a key that may read needs no signature."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from clipmill.api.access import MAY_READ
from clipmill.api.dialects.sync.batches import batch_of
from clipmill.api.dialects.sync.words import REFUSALS
from clipmill.api.errors import ApiError
from clipmill.api.served import served_of
from clipmill.api.surface import router
from clipmill.deliver.wordings.sync import RESULT, result_lines
from clipmill.domain.access import Scope

routes = router(tags=["batch"], responses={**REFUSALS, 410: {"description": "Gone"}})
_NAME = "output.jsonl"


async def tenant_of(request: Request, batch: str, signature: str = "") -> str:
    """A dependency: whose batch it is, by the signature, else by a key that may read. Raises ApiError: 401, 403, …"""
    return _signed_by(request, batch, signature) if signature else (await MAY_READ(request)).tenant


tenant_of.scope = Scope.READ  # type: ignore[attr-defined]  # for the matrix of routes


@routes.head("/v2/batches/{batch}/result", include_in_schema=False)
@routes.get("/v2/batches/{batch}/result", operation_id="get_batch_result", response_class=StreamingResponse)
async def get_batch_result(request: Request, batch: str, tenant: Annotated[str, Depends(tenant_of)]) -> Response:
    """The results of a batch so far, a line for each request."""
    served = served_of(request)
    parts = served.of(tenant)
    found = await run_in_threadpool(batch_of, parts, batch)
    lines = result_lines(found, parts.readonly.records(found.id), served.links)
    headers = {"Content-Disposition": f'attachment; filename="{_NAME}"'}
    return StreamingResponse(lines, headers=headers, media_type="application/x-ndjson")


def _signed_by(request: Request, batch: str, signature: str) -> str:
    """The tenant that signed it. Raises ApiError: 404, 410."""
    found = served_of(request).links.read(signature, RESULT)
    if found is None or found.sha256 != batch:
        raise ApiError(404, "link_unknown", "this address leads nowhere", hint="Ask for the batch again.")
    if found.is_over:
        raise ApiError(410, "link_expired", "this address is over", hint="Ask for the batch again.")
    return found.tenant
