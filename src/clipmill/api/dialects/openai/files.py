"""Files: tables of requests to run as a batch, pictures to begin with, and what batches leave."""

from __future__ import annotations

import base64
import binascii
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.bodies import BoundedRequest, field_of, too_large
from clipmill.api.dialects.openai.fields import expiry_of
from clipmill.api.dialects.openai.surface import missing, not_here, wrong
from clipmill.api.surface import router
from clipmill.domain.access import Asset
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.uploads import MEDIA as _MEDIA
from clipmill.pipeline.use_cases.serving.uploads import keep_file, keep_media, path_of, reference_of, spooled

routes = router(tags=["files"])
BATCH, OUTPUT = "batch", "batch_output"
_UPLOADED = (BATCH, "vision", "user_data", "assistants", "fine-tune", "evals")
_PURPOSES = (*_UPLOADED, OUTPUT)
#: Of which pictures are taken for requests.
_SEEN = ("vision", "user_data", "assistants")
#: The most of a table of requests, and of any other file, bytes; what the rest of a form may have besides.
_TABLE, _LARGEST, _FORM = 200 * 1024**2, 512 * 1024**2, 1024**2
#: Tables of requests are kept so long where nobody says, seconds.
_DAYS_30 = 2_592_000
#: Files on one page.
_PAGE = 10_000


