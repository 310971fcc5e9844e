"""Videos: asked for, looked after, and downloaded when they are made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.bodies import kind_of, parsed
from clipmill.api.dialects.openai.clips import ClipWish, clip_of, clip_told, remix_of
from clipmill.api.dialects.openai.files import form_of, page_told, reference_of_object, reference_of_upload
from clipmill.api.dialects.openai.images import Json
from clipmill.api.dialects.openai.making import ask_for, is_deleted, job_of, kind_for, wishes_for
from clipmill.api.dialects.openai.models import Offers
from clipmill.api.dialects.openai.pictures import MADE
from clipmill.api.dialects.openai.surface import NAME, wrong
from clipmill.api.errors import ApiError
from clipmill.api.files import TYPES
from clipmill.api.surface import router
from clipmill.domain.asked import Job
from clipmill.domain.media import MediaKind
from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError
from clipmill.making import own_name
from clipmill.pipeline.use_cases.parts import new_id, previewing
from clipmill.pipeline.use_cases.serving.requests.gathering import discard

routes = router(tags=["videos"])
WHAT = "video"
#: Header by which a client says that it polls, that by which it is told when to come again, and after how long.
_POLLS, _AFTER, _POLL_MS = "x-stainless-poll-helper", "openai-poll-after-ms", 500
_PAGE = 100
_SHEET = (("first", "beginning"), ("middle", "middle"), ("last", "end"))


async def body_of(request: Request, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> AsyncIterator[dict[str, Any]]:
    """The fields of a request of whoever may submit, of JSON or of a form; a file under its field. Raises ApiError."""
    if kind_of(request) != "multipart/form-data":
        body = await request.json()
        if not isinstance(body, dict):
            raise wrong("", "the body must be an object")
        yield body
        return
    async with asynccontextmanager(form_of)(request, caller) as form:
        body = {name: value for name, value in form.multi_items() if "[" not in name}
        nested = {name[len("input_reference[") : -1]: value for name, value in form.multi_items()
                  if name.startswith("input_reference[")}  # fmt: skip
        yield {**body, "input_reference": nested} if nested else body


def _reference(caller: Caller, given: Any) -> str:
    """What the payload names the picture by that a request brings; empty for none. Raises ApiError, MediaError."""
    if given in (None, ""):
        return ""
    with caller.served.alone(caller.tenant) as parts:
        if isinstance(given, UploadFile):
            return reference_of_upload(parts, given)
        if isinstance(given, str):
            given = {"image_url": given} if not given.startswith("{") else parsed(given.encode())
        return reference_of_object(parts, given, "input_reference")


@routes.post("/v1/videos", operation_id="create_video", openapi_extra={"requestBody": {"required": True, "content": {
    kind: {"schema": {"type": "object", "required": ["prompt"], "properties": {
        name: {"type": "string"} for name in ("prompt", "model", "seconds", "size")}}}
    for kind in ("multipart/form-data", "application/json")}}},
)  # fmt: skip
def create_video(body: Annotated[dict[str, Any], Depends(body_of)], caller: Annotated[Caller, Depends(MAY_SUBMIT)],
                 ) -> dict[str, Any]:  # fmt: skip
    """Ask for a video."""
    offers, given = Offers.of(caller.parts), body.get("input_reference")
    clip_of(body, offers)  # refused before a picture is kept
    return _asked(caller, clip_of(body, offers, _reference(caller, given)))


def _asked(caller: Caller, clip: ClipWish) -> dict[str, Any]:
    public_id = new_id("video")
    kept = {**clip.kept, "at": caller.parts.time.now()}
    ask_for(caller, clip.offer, wishes_for(clip.payload, kept, [public_id]), clip.price)
    return clip_told(job_of(caller.parts, public_id, WHAT))


def _video(caller: Caller, video_id: str) -> Job:
    """A video. Raises ApiError (404)."""
    return job_of(caller.parts, video_id if video_id.startswith("video_") else "", WHAT)


@routes.get("/v1/videos", operation_id="list_videos")
def list_videos(caller: Annotated[Caller, Depends(MAY_READ)], after: str = "", order: str = "desc",
                limit: Annotated[int, Query(ge=1, le=_PAGE)] = 20) -> dict[str, Any]:  # fmt: skip
    """Videos by the page, the newest first unless `order` is `asc`."""
    offers = Offers.of(caller.parts).offers
    kinds = sorted({kind_for(offer).id for offer in offers if offer.kind is MediaKind.VIDEO})
    states = [state for state in RowState if state is not RowState.CANCELLED]
    among = {"kinds": kinds, "states": states}
    asked = caller.parts.asked
    if order != "asc":
        found = asked.jobs(NAME, {**among, "after": after} if after else among, limit + 1).page
        return page_told([clip_told(job) for job in found], limit)
    found = list(reversed(list(_every(caller, among))))
    start = next((place + 1 for place, job in enumerate(found) if job.record.public_id == after), 0)
    return page_told([clip_told(job) for job in found[start : start + limit + 1]], limit)


def _every(caller: Caller, among: dict[str, Any]) -> Iterator[Job]:
    """All of them, the newest first."""
    page = caller.parts.asked.jobs(NAME, among, _PAGE).page
    while page:
        yield from page
        page = caller.parts.asked.jobs(NAME, {**among, "after": page[-1].record.public_id}, _PAGE).page


@routes.get("/v1/videos/{video_id}", operation_id="get_video")
def get_video(video_id: str, request: Request, response: Response, caller: Annotated[Caller, Depends(MAY_READ)],
              ) -> dict[str, Any]:  # fmt: skip
    """A video as it is now."""
    told = clip_told(_video(caller, video_id))
    if request.headers.get(_POLLS) and told["status"] in ("queued", "in_progress"):
        response.headers[_AFTER] = str(_POLL_MS)
    return told


@routes.delete("/v1/videos/{video_id}", operation_id="delete_video")
def delete_video(video_id: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Have a video no more, or take back one that was not begun; one that is being made is refused (409)."""
    job = _video(caller, video_id)
    if not job.batch.standing:
        raise ApiError(409, "video_of_batch", f"{video_id} belongs to a batch", hint="Cancel the batch, or keep it.")
    if not discard(caller.parts, job) and not is_deleted(caller.parts.asked.job(video_id, NAME)):
        raise ApiError(409, "video_in_progress", f"{video_id} is being made", hint="Delete it when it is made.")
    return {"id": video_id, "object": "video.deleted", "deleted": True}


