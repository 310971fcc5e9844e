"""The client: one flow for both colours, keys of its own for what is asked twice, files that are what was made."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clipmill.client import ApiFailure, AsyncClient, Client, NotFound, OutOfCredits, Unauthorized, Unreachable, runners
from clipmill.client.handles import called, slug
from clipmill.client.told import RowSeen

CONTENT = b"a film"
SHA = hashlib.sha256(CONTENT).hexdigest()
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Seconds that would have been waited for."""
    found: list[float] = []

    async def awaited(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(runners.time, "sleep", found.append)
    monkeypatch.setattr(runners.asyncio, "sleep", awaited)
    yield found


def batch(state: str = "finished", **more: Any) -> dict[str, Any]:
    """A batch as it is told."""
    return {"id": "bat_1", "name": "n", "state": state, "rows": 2, "counts": {"done": 2}, "active": 0, **more}


class Mill:
    """A server that gives these answers in turn, the last of them again and again, and keeps what it was asked."""

    def __init__(self, *answers: tuple[int, Any] | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        headers = body.pop("headers", {}) if isinstance(body, dict) else {}
        if isinstance(body, bytes):
            return httpx.Response(status, content=body)
        return httpx.Response(status, json=body, headers=headers)

    @property
    def client(self) -> Client:
        return Client("http://mill", "k", transport=httpx.MockTransport(self))


def test_a_batch_is_waited_for_by_both_kinds_alike(waits: list[float]) -> None:
    steps = [(200, batch("importing")), (200, batch("running", active=1)), (200, batch())]
    assert (
        Mill((201, batch("importing")), *steps).client.batches.create(template="t", rows=[]).wait().state == "finished"
    )

    async def awaited() -> str:
        mill = Mill((201, batch("importing")), *steps)
        async with AsyncClient("http://mill", "k", transport=httpx.MockTransport(mill)) as client:
            made = await client.batches.create(template="t", rows=[])
            return (await made.wait()).state

    assert asyncio.run(awaited()) == "finished"
    assert waits == [2.0] * 4


def test_what_nobody_answered_is_asked_again_under_the_same_key(waits: list[float]) -> None:
    mill = Mill(httpx.ConnectError("no"), (503, {"headers": {"Retry-After": "7"}}), (201, batch()))
    assert mill.client.batches.create(template="t", rows=[]).id == "bat_1"
    keys = {request.headers["Idempotency-Key"] for request in mill.asked}
    assert (len(mill.asked), len(keys), waits) == (3, 1, [0.5, 7.0])
    mill.client.batches.create(template="t", rows=[])
    assert mill.asked[-1].headers["Idempotency-Key"] not in keys


def test_it_gives_up_after_a_while(waits: list[float]) -> None:
    with pytest.raises(Unreachable, match="did not answer"):
        Mill(httpx.ReadError("broke")).client.account.credits()
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Unauthorized), (402, OutOfCredits), (404, NotFound), (400, ApiFailure)]
)
def test_refusals_say_what_and_how_to_mend_it(status: int, kind: type[ApiFailure], waits: list[float]) -> None:
    told = {"error": {"code": "c", "message": "it is wrong.", "param": "rows", "hint": "Correct it."}}
    with pytest.raises(kind, match=r"it is wrong\. Correct it\.") as refused:
        Mill((status, told)).client.batches.get("bat_1")
    assert (refused.value.status, refused.value.code, refused.value.param, waits) == (status, "c", "rows", [])


def test_an_answer_that_is_no_json_is_told_as_what_it_is() -> None:
    with pytest.raises(ApiFailure, match="answered 418"):
        Mill((418, b"<html>")).client.account.credits()


def test_files_are_written_under_names_from_the_table_and_once(tmp_path: Path) -> None:
    row = {"row": 1, "state": "done", "fields": {"prompt": "A red scarf!"}, "file": "x.mp4", "sha256": SHA,
           "url": "http://files/x"}  # fmt: skip
    mill = Mill((200, batch()), (200, {"data": [row], "next": None}), (200, CONTENT))
    made = mill.client.batches.get("bat_1")
    (path,) = made.download_all(tmp_path, "{row}-{prompt}")
    assert (path.name, path.read_bytes()) == ("1-a-red-scarf.mp4", CONTENT)
    assert "Authorization" not in mill.asked[-1].headers, "a link needs no key"
    asked = len(mill.asked)
    again = Mill((200, batch()), (200, {"data": [row], "next": None}))
    again.client.batches.get("bat_1").download_all(tmp_path, "{row}-{prompt}")
    assert (len(again.asked), asked) == (2, 3)


def test_a_file_that_came_otherwise_is_not_kept(tmp_path: Path) -> None:
    row = {"row": 1, "state": "done", "file": "x.mp4", "sha256": "ab" * 32, "url": "http://files/x"}
    mill = Mill((200, batch()), (200, {"data": [row], "next": None}), (200, CONTENT))
    with pytest.raises(ApiFailure, match="came as"):
        mill.client.batches.get("bat_1").download_all(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_rows_come_page_by_page() -> None:
    pages = [(200, {"data": [{"row": 1}], "next": "1"}), (200, {"data": [{"row": 2}], "next": None})]
    mill = Mill((200, batch()), *pages)
    assert [row.row for row in mill.client.batches.get("bat_1").rows(state="done")] == [1, 2]
    assert mill.asked[-1].url.params["after"] == "1"


def test_a_batch_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Mill((200, batch("running", active=1))).client.batches.get("bat_1")
    clock = iter(range(0, 1_000, 5))
    monkeypatch.setattr(runners.time, "monotonic", lambda: next(clock))
    with pytest.raises(TimeoutError, match="bat_1 is running"):
        made.wait(timeout=8)


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPMILL_API_KEY", "cm_live_x")
    mill = Mill((200, {}))
    Client("http://mill", transport=httpx.MockTransport(mill)).account.credits()
    assert mill.asked[0].headers["Authorization"] == "Bearer cm_live_x"
    monkeypatch.delenv("CLIPMILL_API_KEY")
    with pytest.raises(Unauthorized, match="CLIPMILL_API_KEY"):
        Client("http://mill")


@pytest.mark.parametrize(
    ("text", "named"),
    [("A red scarf, flying!", "a-red-scarf-flying"), ("Ünïted", "ünïted"), ("日本 語", "日本-語"), ("../..", ""),
     ("x" * 99, "x" * 60)],
)  # fmt: skip
def test_values_become_safe_parts_of_names(text: str, named: str) -> None:
    assert slug(text) == named


def test_no_value_leads_out_of_the_folder() -> None:
    row = RowSeen(row=3, fields={"a": "../../etc/passwd"}, file="f.mp4")
    assert called("{a}", row, "bat_1") == "etc-passwd.mp4"
