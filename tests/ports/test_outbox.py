"""The outbox: lines are written with their events, held by one at a time, tried by their schedules, and sent again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.batch import BatchState
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.line.delivery import SCHEDULES, Answer, Delivery, DeliveryKind, DeliveryState, Endpoint
from clipmill.domain.transition import to_done
from clipmill.errors import NotFoundError
from clipmill.store.told.outbox import SqlOutbox
from tests.world import LEASE_SECONDS, World, part, planned

pytestmark = pytest.mark.usefixtures("each_database")

URL = "https://shop.example/hook?token=hush"
GOOD, BAD, GONE = Answer(204, 0.1), Answer(500, 0.1, "oh no"), Answer(410, 0.1)
ENDPOINT = Endpoint(id="ep_1", url=URL, secret="whsec_x")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with an endpoint that wants to know when batches are finished."""
    world = World(tmp_path)
    world.endpoints.add(ENDPOINT)
    return world


def kept(world: World, **of: str) -> list[Delivery]:
    """The lines."""
    return list(world.outbox.deliveries(**of))


def finished(world: World, *batch_ids: str) -> None:
    """Batches that are made."""
    for batch_id in batch_ids:
        world.batch(1, batch_id=batch_id)
        world.run(batch_id)


def take(world: World, worker: str = "wrk_a", limit: int = 10) -> Sequence[Delivery]:
    """What is due."""
    return world.outbox.take(worker, limit)


def tried(world: World, answer: Answer) -> Delivery:
    """The only line that is due, tried once more."""
    (delivery,) = take(world)
    assert world.outbox.settle(delivery, answer)
    (line,) = kept(world)
    return line


def test_finished_batch_is_posted_with_its_event(world: World) -> None:
    finished(world, "bat_1")
    (line,) = take(world)
    assert (line.kind, line.type, line.batch_id, line.target, line.secret) == (
        DeliveryKind.WEBHOOK, "batch.finished", "bat_1", URL, "whsec_x")  # fmt: skip
    body = json.loads(line.body)
    assert body == {
        "type": "batch.finished", "timestamp": "1970-01-12T13:46:40.000Z",
        "data": {"batch": "bat_1", "round": 1, "outcome": "all", "rows": {"done": 1},
                 "credits": {"spent": 0.001, "reserved": 0}},
    } | {"timestamp": body["timestamp"]}  # fmt: skip
    assert line.body == json.dumps(body, separators=(",", ":")), "to the byte as it is written again"


def test_rows_are_posted_where_an_endpoint_asks_for_them_and_to_no_other_batch_or_disabled_one(world: World) -> None:
    types = ("row.done", "row.failed", "batch.failed", "batch.cancelled", "batch.paused")
    world.endpoints.add(replace(ENDPOINT, id="ep_2", types=types, batch_id="bat_2"))
    world.endpoints.add(replace(ENDPOINT, id="ep_3", types=("row.done",), batch_id="bat_3"))
    world.batch(2, batch_id="bat_2")
    good, bad = world.queue.admit("wrk_a", ["fake"], 2)
    world.queue.apply([to_done(good), decide(bad, Failure(FailureKind.DATA, "no such mug"))])
    world.batches.update("bat_2", "cancelled", state=BatchState.CANCELLED)
    assert [f"{line.endpoint_id} {line.type}" for line in kept(world)] == [
        "ep_2 row.done", "ep_2 row.failed", "ep_1 batch.finished", "ep_2 batch.cancelled",
    ]  # fmt: skip
    body = json.loads(kept(world, endpoint_id="ep_2")[1].body)
    assert (body["data"]["row"], body["data"]["reason"]) == (2, "no such mug")
    assert kept(world, batch_id="bat_2") == kept(world)
    assert kept(world, batch_id="bat_3") == []


def test_rows_of_two_batches_that_end_in_one_transaction_are_told_each_to_its_own(world: World) -> None:
    for number in (1, 2):
        world.endpoints.add(replace(ENDPOINT, id=f"ep_of_{number}", types=("row.done",), batch_id=f"bat_{number}"))
        world.batch(1, batch_id=f"bat_{number}")
    world.queue.apply([to_done(claim) for claim in world.queue.admit("wrk_a", ["fake"], 2)])
    of_one = [(line.endpoint_id, line.batch_id) for line in kept(world) if line.type == "row.done"]
    assert sorted(of_one) == [("ep_of_1", "bat_1"), ("ep_of_2", "bat_2")]
    assert sorted(line.batch_id for line in kept(world, endpoint_id="ep_1")) == ["bat_1", "bat_2"]