@routes.post("/v1/videos/{video_id}/remix", operation_id="remix_video")
def remix_video(video_id: str, body: Json, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """The same again with another prompt."""
    return _asked(caller, remix_of(_video(caller, video_id), body, Offers.of(caller.parts)))


@routes.get("/v1/videos/{video_id}/content", operation_id="get_video_content", response_class=FileResponse)
async def get_video_content(video_id: str, caller: Annotated[Caller, Depends(MAY_READ)], variant: str = WHAT,
                            ) -> Response:  # fmt: skip
    """A made video, its thumbnail, or its beginning, middle and end on one picture."""
    job = await run_in_threadpool(_video, caller, video_id)
    if variant not in (WHAT, "thumbnail", "spritesheet"):
        raise wrong("variant", f"{variant[:40]!r} is no variant", "Use video, thumbnail or spritesheet.")
    if job.record.state not in MADE:
        raise ApiError(404, "video_not_ready", f"{video_id} is not made", param="video_id",
                       hint="Come again when its status is completed.")  # fmt: skip
    if variant == "spritesheet":
        return Response(await _sheet(caller, job), media_type="image/png")
    pictures = job.record.verdict.pictures if job.record.verdict else {}
    sha256 = job.record.media if variant == WHAT else pictures.get("thumbnail", "")
    name = job.record.file_name if variant == WHAT else f"{video_id}.jpg"
    return FileResponse(_stored(caller, sha256), filename=name,
                        media_type=TYPES.get(Path(name).suffix.lower(), "application/octet-stream"))  # fmt: skip


def _stored(caller: Caller, sha256: str) -> Path:
    """Raises NotFoundError for what is not stored any more."""
    if not sha256 or not (path := caller.parts.files.path(sha256)).is_file():
        raise NotFoundError("the file is not stored any more")
    return path


async def _sheet(caller: Caller, job: Job) -> bytes:
    """The beginning, the middle and the end of a video on one PNG, as far as they were kept. Raises NotFoundError."""
    pictures = job.record.verdict.pictures if job.record.verdict else {}
    cells = [{"path": str(_stored(caller, pictures[name])), "words": words, "row": 0, "column": column}
             for column, (name, words) in enumerate(_SHEET) if pictures.get(name)]  # fmt: skip
    if not cells:
        raise NotFoundError("its pictures are not stored any more")
    path = caller.parts.files.scratch(f"sheet.{own_name()}.png")
    try:
        await previewing(caller.parts, job.batch.engine).sheet(cells, path)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
