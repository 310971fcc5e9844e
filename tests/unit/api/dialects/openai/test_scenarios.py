"""The dialect over a real state folder: requests as clients send them, tiny files really made."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipmill.api.dialects.openai import files, images
from clipmill.app import SystemClock
from tests.served import Server, server

BASE = "/compat/openai/v1"
STILL = {"model": "draft", "prompt": "a cat", "size": "256x256"}
CLIP = {"model": "draft", "prompt": "a cat", "size": "256x256", "seconds": "1"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "home") as found:
        yield found


def _ask(served: Server, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    answer = served.client.request(method, BASE + path, json=body, headers=served.headers(key))
    return answer.status_code, answer.json()


def _upload(served: Server, text: str, key: str = "", **fields: str) -> Any:
    sent = {"purpose": "batch", **fields}
    answer = served.client.post(f"{BASE}/files", data=sent, files={"file": ("in.jsonl", text)},
                                headers=served.headers(key))  # fmt: skip
    return answer.json()


def _line(custom_id: str, body: Any, url: str = "/v1/images/generations") -> str:
    return json.dumps({"custom_id": custom_id, "method": "POST", "url": url, "body": body}) + "\n"


def _begin(served: Server, text: str, endpoint: str = "/v1/images/generations", **more: Any) -> str:
    """A batch of this table, once it is read; its id."""
    asked = {"input_file_id": _upload(served, text)["id"], "endpoint": endpoint, "completion_window": "24h", **more}
    status, told = _ask(served, "POST", "/batches", asked)
    assert (status, told["status"]) == (200, "validating")
    end = time.monotonic() + 30
    while _status(served, told["id"]) == "validating":
        assert time.monotonic() < end
        time.sleep(0.02)
    batch_id: str = told["id"]
    return batch_id


def _batch(served: Server, batch_id: str) -> Any:
    return _ask(served, "GET", f"/batches/{batch_id}")[1]


def _status(served: Server, batch_id: str) -> str:
    status: str = _batch(served, batch_id)["status"]
    return status


def _lines(served: Server, file_id: str) -> list[Any]:
    answer = served.client.get(f"{BASE}/files/{file_id}/content", headers=served.headers())
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_batch_is_made_of_what_can_be_made(served: Server) -> None:
    text = _line("a", {**STILL, "n": 2}) + _line("b", {**STILL, "model": "sora-2"})
    batch_id = _begin(served, text, metadata={"k": "v"}, output_expires_after={"anchor": "created_at", "seconds": 3600})
    assert _status(served, batch_id) == "in_progress"
    served.work()
    told = _batch(served, batch_id)
    assert (told["status"], told["request_counts"]) == ("completed", {"total": 2, "completed": 1, "failed": 1})
    assert (told["metadata"], told["model"]) == ({"k": "v"}, "draft")
    (good,) = _lines(served, told["output_file_id"])
    pictures = [base64.b64decode(one["b64_json"]) for one in good["response"]["body"]["data"]]
    assert [one[:4] for one in pictures] == [b"\x89PNG"] * 2
    assert pictures[0] != pictures[1]
    (bad,) = _lines(served, told["error_file_id"])
    assert (bad["custom_id"], bad["response"]["body"]["error"]["code"]) == ("b", "invalid_value")
    output = _ask(served, "GET", f"/files/{told['output_file_id']}")[1]
    assert (output["purpose"], output["expires_at"] - output["created_at"]) == ("batch_output", 3600)
    assert _ask(served, "POST", f"/batches/{batch_id}/cancel")[0] == 409


def test_a_batch_whose_table_is_wrong_fails_with_its_lines(served: Server) -> None:
    batch_id = _begin(served, _line("a", STILL) + _line("a", STILL) + "{\n")
    told = _batch(served, batch_id)
    assert (told["status"], told["output_file_id"]) == ("failed", None)
    assert [(one["line"], one["code"]) for one in told["errors"]["data"]] == [(2, "duplicate_custom_id"),
                                                                              (3, "invalid_json_line")]  # fmt: skip
    assert told["failed_at"] >= told["created_at"]
    served.work()
    assert _status(served, batch_id) == "failed"


def test_a_batch_that_is_cancelled_keeps_what_was_made(served: Server) -> None:
    batch_id = _begin(served, _line("a", CLIP, "/v1/videos") + _line("b", CLIP, "/v1/videos"), "/v1/videos")
    assert _ask(served, "POST", f"/batches/{batch_id}/cancel")[1]["status"] == "cancelling"
    told = _batch(served, batch_id)
    assert (told["status"], told["request_counts"]) == ("cancelled", {"total": 2, "completed": 0, "failed": 2})
    assert {line["error"]["code"] for line in _lines(served, told["error_file_id"])} == {"batch_cancelled"}
    assert told["cancelling_at"] <= told["cancelled_at"]
    assert _ask(served, "POST", f"/batches/{batch_id}/cancel")[1]["status"] == "cancelled"


def test_a_batch_that_is_not_made_within_a_day_expires(served: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = _begin(served, _line("a", STILL))
    now = SystemClock().now()
    monkeypatch.setattr(SystemClock, "now", lambda _clock: now + 86_401)
    told = _batch(served, batch_id)
    assert (told["status"], told["expired_at"]) == ("expired", int(now + 86_401))
    (late,) = _lines(served, told["error_file_id"])
    assert (late["response"], late["error"]["code"]) == (None, "batch_expired")


def test_a_batch_needs_what_it_is_made_of(served: Server) -> None:
    table, note = _upload(served, _line("a", STILL)), _upload(served, "text", purpose="user_data")
    good = {"input_file_id": table["id"], "endpoint": "/v1/images/generations", "completion_window": "24h"}
    wrong = [({"endpoint": "/v1/chat/completions"}, 400, "endpoint"), ({"completion_window": "1h"}, 400,
             "completion_window"), ({"input_file_id": note["id"]}, 400, "input_file_id"),
             ({"input_file_id": "file-none"}, 404, "id"), ({"input_file_id": None}, 400, "input_file_id"),
             ({"metadata": {"a": 1}}, 400, "metadata")]  # fmt: skip
    for more, status, param in wrong:
        got, told = _ask(served, "POST", "/batches", {**good, **more})
        assert (got, told["error"]["param"]) == (status, param)


def test_batches_are_listed_by_the_page(served: Server) -> None:
    ids = [_begin(served, _line("a", STILL)) for _ in range(3)]
    first = _ask(served, "GET", "/batches?limit=2")[1]
    assert ([one["id"] for one in first["data"]], first["has_more"]) == ([ids[2], ids[1]], True)
    rest = _ask(served, "GET", f"/batches?limit=2&after={first['last_id']}")[1]
    assert ([one["id"] for one in rest["data"]], rest["has_more"]) == ([ids[0]], False)


def test_files_are_kept_listed_and_deleted(served: Server) -> None:
    old = _upload(served, "one", **{"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"})
    new = _upload(served, "two", purpose="user_data")
    assert (old["bytes"], old["filename"], old["status"]) == (3, "in.jsonl", "processed")
    assert (old["expires_at"] - old["created_at"], new["expires_at"]) == (3600, None)
    listed = [one["id"] for one in _ask(served, "GET", "/files")[1]["data"]]
    assert listed == [new["id"], old["id"]]
    assert [one["id"] for one in _ask(served, "GET", "/files?order=asc&limit=1")[1]["data"]] == [old["id"]]
    assert [one["id"] for one in _ask(served, "GET", "/files?purpose=batch")[1]["data"]] == [old["id"]]
    assert _ask(served, "DELETE", f"/files/{old['id']}")[1] == {"id": old["id"], "object": "file", "deleted": True}
    assert _ask(served, "GET", f"/files/{old['id']}/content")[0] == 404


def test_a_file_that_is_too_large_is_refused(served: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_TABLE", 10)
    assert _upload(served, "more than ten")["error"]["code"] == "too_large"
    assert _upload(served, "more than ten", purpose="user_data")["object"] == "file"
    monkeypatch.setattr(files, "_LARGEST", 100)
    monkeypatch.setattr(files, "_FORM", 100)
    assert _upload(served, "x" * 1_000, purpose="user_data")["error"]["code"] == "too_large"


def test_a_video_is_made_looked_at_and_deleted(served: Server) -> None:
    status, told = _ask(served, "POST", "/videos", CLIP)
    assert (status, told["status"], told["progress"]) == (200, "queued", 0)
    path = f"/videos/{told['id']}"
    polled = served.client.get(BASE + path, headers=served.headers(**{"X-Stainless-Poll-Helper": "true"}))
    assert polled.headers["openai-poll-after-ms"] == "500"
    assert _ask(served, "GET", f"{path}/content")[1]["error"]["code"] == "video_not_ready"
    served.work()
    assert _ask(served, "GET", path)[1]["status"] == "completed"
    for variant, kind in (("video", "video/mp4"), ("thumbnail", "image/jpeg"), ("spritesheet", "image/png")):
        answer = served.client.get(f"{BASE}{path}/content?variant={variant}", headers=served.headers())
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert _ask(served, "DELETE", path)[1]["deleted"]
    assert _ask(served, "GET", path)[0] == 404
    assert _ask(served, "GET", "/videos")[1]["data"] == []


def test_a_video_that_was_not_begun_is_taken_back(served: Server) -> None:
    ids = [_ask(served, "POST", "/videos", CLIP)[1]["id"] for _ in range(3)]
    assert _ask(served, "DELETE", f"/videos/{ids[1]}")[0] == 200
    assert [one["id"] for one in _ask(served, "GET", "/videos?order=asc")[1]["data"]] == [ids[0], ids[2]]
    assert [one["id"] for one in _ask(served, "GET", f"/videos?after={ids[2]}")[1]["data"]] == [ids[0]]


def test_a_form_is_taken_as_json_is(served: Server) -> None:
    picture = {"input_reference": json.dumps({"image_url": "data:image/png;base64,!"})}
    answer = served.client.post(f"{BASE}/videos", data={**CLIP, **picture}, files={"none": ("", b"")},
                                headers=served.headers())  # fmt: skip
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "input_reference.image_url")
    answer = served.client.post(f"{BASE}/videos", data=CLIP, files={"x": ("a", b"b")}, headers=served.headers())
    assert (answer.status_code, answer.json()["seconds"]) == (200, "1")


def test_images_are_answered_when_they_are_made(served: Server) -> None:
    asked = threading.Event()

    def work() -> None:
        while not asked.is_set():
            served.work()
            asked.wait(0.1)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        status, told = _ask(served, "POST", "/images/generations", {**STILL, "response_format": "url"})
    finally:
        asked.set()
        worker.join()
    assert (status, told["size"], told["output_format"]) == (200, "256x256", "png")
    assert served.client.get(told["data"][0]["url"]).content[:4] == b"\x89PNG"


def test_images_that_take_too_long_are_taken_back(served: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "LONGEST", 0.0)
    answer = served.client.post(f"{BASE}/images/generations", json=STILL, headers=served.headers())
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timeout")
    assert "nothing of it is made or paid" in answer.json()["error"]["message"]
    assert answer.headers["x-should-retry"] == "false"
    assert served.app.asked.spending().rows.get("cancelled") == 1


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/models/nothing"), ("GET", "/files/file-x"), ("GET", "/batches/batch_x"), ("GET", "/videos/video_x"),
    ("DELETE", "/videos/video_x"), ("GET", "/videos/video_x/content"), ("GET", "/webhook_endpoints/wh_x"),
    ("GET", "/nothing"),
])  # fmt: skip
def test_what_is_not_there_is_told_in_their_words(served: Server, method: str, path: str) -> None:
    status, told = _ask(served, method, path)
    assert (status, told["error"]["type"]) == (404, "invalid_request_error")


def test_what_is_anothers_is_not_there(served: Server) -> None:
    other = served.new_key(tenant="else")
    batch_id, file_id = _begin(served, _line("a", STILL)), _upload(served, "x")["id"]
    video_id = _ask(served, "POST", "/videos", CLIP)[1]["id"]
    for path in (f"/batches/{batch_id}", f"/files/{file_id}", f"/videos/{video_id}"):
        assert (_ask(served, "GET", path)[0], _ask(served, "GET", path, key=other)[0]) == (200, 404)
    assert _ask(served, "GET", "/models", key="cm_wrong")[1]["error"]["code"] == "invalid_api_key"


def test_what_is_not_done_here_is_refused(served: Server) -> None:
    def edit(**fields: Any) -> Any:
        answer = served.client.post(f"{BASE}/images/edits", data=STILL, headers=served.headers(), files=fields)
        return answer.json()["error"]["param"]

    assert edit(other=("a.png", b"x")) == "image"
    assert edit(image=("a.png", b"x"), mask=("m.png", b"x")) == "mask"
    assert _ask(served, "POST", "/images/variations", {})[1]["error"]["code"] == "unsupported"
    assert _ask(served, "POST", "/images/generations", {**STILL, "stream": True})[1]["error"]["param"] == "stream"


def test_webhook_endpoints_are_kept_and_deleted(tmp_path: Path) -> None:
    with server(tmp_path / "home", egress_allow=["127.0.0.1:9"]) as served:
        wish = {"name": "mine", "url": "http://127.0.0.1:9/x", "event_types": ["video.failed", "batch.completed"]}
        status, made = _ask(served, "POST", "/webhook_endpoints", wish)
        assert (status, made["signing_secret"][:6], made["event_types"]) == (200, "whsec_", wish["event_types"])
        of_batches, of_videos = served.app.endpoints.all("local")
        assert (of_batches.types, of_batches.batch_id) == (("batch.finished",), "")
        assert (of_videos.types, of_videos.wording) == (("row.failed",), "openai")
        assert of_videos.batch_id
        listed = _ask(served, "GET", "/webhook_endpoints")[1]["data"]
        assert [one["id"] for one in listed] == [made["id"]]
        assert "signing_secret" not in listed[0]
        assert _ask(served, "DELETE", f"/webhook_endpoints/{made['id']}")[1]["deleted"]
        assert (served.app.endpoints.all("local"), _ask(served, "GET", "/webhook_endpoints")[1]["data"]) == ([], [])
        wrong = _ask(served, "POST", "/webhook_endpoints", {**wish, "event_types": ["response.completed"]})
        assert wrong[1]["error"]["param"] == "event_types"
