"""Signing in with a key, and out again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clipmill.api.bodies import BoundedRequest, field_of
from clipmill.api.errors import ApiError, told_of
from clipmill.web.asking import SIGN_IN, Ask
from clipmill.web.session import PATH, Sessions, is_own, is_secure
from clipmill.web.showing import Show
from clipmill.web.wording import url


def open_routes(show: Show, sessions: Sessions) -> list[Route]:
    """The routes that nobody needs to have signed in for."""
    return [Route(SIGN_IN, _guarded(show, sessions), methods=["GET", "POST"], include_in_schema=False)]


def _guarded(show: Show, sessions: Sessions) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            if request.method == "POST":
                return await _sign_in(request, show, sessions)
            after = _safe(request.query_params.get("next", ""))
            if await run_in_threadpool(sessions.caller, request) is not None:
                return RedirectResponse(after, 303)
            return show.page("sign_in.html", ask=None, after=after, problem="")
        except Exception as error:
            return show.refusal(told_of(error), None)

    return answer


async def _sign_in(request: Request, show: Show, sessions: Sessions) -> Response:
    public_url = sessions.served.app.public_url
    if not is_own(request, public_url):
        raise ApiError(403, "forbidden", "this was not sent from a page of this server",
                       hint="Open the page again, and sign in there.")  # fmt: skip
    address = request.client.host if request.client else ""
    if wait := sessions.wait(address):
        problem = "Too many attempts from here. Wait a minute, then try again."
        response = show.page("sign_in.html", 429, ask=None, after=PATH, problem=problem)
        response.headers["Retry-After"] = str(int(wait) + 1)
        return response
    bounded = BoundedRequest(request.scope, request.receive)
    form = await bounded.form()
    key, after = field_of(form, "key"), _safe(field_of(form, "next"))
    record = await run_in_threadpool(sessions.known, key)
    if record is None:
        sessions.failed(address)
        problem = "This key is not known here, was revoked or has expired." if key.strip() else "Enter a key."
        return show.page("sign_in.html", 401, ask=None, after=after, problem=problem)
    response = RedirectResponse(after, 303)
    begin = partial(sessions.begin, response, record, secure=is_secure(request, public_url))
    await run_in_threadpool(begin)
    return response


def _safe(after: str) -> str:
    """A page of ours to go on to, whatever was asked for."""
    plain = after.isascii() and after.isprintable() and "\\" not in after and "//" not in after
    return after if plain and (after == PATH or after.startswith(f"{PATH}/")) else PATH


def sign_out(ask: Ask) -> Response:
    """End the session."""
    response = RedirectResponse(Markup(url("/sign-in")).unescape(), 303)
    ask.sessions.end(ask.request, response)
    return response
