"""A round is told once that it is finished, by the transaction that settles its last row; work opens the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import Batch, BatchState, Move
from clipmill.domain.failure import Failure, FailureKind, decide, to_unknown
from clipmill.domain.line.delivery import Receipt
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.transition import to_done, to_review
from clipmill.domain.verdict import Finding, Ruling, Verdict
from clipmill.pipeline.batch import Verbs
from tests.world import TEMPLATE, World, order

pytestmark = pytest.mark.usefixtures("each_database")

WRONG = Failure(FailureKind.DATA, "no such mug")
DARK = Verdict((Finding("look", Ruling.REVIEW, "it is dark"),))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a lane of ten."""
    return World(tmp_path)


@pytest.fixture
def verbs(world: World) -> Verbs:
    """What people do."""
    return world.verbs


def rounds(world: World) -> list[Mapping[str, Any]]:
    """What was told of finished rounds."""
    return [event.data for event in world.rows.events("bat_1") if event.kind == "finished"]


def told(world: World) -> list[tuple[int, str]]:
    """The numbers and outcomes of finished rounds."""
    return [(data["round"], data["outcome"]) for data in rounds(world)]


def admitted(world: World, ready: int, **how: Any) -> list[Claim]:
    """The rows of a new batch, under way."""
    world.batch(ready, **how)
    return list(world.queue.admit("wrk_a", ["fake"], ready))


def importing(world: World) -> None:
    """A batch whose table is read still."""
    batch = Batch(id="bat_1", name="test", template_name="fake", template_version="v1", engine="fake", source="",
                  out_folder=str(world.folder / "out"), policy=Policy())  # fmt: skip
    world.batches.create(batch, TEMPLATE)


def test_whoever_settles_the_last_row_tells_it_as_the_last_event(world: World) -> None:
    first, second = admitted(world, 2, blocked=1)
    world.queue.apply([to_done(first)])
    assert rounds(world) == []
    world.queue.apply([replace(to_done(second), charged=3)])
    assert rounds(world) == [
        {"round": 1, "outcome": "some", "rows": {"blocked": 1, "done": 2}, "credits": {"spent": 4, "reserved": 0}}
    ]
    assert [event.kind for event in world.rows.events("bat_1")][-2:] == ["done", "finished"]
    assert world.batches.find("bat_1").round == 1


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [("dd", "all"), ("df", "some"), ("ff", "none"), ("dr", "some"), ("du", "some"), ("ru", "none")],
)
def test_outcome_counts_what_is_done_and_rows_that_wait_for_a_person_have_settled(
    world: World, ends: str, outcome: str
) -> None:
    end = {"d": to_done, "f": lambda claim: decide(claim, WRONG), "r": lambda claim: to_review(claim, DARK),
           "u": lambda claim: to_unknown(claim, WRONG)}  # fmt: skip
    world.queue.apply([end[name](claim) for name, claim in zip(ends, admitted(world, 2), strict=True)])
    assert told(world) == [(1, outcome)]


def test_rows_that_are_tried_again_finish_nothing(world: World) -> None:
    (claim,) = admitted(world, 1)
    world.queue.apply([decide(claim, Failure(FailureKind.ENGINE, "it is down"))])
    assert rounds(world) == []


def test_of_two_workers_that_settle_the_last_two_rows_at_once_one_tells_it(world: World) -> None:
    claims = admitted(world, 8)
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda claim: world.queue.apply([to_done(claim)]), claims))
    assert told(world) == [(1, "all")]


def test_what_sends_rows_back_to_work_opens_the_next_round(world: World, verbs: Verbs) -> None:
    good, bad, dark = admitted(world, 3, blocked=1)
    world.queue.apply([to_done(good), decide(bad, WRONG), to_review(dark, DARK)])
    assert told(world) == [(1, "some")]
    verbs.approve("bat_1")
    verbs.retry("bat_1")  # while that round is open
    assert world.batches.find("bat_1").round == 2
    assert world.run().count(RowState.DONE) == 3
    assert told(world)[1:] == [(2, "some")]
    assert world.rows.amend("bat_1", [order(4, "bat_1", blocked=True)]) == 1
    assert world.batches.find("bat_1").round == 2, "it is blocked still"
    assert world.rows.amend("bat_1", [order(4, "bat_1")]) == 1
    assert world.batches.find("bat_1").round == 3
    world.run()
    assert told(world)[2:] == [(3, "all")]
    verbs.reject("bat_1", [1], again=True)
    verbs.deliver_again("bat_1", [2])
    world.run()
    assert told(world)[3:] == [(4, "all")]
    assert [event.kind for event in world.rows.events("bat_1")].count("finished") == 4


