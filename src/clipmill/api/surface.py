"""A surface: one API with its own shape of errors, over strict requests; dialects and the native API are surfaces."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipmill.api.access import Caller, caller_of, rate_headers
from clipmill.api.bodies import BoundedRequest, check_text, kind_of
from clipmill.api.errors import ApiError, Told, told_of
from clipmill.api.served import Served
from clipmill.errors import ClipmillError

#: How long an answer is remembered, and how long one may take, seconds.
_KEPT_SECONDS, _ANSWERING_SECONDS = 30 * 86_400.0, 300.0
_LONGEST_KEY = 255
#: What is told where one key came with two requests, whatever the surface tells wrong fields with.
REUSED = "idempotency_key_reused"
_COMMON = {"X-Content-Type-Options": "nosniff"}


class SecretResponse(JSONResponse):
    """An answer that is told once: it is not remembered under an `Idempotency-Key`."""


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """What makes an API what it is, beside its routes."""

    #: `native`, `zvid` …
    name: str
    title: str
    #: A refusal → the body it is told with.
    word: Callable[[Told], Mapping[str, Any]]
    #: The status that a wrong field is told with, whatever ours is.
    wrong_status: int = 400
    #: Headers that go with every refusal, by its status.
    headers: Callable[[Told], Mapping[str, str]] = lambda _told: {}
    #: Header under which a request may come again; empty: none is heeded.
    idempotency: str = "Idempotency-Key"
    #: Hosts that lead here, and beginnings of paths; the longest beginning wins.
    hosts: Sequence[str] = ()
    prefixes: Sequence[str] = ()
    #: Where it lies below `/compat`.
    path: str = ""
    description: str = ""
    tags: Sequence[Mapping[str, str]] = field(default_factory=tuple)

    def app(self, served: Served, *routers: APIRouter) -> FastAPI:
        """The surface as an application of its own."""
        made = FastAPI(
            title=self.title, description=self.description, version="1", openapi_tags=list(map(dict, self.tags)),
            docs_url=None, redoc_url=None, openapi_url="/openapi.json",
        )  # fmt: skip
        made.state.served, made.state.surface = served, self
        for kind in (ClipmillError, HTTPException, RequestValidationError, Exception):
            made.add_exception_handler(kind, self._refuse)
        for router in routers:
            made.include_router(router)
        return made

    async def _refuse(self, _request: Request, error: Exception) -> Response:
        return self.refusal(told_of(error))

    def refusal(self, told: Told) -> Response:
        """A refusal in the surface's own words."""
        is_wrong = told.status in (400, 422) and told.code != REUSED
        status = self.wrong_status if is_wrong else told.status
        headers = {**told.headers, **_COMMON, **self.headers(told)}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(dict(self.word(told)), status_code=status, headers=headers)


class StrictRoute(APIRoute):
    """A route whose requests are bounded and strict, and answered once under one key."""

    def get_route_handler(self) -> Handler:
        """The handler, with what every request of ours passes."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            check_text(f"{request.url.path}?{unquote_plus(request.url.query)}", "the address")
            bounded = BoundedRequest(request.scope, request.receive)
            response = await self._once(bounded, handle)
            response.headers.update(_COMMON)
            response.headers.update(rate_headers(getattr(request.state, "left", None)))
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return strict

    async def _once(self, request: BoundedRequest, handle: Handler) -> Response:
        surface: Surface = request.app.state.surface
        key = request.headers.get(surface.idempotency, "") if surface.idempotency else ""
        if request.method != "POST" or not key:
            return await handle(request)
        if len(key) > _LONGEST_KEY or not key.isprintable() or not key.isascii():
            raise ApiError(400, "invalid_idempotency_key", f"{surface.idempotency} has 1 to {_LONGEST_KEY} printable "
                           "characters", param=surface.idempotency)  # fmt: skip
        return await answered_once(request, handle, key)


async def answered_once(request: Request, handle: Handler, key: str) -> Response:
    """The answer to a request that may come again under its key: made once, and told again.

    Refusals are not remembered: whoever corrects the request may use the key again. Raises ApiError: 409 while it is
    being answered, and 422 where another request came under the key.
    """
    caller = await caller_of(request)
    route = f"{request.method} {request.url.path}"
    answers, digest = caller.parts.answers, await _digest(request)
    said = await run_in_threadpool(answers.begin, route, key, digest, _ANSWERING_SECONDS)
    if said is not None and said.body != digest:
        raise ApiError(422, REUSED, "another request was sent under this Idempotency-Key",
                       hint="Give every request a key of its own.")  # fmt: skip
    if said is not None and said.status is None:
        raise ApiError(409, "in_progress", "this request is being answered already", hint="Come again in a moment.",
                       retry_after=1.0)  # fmt: skip
    if said is not None and said.status is not None:
        return Response(said.answer, said.status, {"Idempotent-Replayed": "true"}, "application/json")
    return await _answered(request, handle, (caller, route, key))


async def _answered(request: Request, handle: Handler, where: tuple[Caller, str, str]) -> Response:
    """Answer it, and remember the answer where it is one."""
    caller, route, key = where
    answers = caller.parts.answers
    try:
        response = await handle(request)
        is_told_again = _is_json(response) and not isinstance(response, SecretResponse)
        kept = is_told_again and response.status_code < 300
    except BaseException:
        await run_in_threadpool(answers.drop, route, key)
        raise
    if kept:
        text = bytes(response.body).decode()
        await run_in_threadpool(answers.end, route, key, response.status_code, text, _KEPT_SECONDS)
    else:
        await run_in_threadpool(answers.drop, route, key)
    return response


def _is_json(response: Response) -> bool:
    """Whether it is JSON that is whole already, whichever class makes it."""
    return response.headers.get("content-type", "").startswith("application/json") and hasattr(response, "body")


async def _digest(request: Request) -> str:
    """What tells one request from another: its body where that is JSON, else what its headers say of it."""
    if kind_of(request) in ("application/json", ""):
        return hashlib.sha256(await request.body()).hexdigest()
    told = [request.url.query, request.headers.get("content-length", "")]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def router(**told: Any) -> APIRouter:
    """A router of strict routes."""
    return APIRouter(route_class=StrictRoute, **told)
