"""What is due is sent beside the rows, signed, under one id, and written down; what a worker leaves others send."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from clipmill.deliver.signing import new_secret
from clipmill.domain.line.delivery import Answer, Delivery, DeliveryKind, DeliveryState, Endpoint
from clipmill.domain.row import RowState
from clipmill.errors import StoreAway
from clipmill.pipeline.posting import Posting
from tests.world import World

URL = "https://shop.example/hook?token=hush"
ENDPOINT = Endpoint(id="ep_1", url=URL, secret=new_secret(), types=("batch.finished", "row.done"))
pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with an endpoint."""
    world = World(tmp_path)
    world.endpoints.add(ENDPOINT)
    return world


async def ask(function: Callable[..., Any], *arguments: Any) -> Any:
    """Ask the store at once."""
    return function(*arguments)


def posted(world: World, posting: Posting | None = None) -> None:
    """Everything that is due, sent once."""
    asyncio.run((posting or world.posting()).finish("wrk_post", ask))


def lines(world: World) -> list[Delivery]:
    """The lines of the outbox."""
    return list(world.outbox.deliveries())


def worker(world: World) -> Any:
    """A worker that sends as well."""
    made = world.worker()
    made.posts = world.posting()
    return made


def test_worker_has_sent_what_was_due_when_its_batch_is_at_rest(world: World) -> None:
    world.batch(3)
    progress = asyncio.run(worker(world).run("bat_1"))
    assert progress.count(RowState.DONE) == 3
    assert sorted(line.type for line in lines(world)) == ["batch.finished", "row.done", "row.done", "row.done"]
    assert {line.state for line in lines(world)} == {DeliveryState.SENT}
    assert sorted(headers["webhook-id"] for _, headers, _ in world.sender.sent) == sorted(x.id for x in lines(world))


def test_worker_that_serves_sends_what_others_left(world: World) -> None:
    world.batch(1)
    world.run()
    assert world.sender.sent == []
    asyncio.run(worker(world).serve(["fake"], asyncio.Event(), until_idle=True))
    assert len(world.sender.sent) == 2


def test_every_try_has_the_same_id_and_bytes_and_a_signature_of_its_own_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.batch(1)
    world.run()
    world.sender.answers = [Answer(500, 0.1), Answer(500, 0.1)]
    posted(world)
    world.clock.advance(5)
    posted(world)
    by_id: dict[str, list[tuple[Mapping[str, str], bytes]]] = {}
    for url, headers, body in world.sender.sent:
        assert url == URL
        assert headers["Content-Type"] == "application/json"
        by_id.setdefault(headers["webhook-id"], []).append((headers, body))
    monkeypatch.setattr(Webhook, "_Webhook__verify_timestamp", lambda _self, at: _utc(float(at)))
    for (first, body), (second, again) in by_id.values():
        assert body == again
        assert int(second["webhook-timestamp"]) == int(first["webhook-timestamp"]) + 5
        for headers in (first, second):
            Webhook(ENDPOINT.secret).verify(body, dict(headers))


def _utc(at: float) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC)


def test_no_secret_is_in_the_log_of_the_outbox_or_in_ours(world: World, log_lines: list[dict[str, Any]]) -> None:
    world.batch(1)
    world.run()
    world.sender.answers = [Answer(400, 0.1, f"bad {ENDPOINT.secret} for {URL}"), Answer(400, 0.1)]
    posted(world)
    told = [answer.text for line in lines(world) for answer in line.log]
    assert told == ["bad … for …", ""]
    everything = repr(lines(world)) + repr(list(world.rows.events("bat_1"))) + repr(log_lines)
    assert "hush" not in everything
    assert ENDPOINT.secret not in everything


def test_file_is_put_with_its_digest_and_one_that_is_gone_is_an_answer(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"film")
    digest = world.files.put(tmp_path / "a.mp4", keep=True)
    upload = Delivery(id="msg_1", kind=DeliveryKind.UPLOAD, target="https://store.example/a?sig=1", media=digest)
    world.outbox.put(upload)
    world.outbox.put(replace(upload, id="msg_2", media="ab" * 32))
    posted(world)
    ((url, headers, body),) = world.sender.sent
    told = base64.b64encode(hashlib.sha256(b"film").digest()).decode()
    assert (url, dict(headers), body) == (upload.target, {"Content-Digest": f"sha-256=:{told}:"}, b"film")
    sent, gone = lines(world)
    assert (sent.state, gone.state, gone.log[0].status) == (DeliveryState.SENT, DeliveryState.WAITING, 0)
    assert "is gone" in gone.log[0].text


def test_a_few_are_sent_at_once_and_no_more(world: World) -> None:
    world.batch(10)
    world.run()
    at_once, most, lock = 0, 0, threading.Lock()

    def send(*_: Any) -> Answer:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.02)
        with lock:
            at_once -= 1
        return Answer(200, 0.1)

    world.sender.send = send  # type: ignore[method-assign]
    posted(world)
    assert 1 <= most <= 4
    assert {line.state for line in lines(world)} == {DeliveryState.SENT}


def test_rows_are_carried_while_a_receiver_says_nothing(world: World) -> None:
    """All sends hang until the rows are done: none of them may wait for one."""
    world.batch(12)
    over = threading.Event()

    def send(*_: Any) -> Answer:
        over.wait(60)
        return Answer(200, 0.1)

    world.sender.send = send  # type: ignore[method-assign]

    async def watch() -> Any:
        running = asyncio.create_task(worker(world).run("bat_1"))
        while world.batches.progress("bat_1").count(RowState.DONE) < 12:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        over.set()
        return await running

    assert asyncio.run(watch()).count(RowState.DONE) == 12


def test_store_that_is_away_and_whatever_nobody_expected_ends_no_worker(
    world: World, log_lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clipmill.pipeline.posting._LOOK_SECONDS", 0.01)
    world.batch(1)
    world.run()
    posting, take = world.posting(), world.outbox.take
    broken = [StoreAway("it is away"), None, StoreAway("again")]

    def away(*arguments: Any) -> Any:
        if broken and (error := broken.pop(0)):
            raise error
        return take(*arguments)

    def send(*_: Any) -> Answer:
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(world.outbox, "take", away)
    world.sender.send = send  # type: ignore[method-assign]

    async def serve() -> None:
        serving = asyncio.create_task(posting.serve("wrk_post", ask))
        while len([line for line in log_lines if line["event"] == "a delivery was not settled"]) < 2 or broken:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert not serving.done()
        serving.cancel()

    asyncio.run(serve())
    assert [line.state for line in lines(world)] == [DeliveryState.WAITING] * 2
    assert "nothing can be sent" in {line["event"] for line in log_lines}


def test_what_cannot_be_signed_is_not_sent(world: World, log_lines: list[dict[str, Any]]) -> None:
    world.endpoints.add(replace(ENDPOINT, id="ep_2", signing="of a dialect that is gone"))
    world.batch(1)
    world.run()
    posted(world)
    assert len(world.sender.sent) == 2
    assert len([line for line in log_lines if line["event"] == "a delivery was not settled"]) == 2
