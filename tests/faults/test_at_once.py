"""Several at once on one server: nobody waits for one who waits for them, nobody gets more than asked, none collide."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from clipmill.app import SystemClock
from clipmill.domain.attempt import Claim
from clipmill.domain.batch import Batch, BatchState, Move
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.transition import Transition, to_done
from clipmill.errors import InputError
from clipmill.pipeline.batch import Verbs
from clipmill.ports import Clock
from clipmill.store.line.claims import hand_back
from clipmill.store.line.ledger import lock
from clipmill.store.line.moves import apply_all
from clipmill.store.line.queue import SqlQueue
from clipmill.store.schema import batches
from tests import world as worlds
from tests.world import LEASE_SECONDS, TEMPLATE, World, order


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A line with local hands over a server."""
    monkeypatch.setattr(worlds, "kind", worlds.POSTGRES)
    return World(tmp_path, remote=False, lane=100)


class Meeting:
    """Holds two threads up after their first statement that begins so, until both are there or the wait is over."""

    def __init__(self, world: World, beginning: str, seconds: float) -> None:
        self._barrier = threading.Barrier(2, timeout=seconds)
        self._beginning = beginning
        self._met = set[int]()
        event.listen(world.database._engine, "after_cursor_execute", self._after)

    def _after(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(self._beginning) and threading.get_ident() not in self._met:
            self._met.add(threading.get_ident())
            with suppress(threading.BrokenBarrierError):
                self._barrier.wait()


def deadlocks(world: World) -> list[str]:
    """A list that grows with every deadlock from now on, those included that are tried again."""
    found: list[str] = []

    def seen(context: Any) -> None:
        if getattr(context.original_exception, "sqlstate", "") == "40P01":
            found.append(str(context.original_exception))

    event.listen(world.database._engine, "handle_error", seen)
    return found


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each answers, all begun together."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result(60) for each in [pool.submit(work) for work in works]]


def as_they_come(world: World, transitions: Sequence[Transition]) -> None:
    """What one writes first: each transition locks what it needs, in the order in which it comes."""
    now = world.clock.now()
    world.database.write(lambda connection: [apply_all(connection, [each], now, LEASE_SECONDS) for each in transitions])


def in_order(world: World, transitions: Sequence[Transition]) -> None:
    """The queue's own way."""
    world.queue.apply(transitions)


@pytest.mark.parametrize(("way", "deadlocked", "seconds"), [(in_order, False, 0.5), (as_they_come, True, 20.0)])
def test_two_that_write_about_the_same_batches_never_wait_for_each_other(
    world: World, way: Callable[[World, Sequence[Transition]], None], deadlocked: bool, seconds: float
) -> None:
    """The second way is the negative control: it must be convicted, and every row is done all the same."""
    claims: list[Claim] = []
    for batch_id in ("bat_1", "bat_2"):
        world.batch(2, batch_id=batch_id)
        claims += world.queue.admit("wrk_a", ["fake"], 2, batch_id)
    first, second, third, fourth = map(to_done, claims)
    found = deadlocks(world)
    Meeting(world, "UPDATE rows", seconds)
    at_once(lambda: way(world, [first, third]), lambda: way(world, [fourth, second]))
    assert bool(found) is deadlocked, found
    for batch_id in ("bat_1", "bat_2"):
        assert world.check_laws(batch_id).count(RowState.DONE) == 2


def test_admission_verbs_and_renewals_wait_for_nobody_who_waits_for_them(world: World) -> None:
    batches = [f"bat_{number}" for number in range(1, 5)]
    for batch_id in batches:
        world.batch(12, batch_id=batch_id, blocked=2)
    found = deadlocks(world)

    def work(number: int) -> None:
        for turn in range(3):
            claims = [
                claim for batch_id in batches for claim in world.queue.admit(f"wrk_{number}", ["fake"], 1, batch_id)
            ]
            world.queue.renew(f"wrk_{number}", {claim.row_id: claim.fence for claim in reversed(claims)})
            turned = claims[number:] + claims[:number]
            world.queue.apply([to_done(claim) for claim in turned])
            move = Move(batches[(number + turn) % 4], RowState.READY, RowState.CANCELLED, "cancelled")
            world.rows.move(move, [12 - number])

    at_once(*(lambda number=number: work(number) for number in range(4)))
    assert not found
    for batch_id in batches:
        progress = world.check_laws(batch_id)
        assert progress.count(RowState.DONE) + progress.count(RowState.READY) + progress.count(RowState.CANCELLED) == 12


def test_worker_that_leaves_while_it_renews_waits_for_itself_in_one_order(world: World) -> None:
    world.batch(4)
    with world.queue.recover("wrk_a", ["fake"]):
        held = {claim.row_id: claim.fence for claim in world.queue.admit("wrk_a", ["fake"], 4)}
        found = deadlocks(world)
        Meeting(world, "", 0.5)
        now = world.clock.now()
        leave = partial(world.database.write, lambda connection: hand_back(connection, "wrk_a", now))
        at_once(leave, lambda: world.queue.renew("wrk_a", held))
    assert not found


def test_four_workers_finish_four_batches(world: World) -> None:
    batches = [f"bat_{number}" for number in range(1, 5)]
    for batch_id in batches:
        world.batch(10, batch_id=batch_id)
    found = deadlocks(world)
    at_once(*(lambda batch_id=batch_id: asyncio.run(world.worker().run(batch_id)) for batch_id in batches))
    assert not found
    for batch_id in batches:
        assert world.check_laws(batch_id).count(RowState.DONE) == 10


#: A planner that looks into an inner table anew for every line of the outer one, as it may whenever it likes.
ANEW = "; ".join(
    f"SET enable_{way} = off" for way in ("hashjoin", "mergejoin", "hashagg", "material", "memoize", "sort")
)
NAIVE = (
    "UPDATE rows SET owner = 'wrk_x' WHERE id IN (SELECT id FROM rows WHERE state = 'rendering' AND due_at <= 2e6 "
    "LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
)


def plan_anew(connection: Any, _record: Any) -> None:
    """Plan so on this connection."""
    connection.execute(ANEW)
    connection.commit()


def test_no_worker_takes_more_than_it_asked_for_whatever_the_planner_does(world: World) -> None:
    """With a negative control: the statement that one writes first takes more than one row."""
    world.batch(8)
    world.queue.admit("wrk_a", ["fake"], 8)
    world.clock.advance(LEASE_SECONDS + 1)
    world.database.close()
    event.listen(world.database._engine, "connect", plan_anew)
    assert len(world.queue.claim_due("wrk_b", ["fake"], 1)) == 1
    assert len(world.queue.claim_due("wrk_b", ["fake"], 3)) == 3
    taken = world.database.write(lambda connection: connection.execute(text(NAIVE)).all())
    assert len(taken) > 1


def test_two_that_take_what_is_due_share_no_row(world: World) -> None:
    world.batch(10)
    world.queue.admit("wrk_a", ["fake"], 10)
    world.clock.advance(LEASE_SECONDS + 1)
    Meeting(world, "WITH due", 20.0)
    one, other = at_once(
        lambda: world.queue.claim_due("wrk_b", ["fake"], 6), lambda: world.queue.claim_due("wrk_c", ["fake"], 6)
    )
    assert len({claim.row_id for claim in (*one, *other)}) == len(one) + len(other) == 10


def test_two_tables_are_taken_in_at_once(world: World) -> None:
    for batch_id in ("bat_1", "bat_2"):
        world.batch(0, batch_id=batch_id)
    Meeting(world, "INSERT INTO rows", 20.0)
    orders = [order(number, "") for number in range(1, 6)]
    assert at_once(*(lambda to=to: world.rows.add(to, orders) for to in ("bat_1", "bat_2"))) == [5, 5]
    for batch_id in ("bat_1", "bat_2"):
        assert [record.fields for record in world.rows.records(batch_id)] == [{"n": str(n)} for n in range(1, 6)]


def test_a_table_that_two_take_in_at_once_is_in_there_once(world: World) -> None:
    world.batch(0)
    Meeting(world, "INSERT INTO rows", 0.5)
    orders = [order(number, "bat_1") for number in range(1, 6)]
    added = at_once(*[lambda: world.rows.add("bat_1", orders)] * 2)
    assert sorted(added) == [0, 5]
    assert world.check_laws().rows == 5


@pytest.mark.parametrize(("does", "added"), [
    (lambda world: Verbs(world.batches, world.rows, world.lanes).pause("bat_1"), 0),
    (lambda world: Verbs(world.batches, world.rows, world.lanes).retry("bat_1"), 0),
    (lambda world: world.rows.amend("bat_1", [order(2, "bat_1"), order(3, "bat_1")]), 0),
    (lambda world: world.rows.add("bat_1", [order(4, "bat_1"), order(5, "bat_1", blocked=True)]), 2),
], ids=["pause", "retry", "amend", "add"])  # fmt: skip
def test_whoever_waits_for_a_batch_that_is_being_cancelled_leaves_it_so(
    world: World, does: Callable[[World], object], added: int
) -> None:
    world.batch(2, blocked=1)
    world.rows.move(Move("bat_1", RowState.READY, RowState.FAILED, "failed"), [2])
    held, waits = threading.Event(), threading.Event()

    def cancel(connection: Connection) -> None:
        lock(connection, ["bat_1"])
        held.set()
        waits.wait(20)
        connection.execute(batches.update().values(state=str(BatchState.CANCELLED)))

    def come() -> None:
        held.wait(60)
        event.listen(world.database._engine, "before_cursor_execute",
                     lambda *about: waits.set() if about[2].endswith("FOR UPDATE") else None)  # fmt: skip
        with suppress(InputError):
            does(world)

    at_once(lambda: world.database.write(cancel), come)
    now = world.check_laws()
    assert now.batch.state is BatchState.CANCELLED
    assert [now.count(state) for state in (RowState.READY, RowState.FAILED, RowState.BLOCKED)] == [1, 1, 1], "as before"
    assert now.count(RowState.CANCELLED) == added, "what comes late is cancelled with its batch"


def test_two_batches_freeze_one_template_and_open_one_lane_at_once(world: World) -> None:
    def begin(name: str) -> None:
        world.open_lane("new", 3)
        world.batches.create(Batch(id=name, name="", template_name="fake", template_version="v1", engine="fake",
                                   source="", out_folder="", policy=Policy()), TEMPLATE)  # fmt: skip

    Meeting(world, "INSERT INTO templates", 0.5)
    at_once(*(lambda name=name: begin(name) for name in ("bat_1", "bat_2")))
    assert world.batches.template("bat_1") == world.batches.template("bat_2") == TEMPLATE


class Wrong:
    """A clock that is an hour ahead of the world's, as a machine's may be."""

    def now(self) -> float:
        return SystemClock().now() + 3600

    async def sleep(self, seconds: float) -> None:
        await SystemClock().sleep(seconds)


def queue_by(world: World, clock: Clock) -> SqlQueue:
    """A queue of the world's as a machine with that clock has it."""
    queue = SqlQueue(world.database, world.queue._presence, clock, LEASE_SECONDS)
    queue.first_states = world.queue.first_states
    return queue


@pytest.mark.parametrize("shared", [True, False], ids=["ours", "each-their-own"])
def test_a_machine_whose_clock_is_an_hour_off_takes_nothing_from_others(world: World, shared: bool) -> None:
    """Without a clock in common, the negative control, it takes what the other has just begun."""
    world.batch(2)
    right, wrong = (queue_by(world, world.database.clock(local) if shared else local)
                    for local in (SystemClock(), Wrong()))  # fmt: skip
    right.admit("wrk_right", ["fake"], 1)
    assert len(wrong.claim_due("wrk_wrong", ["fake"], 5)) == (0 if shared else 1)
    (late,) = wrong.admit("wrk_wrong", ["fake"], 1)
    assert (late.lease_until - SystemClock().now() < 2 * LEASE_SECONDS) is shared, "nobody waits an hour for its rows"
