"""What stays known of a row whatever becomes of it: every version of what it was made of, and its attempts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.line.call import Handle
from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import Order
from clipmill.domain.payload import Payload
from clipmill.domain.transition import Priced, to_ready, to_running
from clipmill.errors import NotFoundError
from clipmill.store import asking, records
from clipmill.store.schema import attempts, payloads, row_data
from clipmill.stored import BODY, FIELDS, ORDER
from tests.world import World, order

pytestmark = pytest.mark.usefixtures("each_database")
DOWN = Failure(FailureKind.ENGINE, "down")
WRONG = Failure(FailureKind.DATA, "no such mug")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a remote engine."""
    return World(tmp_path)


def versions(world: World) -> list[Any]:
    """What rows were made of before, the oldest first."""
    with world.database.read() as connection:
        return list(connection.execute(select(payloads).order_by(payloads.c.row_id, payloads.c.version)))


def made_of(world: World) -> list[tuple[int, Mapping[str, Any]]]:
    """What every row is to be made of now, with the number of that version."""
    with world.database.read() as connection:
        found = connection.execute(select(row_data).order_by(row_data.c.row_id))
        return [(row.payload_version, BODY.value(row.payload) if row.payload else {}) for row in found]


def test_nothing_is_kept_of_rows_that_nobody_corrects(world: World) -> None:
    world.batch(2, blocked=1)
    world.run()
    assert versions(world) == []


def test_what_a_row_was_made_of_is_kept_with_who_corrected_it(world: World) -> None:
    world.batch(2, blocked=1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, WRONG)])
    first, second = world.clock.now() + 1, world.clock.now() + 2
    corrected = order(1, "bat_1")
    corrected = replace(corrected, checked=replace(corrected.checked, payload=Payload("v1", {"n": "one"})))
    for by in ("ann", "bob"):
        world.clock.advance(1)
        world.rows.amend("bat_1", [corrected, order(2, "bat_1"), order(3, "bat_1", blocked=True)], by)
        (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
        world.queue.apply([decide(claim, WRONG)])
    rows = {record.row_id: record.number for record in world.rows.records("bat_1")}
    one, two, *blocked = sorted(versions(world), key=lambda v: (rows[v.row_id], v.version))
    told = [(rows[v.row_id], v.version, v.at, v.by) for v in (one, two)]
    assert told == [(1, 1, first, "ann"), (1, 2, second, "bob")]
    assert [BODY.value(v.payload)["n"] for v in (one, two)] == [1, "one"]
    assert FIELDS.value(one.fields) == {"n": "1"}
    assert [(rows[v.row_id], v.version, v.payload) for v in blocked] == [(3, 1, ""), (3, 2, "")]
    assert sorted(version for version, _ in made_of(world)) == [1, 3, 3]
    with world.database.read() as connection:
        of = connection.execute(select(attempts.c.payload_version).order_by(attempts.c.number)).scalars()
        assert list(of) == [1, 2, 3]
    told = [event.data for event in world.rows.events("bat_1", 1) if event.kind == "amended"]
    assert told == [{"by": "ann"}, {"by": "bob"}]


def planned_row(world: World) -> None:
    """A running batch of one row that a maker plans."""
    world.batch(0)
    asked = order(1, "bat_1")
    world.rows.add("bat_1", [replace(asked, checked=replace(asked.checked, plan=Order("maker", {"asked": 1})))])


def plan(world: World, body: Mapping[str, Any]) -> None:
    """Plan the row to its end: this is what it is to be made of."""
    (claim,) = world.queue.claim_due("wrk_a", ["maker", "fake"], 1)
    world.queue.apply([to_ready(claim, Priced(Order("fake", body), Lane(engine="fake"), Payload("v1", body), 1))])


@pytest.mark.parametrize(("again", "kept"), [({"take": 2}, 1), ({"take": 1}, 0)])
def test_what_a_row_was_planned_to_be_is_kept_where_it_comes_to_something_else(
    world: World, again: dict[str, Any], kept: int
) -> None:
    planned_row(world)
    plan(world, {"take": 1})
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, WRONG)])
    world.verbs.retry("bat_1", [1])
    plan(world, again)
    assert [(v.version, BODY.value(v.payload), v.by) for v in versions(world)] == [(1, {"take": 1}, "maker")][:kept]
    assert made_of(world) == [(1 + kept, again)]
    for version in versions(world):
        assert ORDER.value(version.plan).payload == {"asked": 1}


