"""The routes of the Zvid dialect, and who may ask for each."""

from __future__ import annotations

from itertools import count

from clipmill.domain.access import Scope
from tests.matrix.lines import Lines, Table, Things, given, line
from tests.served import Server

READ, SUBMIT, ADMIN = Scope.READ, Scope.SUBMIT, Scope.ADMIN
_BASE = "/compat/zvid"
_NUMBERS = count(1)
_HOOK = {"url": "https://93.184.216.34/hook"}


_STILL = {"name": "still", "width": 64, "height": 64, "visuals": []}


def _things(server: Server) -> Things:
    def post(path: str, body: object) -> dict[str, dict[str, str]]:
        made: dict[str, dict[str, str]] = given(server, "POST", _BASE + path, json=body)
        return made

    project = {**_STILL, "name": f"small {next(_NUMBERS)}", "duration": 0.2}  # the same body twice is the same job
    kept = {"name": "small", "payload": project}
    return {
        "job": post("/api/render/api-key", {"payload": project})["jobId"],
        "bulk": post("/api/render/bulk/api-key", {"payload": project, "items": [{}]})["bulkId"],
        "template": post("/api/templates", kept)["template"]["id"],
        "still": post("/api/templates", {"name": "still", "payload": _STILL})["template"]["id"],
        "project": post("/api/projects", kept)["project"]["id"],
        "hook": post("/api/webhooks", _HOOK)["id"],
        "payload": project, "kind": "TEXT", "slug": "none", "name": "title-card",
    }  # fmt: skip


def _payload(things: Things) -> dict[str, object]:
    return {"payload": things["payload"]}


def _of_template(things: Things) -> dict[str, object]:
    return {"template": things["template"]}


def _of_still(things: Things) -> dict[str, object]:
    return {"template": things["still"]}


def _many_of_still(things: Things) -> dict[str, object]:
    return {"template": things["still"], "items": [{}, {}]}


def _many_of_template(things: Things) -> dict[str, object]:
    return {"template": things["template"], "items": [{}, {}]}


def _kept(things: Things) -> dict[str, object]:
    return {"name": "kept", "payload": things["payload"]}


_ROUTES: Lines = {
    ("POST", "/api/render/api-key"): line(SUBMIT, foreign=404, json=_of_template),
    ("POST", "/api/render/image/api-key"): line(SUBMIT, foreign=404, json=_of_still),
    ("POST", "/api/render/validate/api-key"): line(READ, foreign=404, json=_of_template),
    ("POST", "/api/credits/estimate"): line(READ, foreign=404, json=_of_template),
    ("POST", "/api/render/bulk/api-key"): line(SUBMIT, foreign=404, json=_many_of_template),
    ("POST", "/api/render/image/bulk/api-key"): line(SUBMIT, foreign=404, json=_many_of_still),
    ("GET", "/api/render/bulk"): line(READ),
    ("GET", "/api/render/bulk/{bulk}"): line(READ),
    ("GET", "/api/render/schema/api-key"): line(READ),
    ("GET", "/api/render/elements/api-key"): line(READ),
    ("GET", "/api/render/elements/{kind}/api-key"): line(READ, foreign=200),
    ("GET", "/api/render/examples/api-key"): line(READ),
    ("GET", "/api/render/examples/{name}/api-key"): line(READ, foreign=200),
    ("GET", "/api/render/examples/{name}"): line(READ, foreign=200),
    ("POST", "/api/render/repair/api-key"): line(READ, json=_payload),
    ("POST", "/api/render/creative-plan/api-key"): line(READ, json=lambda _: {"brief": "A mug. It is blue."}),
    ("GET", "/api/jobs"): line(READ),
    ("GET", "/api/jobs/{job}"): line(READ),
    ("GET", "/api/render/{job}"): line(READ),
    ("GET", "/api/templates"): line(READ),
    ("POST", "/api/templates"): line(SUBMIT, json=_kept),
    ("GET", "/api/templates/{template}"): line(READ),
    ("PUT", "/api/templates/{template}"): line(SUBMIT, json=_kept),
    ("DELETE", "/api/templates/{template}"): line(SUBMIT),
    ("POST", "/api/templates/{template}/duplicate"): line(SUBMIT),
    ("POST", "/api/templates/{template}/preview"): line(READ, json=lambda _: {}),
    ("GET", "/api/projects"): line(READ),
    ("POST", "/api/projects"): line(SUBMIT, json=_kept),
    ("GET", "/api/projects/{project}"): line(READ),
    ("PUT", "/api/projects/{project}"): line(SUBMIT, json=_kept),
    ("DELETE", "/api/projects/{project}"): line(SUBMIT),
    ("GET", "/api/webhooks"): line(READ),
    ("POST", "/api/webhooks"): line(ADMIN, json=lambda _: _HOOK),
    ("GET", "/api/webhooks/{hook}"): line(READ),
    ("PUT", "/api/webhooks/{hook}"): line(ADMIN, json=lambda _: {"enabled": False}),
    ("DELETE", "/api/webhooks/{hook}"): line(ADMIN),
    ("POST", "/api/webhooks/{hook}/test"): line(ADMIN),
    ("GET", "/api/webhooks/{hook}/deliveries"): line(READ),
    ("GET", "/api/credits/balance"): line(READ),
    ("GET", "/api/credits/transactions"): line(READ),
    ("GET", "/api/credits/usage-stats"): line(READ),
    ("GET", "/api/user/profile"): line(READ),
    ("GET", "/api/library/{kind}"): line(READ, foreign=200),
    ("GET", "/api/library/{kind}/{slug}"): line(READ, answered=404),
    ("GET", "/api/library/{kind}/{slug}/content"): line(READ, answered=404),
    ("GET", "/api/stock/providers"): line(READ),
    ("GET", "/api/stock/search"): line(READ, foreign=404, answered=404),
}
TABLE = Table(
    prefix=_BASE,
    routes=_ROUTES,
    things=_things,
    own=("job", "bulk", "template", "project", "hook"),
    word=lambda body: body["error"] if body["message"] and isinstance(body["details"], list) else body,
    words={401: "Unauthorized", 403: "Forbidden", 404: "Not found"},
)
