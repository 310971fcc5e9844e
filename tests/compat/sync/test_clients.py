"""sync.so's own clients, unchanged but for the address: every file that they get is real media, decoded."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compat.harness import Outside, Running, decoded, node, python, serving

HERE = Path(__file__).parent
#: `talk.mp4` has 20 pictures in 2 s, `voice.wav` lasts 1 s: what each mode makes of them, pictures.
FRAMES = {"cut_off": 10, "silence": 20, "loop": 10}


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address and key of a server whose plan has no batches."""
    with serving(tmp_path_factory.mktemp("poor"), CLIPMILL_SYNC_PLAN="creator") as running:
        yield f"{running.url}/compat/sync {running.key}"


def test_python(server: Running, elsewhere: Outside, poor: str, tmp_path: Path) -> None:
    told = python(HERE / "client.py", f"{server.url}/compat/sync", server.key, elsewhere.url, tmp_path, poor)
    batch = told["batch"]
    assert (batch["dry"], batch["status"], batch["success"]) == ("VALIDATED", "COMPLETED", 2)
    assert batch["first"] in ("PENDING", "PROCESSING")
    assert batch["listed"] == [True]
    assert not batch["none"]
    for name, frames in (("a", FRAMES["cut_off"]), ("b", FRAMES["silence"])):
        found = decoded(Path(batch["files"][name]))
        assert (found.frames, found.width, found.height) == (frames, 160, 96)
        assert found.audio_seconds == pytest.approx(found.seconds, abs=0.05)
    errors = told["errors"]
    assert errors["400"][0] == 400
    assert [each[:7] for each in errors["400"][1]] == ["Line 2:", "Line 3:"]
    assert "line 1" in errors["400"][1][1]
    assert errors["404"][0] == 404
    assert errors["401"] == [401]
    assert errors["402"][0] == 402
    single = told["single"]
    assert (single["status"], single["seconds"], single["frames"]) == ("COMPLETED", 1.0, FRAMES["loop"])
    assert single["listed"] == [True]
    assert single["types"] == ["video", "audio"]
    assert single["url"].endswith("/single_1.mp4")
    assert decoded(Path(single["file"])).frames == FRAMES["loop"]
    assert told["uploaded"]["one"][0] in ("VIDEO", "AUDIO")
    assert told["async"]["status"] == "COMPLETED"
    assert "lipsync-2" in told["async"]["models"]
    _, body = elsewhere.posted("/hook-batch")
    assert json.loads(body)["metrics"] == {"total_generations": 2, "success_count": 2, "failed_count": 0,
                                           "pending_count": 0}  # fmt: skip
    assert json.loads(elsewhere.posted("/hook-single")[1])["status"] == "COMPLETED"


def test_javascript(server: Running, elsewhere: Outside, tmp_path: Path) -> None:
    told = node(HERE / "client.cjs", f"{server.url}/compat/sync", server.key, elsewhere.url, tmp_path)
    assert (told["dry"], told["status"], told["metrics"]["success_count"]) == ("VALIDATED", "COMPLETED", 2)
    assert decoded(Path(told["files"]["a"])).frames == FRAMES["cut_off"]
    assert decoded(Path(told["files"]["b"])).frames == FRAMES["loop"]
    assert told["single"]["status"] == "COMPLETED", told["single"]
    assert decoded(Path(told["single"]["file"])).frames == 20
    assert told["listed"] == [True]
    assert told["batches"]
    assert told["cost"][0]["estimatedFrameCount"] == 10
    assert told["bad"][:2] == [400, "BadRequestError"]
    assert told["missing"][:2] == [404, "NotFoundError"]


def test_what_is_told_is_signed(elsewhere: Outside, tmp_path: Path) -> None:
    secret = "whsec_" + "c2VjcmV0" * 5
    settings = {"CLIPMILL_EGRESS_ALLOW": elsewhere.place, "CLIPMILL_WEBHOOK_SECRET": secret}
    with serving(tmp_path, **settings) as running:
        media = [{"type": "image", "url": elsewhere.link("picture.png")},
                 {"type": "audio", "url": elsewhere.link("voice.wav")}]  # fmt: skip
        wish = {"model": "sync-3", "input": media, "webhookUrl": elsewhere.link("hook-signed")}
        assert running.ask("POST", "/v2/generate", wish)[0] == 201
        headers, body = elsewhere.posted("/hook-signed")
    signature = next(value for name, value in headers.items() if name.lower() == "sync-signature")
    moment, found = (part.partition("=")[2] for part in signature.split(","))
    again = json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False)
    assert hmac.new(secret.encode(), f"{moment}.{again}".encode(), hashlib.sha256).hexdigest() == found
    assert json.loads(body)["status"] == "COMPLETED"
