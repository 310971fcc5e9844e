"""Assets: files that are uploaded first, and named by rows, templates and batches afterwards."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.errors import ApiError
from clipmill.api.native.received import Received, received
from clipmill.api.native.shapes import BINARY, After, Limit, PageOf, ToldShape, body_of, paged, resource
from clipmill.domain.access import Asset
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving import uploads

routes = resource("assets")
#: What clients may name a body of bytes: whatever it is, it is looked at.
_KINDS = ("application/octet-stream", "application/zip", "text/csv", "application/x-ndjson", "image/png", "image/jpeg",
          "image/webp", "image/gif", "image/svg+xml", "video/mp4", "video/quicktime", "video/webm", "audio/mpeg",
          "audio/wav", "audio/x-wav", "audio/mp4", "audio/ogg", "text/vtt", "application/x-subrip")  # fmt: skip
_FILE_BYTES = 2 * 1024**3


class Purpose(StrEnum):
    """What an upload is for."""

    MEDIA = "media"
    TABLE = "table"


class AssetTold(ToldShape):
    """An uploaded file."""

    id: str = Field(description="What a cell of a row names it by.")
    name: str
    purpose: str
    sha256: str
    size_bytes: int
    reference: str | None = Field(description="What payloads name it by; null for what is no media.")
    kind: str | None = Field(description="IMAGE, VIDEO, AUDIO …; null for what is no media.")
    width: int | None
    height: int | None
    seconds: float | None
    has_audio: bool | None
    created_at: float
    url: str = Field(description="A link to it, good for a while, for which no key is needed.")


class Gone(ToldShape):
    """What is not there any more."""

    id: str
    deleted: bool


#: The purposes that uploads of ours are kept under.
_PURPOSES = {Purpose.MEDIA: uploads.MEDIA, Purpose.TABLE: "table"}
Got = Annotated[Received, Depends(received(_FILE_BYTES, "file", _KINDS))]
PurposeAsked = Annotated[Purpose, Query(description="media is looked at and measured; a table, or a zip of one, is "
                                                    "kept as it is.")]  # fmt: skip
_BODY = body_of(application__octet_stream=BINARY, multipart__form_data={
    "type": "object", "required": ["file"], "properties": {
        "file": BINARY, "purpose": {"type": "string", "enum": [*Purpose]}}})  # fmt: skip


def told(caller: Caller, asset: Asset) -> AssetTold:
    """An upload as it is told."""
    facts = asset.facts
    return AssetTold(
        id=asset.id, name=asset.name, purpose=asset.purpose or Purpose.MEDIA, sha256=asset.sha256,
        size_bytes=asset.size_bytes, reference=facts.get("reference"), kind=facts.get("kind"),
        width=facts.get("width"), height=facts.get("height"), seconds=facts.get("seconds"),
        has_audio=facts.get("has_audio"), created_at=asset.created_at,
        url=caller.served.links.to(caller.tenant, asset.sha256, asset.name),
    )  # fmt: skip


def asset_of(caller: Caller, asset: str) -> Asset:
    """An upload of ours. Raises NotFoundError."""
    found = caller.parts.assets.find(asset)
    if found.purpose not in _PURPOSES.values():
        raise NotFoundError(f"there is no file {asset}")
    return found


@routes.post("/assets", operation_id="create_asset", status_code=201, openapi_extra=_BODY)
def create(
    caller: Annotated[Caller, Depends(MAY_SUBMIT)], got: Got, purpose: PurposeAsked = Purpose.MEDIA,
    name: Annotated[str, Query(max_length=200, description="What it is called, where no form says that.")] = "",
) -> AssetTold:  # fmt: skip
    """Upload a file: as the body, or as `file` of a form. The same bytes again are kept once."""
    if got.file is None or not got.file.stat().st_size:
        raise ApiError(400, "invalid_request", "there is no file in it", param="file", hint="Send the file itself.")
    meant, called = _purpose(got, purpose), name or got.name or "file"
    with caller.served.alone(caller.tenant) as parts:
        if meant is Purpose.MEDIA:
            return told(caller, uploads.keep_media(parts, got.file, called))
        wish = Asset(id=new_id("ast"), name=called, sha256="", size_bytes=0, purpose=_PURPOSES[meant], facts={})
        return told(caller, uploads.keep_file(parts, got.file, wish))


def _purpose(got: Received, said: Purpose) -> Purpose:
    try:
        return Purpose(got.field("purpose") or said)
    except ValueError as error:
        raise ApiError(400, "invalid_request", "purpose is media or table", param="purpose") from error


@routes.get("/assets", operation_id="list_assets")
def every(
    caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "",
    purpose: Annotated[Purpose | None, Query(description="Only these.")] = None,
) -> PageOf[AssetTold]:  # fmt: skip
    """Uploads, the newest first."""
    purposes = [_PURPOSES[purpose]] if purpose else [*_PURPOSES.values()]
    found, _ = caller.parts.assets.page(purposes, limit + 1, after)
    page, more, following = paged(found, limit, lambda asset: asset.id)
    return PageOf(data=[told(caller, asset) for asset in page], has_more=more, next=following)


@routes.get("/assets/{asset}", operation_id="get_asset")
def one(asset: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> AssetTold:
    """An upload."""
    return told(caller, asset_of(caller, asset))


@routes.delete("/assets/{asset}", operation_id="delete_asset")
def remove(asset: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> Gone:
    """Have an upload no more; what was made with it stays, and so do rows that name it already."""
    found = asset_of(caller, asset)
    return Gone(id=found.id, deleted=bool(caller.parts.assets.remove(found.id)))