def test_nothing_is_written_where_nobody_asks(world: World) -> None:
    assert world.endpoints.remove("other", "ep_1") == 0
    assert world.endpoints.remove("local", "ep_1") == 1
    finished(world, "bat_1")
    assert kept(world) == [] == list(world.endpoints.all("local"))


def test_endpoint_is_kept_as_it_is_and_told_of_without_its_secret(world: World) -> None:
    assert [replace(kept, created_at=0.0) for kept in world.endpoints.all("local")] == [ENDPOINT]
    finished(world, "bat_1")
    (line,) = kept(world)
    assert line.secret == ""
    assert "hush" not in repr((line, ENDPOINT))
    assert "whsec_x" not in repr((take(world), ENDPOINT))


def test_two_workers_never_hold_one_line_at_once(world: World) -> None:
    finished(world, *(f"bat_{number}" for number in range(12)))
    with ThreadPoolExecutor(4) as workers:
        held = list(workers.map(lambda name: take(world, f"wrk_{name}", 5), range(4)))
    keys = [delivery.id for taken in held for delivery in taken]
    assert len(keys) == len(set(keys)) == 12
    assert take(world) == ()


def test_line_of_a_sender_that_was_silent_is_sent_again_and_its_late_word_is_not_heard(world: World) -> None:
    finished(world, "bat_1")
    (first,) = take(world)
    world.clock.advance(first.schedule.timeout + LEASE_SECONDS - 1)
    assert take(world) == ()
    world.clock.advance(1)
    (second,) = take(world, "wrk_b")
    assert (second.id, second.body, second.fence) == (first.id, first.body, first.fence + 1)
    assert not world.outbox.settle(first, BAD)
    assert world.outbox.settle(second, GOOD)
    assert not world.outbox.settle(second, BAD)
    (line,) = kept(world)
    assert (line.state, line.due_at, [answer.status for answer in line.log]) == (DeliveryState.SENT, None, [204])


def test_line_of_a_worker_that_was_killed_or_leaves_is_sent_at_once(world: World) -> None:
    finished(world, "bat_1")
    with world.dying.recover("wrk_dead", ["fake"]):
        assert len(take(world, "wrk_dead")) == 1
    with world.queue.recover("wrk_a", ["fake"]):  # who buries it
        assert len(take(world, "wrk_a")) == 1
        assert take(world, "wrk_b") == ()
    assert len(take(world, "wrk_b")) == 1


@pytest.mark.parametrize("name", ["standard", "five"])
def test_it_is_tried_by_its_own_schedule_and_then_given_up(world: World, name: str) -> None:
    world.endpoints.remove("local", "ep_1")
    world.endpoints.add(replace(ENDPOINT, schedule=SCHEDULES[name]))
    finished(world, "bat_1")
    waits = SCHEDULES[name].waits
    for number, wait in enumerate(waits[1:], 1):
        line = tried(world, BAD)
        assert (line.state, line.tried, line.due_at) == (DeliveryState.WAITING, number, world.clock.now() + wait)
        world.clock.advance(wait - 1)
        assert take(world) == ()
        world.clock.advance(1)
    last = tried(world, BAD)
    assert (last.state, last.due_at, len(last.log)) == (DeliveryState.GIVEN_UP, None, len(waits))
    assert last.log[0] == replace(BAD, at=last.log[0].at)
    world.clock.advance(10**6)
    assert take(world) == ()


def test_standard_webhooks_has_ten_tries_in_three_days() -> None:
    waits = SCHEDULES["standard"].waits
    assert (len(waits), sum(waits)) == (10, 75 * 3600 + 35 * 60 + 5)


def test_receiver_that_asks_for_time_gets_it(world: World) -> None:
    finished(world, "bat_1")
    assert tried(world, Answer(429, 0.1, retry_after=600)).due_at == world.clock.now() + 600
    world.clock.advance(600)
    assert tried(world, Answer(503, 0.1, retry_after=1)).due_at == world.clock.now() + 300
    world.clock.advance(300)
    assert tried(world, Answer(503, 0.1, retry_after=10**9)).due_at == world.clock.now() + 86_400


def test_endpoint_that_is_gone_is_disabled_and_gets_what_it_missed_once_it_is_back(world: World) -> None:
    finished(world, "bat_1", "bat_2")
    first, second = take(world)
    world.outbox.settle(first, GONE)
    assert "410" in world.endpoints.all("local")[0].disabled_reason
    world.outbox.settle(second, BAD)
    world.clock.advance(5)
    assert take(world) == (), "it waits as long as its endpoint is disabled"
    finished(world, "bat_3")
    assert len(kept(world)) == 2, "nothing is written for it"
    assert world.outbox.again(endpoint_id="ep_1") == 2
    assert world.endpoints.all("local")[0].disabled_reason == ""
    again = take(world)
    assert [(line.id, line.body) for line in again] == [(first.id, first.body), (second.id, second.body)]


