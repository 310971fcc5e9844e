"""Zvid's users against a real server: the curl lines of its guide, and what its client for agents sends."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.compat.harness import Outside, Running, decoded, fetched

#: A bulk campaign's one output, as the guide has it: a drawing over nine seconds.
_SVG = (
    "<svg width='1280' height='720' viewBox='0 0 1280 720' xmlns='http://www.w3.org/2000/svg'>"
    "<rect width='1280' height='720' fill='#07111F'/><rect x='80' y='80' width='1120' height='560' rx='28' "
    "fill='#17233D'/><text x='640' y='380' text-anchor='middle' fill='#FFFFFF' font-family='Arial' "
    "font-size='64'>{{title}}</text></svg>"
)
PROJECT = {"name": "bulk-run", "resolution": "hd", "duration": 9, "frameRate": 30, "outputFormat": "mp4",
           "backgroundColor": "#07111F", "variables": {"title": "Row 1"},
           "visuals": [{"type": "SVG", "width": 1280, "height": 720, "track": 1, "svg": _SVG}]}  # fmt: skip
SMALL = {"name": "small", "width": 160, "height": 96, "duration": 0.5, "frameRate": 8, "variables": {"n": 1},
         "visuals": [{"type": "TEXT", "text": "{{n}}", "style": {"fontSize": 40}}]}  # fmt: skip
_SECONDS = 180


def curl(folder: Path, line: str, **values: str) -> Any:
    """Run a line of the guide, with the address and the key put in; its answer and status."""
    for name, value in values.items():
        line = line.replace(name, value)
    done = subprocess.run(f"{line} -sS -w '\n%{{http_code}}'", shell=True, cwd=folder, capture_output=True, text=True,
                          timeout=60, check=True)  # fmt: skip
    body, _, status = done.stdout.rpartition("\n")
    return json.loads(body) | {"http": int(status)}


def until_over(ask: Callable[[], Any]) -> Any:
    """Ask every second until a job is over; it never seems to go back."""
    end, before = time.monotonic() + _SECONDS, -1
    while time.monotonic() < end:
        told = ask()
        assert told["progress"]["percentage"] >= before
        before = told["progress"]["percentage"]
        if told["state"] in ("completed", "failed"):
            return told
        time.sleep(0.5)
    raise AssertionError(f"it is not over: {told}")


@pytest.mark.parametrize("base", ["", "/compat/zvid"])
def test_guides_curl_lines(server: Running, tmp_path: Path, base: str) -> None:
    (tmp_path / "render-job.json").write_text(json.dumps({"payload": PROJECT, "clientKey": base}))
    address = {"https://api.zvid.io": server.url + base, "YOUR_API_KEY": server.key}
    post = ('curl -X POST https://api.zvid.io/api/render/api-key -H "Content-Type: application/json" '
            '-H "x-api-key: YOUR_API_KEY" -d @render-job.json')  # fmt: skip
    accepted = [curl(tmp_path, post, **address) for _ in range(3)]
    assert [each["http"] for each in accepted] == [202] * 3
    assert len({each["jobId"] for each in accepted}) == 1
    assert (accepted[0]["status"], accepted[0]["creditsReserved"]) == ("queued", 9)
    get = 'curl -X GET https://api.zvid.io/api/jobs/$JOB_ID -H "x-api-key: YOUR_API_KEY"'
    done = until_over(lambda: curl(tmp_path, get, **address, **{"$JOB_ID": accepted[0]["jobId"]}))
    assert done["state"] == "completed", done["failedReason"]
    made = decoded(fetched(done["result"]["url"], tmp_path / "made.mp4"))
    assert (made.frames, made.width, made.height, made.seconds) == (270, 1280, 720, 9.0)


@pytest.fixture
def agent(server: Running) -> Iterator[httpx.Client]:
    """A client that sends what Zvid's client for agents sends."""
    headers = {"X-Api-Key": server.new_key("agent", "--style", "zvid"), "User-Agent": "zvid-mcp"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        yield client


def test_what_an_agent_asks_in_turn(agent: httpx.Client, elsewhere: Outside, tmp_path: Path) -> None:
    def ask(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        found = agent.request(method, path, json=body)
        assert found.status_code == status, found.text
        return found.json()

    assert agent.headers["X-Api-Key"].startswith("zvid_")
    balance = ask("GET", "/api/credits/balance")
    assert balance["subscription_credits"] == balance["subscriptionCredits"]
    checked = ask("POST", "/api/render/validate/api-key", {"payload": SMALL})
    assert (checked["valid"], checked["creditsRequired"]) == (True, 1)
    hook = ask("POST", "/api/webhooks", {"url": elsewhere.link("all"), "events": ["render.completed"]}, 201)
    secret = hook["webhook"]["secret"]
    picture = {**SMALL, "visuals": [{"type": "IMAGE", "src": elsewhere.link("picture.png"), "resize": "cover"},
                                    {"type": "VIDEO", "src": elsewhere.link("talk.mp4"), "width": 80}]}  # fmt: skip
    job = ask("POST", "/api/render/api-key", {"payload": picture, "webhookUrl": elsewhere.link("one")}, 202)["jobId"]
    done = until_over(lambda: ask("GET", f"/api/jobs/{job}"))
    assert done["state"] == "completed", done["failedReason"]
    assert decoded(fetched(done["result"]["url"], tmp_path / "one.mp4")).frames == 4
    assert ask("GET", "/api/jobs?limit=2")["jobs"][0]["id"] == job
    items = [{"variables": {"n": number}, "name": f"row {number}"} for number in range(3)]
    bulk = ask("POST", "/api/render/bulk/api-key", {"payload": SMALL, "items": items, "name": "three"}, 202)
    for each in bulk["jobs"]:
        assert until_over(lambda each=each: ask("GET", f"/api/jobs/{each['jobId']}"))["state"] == "completed"
    told = ask("GET", f"/api/render/bulk/{bulk['bulkId']}")
    assert told["bulk"]["counts"] == {"completed": 3, "failed": 0, "pending": 0}
    assert {decoded(fetched(each["outputUrl"], tmp_path / f"{each['index']}.mp4")).frames for each in told["jobs"]} == {
        4
    }
    assert ask("GET", "/api/templates")["templates"] == []
    assert ask("GET", "/api/webhooks")["webhooks"][0]["id"] == hook["id"]
    for path in ("/one", "/all"):
        headers, body = elsewhere.posted(path)
        signed = f"{headers['X-Zvid-Timestamp']}.".encode() + body
        wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["X-Zvid-Signature"] == f"sha256={wanted}"
        assert json.loads(body)["event"] == "render.completed"
    ask("DELETE", f"/api/webhooks/{hook['id']}")


def test_wrong_request_is_a_400_and_a_strange_key_a_401(server: Running) -> None:
    status, told = server.ask("POST", "/api/render/api-key", {"payload": {"visuals": [], "frameRate": 200}})
    assert (status, told["details"][0]["field"]) == (400, "frameRate")
    assert server.ask("GET", "/api/jobs", key="zvid_" + "0" * 64)[0] == 401
