"""Single generations are asked for, stand as Flixly says, and are refused in its shape."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest

from clipmill.deliver.signing import SIGNERS
from clipmill.domain.access import Scope
from clipmill.domain.line.delivery import Delivery, DeliveryKind
from clipmill.pipeline.use_cases.serving.keys import set_limit
from tests.unit.api.dialects.flixly.conftest import Flixly

STILL: dict[str, Any] = {
    "model": "draft",
    "type": "TEXT_TO_IMAGE",
    "prompt": "A mug",
    "input": {"resolution": "256x256"},
}


def test_a_still_is_pending_then_completed_with_a_link_that_needs_no_key(flixly: Flixly) -> None:
    asked = flixly.ask("POST", "/generate", 202, json=STILL)
    assert (asked["status"], asked["type"], asked["output_url"]) == ("pending", "TEXT_TO_IMAGE", None)
    assert asked["status_url"].endswith(f"/api/v1/generations/{asked['id']}")
    flixly.server.work()
    told = flixly.ask("GET", f"/generations/{asked['id']}")
    assert (told["status"], told["error"], told["credits_charged"]) == ("completed", None, 1)
    assert told["created_at"] <= told["completed_at"]
    made = flixly.server.client.get(told["output_url"])
    assert made.content.startswith(b"\x89PNG")


def test_what_cannot_be_fetched_fails_with_the_reason(flixly: Flixly) -> None:
    wish = {**STILL, "input": {**STILL["input"], "image_url": "http://127.0.0.1:9/mug.png"}}
    asked = flixly.ask("POST", "/generate", 202, json=wish)
    flixly.server.work()
    told = flixly.ask("GET", f"/generations/{asked['id']}")
    assert (told["status"], told["output_url"], told["type"]) == ("failed", None, "IMAGE_TO_IMAGE")
    assert "127.0.0.1" in told["error"]


@pytest.mark.parametrize(
    ("change", "param"),
    [({"model": "sora"}, "model"), ({"prompt": ""}, "prompt"), ({"type": "MUSIC_GENERATION"}, "type"),
     ({"prompt": " "}, "prompt"), ({"input": {"video_url": "https://x.example/v.mp4"}}, "input.video_url"),
     ({"input": {"image_url": "/etc/passwd"}}, "input.image_url"), ({"input": {"seed": -1}}, "input.seed"),
     ({"type": "TEXT_TO_VIDEO", "input": {"duration": 99}}, "input.duration"),
     ({"input": {"resolution": "64x64"}}, "input.width"), ({"webhook_url": "http://127.0.0.1/x"}, None)],
)  # fmt: skip
def test_what_is_wrong_is_told_at_once(flixly: Flixly, change: dict[str, Any], param: str | None) -> None:
    error = flixly.ask("POST", "/generate", 422, json={**STILL, **change})["error"]
    assert (error["code"], error["status"], error["details"].get("param")) == ("validation_error", 422, param)
    assert error["message"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/generations/gen_no", 404, "not_found"), ("GET", "/nothing", 404, "not_found"),
     ("GET", "/batches/bat_no", 404, "not_found"), ("POST", "/chat/completions", 422, "validation_error"),
     ("GET", "/templates/tpl_no", 404, "not_found")],
)  # fmt: skip
def test_refusals_have_flixlys_shape(flixly: Flixly, method: str, path: str, status: int, code: str) -> None:
    error = flixly.ask(method, path, status)["error"]
    assert (error["code"], error["status"]) == (code, status)


def test_keys_are_asked_for_and_held_to_what_they_may(flixly: Flixly) -> None:
    nobody = flixly.server.client.get("/api/v1/account")
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (401, "unauthorized")
    reader = replace(flixly, key=flixly.server.new_key("reader", scopes=(Scope.READ,)))
    assert reader.ask("POST", "/generate", 403, json=STILL)["error"]["code"] == "forbidden"
    other = replace(flixly, key=flixly.server.new_key("other", tenant="other"))
    mine = flixly.ask("POST", "/generate", 202, json=STILL)
    assert other.ask("GET", f"/generations/{mine['id']}", 404)["error"]["code"] == "not_found"


def limited(flixly: Flixly, name: str, **limits: int) -> Flixly:
    """A client with a key of its own that may have so many of each kind."""
    found = replace(flixly, key=flixly.server.new_key(name))
    app = flixly.server.app
    record = next(record for record in app.keys.all() if record.name == name)
    for kind, amount in limits.items():
        set_limit(app, record, kind, amount)
    return found


def test_answers_say_what_is_left_of_the_requests(flixly: Flixly) -> None:
    few = limited(flixly, "few", requests=2)
    first, second, third = (few.raw("GET", "/models") for _ in range(3))
    assert [first.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining")] == ["2", "1"]
    assert int(second.headers["X-RateLimit-Reset"]) > flixly.server.app.clock.now() - 5
    assert (third.status_code, third.json()["error"]["code"]) == (429, "rate_limit_exceeded")
    assert int(third.headers["Retry-After"]) > 0
    assert third.headers["X-RateLimit-Remaining"] == "0"


def test_credits_and_images_of_a_key_are_held_to(flixly: Flixly) -> None:
    poor = limited(flixly, "poor", credits=1_500, images=3)
    poor.ask("POST", "/generate", 202, json=STILL)
    assert poor.ask("GET", "/account")["credits"] == {"subscription": 0.5, "bonus": 0, "total": 0.5}
    error = poor.ask("POST", "/generate", 402, json=STILL)["error"]
    assert (error["code"], error["details"]["required"], error["details"]["available"]) == (
        "insufficient_credits",
        1,
        0.5,
    )
    many = limited(flixly, "many", images=1)
    many.ask("POST", "/generate", 202, json=STILL)
    assert many.ask("POST", "/generate", 429, json=STILL)["error"]["details"]["kind"] == "images"


def test_models_have_the_prices_of_the_table(flixly: Flixly) -> None:
    told = flixly.ask("GET", "/models")
    prices = {(model["id"], model["type"]): model["estimated_credits"] for model in told["models"]}
    assert prices["seedance-2.0", "TEXT_TO_VIDEO"] == 9
    assert prices["gpt-image-2.0", "TEXT_TO_IMAGE"] == 2.4
    assert told["total"] == len(told["models"])


def test_the_account_says_what_was_spent(flixly: Flixly) -> None:
    told = flixly.ask("GET", "/account")
    usage = told["usage"]
    assert told["credits"]["total"] is None
    assert usage["total_requests"] == usage["completed"] + usage["failed"] + usage["pending"]


def test_the_same_key_again_is_the_same_generation(flixly: Flixly) -> None:
    once = {"Idempotency-Key": "morning-1"}
    first, second = (flixly.raw("POST", "/generate", json=STILL, headers=once).json() for _ in range(2))
    assert first["id"] == second["id"]


def test_the_description_is_open_and_marks_what_is_ours(flixly: Flixly) -> None:
    told = flixly.server.client.get("/compat/flixly/api/v1/openapi.json").json()
    assert {"/api/v1/generate", "/api/v1/batches"} <= told["paths"].keys()
    assert told["paths"]["/api/v1/batches"]["post"]["tags"] == ["batches"]
    assert "own" in next(tag["description"] for tag in told["tags"] if tag["name"] == "batches")


def test_hosts_and_the_mount_lead_to_the_same(flixly: Flixly) -> None:
    by_host = flixly.raw("GET", "/models", headers={"Host": "www.flixly.ai"}).json()
    mounted = flixly.server.client.get("/compat/flixly/api/v1/models", headers=flixly.server.headers()).json()
    assert by_host == mounted


def test_bodies_are_signed_as_flixly_signs() -> None:
    body = '{"event":"generation.completed","id":"gen_1"}'
    delivery = Delivery(id="d", kind=DeliveryKind.WEBHOOK, target="", body=body, secret="whsec_1")
    signed = SIGNERS["flixly"](delivery, 1_700_000_000)
    wanted = hmac.new(b"whsec_1", f"1700000000.{body}".encode(), hashlib.sha256).hexdigest()
    assert signed["X-Flixly-Signature"] == f"sha256={wanted}"
    assert (signed["X-Flixly-Timestamp"], signed["X-Flixly-Event"]) == ("1700000000", json.loads(body)["event"])


def test_the_secret_is_the_tenants_own_and_stays(flixly: Flixly) -> None:
    mine = flixly.ask("GET", "/webhooks/secret")["secret"]
    other = replace(flixly, key=flixly.server.new_key("secret", tenant="other"))
    assert flixly.ask("GET", "/webhooks/secret")["secret"] == mine != other.ask("GET", "/webhooks/secret")["secret"]
