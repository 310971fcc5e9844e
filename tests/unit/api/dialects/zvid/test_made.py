"""What requests become: files that decode, and webhooks to the byte."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import av
import pytest

from clipmill.domain.line.delivery import SCHEDULES
from tests.unit.api.dialects.zvid.conftest import SMALL, Receiver, Zvid


def as_javascript(body: bytes) -> bytes:
    """A body as JSON.stringify(JSON.parse(body)) writes it: whole numbers without a point, no blanks, plain UTF-8."""

    def number(text: str) -> float | int:
        value = float(text)
        return int(value) if value.is_integer() else value

    return json.dumps(json.loads(body, parse_float=number), separators=(",", ":"), ensure_ascii=False).encode()


def checked(secret: str, headers: dict[str, str], body: bytes) -> Any:
    """What is told, once it is proven whose it is, over the body as their receivers write it anew."""
    signed = f"{headers['X-Zvid-Timestamp']}.".encode() + as_javascript(body)
    wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Zvid-Signature"] == f"sha256={wanted}"
    found = json.loads(body)
    assert headers["X-Zvid-Event"] == found["event"]
    assert headers["X-Zvid-Job-Id"] == found["jobId"]
    assert headers["X-Zvid-Delivery-Id"]
    assert headers["Content-Type"] == "application/json"
    return found


def ground(path: Path) -> tuple[tuple[int, int, int], int, tuple[int, int]]:
    """The mean colour of the first picture of a file, how many there are, and their size."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    mean = frames[0].reshape(-1, 3).mean(axis=0)
    return (round(mean[0]), round(mean[1]), round(mean[2])), len(frames), (frames[0].shape[1], frames[0].shape[0])


