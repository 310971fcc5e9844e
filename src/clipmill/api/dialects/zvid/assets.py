"""Library and stock: there is none here, and this says so."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.dialects.zvid.requests import Limit, Page
from clipmill.api.dialects.zvid.words import REFUSALS, pages
from clipmill.api.surface import router
from clipmill.errors import NotFoundError

routes = router(tags=["library"], responses=REFUSALS)
May = Annotated[Caller, Depends(MAY_READ)]
_HINT = "Name pictures, clips and sounds by their own public addresses."


@routes.get("/api/library/{kind}", operation_id="list_library")
def list_library(kind: str, caller: May, page: Page = 1, limit: Limit = 20) -> dict[str, Any]:
    """Nothing: no library comes with this server."""
    return {"items": [], "pagination": pages(page, limit, 0), "message": f"No library of {kind[:40]} comes with this "
            f"server. {_HINT}"}  # fmt: skip


@routes.get("/api/library/{kind}/{slug}", operation_id="get_library_item")
@routes.get("/api/library/{kind}/{slug}/content", operation_id="get_library_content")
def get_library_item(kind: str, slug: str, caller: May) -> dict[str, Any]:
    """Not there: no library comes with this server."""
    raise NotFoundError("no library comes with this server", hint=_HINT)


@routes.get("/api/stock/providers", operation_id="list_stock_providers", tags=["stock"])
def list_stock_providers(caller: May) -> dict[str, Any]:
    """Nobody: no stock of others is searched here."""
    return {"providers": [], "message": f"This server searches no stock of others. {_HINT}"}


@routes.get("/api/stock/search", operation_id="search_stock", tags=["stock"])
def search_stock(caller: May) -> dict[str, Any]:
    """Not there: no stock of others is searched here."""
    raise NotFoundError("this server searches no stock of others", hint=_HINT)