async def form_of(request: Request, _caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> AsyncIterator[FormData]:
    """The fields and files of a form, counted as they come, of whoever may submit. Raises ApiError: 401, 403, 413."""
    coming = request.form()
    if isinstance(request, BoundedRequest):
        request.most = _LARGEST + _FORM  # which is counted from the first piece on
    form: FormData = await coming
    try:
        yield form
    finally:
        await form.close()


Form = Annotated[FormData, Depends(form_of)]


@routes.post("/v1/files", operation_id="create_file", openapi_extra={"requestBody": {"required": True, "content": {
    "multipart/form-data": {"schema": {"type": "object", "required": ["file", "purpose"], "properties": {
        "file": {"type": "string", "format": "binary"}, "purpose": {"type": "string", "enum": list(_UPLOADED)}}}}}}},
)  # fmt: skip
def create_file(form: Form, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Upload a file."""
    purpose, upload = field_of(form, "purpose"), form.get("file")
    if not purpose:
        raise missing("purpose")
    if purpose not in _UPLOADED:
        raise wrong("purpose", f"{purpose[:40]!r} is no purpose", f"Use one of {', '.join(_UPLOADED)}.")
    if not isinstance(upload, UploadFile):
        raise missing("file")
    limit = _TABLE if purpose == BATCH else _LARGEST
    if (upload.size or 0) > limit:
        raise too_large(limit, "the file")
    asked = {name: form.get(f"expires_after[{name}]") for name in ("anchor", "seconds")}
    seconds = expiry_of(asked if any(asked.values()) else None, "expires_after")
    seconds = _DAYS_30 if seconds is None and purpose == BATCH else seconds
    now = caller.parts.time.now()
    with caller.served.alone(caller.tenant) as parts, spooled(parts, upload.filename or "file") as path:
        with path.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
        wish = Asset(id=new_file_id(), name=upload.filename or "file", sha256="", size_bytes=0, purpose=purpose,
                     facts=_seen(parts, path, upload) if purpose in _SEEN else {},
                     expires_at=None if seconds is None else now + seconds)  # fmt: skip
        return file_told(keep_file(parts, path, wish))


def new_file_id() -> str:
    """`file-7QmX2…`."""
    return new_id("file").replace("_", "-", 1)


def _seen(parts: ServerParts, path: Path, upload: UploadFile) -> Mapping[str, Any]:
    """What a picture is named by in payloads; nothing for what is none."""
    if not (upload.content_type or "").startswith("image/"):
        return {}
    copy = path.with_name(f"seen.{path.name}")
    shutil.copyfile(path, copy)
    try:
        return {"reference": kept_picture(parts, copy, upload.filename or "picture")}
    finally:
        copy.unlink(missing_ok=True)


def kept_picture(parts: ServerParts, path: Path, name: str) -> str:
    """Keep a received picture; what payloads name it by. Raises MediaError."""
    asset = keep_media(parts, path, name, limit_bytes=min(_LARGEST, parts.settings.limits.media_bytes))
    assert asset.purpose == _MEDIA
    return str(asset.facts["reference"])


def file_told(asset: Asset) -> dict[str, Any]:
    """A file as clients read it."""
    return {"id": asset.id, "object": "file", "bytes": asset.size_bytes, "created_at": int(asset.created_at),
            "expires_at": None if asset.expires_at is None else int(asset.expires_at), "filename": asset.name,
            "purpose": asset.purpose, "status": "processed", "status_details": None}  # fmt: skip


@routes.get("/v1/files", operation_id="list_files")
def list_files(caller: Annotated[Caller, Depends(MAY_READ)], purpose: str = "", after: str = "",
               limit: Annotated[int, Query(ge=1, le=_PAGE)] = _PAGE, order: str = "desc",
               ) -> dict[str, Any]:  # fmt: skip
    """Files by the page, the newest first unless `order` is `asc`."""
    purposes = (purpose,) if purpose else _PURPOSES
    if order == "asc":
        found = list(reversed(caller.parts.assets.page(purposes, _PAGE)[0]))
        start = next((place + 1 for place, asset in enumerate(found) if asset.id == after), 0)
        found = found[start : start + limit + 1]
    else:
        found = list(caller.parts.assets.page(purposes, limit + 1, after)[0])
    return page_told([file_told(asset) for asset in found], limit)


def page_told(found: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """A page of things, of which one more was asked for than are told."""
    page = found[:limit]
    return {"object": "list", "data": page, "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None, "has_more": len(found) > limit}  # fmt: skip


def file_of(parts: ServerParts, file_id: str) -> Asset:
    """A file. Raises ApiError (404)."""
    try:
        asset = parts.assets.find(file_id)
    except NotFoundError as error:
        raise not_here("file", file_id) from error
    if asset.purpose not in _PURPOSES:
        raise not_here("file", file_id)
    return asset


@routes.get("/v1/files/{file_id}", operation_id="get_file_object")
def get_file(file_id: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """A file."""
    return file_told(file_of(caller.parts, file_id))


@routes.delete("/v1/files/{file_id}", operation_id="delete_file")
def delete_file(file_id: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> dict[str, Any]:
    """Have a file no more; batches that were made of it go on."""
    caller.parts.assets.remove(file_of(caller.parts, file_id).id)
    return {"id": file_id, "object": "file", "deleted": True}


@routes.get("/v1/files/{file_id}/content", operation_id="get_file_content", response_class=FileResponse)
def get_file_content(file_id: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> Response:
    """What is in a file."""
    asset = file_of(caller.parts, file_id)
    return FileResponse(path_of(caller.parts, asset), media_type="application/octet-stream", filename=asset.name)


@contextmanager
def _received(parts: ServerParts, content: bytes, name: str) -> Iterator[Path]:
    with spooled(parts, name) as path:
        path.write_bytes(content)
        yield path


def reference_of_upload(parts: ServerParts, upload: UploadFile) -> str:
    """What payloads name a picture by that came with a request. Raises MediaError."""
    name = upload.filename or "picture"
    with spooled(parts, name) as path:
        with path.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
        return kept_picture(parts, path, name)


def reference_of_object(parts: ServerParts, given: Any, param: str) -> str:
    """What payloads name a picture by that a request names: by the id of a file, by address, or as a data URL.

    Raises ApiError, MediaError.
    """
    given = given if isinstance(given, Mapping) else {}
    file_id, url = given.get("file_id"), given.get("image_url")
    if isinstance(file_id, str) and file_id:
        asset = file_of(parts, file_id)
        if not asset.facts.get("reference"):
            raise wrong(f"{param}.file_id", f"{file_id} is no picture", "Upload it with the purpose vision.")
        return reference_of(parts, file_id)
    if isinstance(url, str) and url.startswith(("http://", "https://")):
        return url
    if isinstance(url, str) and url.startswith("data:image/"):
        return _reference_of_data(parts, url, param)
    raise wrong(param, f"{param} must be a file, or name one by file_id or image_url")


def _reference_of_data(parts: ServerParts, url: str, param: str) -> str:
    head, _, data = url.partition(",")
    try:
        content = base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error) as error:
        raise wrong(f"{param}.image_url", "the data URL holds no base64 that can be read") from error
    suffix = head.removeprefix("data:image/").partition(";")[0].partition("+")[0]
    with _received(parts, content, f"picture.{suffix[:5]}") as path:
        return kept_picture(parts, path, "the picture")


def kept_output(parts: ServerParts, path: Path, name: str, seconds: int | None, now: float) -> Asset:
    """Keep what a batch leaves."""
    wish = Asset(id=new_file_id(), name=name, sha256="", size_bytes=0, purpose=OUTPUT, facts={})
    return keep_file(parts, path, wish if seconds is None else replace(wish, expires_at=now + seconds))