def test_attempt_ends_once_whatever_is_planned_or_approved_afterwards(world: World) -> None:
    planned_row(world)
    plan(world, {"take": 1})
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(7)
    world.queue.apply([decide(claim, WRONG)])
    ended = world.clock.now()
    world.clock.advance(5)
    world.verbs.retry("bat_1", [1])
    plan(world, {"take": 2})
    with world.database.read() as connection:
        (attempt,) = connection.execute(select(attempts))
    assert (attempt.outcome, attempt.finished_at, attempt.finished_at - attempt.admitted_at) == ("failed", ended, 7)


def test_record_says_of_what_by_whom_and_when_its_row_was_made(world: World) -> None:
    world.batch(2)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, WRONG)])
    record, other = world.rows.records("bat_1")
    made = record.making
    assert (made.lane, made.engine, made.model, made.template_version) == ("fake", "fake", "", "v1")
    assert made.payload_sha256 == hashlib.sha256(b'{"batch":"bat_1","n":1}').hexdigest()
    assert (made.admitted_at, made.finished_at) == (claim.admitted_at, world.clock.now())
    assert (other.making.payload_sha256, other.making.admitted_at, other.making.jobs) == ("", None, ())
    corrected = order(1, "bat_1")
    corrected = replace(corrected, checked=replace(corrected.checked, payload=Payload("v1", {"n": "one"})))
    world.rows.amend("bat_1", [corrected])
    again = next(iter(world.rows.records("bat_1")))
    assert again.making.payload_sha256 == made.payload_sha256, "nothing was made of the corrected row yet"


def test_record_names_the_jobs_of_every_attempt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAGE_ROWS", 2)
    monkeypatch.setattr(records, "PAGE_ROWS", 2)
    world.batch(3, attempts_allowed=9)
    for turn in range(2):
        for claim in world.queue.admit("wrk_a", ["fake"], 3 - turn):
            sent = to_running(claim, Handle(f"job-{claim.number}-{claim.attempt}"), look_again_in=0.0)
            world.queue.apply([sent])
        held = world.queue.claim_due("wrk_a", ["fake"], 9)
        world.queue.apply([decide(claim, DOWN) for claim in held])
        world.clock.advance(60)
    jobs = [record.making.jobs for record in world.rows.records("bat_1")]
    assert jobs == [("job-1-1", "job-1-2"), ("job-2-1", "job-2-2"), ("job-3-1",)]


def test_story_of_a_row_is_the_same_on_every_database(world: World) -> None:
    world.batch(2)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([to_running(claim, Handle("job-1", {"at": "x"}), look_again_in=0.0)])
    (claim,) = world.queue.claim_due("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, WRONG)])
    world.rows.amend("bat_1", [order(1, "bat_1")], "ann")
    story = world.database.readonly().story("bat_1", 1)
    assert story.record == next(iter(world.rows.records("bat_1")))
    assert [(version.version, version.replaced_by) for version in (*story.before, story.now)] == [(1, "ann"), (2, "")]
    (attempt,) = story.attempts
    assert (attempt.job, attempt.handle, attempt.outcome, attempt.version) == ("job-1", {"at": "x"}, "failed", 1)
    assert (attempt.reserved, attempt.settled) == (1, 0)
    with pytest.raises(NotFoundError, match="no row 3"):
        world.database.readonly().story("bat_1", 3)


def test_how_far_a_row_is_and_how_many_go_before_it_is_told(world: World) -> None:
    world.batch(4)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([to_running(claim, Handle("job-1"), look_again_in=9.0)])
    with world.queue.recover("wrk_a", ["fake"]):
        for share in (0.4, 0.2):
            world.queue.renew("wrk_a", {claim.row_id: claim.fence}, {claim.row_id: share})
    readonly = world.database.readonly()
    running, waiting = readonly.story("bat_1", 1), readonly.story("bat_1", 4)
    assert (running.record.progress, running.before_it) == (0.4, None), "it never falls"
    assert (waiting.record.progress, waiting.before_it) == (None, 2)
