"""What makes Flixly's API what it is: its shape of errors, its headers of limits, and routes that bear both."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from clipmill.api.errors import Told, told_of
from clipmill.api.served import served_of
from clipmill.api.surface import Handler, StrictRoute, Surface
from clipmill.domain.access import Left
from clipmill.errors import ClipmillError

#: Status → the code that its clients compare; others keep ours.
_CODES = {401: "unauthorized", 402: "insufficient_credits", 403: "forbidden", 404: "not_found", 410: "not_found",
          422: "validation_error", 429: "rate_limit_exceeded", 500: "internal_error"}  # fmt: skip
_ABOUT = """\
`generate`, `generations`, `models` and `account` are as published. Whatever is tagged *batches* is of clipmill's own
design: nobody publishes how batches are submitted."""


class RefusedWith(BaseModel):
    """What is wrong."""

    code: str
    status: int
    message: str
    details: dict[str, Any] | None = None


class FlixlyRefusal(BaseModel):
    """Every refusal."""

    error: RefusedWith


def word(told: Told) -> Mapping[str, Any]:
    """The body of a refusal."""
    status = 422 if told.status in (400, 422) else told.status
    details: dict[str, Any] = dict(told.extra)
    details |= {name: value for name, value in (("param", told.param), ("hint", told.hint)) if value}
    if told.details:
        details["fields"] = dict(told.details)
    error = {"code": _CODES.get(status, told.code), "status": status, "message": told.message}
    return {"error": {**error, **({"details": details} if details else {})}}


FLIXLY = Surface(
    name="flixly", title="clipmill for clients of Flixly", word=word, wrong_status=422, description=_ABOUT,
    prefixes=("/api/v1/",), hosts=("www.flixly.ai", "flixly.ai"),
    tags=({"name": "generations", "description": "As published."},
          {"name": "account", "description": "As published."},
          {"name": "batches", "description": "clipmill's own: nobody publishes these."}),
)  # fmt: skip

_WORDS = {402: "Too few credits", 404: "Not there", 409: "Not now", 413: "Too large", 415: "Wrong content type"}


def refusals(*more: int) -> dict[int | str, dict[str, Any]]:
    """What a route may refuse with, for its documentation: what every route does, and these."""
    words = {401: "No good key", 403: "The key may not", 422: "Something is wrong with the request",
             429: "Too much at once", 503: "Come again in a moment"}  # fmt: skip
    return {status: {"model": FlixlyRefusal, "description": text}
            for status, text in sorted((words | {status: _WORDS[status] for status in more}).items())}  # fmt: skip


class RatedRoute(StrictRoute):
    """A strict route whose every answer says what is left of the key's requests."""

    def get_route_handler(self) -> Handler:
        """The handler, with the headers of limits on what it answers and on what it refuses."""
        handle = super().get_route_handler()

        async def rated(request: Request) -> Response:
            told = None
            try:
                response = await handle(request)
            except (ClipmillError, HTTPException, RequestValidationError) as error:
                told = told_of(error)
                response = FLIXLY.refusal(told)
            now = served_of(request).app.clock.now()
            response.headers.update(limits_of(getattr(request.state, "left", None), told, now))
            return response

        return rated


def limits_of(left: Left | None, told: Told | None, now: float) -> dict[str, str]:
    """The `X-RateLimit-*` headers; none for a key without a limit of requests."""
    if told is not None and told.status == 429 and "limit" in told.extra:
        most, rest, back = told.extra["limit"], told.extra["remaining"], told.retry_after or 0.0
    elif left is not None and left.seconds is not None:
        most, rest = left.capacity, max(0, math.floor(left.remaining))
        back = (left.capacity - left.remaining) * left.seconds / max(1, left.capacity)
    else:
        return {}
    reset = math.ceil(now + (0.0 if math.isinf(back) else max(0.0, back)))
    return {"X-RateLimit-Limit": str(most), "X-RateLimit-Remaining": str(rest), "X-RateLimit-Reset": str(reset)}


def router(tag: str) -> APIRouter:
    """A router of such routes, all under `/api/v1`."""
    return APIRouter(route_class=RatedRoute, prefix="/api/v1", tags=[tag])
