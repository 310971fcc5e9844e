"""Our own routes, and who may ask for each."""

from __future__ import annotations

from clipmill.domain.access import Scope
from tests.matrix.lines import OPEN, Lines, Table, Things, given, line
from tests.native import CARD, PIXEL, new_batch, new_template, post
from tests.served import Server

READ, SUBMIT, APPROVE, ADMIN = Scope.READ, Scope.SUBMIT, Scope.APPROVE, Scope.ADMIN
PNG = {"Content-Type": "image/png"}


def _things(server: Server) -> Things:
    template = new_template(server)
    asset = given(server, "POST", "/v1/assets", headers=PNG, content=PIXEL)["id"]
    key = post(server, "/keys", {"name": "spare"})["id"]
    hook = post(server, "/webhooks", {"url": "https://93.184.216.34/hook", "types": ["row.done"]})["id"]
    return {"template": template, "batch": new_batch(server, template, dry_run=True), "asset": asset, "webhook": hook,
            "key": key, "card": CARD, "pixel": PIXEL, "row": 1, "token": "none", "name": "none"}  # fmt: skip


_ROUTES: Lines = {
    ("GET", "/files/{token}/{name}"): line(OPEN),
    ("HEAD", "/files/{token}/{name}"): line(OPEN),
    ("GET", "/health"): line(OPEN),
    ("GET", "/ready"): line(OPEN),
    ("GET", "/metrics"): line(OPEN),
    ("POST", "/v1/templates"): line(SUBMIT, json=lambda things: things["card"]),
    ("GET", "/v1/templates"): line(READ),
    ("GET", "/v1/templates/{template}"): line(READ),
    ("POST", "/v1/templates/{template}/editions"): line(SUBMIT, json=lambda things: things["card"]),
    ("GET", "/v1/templates/{template}/editions"): line(READ),
    ("DELETE", "/v1/templates/{template}"): line(SUBMIT),
    ("POST", "/v1/assets"): line(SUBMIT, content=lambda things: things["pixel"], headers=lambda _: PNG),
    ("GET", "/v1/assets"): line(READ),
    ("GET", "/v1/assets/{asset}"): line(READ),
    ("DELETE", "/v1/assets/{asset}"): line(SUBMIT),
    ("POST", "/v1/batches"): line(
        SUBMIT, foreign=404, json=lambda things: {"template": things["template"], "rows": [{"sku": "A"}]}
    ),
    ("GET", "/v1/batches"): line(READ),
    ("GET", "/v1/batches/{batch}"): line(READ),
    ("PATCH", "/v1/batches/{batch}"): line(SUBMIT, json=lambda _: {"priority": 2}),
    ("POST", "/v1/batches/{batch}/start"): line(SUBMIT),
    ("POST", "/v1/batches/{batch}/pause"): line(SUBMIT),
    ("POST", "/v1/batches/{batch}/resume"): line(SUBMIT),
    ("POST", "/v1/batches/{batch}/cancel"): line(SUBMIT),
    ("GET", "/v1/batches/{batch}/rows"): line(READ),
    ("GET", "/v1/batches/{batch}/rows/{row}"): line(READ),
    ("GET", "/v1/batches/{batch}/rows/{row}/events"): line(READ),
    ("GET", "/v1/batches/{batch}/rows/{row}/preview"): line(READ, answered=409),
    ("GET", "/v1/batches/{batch}/causes"): line(READ),
    ("GET", "/v1/batches/{batch}/results"): line(READ),
    ("GET", "/v1/batches/{batch}/blocked.csv"): line(READ),
    ("GET", "/v1/batches/{batch}/archive"): line(READ, answered=409),
    ("GET", "/v1/batches/{batch}/unknown"): line(READ),
    ("GET", "/v1/batches/{batch}/events"): line(READ),
    ("POST", "/v1/batches/{batch}/retry"): line(SUBMIT),
    ("POST", "/v1/batches/{batch}/reconcile"): line(SUBMIT, answered=409, json=lambda _: {"rows": [1]}),
    ("POST", "/v1/batches/{batch}/amend"): line(SUBMIT, json=lambda _: {"rows": [{"_row": 1, "sku": "X"}]}),
    ("POST", "/v1/batches/{batch}/rename"): line(SUBMIT, answered=400, json=lambda _: {"names": "{{sku}}"}),
    ("POST", "/v1/batches/{batch}/approve"): line(APPROVE),
    ("POST", "/v1/batches/{batch}/reject"): line(APPROVE),
    ("POST", "/v1/previews"): line(SUBMIT, foreign=404, answered=400, json=lambda things: {
        "template": things["template"], "row": {"title": "no sku"}}),
    ("GET", "/v1/events"): line(READ),
    ("GET", "/v1/credits"): line(READ),
    ("GET", "/v1/ledger"): line(READ),
    ("GET", "/v1/usage"): line(READ),
    ("GET", "/v1/models"): line(READ),
    ("GET", "/v1/schema"): line(READ),
    ("POST", "/v1/webhooks"): line(ADMIN, foreign=404, json=lambda things: {
        "url": "https://93.184.216.34/hook", "batch": things["batch"]}),
    ("GET", "/v1/webhooks"): line(READ),
    ("GET", "/v1/webhooks/{webhook}"): line(READ),
    ("PATCH", "/v1/webhooks/{webhook}"): line(ADMIN, json=lambda _: {"disabled": True}),
    ("DELETE", "/v1/webhooks/{webhook}"): line(ADMIN),
    ("POST", "/v1/webhooks/{webhook}/test"): line(ADMIN),
    ("GET", "/v1/webhooks/{webhook}/deliveries"): line(READ),
    ("POST", "/v1/webhooks/{webhook}/replay"): line(ADMIN),
    ("GET", "/v1/key"): line(READ),
    ("GET", "/v1/keys"): line(ADMIN),
    ("POST", "/v1/keys"): line(ADMIN, json=lambda _: {"name": "made"}),
    ("GET", "/v1/keys/{key}"): line(ADMIN),
    ("PATCH", "/v1/keys/{key}"): line(ADMIN, json=lambda _: {"batches": 5}),
    ("POST", "/v1/keys/{key}/rotate"): line(ADMIN),
    ("DELETE", "/v1/keys/{key}"): line(ADMIN),
}  # fmt: skip
TABLE = Table(
    routes=_ROUTES,
    things=_things,
    own=("batch", "template", "asset", "webhook", "key"),
    word=lambda body: body["error"]["code"],
    words={401: "unauthorized", 403: "forbidden", 404: "not_found"},
)
