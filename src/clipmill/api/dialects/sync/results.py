"""Results of a batch as JSON lines, behind a signed address; whoever has a key needs no signature."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from clipmill.api.access import caller_of
from clipmill.api.dialects.sync.asking import SURFACE
from clipmill.api.dialects.sync.words import REFUSALS
from clipmill.api.errors import ApiError
from clipmill.api.served import served_of
from clipmill.api.surface import router
from clipmill.deliver.wordings.sync import RESULT, result_lines
from clipmill.domain.batch import Batch
from clipmill.errors import NotFoundError
from clipmill.shown import shortened

routes = router(tags=["batch"], responses={**REFUSALS, 410: {"description": "Gone"}})
_NAME = "output.jsonl"


@routes.api_route("/v2/batches/{batch}/result", methods=["GET", "HEAD"], operation_id="get_batch_result",
                  response_class=StreamingResponse)  # fmt: skip
async def get_batch_result(request: Request, batch: str, signature: str = "") -> Response:
    """The results of a batch so far, a line for each request."""
    served = served_of(request)
    tenant = _signed_by(request, batch, signature) if signature else (await caller_of(request)).tenant
    parts = served.of(tenant)
    found = await run_in_threadpool(_batch, parts.batches.find, batch)
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


def _batch(find: object, public_id: str) -> Batch:
    found = find(public_id) if callable(find) else None
    if not isinstance(found, Batch) or found.surface != SURFACE or found.public_id != public_id:
        raise NotFoundError(f"there is no batch {shortened(public_id)}")
    return found
