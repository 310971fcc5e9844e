"""Assets: files that a tenant has uploaded, here or elsewhere on this server, as sync.so's clients list them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.datastructures import UploadFile

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.dialects.sync.listing import among
from clipmill.api.dialects.sync.words import REFUSALS
from clipmill.api.errors import ApiError
from clipmill.api.surface import router
from clipmill.deliver.links import Links
from clipmill.deliver.wordings.sync import iso
from clipmill.domain.access import Asset
from clipmill.errors import InputError, NotFoundError
from clipmill.pipeline.use_cases.serving.uploads import MEDIA, keep_media, spooled
from clipmill.shown import shortened

routes = router(tags=["assets"], responses=REFUSALS)
May = Annotated[Caller, Depends(MAY_READ)]
_TYPES = ("AUDIO", "VIDEO", "IMAGE")
#: The most assets that a list is made of.
_MOST, _PAGE = 10_000, 500
_KEYS: Mapping[str, Callable[[Asset], Any]] = {
    "name": lambda asset: asset.name.lower(), "date": lambda asset: asset.created_at,
    "duration": lambda asset: asset.facts.get("seconds", 0.0), "size": lambda asset: asset.size_bytes,
    "kind": lambda asset: asset.facts.get("kind", ""),
}  # fmt: skip
_SORTS = [f"{name}{way}" for name in _KEYS for way in ("Asc", "Desc")]


def keep(caller: Caller, kind: str, file: UploadFile) -> str:
    """Keep a file that came with a request; the id of its asset. Raises ApiError (400)."""
    with caller.served.alone(caller.tenant) as parts, spooled(parts, file.filename or kind) as path:
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        try:
            return keep_media(parts, path, file.filename or kind).id
        except InputError as error:
            code = "generation_input_audio_invalid" if kind == "audio" else "generation_media_metadata_missing"
            raise ApiError(400, code, f"{kind}: {error}", param=kind, hint=error.hint) from error


@routes.get("/v2/assets", operation_id="list_assets")
def list_assets(
    caller: May,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str = "",
    search_query: Annotated[str, Query(alias="searchQuery")] = "",
    sort_by: Annotated[str, Query(alias="sortBy")] = "dateDesc",
    types: Annotated[list[str] | None, Query()] = None,
) -> dict[str, Any]:
    """Uploaded media; `projectId` is not heeded, for there are no projects."""
    if sort_by not in _SORTS:
        raise ApiError(400, "invalid_request", f"sortBy: there is no {sort_by[:40]}", param="sortBy",
                       hint=f"There are {', '.join(_SORTS)}.")  # fmt: skip
    wanted = among("types", types, _TYPES)
    found = [asset for asset in _all(caller) if _is_wanted(asset, wanted, search_query)]
    found.sort(key=lambda asset: asset.id)
    found.sort(key=_KEYS[sort_by.removesuffix("Asc").removesuffix("Desc")], reverse=sort_by.endswith("Desc"))
    begin = next((place + 1 for place, asset in enumerate(found) if asset.id == cursor), 0) if cursor else 0
    page = found[begin : begin + limit]
    more = len(found) > begin + limit
    return {"items": [told(asset, caller.tenant, caller.served.links) for asset in page],
            "nextCursor": page[-1].id if more else None, "totalCount": len(found)}  # fmt: skip


def _all(caller: Caller) -> list[Asset]:
    found: list[Asset] = []
    while len(found) < _MOST:
        page, _ = caller.parts.assets.page([MEDIA], _PAGE, found[-1].id if found else "")
        found += page
        if len(page) < _PAGE:
            break
    return found


def _is_wanted(asset: Asset, types: list[str] | None, search: str) -> bool:
    kind = _type_of(asset)
    return kind in (types if types is not None else _TYPES) and search.lower() in asset.name.lower()


@routes.get("/v2/assets/{asset_id}", operation_id="get_asset")
def get_asset(asset_id: str, caller: May) -> dict[str, Any]:
    """One of them."""
    try:
        asset = caller.parts.assets.find(asset_id)
    except NotFoundError:
        asset = None
    if asset is None or _type_of(asset) not in _TYPES:
        raise NotFoundError(f"there is no asset {shortened(asset_id)}")
    return told(asset, caller.tenant, caller.served.links)


def _type_of(asset: Asset) -> str:
    return str(asset.facts.get("kind", "")).upper()


def told(asset: Asset, tenant: str, links: Links) -> dict[str, Any]:
    """An upload as an Asset."""
    facts, moment = asset.facts, iso(asset.created_at)
    return {
        "id": asset.id, "createdAt": moment, "updatedAt": moment, "name": asset.name,
        "url": links.to(tenant, asset.sha256, asset.name), "size": asset.size_bytes,
        "format": str(facts.get("suffix", "")).lstrip("."), "type": _type_of(asset), "inputType": "UPLOAD",
        "durationSeconds": facts.get("seconds") or None, "thumbnailUrl": None, "visibility": "ORGANIZATION",
        "width": facts.get("width") or None, "height": facts.get("height") or None,
    }  # fmt: skip
