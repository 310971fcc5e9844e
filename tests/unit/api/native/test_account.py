"""Keys, webhooks, credits: each tenant's own; secrets are told once, and by nothing a second time."""

from __future__ import annotations

import pytest

from tests.native import CARD, call, get, new_batch, new_template, post, refused
from tests.served import Server

HOOK = "https://93.184.216.34/hook?token=abc"


def test_a_key_is_told_once_and_limited_rotated_and_revoked(served: Server) -> None:
    made = post(served, "/keys", {"name": "shop", "scopes": ["read"], "limits": {"batches": 5, "credits": 2.5}})
    assert get(served, "/key", key=made["key"])["scopes"] == ["read"]
    told = get(served, f"/keys/{made['id']}")
    assert "key" not in told and told["limits"]["credits"] == {"most": 2.5, "seconds": None, "remaining": 2.5}
    changed = call(served, "PATCH", f"/keys/{made['id']}", json={"batches": None, "requests": 100}).json()
    assert sorted(changed["limits"]) == ["credits", "requests"]
    turned = post(served, f"/keys/{made['id']}/rotate", {"grace_seconds": 0})
    assert call(served, "GET", "/key", made["key"]).status_code == 401
    assert sorted(get(served, "/key", key=turned["key"])["limits"]) == ["credits", "requests"]
    assert call(served, "DELETE", f"/keys/{turned['id']}").json()["revoked_at"]
    refused(call(served, "GET", "/key", turned["key"]), 401, "unauthorized")


def test_a_key_under_an_idempotency_key_is_not_remembered(served: Server) -> None:
    headers = {"Idempotency-Key": "make-one"}
    first = call(served, "POST", "/keys", json={"name": "once"}, headers=headers).json()
    second = call(served, "POST", "/keys", json={"name": "once"}, headers=headers).json()
    assert first["key"] != second["key"]
    everything = b"".join(path.read_bytes() for path in served.app.home.glob("clipmill.db*"))
    assert first["key"].encode() not in everything and first["id"].encode() in everything


def test_keys_are_listed_by_the_page(served: Server) -> None:
    for number in range(3):
        post(served, "/keys", {"name": f"k{number}"})
    first = get(served, "/keys?limit=2")
    rest = get(served, f"/keys?limit=200&after={first['next']}")
    ids = [key["id"] for key in first["data"] + rest["data"]]
    assert len(ids) == len(set(ids)) == len(served.app.keys.all("local"))


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["god"]},
                                  {"name": "x", "tenant": "other"}, {"name": "x\ny"}])  # fmt: skip
def test_a_wrong_key_is_refused(served: Server, body: object) -> None:
    refused(call(served, "POST", "/keys", json=body), 400, "invalid_request")


def test_a_webhook_is_made_changed_tried_and_sent_to_again(served: Server) -> None:
    made = post(served, "/webhooks", {"url": HOOK, "types": ["row.done", "batch.finished"]})
    assert made["secret"].startswith("whsec_") and "abc" not in made["url"]
    told = get(served, f"/webhooks/{made['id']}")
    assert "secret" not in told and told["types"] == ["row.done", "batch.finished"]
    path = f"/webhooks/{made['id']}"
    assert call(served, "PATCH", path, json={"types": ["row.failed"], "disabled": True}).json()["disabled"] is True
    assert call(served, "PATCH", path, json={"disabled": False}).json()["disabled_reason"] == ""
    sent = post(served, f"{path}/test")["delivery"]
    listed = get(served, f"{path}/deliveries")["data"]
    assert [(each["id"], each["type"], each["state"]) for each in listed] == [(sent, "webhook.test", "waiting")]
    assert get(served, f"{path}/deliveries?after={sent}")["data"] == []
    assert post(served, f"{path}/replay", {"delivery": sent})["deliveries"] == 1
    refused(call(served, "POST", f"{path}/replay", json={"delivery": "msg_none"}), 404, "not_found")
    assert call(served, "DELETE", path).json()["deleted"] is True
    refused(call(served, "GET", path), 404, "not_found")


@pytest.mark.parametrize("body", [{"url": HOOK, "types": []}, {"url": HOOK, "types": ["row.made"]},
                                  {"url": HOOK, "secret": "short"}, {"url": ""}, {}])  # fmt: skip
def test_a_wrong_webhook_is_refused(served: Server, body: object) -> None:
    refused(call(served, "POST", "/webhooks", json=body), 400, "invalid_request")


def test_what_is_spent_is_told_by_line_and_by_day(served: Server) -> None:
    new_template(served)
    batch = new_batch(served, rows=[{"sku": "A"}])
    served.work()
    now = get(served, "/credits")
    assert (now["spent"], now["reserved"], now["limit"]) == (1, 0, None)
    lines = get(served, "/ledger")["data"]
    assert [(line["kind"], line["credits"]) for line in lines] == [("settle", 1), ("reserve", 1)]
    assert get(served, f"/ledger?after={lines[0]['id']}&batch={batch}")["data"] == lines[1:]
    (use,) = get(served, "/usage")["data"]
    assert (use["batch"], use["engine"], use["credits"]) == (batch, "render", 1)


def test_a_limit_of_credits_is_held_before_a_batch_starts_and_given_back_after(served: Server) -> None:
    payload = {**CARD["payload"], "backgroundColor": "#123456"}  # which nobody has made yet: the same again is free
    new_template(served, name="limited", payload=payload)
    made = post(served, "/keys", {"name": "poor", "scopes": ["read", "submit"], "limits": {"credits": 3}})
    key = made["key"]

    def left() -> float:
        found: float = get(served, "/key", key=key)["limits"]["credits"]["remaining"]
        return found

    new_batch(served, "limited", rows=[{"sku": "A"}], budget=2, dry_run=True)
    assert left() == 3  # which another key has started
    batch = post(served, "/batches", {"template": "limited", "rows": [{"sku": "A"}], "budget": 2}, key=key)["id"]
    assert left() == 1
    refused(call(served, "POST", "/batches", key, json={"template": "limited", "rows": [{"sku": "B"}], "budget": 2}),
            402, "insufficient_credits")  # fmt: skip
    while get(served, f"/batches/{batch}")["state"] == "importing":
        pass
    served.work()
    again = post(served, "/batches", {"template": "limited", "rows": [{"sku": "B"}], "budget": 2}, key=key)
    assert left() == 0  # one credit of the first came back
    assert post(served, f"/batches/{again['id']}/cancel", key=key)["state"] == "cancelled"
    assert left() == 2


def test_models_and_the_schema_are_told(served: Server) -> None:
    assert "render" in [engine["name"] for engine in get(served, "/models")["engines"]]
    assert get(served, "/schema")["properties"]["visuals"]