def near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Whether two colours are the same but for what encoding takes."""
    return all(abs(a - b) <= 6 for a, b in zip(one, other, strict=True))


def fetched(zvid: Zvid, url: str, path: Path) -> Path:
    """A file, without a key."""
    found = zvid.server.client.get(url)
    assert found.status_code == 200
    path.write_bytes(found.content)
    return path


def test_template_becomes_files_and_both_webhooks_are_told_to_the_byte(
    told: Zvid, receiver: Receiver, tmp_path: Path
) -> None:
    hook = told.post("/api/webhooks", {"url": receiver.url, "description": "mine"}, 201)
    assert hook["webhook"]["id"] == hook["id"]
    assert hook["id"].startswith("whk_")
    assert hook["webhook"]["secret"] == hook["secret"]
    template = told.post("/api/templates", {"name": "grounds", "payload": SMALL}, 201)["template"]["id"]
    wish = {"template": template, "variables": {"ground": "#E2603F"}, "webhookUrl": receiver.url + "/own",
            "clientKey": "order-7"}  # fmt: skip
    job = told.post("/api/render/api-key", wish, 202)["jobId"]
    told.server.work()

    done = told.get(f"/api/jobs/{job}")
    assert (done["state"], done["failedReason"], done["clientKey"]) == ("completed", None, "order-7")
    assert done["progress"] == {"phase": "completed", "percentage": 100, "message": "It is done."}
    assert done["ts"]["created"] < done["ts"]["updated"] == done["ts"]["finished"]
    result = done["result"]
    assert (result["ok"], result["fileName"], result["duration"]) == (True, "small.mp4", 0.25)
    made = fetched(told, result["url"], tmp_path / "made.mp4")
    colour, frames, size = ground(made)
    assert near(colour, (0xE2, 0x60, 0x3F))
    assert (frames, size, made.stat().st_size) == (2, (160, 96), result["size"])
    assert ground(fetched(told, result["thumbnailUrl"], tmp_path / "small.jpg"))[1] == 1

    assert len(receiver.got) == 2
    for headers, body in receiver.got:
        found = checked(hook["secret"], headers, body)
        assert found["event"] == "render.completed"
        assert found["jobId"] == job
        assert found["data"] | {"url": "", "thumbnailUrl": ""} == {
            "status": "completed", "type": "video", "url": "", "thumbnailUrl": "", "duration": 0.25,
            "size": result["size"], "creditsCharged": 1, "templateId": template}  # fmt: skip
        assert fetched(told, found["data"]["url"], tmp_path / "told.mp4").read_bytes() == made.read_bytes()
    (listed,) = told.get(f"/api/webhooks/{hook['id']}/deliveries")["deliveries"]
    assert (listed["event"], listed["status"], listed["attempts"], listed["statusCode"]) == (
        "render.completed", "delivered", 1, 200)  # fmt: skip
    assert "secret" not in told.get(f"/api/webhooks/{hook['id']}")
    spent = told.get("/api/credits/transactions")["transactions"]
    assert [(line["type"], line["amount"], line["jobId"]) for line in spent] == [
        ("usage", -1, job), ("reservation", -1, job)]  # fmt: skip
    assert told.get("/api/credits/usage-stats")["totalCredits"] == 1


def test_job_whose_picture_is_dead_has_failed_and_says_why_unsigned_where_there_is_no_secret(
    told: Zvid, receiver: Receiver
) -> None:
    dead = f"http://127.0.0.1:{receiver.port}/gone.png"
    picture = {**SMALL, "visuals": [{"type": "IMAGE", "src": dead}]}
    job = told.render(picture, webhookUrl=receiver.url)["jobId"]
    told.server.work()
    found = told.get(f"/api/jobs/{job}")
    assert (found["state"], found["result"]) == ("failed", None)
    assert "visuals[0].src" in found["failedReason"]
    assert found["ts"]["finished"]
    assert told.get("/api/jobs", status="failed")["jobs"][0]["error_message"] == found["failedReason"]
    ((headers, body),) = receiver.got
    assert "X-Zvid-Signature" not in headers
    assert headers["X-Zvid-Job-Id"] == job
    assert json.loads(body)["data"] == {"status": "failed", "type": "video", "error": found["failedReason"],
                                        "creditsCharged": 0, "templateId": None}  # fmt: skip


def test_bulk_tells_of_every_job_and_its_counts_add_up(told: Zvid, receiver: Receiver, tmp_path: Path) -> None:
    grounds = ["#2DD4BF", "no colour", "#FADD46"]
    wish = {"payload": SMALL, "webhookUrl": receiver.url,
            "items": [{"variables": {"ground": ground}, "name": ground.strip("#")} for ground in grounds]}  # fmt: skip
    bulk = told.post("/api/render/bulk/api-key", wish, 202)
    assert (bulk["totalJobs"], bulk["rejectedItems"], bulk["errors"][0]["item"]) == (2, 1, 1)
    told.server.work()
    found = told.get(f"/api/render/bulk/{bulk['bulkId']}")
    assert (found["bulk"]["status"], found["bulk"]["counts"]) == (
        "completed", {"completed": 2, "failed": 0, "pending": 0})  # fmt: skip
    assert [job["name"] for job in found["jobs"]] == ["2DD4BF", "FADD46"]
    assert {json.loads(body)["jobId"] for _, body in receiver.got} == {job["jobId"] for job in bulk["jobs"]}
    assert found["jobs"][0]["videoResolution"] == "160x96"
    assert near(ground(fetched(told, found["jobs"][1]["outputUrl"], tmp_path / "b.mp4"))[0], (0xFA, 0xDD, 0x46))


def test_still_is_made(zvid: Zvid, tmp_path: Path) -> None:
    still = {"name": "still", "width": 64, "height": 48, "backgroundColor": "#2B1B14", "visuals": []}
    job = zvid.post("/api/render/image/api-key", {"payload": still}, 202)["jobId"]
    zvid.server.work()
    result = zvid.get(f"/api/jobs/{job}")["result"]
    assert result["fileName"] == "still.png"
    assert ground(fetched(zvid, result["url"], tmp_path / "still.png")) == ((0x2B, 0x1B, 0x14), 1, (64, 48))
    assert zvid.get("/api/jobs", type="image")["jobs"][0]["job_type"] == "image"


def test_webhook_is_changed_tested_switched_off_and_deleted(told: Zvid, receiver: Receiver) -> None:
    made = told.post("/api/webhooks", {"url": receiver.url, "events": ["render.failed"], "description": "one"}, 201)
    path = f"/api/webhooks/{made['id']}"
    assert told.post(f"{path}/test", None)["queued"] is True
    told.server.work()
    ((headers, body),) = receiver.got
    assert checked(made["secret"], headers, body)["test"] is True
    changed = told.ask("PUT", path, {"events": ["render.completed"], "description": "two"}).json()
    assert (changed["webhook"]["events"], changed["description"], changed["url"]) == (
        ["render.completed"], "two", receiver.url)  # fmt: skip
    assert told.ask("PUT", path, {"url": "http://10.0.0.1/"}).status_code == 400
    assert told.ask("PUT", path, {"enabled": False}).json()["status"] == "disabled"
    told.render(SMALL)
    told.server.work()
    assert len(receiver.got) == 1
    assert told.ask("PUT", path, {"enabled": True}).json()["status"] == "active"
    assert [hook["id"] for hook in told.get("/api/webhooks")["webhooks"]] == [made["id"]]
    theirs = told.server.new_key(tenant="other")
    assert told.ask("GET", path, key=theirs).status_code == 404
    assert told.ask("DELETE", path).json() == {"deleted": True, "id": made["id"]}
    told.get(path, 404)
    assert told.get("/api/webhooks")["webhooks"] == []


@pytest.mark.parametrize("body", [
    {"url": "http://127.0.0.1/"}, {"url": "x"}, {}, {"url": "https://a.example", "events": []},
    {"url": "https://a.example", "events": ["render.begun"]},
])  # fmt: skip
def test_wrong_webhook_is_refused(standing: Zvid, body: Any) -> None:
    assert standing.post("/api/webhooks", body, 400)["details"]
    assert standing.get("/api/webhooks")["webhooks"] == []


def test_schedule_is_theirs() -> None:
    five = SCHEDULES["five"]
    assert (list(five.waits), five.timeout, five.patience) == ([0, 30, 60, 120, 240], 10, 20)
