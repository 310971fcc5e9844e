"""Asking for a page: what a handler is given, and what stands between a request and it, the same for every page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clipmill.api.access import REQUESTS, Caller
from clipmill.api.bodies import BoundedRequest
from clipmill.api.errors import ApiError, told_of
from clipmill.api.served import Served
from clipmill.domain.access import Scope
from clipmill.domain.batch import Batch
from clipmill.errors import NotFoundError
from clipmill.web.session import PATH, Sessions, is_own
from clipmill.web.showing import Show
from clipmill.web.wording import url

if TYPE_CHECKING:
    from clipmill.app import App

SIGN_IN = f"{PATH}/sign-in"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a page by somebody who signed in."""

    request: Request
    caller: Caller
    show: Show
    sessions: Sessions
    form: FormData = field(default_factory=FormData)

    @property
    def served(self) -> Served:
        """The server."""
        return self.caller.served

    @property
    def parts(self) -> App:
        """The parts of whoever asks."""
        return self.caller.parts

    @property
    def query(self) -> Mapping[str, str]:
        """What stands after the `?`."""
        return self.request.query_params

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def may(self, scope: str) -> bool:
        """Whether the key has this scope."""
        return self.caller.key.allows(Scope(scope))

    def text(self, name: str, default: str = "") -> str:
        """A field of the form, without blanks around it."""
        value = self.form.get(name, default)
        return value.strip() if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def file(self, name: str) -> UploadFile | None:
        """A file that was chosen; None for none."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def number(self, name: str, least: int = 0, most: int = 10**9) -> int | None:
        """A whole number of the form; None for an empty field. Raises ApiError."""
        return whole(self.text(name), name, least, most)

    def numbers(self, name: str) -> list[int]:
        """Every number of a field."""
        return [whole(value, name, 1) or 0 for value in self.texts(name) if value.strip()]

    def batch(self) -> Batch:
        """The batch that the address names, by its whole id. Raises NotFoundError."""
        found: Batch = self.parts.readonly.find(self.path("batch"))
        if found.id != self.path("batch"):
            raise NotFoundError(f"there is no batch {self.path('batch')}")
        return found

    def page(self, name: str, status: int = 200, /, **values: Any) -> Response:
        """A page of ours."""
        return self.show.page(name, status, ask=self, **values)

    def to(self, path: str, told: str = "", **query: Any) -> Response:
        """Send the browser to a page, which says what was done."""
        address = Markup(url(path, **query)).unescape()
        response = RedirectResponse(address, 303)
        if told:
            self.show.note(response, told)
        return response


def whole(text: str, name: str, least: int = 0, most: int = 10**9) -> int | None:
    """A whole number as somebody typed it; None for nothing. Raises ApiError."""
    plain = text.replace(",", "").replace(" ", "").strip()
    if not plain:
        return None
    if not plain.isascii() or not plain.isdigit() or not least <= int(plain[:20]) <= most:
        raise ApiError(400, "invalid_request", f"{name}: {text[:40]!r} is no whole number from {least:,} to {most:,}",
                       hint="Go back and correct the number.", param=name)  # fmt: skip
    return int(plain)


#: Answers one request: a function, in a thread of its own, or a coroutine function.
Handler = Callable[[Ask], Response | Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page, or what a form of one does: how it is asked for, what answers, and what a key needs for it."""

    method: str
    path: str
    handler: Handler
    scope: Scope = Scope.READ


def routes(pages: Sequence[WebPage], show: Show, sessions: Sessions) -> list[Route]:
    """The pages as routes, those with one path together."""
    by_path: dict[str, dict[str, WebPage]] = {}
    for page in pages:
        by_path.setdefault(page.path, {})[page.method] = page
    return [Route(PATH + path, _endpoint(found, show, sessions), methods=list(found), include_in_schema=False)
            for path, found in by_path.items()]  # fmt: skip


def _endpoint(found: Mapping[str, WebPage], show: Show, sessions: Sessions) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            page = found["GET" if request.method == "HEAD" else request.method]
            return await _answer(request, page, show, sessions)
        except Exception as error:
            caller = getattr(request.state, "looks", None)
            return show.refusal(told_of(error), Ask(request, caller, show, sessions) if caller else None)

    return answer


async def _answer(request: Request, page: WebPage, show: Show, sessions: Sessions) -> Response:
    if page.method != "GET" and not is_own(request, sessions.served.app.public_url):
        raise ApiError(403, "forbidden", "this was not sent from a page of this server",
                       hint="Open the page again, and send it from there.")  # fmt: skip
    caller = await run_in_threadpool(sessions.caller, request)
    if caller is None:
        return _to_sign_in(request)
    request.state.looks = caller
    await run_in_threadpool(caller.take, REQUESTS)
    if not caller.key.allows(page.scope):
        raise ApiError(403, "forbidden", f"the key {caller.key.name} may not do this: it lacks the scope {page.scope}",
                       hint="Sign in with a key that has it, or ask whoever made this one.")  # fmt: skip
    form = FormData()
    if page.method == "POST":
        form = await BoundedRequest(request.scope, request.receive).form()
    try:
        ask = Ask(request, caller, show, sessions, form)
        found = page.handler(ask) if iscoroutinefunction(page.handler) else await run_in_threadpool(page.handler, ask)
        return found if isinstance(found, Response) else await found
    finally:
        await form.close()


def _to_sign_in(request: Request) -> Response:
    """To the page where one signs in, and from there back to here."""
    after = request.url.path if request.method == "GET" else ""
    if after and request.url.query:
        after += f"?{request.url.query}"
    address = Markup(url("/sign-in", next_=after if after != PATH else "")).unescape()
    return RedirectResponse(address, 303)
