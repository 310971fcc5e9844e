"""What is told to a webhook is signed as the published verifiers check it: over the second and the body as it came."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.compat.harness import Outside, Running

STILL = {"model": "draft", "type": "TEXT_TO_IMAGE", "resolution": "256x256"}


@pytest.mark.parametrize(
    ("path", "body", "event"),
    [
        ("/generate", {"model": "draft", "type": "TEXT_TO_IMAGE", "prompt": "Ein Becher — 茶", "input": {}},
         "generation.completed"),
        ("/batches", {**STILL, "rows": [{"prompt": "A mug"}]}, "batch.completed"),
        ("/batches", {**STILL, "rows": [{"prompt": "A mug", "image": "http://127.0.0.1:9/a.png"}]}, "batch.failed"),
        ("/batches", {**STILL, "rows": [{"prompt": "A jug"}, {"prompt": "A cup"}], "hard_stop": 1}, "batch.paused"),
    ],
)  # fmt: skip
def test_it_is_told_and_signed(server: Running, elsewhere: Outside, path: str, body: Any, event: str) -> None:
    where = f"/hooks/{event}"
    asked = server.ask("POST", f"/api/v1{path}", {**body, "webhook_url": elsewhere.url + where})
    assert asked[0] == 202, asked
    headers, told = elsewhere.posted(where)
    secret = server.ask("GET", "/api/v1/webhooks/secret")[1]["secret"]
    lower = {name.lower(): value for name, value in headers.items()}
    signed = hmac.new(secret.encode(), lower["x-flixly-timestamp"].encode() + b"." + told, hashlib.sha256)
    assert lower["x-flixly-signature"] == f"sha256={signed.hexdigest()}"
    read = json.loads(told)
    assert lower["x-flixly-event"] == read["event"] == event
    assert read["id"] == asked[1]["id"]
    again = json.dumps(read, separators=(",", ":"), ensure_ascii=False).encode()
    assert again == told, "whoever writes it again has the same bytes"
