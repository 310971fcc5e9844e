"""One render: accepted, known again, refused; what it becomes is in test_made.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from clipmill.domain.batch import LOCAL
from clipmill.pipeline.use_cases.serving.keys import create_key, set_limit
from tests.served import server
from tests.unit.api.dialects.zvid.conftest import SMALL, Zvid


def test_accepted_is_a_uuid_with_a_place_and_a_price(zvid: Zvid) -> None:
    first, second = zvid.render({**SMALL, "duration": 9}), zvid.render(SMALL)
    assert UUID(first["jobId"]) != UUID(second["jobId"])
    assert first | {"jobId": ""} == {"jobId": "", "status": "queued", "queuePosition": 1, "creditsReserved": 9}
    assert (second["queuePosition"], second["creditsReserved"]) == (2, 1)
    waiting = zvid.get(f"/api/jobs/{first['jobId']}")
    assert (waiting["id"], waiting["state"], waiting["result"], waiting["failedReason"]) == (
        first["jobId"], "waiting", None, None)  # fmt: skip
    assert waiting["progress"] == {"phase": "queued", "percentage": 0, "message": "Its media are fetched and checked."}
    assert waiting["ts"]["created"] > 1e12
    assert waiting["ts"]["finished"] is None
    assert zvid.get(f"/api/render/{first['jobId']}") == waiting


def test_same_request_sent_three_times_is_one_job(zvid: Zvid) -> None:
    assert len({zvid.render(SMALL)["jobId"] for _ in range(3)}) == 1
    assert zvid.render(SMALL, clientKey="2")["jobId"] != zvid.render(SMALL)["jobId"]
    other = zvid.server.new_key()
    theirs = zvid.ask("POST", "/api/render/api-key", {"payload": SMALL}, other).json()
    assert theirs["jobId"] != zvid.render(SMALL)["jobId"]
    assert zvid.get("/api/jobs")["pagination"]["total"] == 3


def test_same_request_is_another_job_after_ten_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(tmp_path / "state") as found:
        zvid, clock = Zvid(found), found.app.clock
        now = 1_800_000_590.0  # ten seconds before a span of ten minutes ends
        monkeypatch.setattr(type(clock), "now", lambda _: now)
        first = zvid.render(SMALL)["jobId"]
        now += 599
        assert zvid.render(SMALL)["jobId"] == first
        now += 2
        assert zvid.render(SMALL)["jobId"] != first


def test_own_job_id_is_kept_and_means_one_job(zvid: Zvid) -> None:
    own = str(uuid4())
    assert [zvid.render(SMALL, jobId=own)["jobId"] for _ in range(2)] == [own, own]
    refused = zvid.render({**SMALL, "duration": 2}, 409, jobId=own)
    assert refused["error"] == "Conflict"
    assert zvid.render(SMALL, 400, jobId="no uuid")["details"][0]["field"] == "jobId"


@pytest.mark.parametrize(("body", "field"), [
    ({}, "body"), ({"payload": SMALL, "template": "tpl_" + "a" * 20}, "body"), ({"template": "tpl_x"}, "template"),
    ({"payload": SMALL, "colour": "red"}, "colour"),
    ({"payload": SMALL, "overrides": {"duration": 3}}, "overrides.duration"),
    ({"payload": SMALL, "webhookUrl": "ftp://a.example"}, "webhookUrl"), ({"payload": []}, "payload"),
    ({"payload": SMALL, "webhookUrl": "http://127.0.0.1/hook"}, "webhookUrl"),
    ({"payload": {**SMALL, "frameRate": 99}}, "frameRate"), ({"payload": {**SMALL, "duration": 900}}, "duration"),
    ({"payload": {"visuals": [{"type": "IMAGE", "src": "../key"}]}}, "visuals[0].src"),
])  # fmt: skip
def test_wrong_request_is_told_its_field(standing: Zvid, body: Any, field: str) -> None:
    found = standing.post("/api/render/api-key", body, 400)
    assert field in [each["field"] for each in found["details"]]
    assert found["error"] == "Validation failed"
    assert found["message"]
    assert standing.get("/api/jobs")["jobs"] == []


def test_what_is_over_a_limit_is_told_with_the_limits(standing: Zvid) -> None:
    found = standing.render({**SMALL, "duration": 900}, 400)
    assert found["planLimits"]["maxDuration"] == 600
    assert "planLimits" not in standing.render({**SMALL, "frameRate": 99}, 400)


@pytest.mark.parametrize(("path", "body"), [
    ("/api/render/validate/api-key", {"payload": {"visuals": [], "frameRate": 99}}),
    ("/api/credits/estimate", {"payload": {"visuals": [{"type": "TEXT", "text": "{{a}}"}]}}),
    ("/api/render/image/api-key", {"payload": {"type": "video", "visuals": []}}),
    ("/api/render/api-key", {"payload": {"type": "image", "visuals": []}}),
])  # fmt: skip
def test_refused_by(standing: Zvid, path: str, body: Any) -> None:
    assert standing.post(path, body, 400)["details"]


def test_validation_is_free_and_says_what_it_costs_and_what_it_leaves_out(standing: Zvid) -> None:
    found = standing.post("/api/render/validate/api-key", {"payload": {**SMALL, "duration": 9, "speed": 2}})
    assert (found["valid"], found["creditsRequired"], found["errors"]) == (True, 9, [])
    assert found["payload"]["backgroundColor"] == "#2DD4BF"
    assert "speed" not in found["payload"]
    assert found["warnings"][0].startswith("speed: is no field of a project")
    assert standing.get("/api/credits/balance")["spent"] == 0


def test_estimate(standing: Zvid) -> None:
    found = standing.post("/api/credits/estimate", {"payload": SMALL, "overrides": {"width": 2000, "height": 1400}})
    assert (found["creditsRequired"], found["exact"], found["width"]) == (4, True, 2000)


def test_key_without_enough_credits_is_told_what_it_has(zvid: Zvid) -> None:
    parts = zvid.server.app
    key = create_key(parts, "poor")
    set_limit(parts, key.record, "credits", 2_500)
    ask = {"payload": {**SMALL, "duration": 3}}
    refused = zvid.ask("POST", "/api/render/api-key", ask, key.key)
    assert refused.status_code == 402
    assert (refused.json()["required"], refused.json()["available"]) == (3, 2.5)
    assert "2.5 credits left" in refused.json()["message"]
    assert zvid.ask("POST", "/api/render/api-key", {"payload": SMALL}, key.key).status_code == 202
    again = zvid.ask("POST", "/api/render/api-key", {"payload": SMALL}, key.key)
    assert again.status_code == 202, "the same job takes nothing twice"
    balance = zvid.ask("GET", "/api/credits/balance", key=key.key).json()
    assert (balance["balance"], balance["subscription_credits"], balance["unlimited"]) == (1.5, 1.5, False)


def test_key_that_comes_too_often_is_told_when_to_come_again(zvid: Zvid) -> None:
    parts = zvid.server.app
    key = create_key(parts, "eager")
    set_limit(parts, key.record, "generations", 1)
    zvid.ask("POST", "/api/render/api-key", {"payload": SMALL}, key.key)
    refused = zvid.ask("POST", "/api/render/api-key", {"payload": SMALL, "clientKey": "2"}, key.key)
    assert refused.status_code == 429
    told = refused.json()
    assert (told["current"], told["limit"], told["retryAfter"]) == (1, 1, int(refused.headers["retry-after"]))


@pytest.mark.parametrize("headers", [{"X-Api-Key": "KEY"}, {"Authorization": "Bearer KEY"}, {"x-api-key": "KEY"}])
def test_key_is_taken_from(standing: Zvid, headers: dict[str, str]) -> None:
    told = {name: value.replace("KEY", standing.server.key) for name, value in headers.items()}
    assert standing.server.client.get("/api/credits/balance", headers=told).status_code == 200


def test_surface_is_there_by_path_by_prefix_and_by_host(standing: Zvid) -> None:
    for path, host in (("/api/jobs", ""), ("/compat/zvid/api/jobs", ""), ("/api/jobs", "api.zvid.io")):
        assert standing.ask("GET", path, **({"host": host} if host else {})).status_code == 200
        bad = standing.ask("GET", path, key="zvid_" + "0" * 64)
        assert (bad.status_code, bad.json()["error"]) == (401, "Unauthorized")


def test_others_see_nothing_of_it(zvid: Zvid) -> None:
    job = zvid.render(SMALL)["jobId"]
    theirs = zvid.server.new_key(tenant="other")
    assert zvid.ask("GET", f"/api/jobs/{job}", key=theirs).status_code == 404
    assert zvid.ask("GET", "/api/jobs", key=theirs).json()["jobs"] == []
    assert zvid.get("/api/user/profile")["user"]["id"] == LOCAL


def test_jobs_are_listed_the_newest_first_by_kind_and_by_state_in_snake_case(zvid: Zvid) -> None:
    jobs = [zvid.render(SMALL, clientKey=f"{n}")["jobId"] for n in range(3)]
    still = zvid.post("/api/render/image/api-key", {"payload": {"visuals": [], "name": "still"}}, 202)["jobId"]
    bulk = zvid.post("/api/render/bulk/api-key", {"payload": SMALL, "items": [{}]}, 202)["jobs"][0]["jobId"]
    found = zvid.get("/api/jobs", limit=2)
    assert [job["id"] for job in found["jobs"]] == [bulk, still]
    assert found["pagination"] == {"page": 1, "limit": 2, "total": 5, "totalPages": 3, "hasNext": True}
    assert [job["id"] for job in zvid.get("/api/jobs", type="image")["jobs"]] == [still]
    assert [job["id"] for job in zvid.get("/api/jobs", type="video")["jobs"]] == [bulk, *reversed(jobs)]
    assert zvid.get("/api/jobs", status="failed")["jobs"] == []
    wanted = {"id", "status", "job_type", "credits_estimated", "credits_consumed", "video_duration", "video_resolution",
              "output_url", "thumbnail_url", "error_message", "created_at", "completed_at", "name",
              "template_id"}  # fmt: skip
    assert found["jobs"][1].keys() == wanted
    assert found["jobs"][0]["video_resolution"] == "160x96"
