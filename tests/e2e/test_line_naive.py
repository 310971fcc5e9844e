"""Naive ways to share work are convicted, by name, of what `auditing.py` holds a line to; ours are not."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from clipmill.domain.attempt import Claim, attempt_key
from clipmill.domain.failure import Failure, FailureKind, ask_again, decide
from clipmill.domain.line.call import Call, Item
from clipmill.domain.line.lane import Lane
from clipmill.domain.payload import Payload
from clipmill.domain.transition import Transition, to_running
from clipmill.pipeline.calling import call_of
from clipmill.pipeline.worker import Worker, WorkerTiming
from clipmill.store.line import claims, moves
from clipmill.store.line.lanes import SqlLanes
from clipmill.store.line.queue import SqlQueue
from clipmill.store.records import SqlRows
from clipmill.store.schema import IS_ACTIVE, batches, rows
from tests import world
from tests.e2e import auditing
from tests.e2e.emulated import Phases
from tests.e2e.line_worker import parts_of
from tests.e2e.mill import Mill, mills_in

_LEASE_SECONDS = 0.2


@pytest.fixture
def mills(tmp_path: Path) -> Iterator[Callable[..., Mill]]:
    """Makes mills."""
    with mills_in(tmp_path) as make:
        yield make


class Hands:
    """What a worker of a mill does, step by step."""

    def __init__(self, mill: Mill, queue: type[SqlQueue] = SqlQueue, lease_seconds: float = _LEASE_SECONDS) -> None:
        self.parts = parts_of(mill.place, mill.database, mill.clock, Phases(mill.folder / "phases", 0.0))
        self.queue = queue(mill.database, self.parts.presence, mill.clock, lease_seconds)
        self.rows = SqlRows(mill.database, mill.clock)

    def send(self, claim: Claim) -> Transition:
        """Send its call, whatever the time."""
        return to_running(claim, asyncio.run(self.parts.engine(claim.engine).submit(call_of(claim))), look_again_in=0.1)

    def finish(self, batch_id: str) -> None:
        """Carry a batch to its end."""
        worker = Worker("wrk_z", self.queue, self.parts.batches, self.parts.line, WorkerTiming(30.0, tick_seconds=0.05))
        asyncio.run(worker.run(batch_id))


def without_fence(monkeypatch: pytest.MonkeyPatch, is_ours: Callable[[Transition], bool]) -> None:
    """Let writes through by another rule than fence and state."""
    naive = moves._FENCED._generate()
    naive._where_criteria = naive._where_criteria[:1]  # the row alone
    monkeypatch.setattr(moves, "_FENCED", naive)
    monkeypatch.setattr(moves, "_is_ours", lambda transition, _held: is_ours(transition))


@pytest.mark.parametrize("kind", [world.SQLITE, world.POSTGRES])
@pytest.mark.parametrize("naive", ["", "fence ignored", "lease by wall clock"])
def test_zombie_that_is_let_through_pays_twice(
    mills: Callable[..., Mill], monkeypatch: pytest.MonkeyPatch, kind: str, naive: str
) -> None:
    mill = mills(kind)
    short, long = Hands(mill), Hands(mill, lease_seconds=30.0)
    short.rows.add("bat_lookup", [world.order(1, "bat_lookup")])
    (zombie,) = short.queue.admit("wrk_a", ["lookup"], 1)
    time.sleep(1.5 * _LEASE_SECONDS)
    (claim,) = long.queue.claim_due("wrk_b", ["lookup"], 1)
    long.queue.apply([long.send(claim)])
    with monkeypatch.context() as patched:
        if naive:
            a_clock_that_was_set_back = 3600.0 if naive == "lease by wall clock" else float("inf")
            without_fence(patched, lambda t: t.claim.lease_until > time.time() - a_clock_that_was_set_back)
        refused = Failure(FailureKind.RATE, "slow down", retry_after_seconds=0.01)
        assert short.queue.apply([decide(zombie, refused)]) == [None]
    long.finish("bat_lookup")
    assert (auditing.TWICE in mill.audited().names) == bool(naive)


class Eager(SqlQueue):
    """Sends what is ready before it says so."""

    send: Callable[[Call], Any]

    def admit(self, worker: str, lanes: Sequence[str], limit: int, batch_id: str = "") -> Sequence[Claim]:
        """See SqlQueue."""
        key = attempt_key("bat_keyed", 1, 1)
        asyncio.run(self.send(Call(key=key, lane="keyed", items=(Item(key, Payload("v1", {"n": 1}), 1),))))
        time.sleep(0.1)
        return super().admit(worker, lanes, limit, batch_id)


@pytest.mark.parametrize("queue", [SqlQueue, Eager])
def test_paying_without_an_attempt_is_seen_even_where_the_key_makes_good_for_it(
    mills: Callable[..., Mill], queue: type[SqlQueue]
) -> None:
    mill = mills(world.SQLITE)
    hands = Hands(mill, queue, 30.0)
    hands.queue.send = hands.parts.engine("keyed").submit  # type: ignore[attr-defined]
    hands.rows.add("bat_keyed", [world.order(1, "bat_keyed")])
    (claim,) = hands.queue.admit("wrk_a", ["keyed"], 1)
    hands.queue.apply([hands.send(claim)])
    names = mill.audited().names
    assert (auditing.WITHOUT in names, auditing.TWICE in names) == (queue is Eager, False)


class AsTheyCome:
    """Locks batches in the order in which each thread was given rows of them."""

    def __init__(self) -> None:
        self.order: dict[int, list[str]] = {}
        self._both, self._met = threading.Barrier(2, timeout=5), set[int]()

    def __call__(self, connection: Connection, _sorted: Iterable[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for batch_id in self.order[threading.get_ident()]:
            mine = select(batches).where(batches.c.id == batch_id).with_for_update()
            found[batch_id] = connection.execute(mine).one()
            if threading.get_ident() not in self._met:  # once: what is broken off is done again
                self._met.add(threading.get_ident())
                self._both.wait()
        return found


@pytest.mark.parametrize("is_naive", [False, True])
def test_locks_that_are_taken_as_they_come_meet_in_a_deadlock(
    mills: Callable[..., Mill], monkeypatch: pytest.MonkeyPatch, is_naive: bool
) -> None:
    mill, naive = mills(world.POSTGRES), AsTheyCome()
    hands = Hands(mill, lease_seconds=30.0)
    if is_naive:
        monkeypatch.setattr(moves, "lock", naive)

    def apply(group: Sequence[Claim]) -> None:
        naive.order[threading.get_ident()] = [claim.batch_id for claim in group]
        hands.queue.apply([ask_again(c, Failure(FailureKind.ENGINE, "no answer"), now=mill.clock.now()) for c in group])

    at_once = []
    for number in (1, 2):
        for batch_id in ("bat_lookup", "bat_blind"):
            hands.rows.add(batch_id, [world.order(number, batch_id)])
        group = sorted(hands.queue.admit("wrk_a", ["lookup", "blind"], 2), key=lambda claim: claim.batch_id)
        at_once.append(threading.Thread(target=apply, args=(group if number == 1 else group[::-1],)))
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    assert (auditing.DEADLOCK in _within(5.0 if is_naive else 0.0, mill)) == is_naive


def _within(seconds: float, mill: Mill) -> set[str]:
    """What the audit finds; a server counts a moment later."""
    end = time.monotonic() + seconds
    while not (names := mill.audited().names & {auditing.DEADLOCK}) and time.monotonic() < end:
        time.sleep(0.1)
    return names


@pytest.mark.parametrize("is_naive", [False, True])
def test_claim_by_in_and_limit_takes_more_than_it_may(
    mills: Callable[..., Mill], monkeypatch: pytest.MonkeyPatch, is_naive: bool
) -> None:
    mill, ours = mills(world.POSTGRES), claims.take_due
    hands = Hands(mill)
    SqlLanes(mill.database, mill.clock).open(Lane(engine="blind", window=40))
    hands.rows.add("bat_blind", [world.order(number, "bat_blind") for number in range(1, 11)])
    assert len(hands.queue.admit("wrk_a", ["blind"], 10)) == 10
    time.sleep(1.5 * _LEASE_SECONDS)

    def by_in_and_limit(connection: Connection, taking: claims.Taking) -> list[int]:
        due = select(rows.c.id).where(IS_ACTIVE, rows.c.due_at <= taking.now).order_by(rows.c.due_at)
        due = due.limit(taking.limit).with_for_update(skip_locked=True)
        taken = rows.update().where(rows.c.id.in_(due)).values(owner=taking.worker, fence=rows.c.fence + 1)
        return [row.id for row in connection.execute(taken.returning(rows.c.id))]

    def as_planned_on_a_bad_day(connection: Connection, taking: claims.Taking) -> list[int]:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        return (by_in_and_limit if is_naive else ours)(connection, taking)

    monkeypatch.setattr(claims, "take_due", as_planned_on_a_bad_day)
    taken = hands.queue.claim_due("wrk_b", ["blind"], 3)
    assert len(taken) > 3 if is_naive else len(taken) == 3
