"""The client of OpenAI speaks to a server of ours, unchanged but for its base URL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.compat.harness import Outside, Running, decoded, fetched, python

CLIENT = Path(__file__).with_name("client.py")
_HOOK = "/openai"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("openai")


@pytest.fixture(scope="module")
def got(server: Running, elsewhere: Outside, folder: Path) -> dict[str, Any]:
    """What the client got of each step."""
    found: dict[str, Any] = python(CLIENT, server.url, server.key, folder, elsewhere.url + _HOOK)
    return found


def test_a_batch_of_images_is_made_and_the_wrong_request_told(got: dict[str, Any], folder: Path) -> None:
    told = got["stills"]
    assert (told["status"], told["counts"]) == ("completed", {"total": 4, "completed": 3, "failed": 1})
    assert (told["metadata"], told["bad"], told["listed"]) == ({"job": "cats"}, {"wide": "size"}, True)
    assert told["good"] == ["cat-0", "cat-1", "cat-2"]
    pictures = [decoded(folder / f"{name}.png") for name in told["good"]]
    assert {(one.width, one.height, one.frames) for one in pictures} == {(256, 256, 1)}


def test_a_wrong_table_is_refused_with_its_lines(got: dict[str, Any]) -> None:
    assert got["refused"] == {"status": "failed", "errors": [[2, "duplicate_custom_id"], [3, "invalid_json_line"]]}


def test_a_batch_is_cancelled(got: dict[str, Any]) -> None:
    assert got["cancelled"]["status"] == "cancelled"
    assert got["cancelled"]["told"] in ("cancelling", "cancelled")
    assert got["cancelled"]["codes"] == ["batch_cancelled"]


def test_a_batch_of_videos_is_made(got: dict[str, Any], folder: Path) -> None:
    assert got["clips"] == {"status": "completed", "video": "completed", "model": "draft"}
    clip = decoded(folder / "sea.mp4")
    assert (clip.seconds, clip.width, clip.height) == (1.0, 320, 256)


def test_images_are_made_while_one_waits(got: dict[str, Any], folder: Path) -> None:
    told = got["image"]
    assert (told["made"], told["format"], told["size"]) == (2, "webp", "256x320")
    cups = [decoded(folder / f"cup-{number}.webp") for number in range(2)]
    assert {(cup.width, cup.height) for cup in cups} == {(256, 320)}
    assert (folder / "cup-0.webp").read_bytes() != (folder / "cup-1.webp").read_bytes()
    linked = decoded(fetched(told["url"], folder / "linked.png"))
    assert (linked.width, linked.height) == (256, 256)
    assert decoded(folder / "edited.png").width == 256


def test_a_video_is_made_polled_for_and_downloaded(got: dict[str, Any], folder: Path) -> None:
    told = got["video"]
    assert (told["status"], told["progress"], told["seconds"], told["size"]) == ("completed", 100, "2", "256x448")
    assert (told["remixed"], told["deleted"], told["then"]) == (True, True, "not_found")
    assert told["listed"][:2] == told["ids"]
    clip = decoded(folder / "light.mp4")
    assert (clip.seconds, clip.width, clip.height) == (2.0, 256, 448)
    assert decoded(folder / "light.jpg").frames == 1
    assert decoded(folder / "light.png").width > 256


def test_webhooks_are_unwrapped(got: dict[str, Any], server: Running, elsewhere: Outside, folder: Path) -> None:
    told = got["told"]
    assert (told["listed"], told["types"]) == (True, "batch.completed")
    elsewhere.posted(_HOOK)
    posts = [(headers, body.decode()) for path, headers, body in elsewhere.posts if path == _HOOK]
    headers, body = next((headers, body) for headers, body in posts if '"video.completed"' in body)
    found = python(CLIENT, server.url, server.key, folder, "", told["secret"], json.dumps(headers), body)
    assert found == {"type": "video.completed", "data": got["video"]["id"], "altered": "refused"}
    assert any('"batch.completed"' in body for _, body in posts)
