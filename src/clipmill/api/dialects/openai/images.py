"""Images: made while the client waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Body, Depends
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from clipmill.api.access import MAY_SUBMIT, Caller
from clipmill.api.dialects.openai.files import Form, reference_of_upload
from clipmill.api.dialects.openai.making import ask_for, new_ids, waited_for, wishes_for
from clipmill.api.dialects.openai.models import Offers
from clipmill.api.dialects.openai.pictures import PicturesWish, pictures_of, pictures_told
from clipmill.api.dialects.openai.surface import missing, wrong
from clipmill.api.surface import router
from clipmill.deliver.wordings.happened import media_link
from clipmill.domain.asked import Job

routes = router(tags=["images"])
#: How long a client is kept waiting, seconds.
LONGEST = 300.0
_MADE: dict[int | str, dict[str, Any]] = {504: {}}
Json = Annotated[dict[str, Any], Body()]


@routes.post("/v1/images/generations", operation_id="create_image", responses=_MADE)
async def create_image(request: Request, body: Json, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Make one to ten pictures of a prompt; answered when they are made."""
    return await _made(request, caller, pictures_of(body, Offers.of(caller.parts)))


@routes.post("/v1/images/edits", operation_id="edit_image", responses=_MADE, openapi_extra={"requestBody": {
    "required": True, "content": {"multipart/form-data": {"schema": {"type": "object", "properties": {
        "image": {"type": "string", "format": "binary"}, "prompt": {"type": "string"}}}}}}},
)  # fmt: skip
async def edit_image(request: Request, form: Form, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Make pictures of a prompt after one picture; masks and several pictures are refused."""
    upload = _only_image(form)
    body = {name: value for name, value in form.items() if isinstance(value, str)}
    offers = Offers.of(caller.parts)
    pictures_of(body, offers)  # refused before the picture is kept
    reference = await run_in_threadpool(_reference, caller, upload)
    return await _made(request, caller, pictures_of(body, offers, reference))


def _reference(caller: Caller, upload: UploadFile) -> str:
    with caller.served.alone(caller.tenant) as parts:
        return reference_of_upload(parts, upload)


def _only_image(form: FormData) -> UploadFile:
    """The picture of a form. Raises ApiError for none, for several, and for a mask."""
    if form.get("mask") is not None:
        raise wrong("mask", "masks are not heeded here", "Leave mask out.", "unsupported_value")
    images = [value for name in ("image", "image[]") for value in form.getlist(name)]
    if len(images) > 1:
        raise wrong("image", f"{len(images)} pictures were sent, and one is heeded", "Send one.", "unsupported_value")
    if not images or not isinstance(images[0], UploadFile):
        raise missing("image")
    return images[0]


@routes.post("/v1/images/variations", operation_id="vary_image", status_code=400)
def vary_image(caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> None:
    """Refused: no engine varies pictures."""
    raise wrong("", "variations are not made here", "Ask for an edit with a prompt.", "unsupported")


async def _made(request: Request, caller: Caller, asked: PicturesWish) -> dict[str, Any]:
    ids = new_ids("img", asked.count)
    kept: Mapping[str, Any] = {**asked.kept, "at": caller.parts.time.now()}
    await run_in_threadpool(ask_for, caller, asked.offer, wishes_for(asked.payload, kept, ids), asked.price)
    jobs = await waited_for(caller, ids, LONGEST, request.is_disconnected)
    return await run_in_threadpool(_told, caller, jobs)


def _told(caller: Caller, jobs: list[Job]) -> dict[str, Any]:
    parts, links = caller.parts, caller.served.links
    return pictures_told(jobs, parts.time.now(), lambda job: media_link(links, job),
                         lambda job: parts.files.path(job.record.media).read_bytes())  # fmt: skip
