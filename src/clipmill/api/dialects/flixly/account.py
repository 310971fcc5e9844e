"""Models and the account, as published; what chats is refused, and the secret of webhooks is told."""

from __future__ import annotations

import math
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipmill.api.access import CREDITS, MAY_ADMIN, MAY_READ, REQUESTS, Caller
from clipmill.api.dialects.flixly.asking import refused, types_of
from clipmill.api.dialects.flixly.surface import FLIXLY, refusals, router
from clipmill.api.dialects.flixly.webhooks import secret_of
from clipmill.domain.credits import as_number
from clipmill.domain.models import ModelOffer
from clipmill.domain.row import RowState

routes = router("account")
_FAILED = (RowState.FAILED, RowState.BLOCKED, RowState.CANCELLED)


class FlixlyModel(BaseModel):
    """A model; one that makes clips and stills is listed for each."""

    id: str
    name: str
    type: str
    capabilities: list[str]
    estimated_credits: float = Field(description="Of one output as it is made where nothing else is said.")
    estimated_credits_per_1k_tokens: float | None = None
    resolution: str
    seconds: float | None
    min_seconds: float | None
    max_seconds: float | None
    fps: int | None
    max_batch: int | None = Field(description="Rows of one batch; null: as many as tables may have.")
    max_reference_bytes: int | None
    stands_in: bool = Field(description="Whether drafts are made here under this model's name and price.")


class ModelPage(BaseModel):
    """The models there are."""

    models: list[FlixlyModel]
    total: int


class AccountCredits(BaseModel):
    """What the key may still spend; null: as much as it wants."""

    subscription: float | None
    bonus: float
    total: float | None


class AccountPlan(BaseModel):
    """What may be asked at once."""

    name: str
    parallel_limit: int
    rate_limit: int | None = Field(description="Requests a minute; null: as many as it wants.")
    renews_at: str | None = None


class AccountUsage(BaseModel):
    """What was asked so far, and what it cost: of the whole tenant."""

    total_requests: int
    total_credits_used: float
    completed: int
    failed: int
    pending: int


class AccountTold(BaseModel):
    """The account that a key is of."""

    credits: AccountCredits
    plan: AccountPlan
    usage: AccountUsage


class SecretTold(BaseModel):
    """What webhooks are signed with."""

    secret: str


@routes.get("/models", response_model=ModelPage, operation_id="list_models", responses=refusals())
def models(caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """What can be asked for, at what price and within what limits."""
    found = [model_told(offer) for offer in caller.parts.offers()]
    return {"models": found, "total": len(found)}


def model_told(offer: ModelOffer) -> dict[str, Any]:
    """A model in Flixly's words."""
    still = offer.is_still
    return {
        "id": offer.id, "name": offer.name, "type": types_of(offer)[0], "capabilities": list(types_of(offer)),
        "estimated_credits": as_number(offer.credits(offer.seconds)), "resolution": f"{offer.width}x{offer.height}",
        "seconds": None if still else offer.seconds, "min_seconds": None if still else offer.min_seconds,
        "max_seconds": None if still else offer.max_seconds, "fps": None if still else offer.fps,
        "max_batch": offer.max_batch or None, "max_reference_bytes": offer.reference_bytes or None,
        "stands_in": offer.stands_in,
    }  # fmt: skip


@routes.get("/account", response_model=AccountTold, operation_id="get_account", responses=refusals())
def account(caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """What the key may spend, and what was spent."""
    parts = caller.parts
    left, spending = parts.key_limits.left(caller.key.id), parts.asked.spending()
    total = as_number(max(0, math.floor(left[CREDITS].remaining))) if CREDITS in left else None
    rows = spending.rows
    completed, failed = rows.get(RowState.DONE, 0), sum(rows.get(state, 0) for state in _FAILED)
    plan = {"name": "self-hosted", "parallel_limit": parts.settings.worker_count,
            "rate_limit": left[REQUESTS].capacity if REQUESTS in left else None}  # fmt: skip
    usage = {"total_requests": sum(rows.values()), "total_credits_used": as_number(spending.spent),
             "completed": completed, "failed": failed, "pending": sum(rows.values()) - completed - failed}  # fmt: skip
    return {"credits": {"subscription": total, "bonus": 0, "total": total}, "plan": plan, "usage": usage}


@routes.get("/webhooks/secret", response_model=SecretTold, operation_id="get_webhook_secret", responses=refusals())
def webhook_secret(caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> dict[str, str]:
    """What the bodies of webhooks are signed with; ours: Flixly shows it on a page."""
    return {"secret": secret_of(caller)}


@routes.post("/chat/completions", operation_id="chat", responses=refusals(), response_model=None)
def chat(_caller: Annotated[Caller, Depends(MAY_READ)]) -> None:
    """Refused: nothing here chats."""
    raise refused("model", "this server makes videos and pictures, and has no model that chats",
                  "Ask /api/v1/models for what there is.")  # fmt: skip


@routes.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Response:
    """This API, described; nobody's data is in it, and no key is asked for."""
    assert FLIXLY is request.app.state.surface
    return JSONResponse(request.app.openapi())
