"""The pages of the dashboard, added to the server's application: every address of them, and what a key needs for it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clipmill.api.errors import ApiError
from clipmill.api.served import Served
from clipmill.domain.access import Scope
from clipmill.web.asking import Ask, WebPage, routes
from clipmill.web.rooms import (
    account,
    batch,
    batches,
    files,
    keys,
    live,
    rows,
    sheet,
    signing_in,
    starting,
    templates,
    webhooks,
)
from clipmill.web.session import PATH, Sessions
from clipmill.web.showing import Show
from clipmill.web.static import static

_READ, _SUBMIT, _APPROVE, _ADMIN = Scope.READ, Scope.SUBMIT, Scope.APPROVE, Scope.ADMIN
_ONE, _ROW = "/batches/{batch}", "/batches/{batch}/rows/{number:int}"


def _nowhere(_ask: Ask) -> Response:
    raise ApiError(404, "not_found", "there is no page at this address", hint="The pages are named above.")


PAGES = (
    WebPage("GET", "", batches.home),
    WebPage("POST", "/sign-out", signing_in.sign_out),
    WebPage("GET", "/batches", batches.batches),
    WebPage("GET", "/batches/live", live.of_list),
    WebPage("GET", "/new", starting.table, _SUBMIT),
    WebPage("POST", "/new", starting.take_table, _SUBMIT),
    WebPage("POST", "/new/example", starting.try_example, _SUBMIT),
    WebPage("GET", "/new/template", starting.template, _SUBMIT),
    WebPage("GET", "/new/columns", starting.columns, _SUBMIT),
    WebPage("POST", "/new/columns", starting.check, _SUBMIT),
    WebPage("GET", _ONE, batch.overview),
    WebPage("GET", f"{_ONE}/live", live.of_batch),
    WebPage("GET", f"{_ONE}/start", starting.ask_start, _SUBMIT),
    WebPage("POST", f"{_ONE}/start", starting.start, _SUBMIT),
    WebPage("GET", f"{_ONE}/start/live", live.of_start, _SUBMIT),
    WebPage("POST", f"{_ONE}/pause", batch.pause, _SUBMIT),
    WebPage("POST", f"{_ONE}/resume", batch.resume, _SUBMIT),
    WebPage("GET", f"{_ONE}/settings", batch.settings),
    WebPage("POST", f"{_ONE}/settings", batch.change, _SUBMIT),
    WebPage("GET", f"{_ONE}/cancel", batch.ask_cancel, _SUBMIT),
    WebPage("POST", f"{_ONE}/cancel", batch.cancel, _SUBMIT),
    WebPage("GET", f"{_ONE}/retry", batch.ask_retry, _SUBMIT),
    WebPage("POST", f"{_ONE}/retry", batch.retry, _SUBMIT),
    WebPage("POST", f"{_ONE}/amend", rows.amend_table, _SUBMIT),
    WebPage("POST", f"{_ONE}/template", templates.keep_batch, _SUBMIT),
    WebPage("GET", f"{_ONE}/rows", rows.rows),
    WebPage("GET", _ROW, rows.row),
    WebPage("GET", f"{_ROW}/frame.png", rows.frame),
    WebPage("GET", f"{_ROW}/correct", rows.ask_correct, _SUBMIT),
    WebPage("POST", f"{_ROW}/correct", rows.correct, _SUBMIT),
    WebPage("GET", f"{_ONE}/sheet", sheet.sheet),
    WebPage("POST", f"{_ONE}/sheet", rows.decide, _APPROVE),
    WebPage("GET", f"{_ONE}/files", files.downloads),
    WebPage("GET", f"{_ONE}/files/{{name}}", files.file),
    WebPage("GET", f"{_ONE}/log", batch.log),
    WebPage("GET", "/templates", templates.templates),
    WebPage("POST", "/templates", templates.add, _SUBMIT),
    WebPage("POST", "/templates/example", templates.take_example, _SUBMIT),
    WebPage("GET", "/templates/{template}", templates.template),
    WebPage("POST", "/templates/{template}/remove", templates.remove, _SUBMIT),
    WebPage("GET", "/account", account.account),
    WebPage("GET", "/keys", keys.keys, _ADMIN),
    WebPage("POST", "/keys", keys.create, _ADMIN),
    WebPage("GET", "/keys/{key}", keys.key, _ADMIN),
    WebPage("POST", "/keys/{key}/limits", keys.limit, _ADMIN),
    WebPage("POST", "/keys/{key}/rotate", keys.rotate, _ADMIN),
    WebPage("POST", "/keys/{key}/revoke", keys.revoke, _ADMIN),
    WebPage("GET", "/webhooks", webhooks.webhooks, _ADMIN),
    WebPage("POST", "/webhooks", webhooks.add, _ADMIN),
    WebPage("GET", "/webhooks/{webhook}", webhooks.webhook, _ADMIN),
    WebPage("POST", "/webhooks/{webhook}/test", webhooks.test, _ADMIN),
    WebPage("POST", "/webhooks/{webhook}/replay", webhooks.replay, _ADMIN),
    WebPage("POST", "/webhooks/{webhook}/remove", webhooks.remove, _ADMIN),
    WebPage("GET", "/{rest:path}", _nowhere),
    WebPage("POST", "/{rest:path}", _nowhere),
)


def add_pages(app: FastAPI, served: Served) -> None:
    """Add them."""
    show, sessions = Show(), Sessions(served)
    beside = Route(f"{PATH}/static/{{digest}}/{{name}}", static(show), methods=["GET"], include_in_schema=False)
    root = Route("/", _to_pages, methods=["GET"], include_in_schema=False)
    app.router.routes.extend([root, beside, *signing_in.open_routes(show, sessions), *routes(PAGES, show, sessions)])


async def _to_pages(_request: Request) -> Response:
    """Whoever asks for the server itself looks for its pages."""
    return RedirectResponse(PATH, 307)
