"""Batches as they are sent: in every shape that clients use, and refused where they are not to be taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.api.dialects.sync.speaking import BASE, Speaker, jsonl, line, request, speaking

EDGE = "----edge"


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speaker]:
    """A server that nothing is made on."""
    with speaking(tmp_path_factory.mktemp("home"), limits={"sync_batches": 1_000}) as found:
        yield found


def parts(*fields: tuple[str, str, bytes]) -> bytes:
    """A form by hand: name, file name (empty for none) and content of each part."""
    told = b""
    for name, file, content in fields:
        named = f'; filename="{file}"\r\nContent-Type: application/octet-stream' if file else ""
        told += f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"
    return told + f"--{EDGE}--\r\n".encode()


def chunked(speaker: Speaker, body: bytes, size: int = 64_000, path: str = "/v2/batch") -> Any:
    """Send a form in pieces, without saying how long it is."""
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    headers = {"content-type": f"multipart/form-data; boundary={EDGE}"}
    return speaker.ask("POST", path, content=pieces, headers=headers)


def total(speaker: Speaker) -> int:
    """How many batches there are."""
    return speaker.server.app.of("local").asked.total("sync")


def test_a_dry_run_starts_nothing(speaker: Speaker) -> None:
    before = total(speaker)
    answer = speaker.upload(jsonl(line()), dry_run="true")
    assert (answer.status_code, answer.json()) == (200, {"status": "VALIDATED"})
    assert total(speaker) == before


@pytest.mark.parametrize("fields", [
    (("input", "in.jsonl", jsonl(line())), ("dry_run", "", b"false"), ("webhook_url", "", b"")),
    (("dry_run", "", b"false"), ("input", "in.jsonl", jsonl(line()))),
    (("file", "in.jsonl", jsonl(line())),),
    (("input", "", jsonl(line())),),
    (("input", "in.jsonl", b"\xef\xbb\xbf" + jsonl("", line(), "")),),
    (("input", "in.jsonl", jsonl(line()).strip()),),
    (("input", "in.jsonl", jsonl(line()).replace(b"\n", b"\r\n")),),
])  # fmt: skip
def test_forms_in_any_order_and_without_a_length(speaker: Speaker, fields: tuple[tuple[str, str, bytes], ...]) -> None:
    answer = chunked(speaker, parts(*fields), size=50)
    assert answer.status_code == 201, answer.text
    assert answer.json()["id"].startswith("batch_")
    assert answer.json()["metrics"]["total_generations"] == 1


@pytest.mark.parametrize("more, status", [({}, 201), ({"dry_run": False}, 201), ({"dry_run": True}, 200)])
def test_rows(speaker: Speaker, more: dict[str, Any], status: int) -> None:
    assert speaker.post("/v2/batch", {"rows": [line("a"), line("b")], **more}).status_code == status


@pytest.mark.parametrize("lines, told", [
    ((line("a"), "{"), "Line 2: it is no JSON"),
    (("", line("a"), "[]"), "Line 3: it is no JSON object"),
    ((line("a"), line("b"), line("a")), "Line 3: request_id: 'a' is that of line 1 already"),
    ((line(""),), "Line 1: request_id"),
    (({**line(), "request_id": 7},), "Line 1: request_id"),
    ((line(endpoint="/v2/other"),), "Line 1: endpoint: it must be /v2/generate"),
    ((line(payload=request(model="x")),), "Line 1: payload.model: there is no model x"),
    ((line(payload=None),), "Line 1: payload: it is no JSON object"),
    (('{"request_id": "a", "payload": {"x": NaN}}',), "Line 1: it is no JSON: NaN"),
    (('{"request_id": "\\ud800"}',), "Line 1: it is no JSON: a text in it holds half a character"),
    (("[" * 10_000,), "Line 1: it is no JSON: it is nested"),
    ((), "The batch has no requests."),
    ((line(payload=request(webhookUrl="http://127.0.0.1/")),), "Line 1: payload.webhookUrl"),
    ((line(payload=request(input=[{"type": "video", "assetId": "ast_none"}])),), "Line 1: payload.input[0].assetId"),
])  # fmt: skip
@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_wrong_lines_are_named(speaker: Speaker, lines: tuple[Any, ...], told: str, dry_run: str) -> None:
    before = total(speaker)
    answer = speaker.upload(jsonl(*lines), dry_run=dry_run)
    assert answer.status_code == 400
    body = answer.json()
    assert (body["statusCode"], body["error"], body["errorCode"]) == (400, "Bad Request", "batch_input_invalid")
    assert any(each.startswith(told) for each in body["message"]), body["message"]
    assert total(speaker) == before


def test_rows_are_counted_as_they_are_read(speaker: Speaker) -> None:
    lines = [line(f"r{number}") for number in range(1_001)]
    assert speaker.upload(jsonl(*lines[:1_000]), dry_run="true").status_code == 200
    answer = speaker.upload(jsonl(*lines), dry_run="true")
    assert answer.status_code == 400
    assert answer.json()["message"] == ["Line 1001: it is the 1,001th request; a batch has 1,000 at the most"]


def test_bytes_are_counted_as_they_arrive(speaker: Speaker) -> None:
    long = "x" * 6 * 1024**2
    answer = chunked(speaker, parts(("input", "in.jsonl", jsonl({**line(), "more": long}))))
    assert answer.status_code == 413
    assert answer.json()["message"].startswith("the batch has more than")
    assert speaker.post("/v2/batch", {"rows": [{**line(), "more": long}]}).status_code == 413


def test_six_megabytes_are_not_read_to_their_end(speaker: Speaker) -> None:
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        yield parts(("input", "in.jsonl", b""))[: -len(f"\r\n--{EDGE}--\r\n")]
        for _ in range(100):
            sent += 1
            yield b"x" * 1024**2

    headers = {"content-type": f"multipart/form-data; boundary={EDGE}"}
    assert speaker.ask("POST", "/v2/batch", content=pieces(), headers=headers).status_code == 413


@pytest.mark.parametrize("more, status", [
    ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
    ({"content": b"[]", "headers": {"content-type": "application/json"}}, 400),
    ({"content": b"x", "headers": {"content-type": "text/csv"}}, 415),
    ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400),
    ({"json": {"rows": 1}}, 400),
    ({"json": {"rows": [line()], "webhook_url": 7}}, 400),
    ({"json": {"rows": [line()], "dry_run": "perhaps"}}, 400),
    ({"json": {"rows": [line()], "webhook_url": "http://127.0.0.1:1/"}}, 400),
    ({"data": {"dry_run": "true"}, "files": {"other": ("x", b"x")}}, 400),
])  # fmt: skip
def test_what_is_no_batch(speaker: Speaker, more: dict[str, Any], status: int) -> None:
    before = total(speaker)
    answer = speaker.ask("POST", "/v2/batch", **more)
    assert (answer.status_code, answer.json()["statusCode"]) == (status, status)
    assert total(speaker) == before


@pytest.mark.parametrize("path", ["/compat/sync/v2/batch", "/v2/batch"])
def test_without_a_key(speaker: Speaker, path: str) -> None:
    answer = speaker.server.client.get(path)
    assert (answer.status_code, answer.json()["error"]) == (401, "Unauthorized")


def test_by_host(speaker: Speaker) -> None:
    headers = {"host": "api.sync.so", "x-api-key": speaker.server.key}
    assert speaker.server.client.get("/v2/models", headers=headers).status_code == 200


def test_the_list_is_an_array_the_newest_first_and_filtered(tmp_path: Path) -> None:
    with speaking(tmp_path) as speaker:
        ids = [speaker.upload(jsonl(line())).json()["id"] for _ in range(3)]
        found = speaker.get("/v2/batch").json()
        assert [each["id"] for each in found] == ids[::-1]
        for status in ("PENDING", '["PENDING","COMPLETED"]', "PENDING,FAILED"):
            assert len(speaker.get("/v2/batch", params={"status": status}).json()) == 3
        assert speaker.get("/v2/batch?status=COMPLETED&status=FAILED").json() == []
        between = {"created_after": found[1]["created_at"], "created_before": "2999-01-01T00:00:00Z"}
        assert [each["id"] for each in speaker.get("/v2/batch", params=between).json()][:1] == ids[2:]
        assert speaker.get("/v2/batch", params={"created_before": "2000-01-01T00:00:00Z"}).json() == []
        assert speaker.get("/v2/batch", params={"status": "DONE"}).status_code == 400
        assert speaker.get("/v2/batch", params={"created_after": "yesterday"}).status_code == 400


def test_others_see_nothing_of_it(speaker: Speaker) -> None:
    made = speaker.upload(jsonl(line())).json()["id"]
    other = speaker.server.new_key(tenant="other")
    for path in (f"/v2/batch/{made}", f"/v2/batches/{made}/result"):
        assert speaker.get(path).status_code == 200
        assert speaker.get(path, key=other).status_code == 404
    assert speaker.get("/v2/batch", key=other).json() == []
    assert speaker.get("/v2/batch/bat_1").json()["statusCode"] == 404


@pytest.mark.parametrize("signature, status", [("", 401), ("x.y", 404), ("altered", 404)])
def test_results_want_a_signature_or_a_key(speaker: Speaker, signature: str, status: int) -> None:
    made = speaker.upload(jsonl(line())).json()["id"]
    links = speaker.server.app.links
    if signature == "altered":
        signature = links.token("local", "batch_other", "result", 60)
    asked = speaker.server.client.get(f"{BASE}/v2/batches/{made}/result", params={"signature": signature})
    assert asked.status_code == status
    good = links.token("local", made, "result", 60)
    answer = speaker.server.client.get(f"/v2/batches/{made}/result", params={"signature": good})
    assert [json.loads(each)["request_id"] for each in answer.text.splitlines()] == ["r1"]
    late = links.token("local", made, "result", -60)
    assert speaker.server.client.get(f"/v2/batches/{made}/result", params={"signature": late}).status_code == 410


def test_a_plan_without_batches(tmp_path: Path) -> None:
    with speaking(tmp_path, sync_plan="creator") as speaker:
        answer = speaker.upload(jsonl(line()), dry_run="true")
        assert (answer.status_code, answer.json()["errorCode"]) == (402, "batch_plan_required")


def test_batches_at_once_are_limited_and_generations_of_batches_are_not(tmp_path: Path) -> None:
    with speaking(tmp_path, sync_plan="growth", limits={"sync_batches": 1, "sync_generations": 1}) as speaker:
        assert speaker.upload(jsonl(*(line(f"r{number}") for number in range(9)))).status_code == 201
        answer = speaker.upload(jsonl(line()))
        assert (answer.status_code, answer.json()["errorCode"]) == (429, "batch_concurrency_limit_reached")
        assert answer.headers["retry-after"] == "5"
        assert speaker.upload(jsonl(line()), dry_run="true").status_code == 200
        assert speaker.post("/v2/generate", request()).status_code == 201
        answer = speaker.post("/v2/generate", request())
        assert (answer.status_code, answer.json()["errorCode"]) == (429, "concurrency_limit_reached")
