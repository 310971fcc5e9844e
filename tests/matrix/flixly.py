"""The routes of Flixly's API, and who may ask for each."""

from __future__ import annotations

import time
from functools import partial

from clipmill.domain.access import Scope
from tests.matrix.lines import OPEN, Lines, Table, Things, given, line
from tests.native import PIXEL
from tests.served import Server

READ, SUBMIT, APPROVE, ADMIN = Scope.READ, Scope.SUBMIT, Scope.APPROVE, Scope.ADMIN
_BASE = "/compat/flixly"
_SMALL = {"model": "draft", "type": "TEXT_TO_IMAGE", "resolution": "256x256"}


def _things(server: Server) -> Things:
    post = partial(given, server, "POST")
    picture = post("/v1/assets", content=PIXEL, headers={"Content-Type": "image/png"})["id"]
    generation = post(f"{_BASE}/api/v1/generate", json=_wish({}))["id"]
    batch = post(f"{_BASE}/api/v1/batches", json={**_SMALL, "rows": [{"prompt": "A mug"}]})["id"]
    while given(server, "GET", f"{_BASE}/api/v1/batches/{batch}")["counts"]["total"] < 1:
        time.sleep(0.01)  # its table is read by a thread of the server
    template = post(f"{_BASE}/api/v1/batches/{batch}/template", json={})["id"]
    return {"picture": picture, "generation_id": generation, "batch_id": batch, "template_id": template}


def _wish(_things: Things) -> dict[str, object]:
    return {"model": "draft", "prompt": "A mug", "type": "TEXT_TO_IMAGE", "input": {"resolution": "256x256"}}


def _of_picture(things: Things) -> dict[str, object]:
    return {
        **_wish(things),
        "type": "IMAGE_TO_IMAGE",
        "input": {"resolution": "256x256", "image_url": things["picture"]},
    }


_ROUTES: Lines = {
    ("POST", "/api/v1/generate"): line(SUBMIT, foreign=404, json=_of_picture),
    ("GET", "/api/v1/generations/{generation_id}"): line(READ),
    ("GET", "/api/v1/models"): line(READ),
    ("GET", "/api/v1/account"): line(READ),
    ("GET", "/api/v1/webhooks/secret"): line(ADMIN),
    ("POST", "/api/v1/chat/completions"): line(READ, foreign=422, answered=422),
    ("GET", "/api/v1/openapi.json"): line(OPEN),
    ("POST", "/api/v1/batches"): line(SUBMIT, foreign=404, json=lambda things: {
        "template_id": things["template_id"], "prompts": ["A cup"]}),
    ("GET", "/api/v1/batches"): line(READ, foreign=404, params=lambda things: {"after": things["batch_id"]}),
    ("GET", "/api/v1/batches/{batch_id}"): line(READ),
    ("POST", "/api/v1/batches/{batch_id}/stop"): line(SUBMIT),
    ("POST", "/api/v1/batches/{batch_id}/resume"): line(SUBMIT),
    ("GET", "/api/v1/batches/{batch_id}/download"): line(READ, answered=409),
    ("GET", "/api/v1/batches/{batch_id}/rows"): line(READ),
    ("POST", "/api/v1/batches/{batch_id}/retry"): line(SUBMIT),
    ("POST", "/api/v1/batches/{batch_id}/approve"): line(APPROVE),
    ("POST", "/api/v1/batches/{batch_id}/reject"): line(APPROVE),
    ("POST", "/api/v1/batches/{batch_id}/template"): line(SUBMIT),
    ("GET", "/api/v1/templates"): line(READ),
    ("GET", "/api/v1/templates/{template_id}"): line(READ),
}  # fmt: skip
TABLE = Table(
    prefix=_BASE,
    routes=_ROUTES,
    things=_things,
    own=("generation_id", "batch_id", "template_id"),
    word=lambda body: (body["error"]["status"], body["error"]["code"]) if body["error"]["message"] else body,
    words={401: (401, "unauthorized"), 403: (403, "forbidden"), 404: (404, "not_found")},
)
