"""Generations from the request to the file, and everything that is asked of them on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipmill.deliver.wordings.sync_codes import CATALOGUE
from tests.unit.api.dialects.sync.speaking import Speaker, jsonl, line, request, speaking


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speaker]:
    """A server that makes something when it is told to."""
    with speaking(tmp_path_factory.mktemp("home"), limits={"sync_upload_bytes": 200_000}) as found:
        yield found


def test_from_files_to_a_file(speaker: Speaker) -> None:
    video, audio = speaker.assets()
    media = [{"type": "video", "assetId": video}, {"type": "audio", "assetId": audio}]
    wish = request(input=media, options={"sync_mode": "silence"}, outputFileName="mine")
    made = speaker.post("/v2/generate", wish)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["status"], told["input"], told["options"]) == ("PENDING", media, {"sync_mode": "silence"})
    where = f"/v2/generate/{told['id']}"
    assert speaker.get(f"/v2/generations/{told['id']}/download").status_code == 409
    assert speaker.ask("DELETE", where).json()["errorCode"] == "generation_not_deletable_while_processing"
    assert speaker.get(where, params={"include": "progress"}).json()["progress_percent"] == 0
    cost = speaker.post("/v2/analyze/cost", wish).json()
    assert cost == [{"estimatedFrameCount": 20, "estimatedGenerationCost": 2}]

    again = speaker.post("/v2/generate", wish).json()["id"]
    batch = speaker.upload(
        jsonl(line(payload=wish), line("r2", payload=request(input=[media[0], {**media[1], "assetId": audio}])))
    ).json()
    speaker.server.work()

    done = speaker.get(where).json()
    assert (done["status"], done["outputDuration"], done["error"]) == ("COMPLETED", 2.0, None)
    assert re.search(r"/mine[^/]*\.mp4$", done["outputUrl"])
    assert speaker.server.client.get(done["outputUrl"]).content[4:8] == b"ftyp"
    assert any("mouth_unmodified" in each for each in done["warnings"])
    waited = speaker.get(where, params={"wait": "true", "timeout": "1"})
    assert (waited.json()["status"], waited.headers["x-sync-wait-mode"]) == ("COMPLETED", "long_poll")
    assert speaker.get(where, params={"include": "progress"}).json()["progress_percent"] == 100
    assert speaker.get(f"/v2/generations/{told['id']}/download").text.endswith(".mp4")

    ended = speaker.get(f"/v2/batch/{batch['id']}").json()
    assert (ended["status"], ended["metrics"]["success_count"]) == ("COMPLETED", 2)
    lines = speaker.server.client.get(ended["outputUrl"]).text.splitlines()
    assert len(lines) == 2

    for ids in ([told["id"], again], f'["{told["id"]}","{again}"]', f"{told['id']},{again}"):
        found = speaker.get("/v2/generations", params={"ids": ids, "status": "COMPLETED"}).json()
        assert [each["id"] for each in found] == [again, told["id"]]
    assert speaker.ask("DELETE", where).json()["id"] == told["id"]
    for path in (where, f"/v2/generations/{told['id']}"):
        assert speaker.get(path).status_code == 404
    assert told["id"] not in [each["id"] for each in speaker.get("/v2/generations").json()]


def test_files_are_kept_as_assets(speaker: Speaker) -> None:
    video, audio = speaker.assets()
    found = speaker.get("/v2/assets", params={"types": '["AUDIO"]', "sortBy": "sizeDesc"}).json()
    assert {each["type"] for each in found["items"]} == {"AUDIO"}
    one = speaker.get(f"/v2/assets/{video}").json()
    assert (one["type"], one["format"], one["width"], one["durationSeconds"]) == ("VIDEO", "mp4", 160, 2.0)
    page = speaker.get("/v2/assets", params={"limit": 1, "sortBy": "nameAsc"}).json()
    rest = speaker.get("/v2/assets", params={"cursor": page["nextCursor"], "sortBy": "nameAsc"}).json()
    assert len(rest["items"]) == page["totalCount"] - 1
    assert page["items"][0]["id"] not in [each["id"] for each in rest["items"]]
    assert speaker.get("/v2/assets/ast_none").status_code == 404
    other = speaker.server.new_key(tenant="stranger")
    assert speaker.get(f"/v2/assets/{audio}", key=other).status_code == 404
    media = [{"type": "video", "assetId": audio}, {"type": "audio", "assetId": audio}]
    answer = speaker.post("/v2/generate", request(input=media)).json()
    assert answer["errorCode"] == "generation_input_asset_type_mismatch"


def test_a_file_of_the_limit_is_refused(speaker: Speaker) -> None:
    files = {"video": ("v.mp4", b"x" * 200_000), "audio": ("a.wav", b"x")}
    answer = speaker.ask("POST", "/v2/generate", files=files, data={"model": "lipsync-2"})
    assert (answer.status_code, answer.json()["error"]) == (413, "Payload Too Large")


def test_a_file_that_is_no_media_is_refused(speaker: Speaker) -> None:
    files = {"video": ("v.mp4", b"nothing"), "audio": ("a.wav", b"nothing")}
    answer = speaker.ask("POST", "/v2/generate", files=files, data={"model": "lipsync-2"})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "generation_media_metadata_missing")


def test_media_on_a_private_network_reject_it(tmp_path: Path) -> None:
    media = [{"type": "video", "url": "http://127.0.0.1:9/v.mp4"}, {"type": "audio", "url": "http://[::1]/a.wav"}]
    with speaking(tmp_path) as speaker:
        made = speaker.post("/v2/generate", request(input=media)).json()
        assert speaker.post("/v2/analyze/cost", request(input=media)).json()["errorCode"] == (
            "generation_input_audio_inaccessible"
        )
        speaker.server.work()
        told = speaker.get(f"/v2/generate/{made['id']}").json()
        assert (told["status"], told["errorCode"]) == ("REJECTED", "generation_input_audio_inaccessible")
        assert "private address" in told["error"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "ä", "a/b"])
def test_keys_that_are_none(speaker: Speaker, key: str) -> None:
    answer = speaker.post("/v2/generate", request(), headers={"Idempotency-Key": key.encode()})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_IDEMPOTENCY_KEY")


def test_the_same_request_again_under_its_key_is_the_same_generation(speaker: Speaker) -> None:
    keyed = {"headers": {"Idempotency-Key": "once.~-_1"}}
    first = speaker.post("/v2/generate", request(), **keyed)
    again = speaker.post("/v2/generate", request(), **keyed)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert speaker.post("/v2/generate", request(model="sync-3"), **keyed).status_code == 400


@pytest.mark.parametrize("params, status", [
    ({"wait": "true", "include": "progress"}, 400), ({"wait": "true", "timeout": "11"}, 400),
    ({"timeout": "nan"}, 400), ({"wait": "perhaps"}, 400), ({"wait": "true", "timeout": "1"}, 200),
])  # fmt: skip
def test_waiting(speaker: Speaker, params: dict[str, str], status: int) -> None:
    made = speaker.post("/v2/generate", request()).json()["id"]
    answer = speaker.get(f"/v2/generate/{made}", params=params)
    assert answer.status_code == status
    if status == 200:
        assert (answer.json()["status"], answer.headers["retry-after"]) == ("PENDING", "2")


def test_many_faults_are_a_list_and_one_is_a_text(speaker: Speaker) -> None:
    assert isinstance(speaker.post("/v2/generate", {}).json()["message"], list)
    one = speaker.post("/v2/generate", request(model="x")).json()
    assert one == {"statusCode": 400, "message": "model: there is no model x.", "error": "Bad Request",
                   "errorCode": "generation_unsupported_model"}  # fmt: skip


def test_a_webhook_on_loopback_is_refused_and_nothing_is_taken_in(speaker: Speaker) -> None:
    before = len(speaker.get("/v2/generations").json())
    assert speaker.post("/v2/generate", request(webhookUrl="http://localhost/x")).status_code == 400
    assert len(speaker.get("/v2/generations").json()) == before


def test_too_many_requests_are_told_as_they_are_there(speaker: Speaker) -> None:
    key = speaker.server.new_key("hasty")
    record = speaker.server.app.keys.all()[-1]
    speaker.server.app.of("local").key_limits.limit(record.id, "requests", 1, 60.0)
    assert speaker.get("/v2/models", key=key).status_code == 200
    told = speaker.get("/v2/models", key=key).json()
    assert told["message"] == "Rate limit exceeded. Please try again later."
    assert (told["statusCode"], told["error"], "errorCode" in told) == (429, "Too Many Requests", False)


def test_a_key_spends_no_more_than_it_has(speaker: Speaker) -> None:
    video, audio = speaker.assets()
    wish = request(input=[{"type": "video", "assetId": video}, {"type": "audio", "assetId": audio}])
    key = speaker.server.new_key("poor")
    record = speaker.server.app.keys.all()[-1]
    speaker.server.app.of("local").key_limits.limit(record.id, "credits", 1_500)
    assert speaker.post("/v2/generate", wish, key=key).status_code == 201
    answer = speaker.post("/v2/generate", wish, key=key)
    assert (answer.status_code, answer.json()["error"]) == (402, "Payment Required")
    batch = speaker.post("/v2/batch", {"rows": [line()]}, key=key).json()["id"]
    assert speaker.server.app.of("local").batches.find(batch).policy.budget == 500


@pytest.mark.parametrize("path", ["generate", "batch", "assets", "generations"])
@pytest.mark.parametrize("name", ["%00", "%ed%a0%80", "x" * 5_000, "..", "%2e%2e%2f", "'"])
def test_what_nothing_can_be_called_is_not_there(speaker: Speaker, path: str, name: str) -> None:
    assert speaker.get(f"/v2/{path}/{name}").status_code == (400 if name == "%00" else 404)


@pytest.mark.parametrize("ids", ['["\\ud800"]', ",,", "[]", ",".join(map(str, range(5_000)))])
def test_ids_that_nothing_has(speaker: Speaker, ids: str) -> None:
    assert speaker.get("/v2/generations", params={"ids": ids}).json() == []


@pytest.mark.parametrize("wish", [
    request(input=[{"type": "video", "url": "https://example.com/\0"}, {"type": "audio", "url": "https:///"}]),
    request(input=[{"type": "video", "assetId": "\0"}, {"type": "audio", "assetId": "\0"}]),
    request(webhookUrl="https://example.com/\0"), request(model="\0"), request(segments=[[[]]]),
    request(options={"output_resolution": [10**300, 1]}), request(options={"fps": 1e308}),
])  # fmt: skip
def test_strange_values_never_break_it(speaker: Speaker, wish: Any) -> None:
    assert speaker.post("/v2/generate", wish).status_code in (201, 400)
    assert speaker.post("/v2/analyze/cost", wish).status_code in (200, 400)


def test_errors_are_listed_for_everybody(speaker: Speaker) -> None:
    found = speaker.server.client.get("/v2/errors").json()
    assert [each["code"] for each in found] == list(CATALOGUE)
    assert all(each["message"] and each["suggestion"] for each in found)


def test_models(speaker: Speaker) -> None:
    found = speaker.get("/v2/models").json()
    assert {"lipsync-2", "sync-3", "react-1"} <= {each["id"] for each in found}
    assert all("no lips are moved" in each["description"] for each in found)
