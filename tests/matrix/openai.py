"""The routes of the OpenAI dialect, and who may ask for each."""

from __future__ import annotations

import json
from functools import partial

from clipmill.domain.access import Scope
from tests.matrix.lines import Lines, Table, Things, given, line
from tests.native import PIXEL
from tests.served import Server

READ, SUBMIT, ADMIN = Scope.READ, Scope.SUBMIT, Scope.ADMIN
_BASE = "/compat/openai"
_CLIP = {"model": "draft", "prompt": "a cat", "size": "256x256", "seconds": "1"}
_STILL = {"model": "draft", "prompt": "a cat", "size": "256x256"}
_LINE = {"custom_id": "a", "method": "POST", "url": "/v1/images/generations", "body": _STILL}
_HOOK = {"url": "https://93.184.216.34/hook", "name": "hook", "event_types": ["batch.completed", "video.completed"]}
#: Pictures are waited for: what cannot be made is refused before.
_UNMADE = {"prompt": "a cat", "model": "none"}


def _things(server: Server) -> Things:
    post = partial(given, server, "POST")
    table = {"files": {"file": ("in.jsonl", json.dumps(_LINE))}, "data": {"purpose": "batch"}}
    picture = {"files": {"file": ("a.png", PIXEL, "image/png")}, "data": {"purpose": "vision"}}
    file = post(f"{_BASE}/v1/files", **table)["id"]
    return {
        "file_id": file,
        "picture": post(f"{_BASE}/v1/files", **picture)["id"],
        "batch_id": post(f"{_BASE}/v1/batches", json=_batch({"file_id": file}))["id"],
        "video_id": post(f"{_BASE}/v1/videos", json=_CLIP)["id"],
        "endpoint_id": post(f"{_BASE}/v1/webhook_endpoints", json=_HOOK)["id"],
        "model": "draft",
    }


def _batch(things: Things) -> dict[str, object]:
    return {"input_file_id": things["file_id"], "endpoint": _LINE["url"], "completion_window": "24h"}


def _file(_things: Things) -> dict[str, object]:
    return {"file": ("in.jsonl", json.dumps(_LINE))}


_ROUTES: Lines = {
    ("POST", "/v1/files"): line(SUBMIT, files=_file, data=lambda _: {"purpose": "batch"}),
    ("GET", "/v1/files"): line(READ, foreign=404, params=lambda things: {"after": things["file_id"]}),
    ("GET", "/v1/files/{file_id}"): line(READ),
    ("DELETE", "/v1/files/{file_id}"): line(SUBMIT),
    ("GET", "/v1/files/{file_id}/content"): line(READ),
    ("POST", "/v1/batches"): line(SUBMIT, foreign=404, json=_batch),
    ("GET", "/v1/batches"): line(READ, foreign=404, params=lambda things: {"after": things["batch_id"]}),
    ("GET", "/v1/batches/{batch_id}"): line(READ),
    ("POST", "/v1/batches/{batch_id}/cancel"): line(SUBMIT),
    ("POST", "/v1/images/generations"): line(SUBMIT, foreign=400, answered=400, json=lambda _: _UNMADE),
    ("POST", "/v1/images/edits"): line(SUBMIT, foreign=400, answered=400, data=lambda _: _UNMADE,
                                       files=lambda _: {"image": ("a.png", PIXEL, "image/png")}),
    ("POST", "/v1/images/variations"): line(SUBMIT, foreign=400, answered=400),
    ("POST", "/v1/videos"): line(SUBMIT, foreign=404, json=lambda things: {
        **_CLIP, "input_reference": {"file_id": things["picture"]}}),
    ("GET", "/v1/videos"): line(READ, params=lambda things: {"after": things["video_id"]}),
    ("GET", "/v1/videos/{video_id}"): line(READ),
    ("DELETE", "/v1/videos/{video_id}"): line(SUBMIT),
    ("POST", "/v1/videos/{video_id}/remix"): line(SUBMIT, json=lambda _: {"prompt": "a dog"}),
    ("GET", "/v1/videos/{video_id}/content"): line(READ, answered=404),
    ("GET", "/v1/models"): line(READ),
    ("GET", "/v1/models/{model}"): line(READ, foreign=200),
    # Endpoints tell the ends of their secrets.
    ("POST", "/v1/webhook_endpoints"): line(ADMIN, json=lambda _: _HOOK),
    ("GET", "/v1/webhook_endpoints"): line(ADMIN, params=lambda things: {"after": things["endpoint_id"]}),
    ("GET", "/v1/webhook_endpoints/{endpoint_id}"): line(ADMIN),
    ("DELETE", "/v1/webhook_endpoints/{endpoint_id}"): line(ADMIN),
    ("GET", "/v1/webhook_event_types"): line(READ),
}  # fmt: skip
TABLE = Table(
    prefix=_BASE,
    routes=_ROUTES,
    things=_things,
    own=("file_id", "batch_id", "video_id", "endpoint_id"),
    word=lambda body: (body["error"]["type"], body["error"]["code"]) if body["error"]["message"] else body,
    words={401: ("authentication_error", "invalid_api_key"), 403: ("permission_error", "insufficient_permissions"),
           404: ("invalid_request_error", "not_found")},
)  # fmt: skip