def test_what_waits_for_a_disabled_endpoint_is_due_no_more(world: World) -> None:
    finished(world, "bat_1", "bat_2")
    gone, waits = take(world)
    world.outbox.settle(waits, BAD)
    world.outbox.settle(gone, GONE)
    assert [line.due_at for line in kept(world)] == [None, None]
    assert world.outbox.again(endpoint_id="ep_1") == len(take(world)) == 2


def test_endpoint_is_disabled_after_so_many_in_a_row(world: World) -> None:
    patience = 3
    schedule = replace(SCHEDULES["five"], waits=(0,), patience=patience)
    world.endpoints.remove("local", "ep_1")
    world.endpoints.add(replace(ENDPOINT, schedule=schedule))

    def one(number: int, answer: Answer) -> Any:
        finished(world, f"bat_{number}")
        (delivery,) = take(world)
        world.outbox.settle(delivery, answer)
        return world.endpoints.all("local")[0]

    for number in range(patience - 1):
        assert one(number, BAD).disabled_reason == ""
    assert one(10, GOOD).exhausted == 0
    for number in range(20, 20 + patience - 1):
        assert one(number, Answer(0, 0.1, "no connection")).disabled_reason == ""
    dead = one(30, Answer(0, 0.1, "no connection"))
    assert dead.disabled_reason == "3 deliveries in a row were given up; the last try: no connection"


def test_delivery_is_sent_once_more_as_it_was(world: World) -> None:
    finished(world, "bat_1")
    (held,) = take(world)
    world.outbox.settle(held, GOOD)
    assert world.outbox.again(endpoint_id="ep_1") == 0, "it has it"
    assert world.outbox.again(held.id) == 1
    (again,) = take(world)
    assert (again.id, again.body, again.tried) == (held.id, held.body, 0)
    with pytest.raises(NotFoundError, match="no delivery msg_x"):
        world.outbox.again("msg_x")


def test_what_is_sent_out_for_another_is_not_there(world: World) -> None:
    finished(world, "bat_1")
    (held,) = take(world)
    world.outbox.settle(held, BAD)
    before = kept(world)
    theirs = SqlOutbox(world.database, world.clock, LEASE_SECONDS, "other")
    assert [list(theirs.deliveries(**of)) for of in ({}, {"batch_id": "bat_1"}, {"endpoint_id": "ep_1"})] == [[]] * 3
    for meant in ({"delivery_id": held.id}, {"endpoint_id": "ep_1"}):
        with pytest.raises(NotFoundError):
            theirs.again(**meant)
    assert kept(world) == before
    world.clock.advance(5)
    assert [line.id for line in theirs.take("wrk_b", 9)] == [held.id], "whoever sends serves everybody"


def test_parts_of_rows_are_told_to_nobody(world: World) -> None:
    world.endpoints.add(replace(ENDPOINT, id="ep_2", types=("row.done",)))
    world.batch(orders=[planned(1, {"voice": part("voice")})])
    world.run()
    assert [json.loads(line.body)["data"]["row"] for line in kept(world, endpoint_id="ep_2")] == [1]


def test_what_is_put_is_there_once(world: World) -> None:
    upload = Delivery(id="msg_up", kind=DeliveryKind.UPLOAD, target="https://store.example/a.mp4?sig=1", media="ab")
    world.outbox.put(upload)
    world.outbox.put(replace(upload, media="cd"))
    (held,) = take(world)
    assert (held.kind, held.media, held.target, held.signing) == ("upload", "ab", upload.target, "none")
    assert world.outbox.settle(held, GOOD)


def test_endpoint_that_is_removed_gets_nothing_any_more(world: World) -> None:
    finished(world, "bat_1")
    (held,) = take(world)
    world.endpoints.remove("local", "ep_1")
    assert not world.outbox.settle(held, GOOD)
    world.clock.advance(10**6)
    assert take(world) == ()


def test_an_endpoint_is_changed_by_its_tenant_alone(world: World) -> None:
    changed = replace(
        ENDPOINT, url="https://example.org/new", types=("row.failed",), disabled_reason="off", exhausted=2
    )
    assert world.endpoints.change(replace(changed, tenant="other")) == 0
    assert [replace(kept, created_at=0.0) for kept in world.endpoints.all("local")] == [ENDPOINT]
    assert world.endpoints.change(changed) == 1
    assert [replace(kept, created_at=0.0) for kept in world.endpoints.all("local")] == [changed]