def test_delivered_file_that_a_person_rejects_is_a_round_of_its_own(world: World, verbs: Verbs) -> None:
    good, dark = admitted(world, 2)
    world.queue.apply([to_done(good), to_review(dark, DARK)])
    verbs.reject("bat_1", [2])
    assert told(world) == [(1, "some")], "what the batch gave is what it gives"
    verbs.reject("bat_1", [1])
    assert told(world) == [(1, "some"), (2, "none")]


def test_batch_of_blocked_rows_alone_is_finished_when_its_table_is_read(world: World) -> None:
    importing(world)
    world.rows.add("bat_1", [order(1, "bat_1", blocked=True)])
    assert rounds(world) == []
    world.batches.update("bat_1", "imported", state=BatchState.RUNNING)
    assert [(data["outcome"], data["rows"]) for data in rounds(world)] == [("none", {"blocked": 1})]
    world.batches.update("bat_1", "paused", state=BatchState.PAUSED)
    assert len(rounds(world)) == 1


def test_batch_whose_table_failed_is_finished_once_it_is_cancelled(world: World, verbs: Verbs) -> None:
    importing(world)
    world.rows.add("bat_1", [order(1, "bat_1"), order(2, "bat_1", blocked=True)])
    world.batches.update("bat_1", "import failed", state=BatchState.FAILED, reason="it is gone")
    assert rounds(world) == []
    verbs.resume("bat_1")
    assert world.batches.find("bat_1").state is BatchState.FAILED
    assert world.queue.admit("wrk_a", ["fake"], 5) == []
    assert world.batches.unwritten("wrk_a") == [], "a later batch may have its folder"
    assert verbs.cancel("bat_1") == 2
    assert [data["rows"] for data in rounds(world)] == [{"cancelled": 2}]


def test_rows_added_to_a_finished_batch_open_a_round(world: World) -> None:
    world.batch(1)
    world.run()
    world.rows.add("bat_1", [order(2, "bat_1", blocked=True)])
    assert world.batches.find("bat_1").round == 1
    world.rows.add("bat_1", [order(3, "bat_1")])
    assert world.batches.find("bat_1").round == 2
    world.run()
    assert told(world) == [(1, "all"), (2, "some")]


def test_sample_is_no_round(world: World) -> None:
    world.batch(3)
    world.rows.prefer("bat_1", [1])
    world.batches.update("bat_1", "sampled", priority_limit=0)
    asyncio.run(world.worker().run("bat_1"))
    assert rounds(world) == []
    world.batches.update("bat_1", "resumed", priority_limit=100)
    world.run()
    assert told(world) == [(1, "all")]


def test_nothing_moves_where_nothing_was_to_be_moved(world: World) -> None:
    world.batch(1)
    world.run()
    assert world.rows.move(Move("bat_1", RowState.FAILED, RowState.READY, "retried"), [1]) == 0
    assert world.batches.find("bat_1").round == 1


def test_archive_is_remembered_of_a_finished_round_alone_and_once(world: World, verbs: Verbs) -> None:
    world.batch(1)
    first, other = Receipt(1, 10**10, "ab" * 32), Receipt(2, 20, "cd" * 32)
    world.archives.keep("bat_1", 1, first)
    assert world.archives.kept("bat_1", 1) is None, "its rows are at work"
    world.run()
    for receipt in (first, other):
        world.archives.keep("bat_1", 1, receipt)
    assert world.archives.kept("bat_1", 1) == first
    verbs.deliver_again("bat_1", [1])
    world.archives.keep("bat_1", 2, other)
    world.archives.keep("bat_1", 1, other)
    assert (world.archives.kept("bat_1", 1), world.archives.kept("bat_1", 2)) == (first, None)
