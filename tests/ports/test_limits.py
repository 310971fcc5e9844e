"""What a limit of a key must hold: never more than its capacity and what time gave back, however many take at once."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from clipmill.errors import InputError
from clipmill.store.database import Database
from clipmill.store.tenants.limits import SqlKeyLimits
from clipmill.testing import FrozenClock
from tests.together import together
from tests.world import fresh_database

pytestmark = pytest.mark.usefixtures("each_database")

#: Two processes of two threads, each with forty tries.
TAKES = """
from clipmill.store.tenants.limits import SqlKeyLimits
limits = SqlKeyLimits(database, FrozenClock())
say(sum(limits.take("key", "calls", 2) == 0 for _ in range(40)))
"""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A database without limits."""
    return fresh_database(tmp_path)


def test_key_without_a_limit_is_granted_everything(database: Database, clock: FrozenClock) -> None:
    limits = SqlKeyLimits(database, clock)
    limits.limit("key", "calls", 1, 60.0)
    assert [limits.take("key", "batches", 10_000), limits.take("another", "calls", 10_000)] == [0, 0]
    assert (limits.take("key", "calls"), limits.take("key", "calls") > 0) == (0, True)
    limits.unlimit("key", "calls")
    assert limits.take("key", "calls", 10_000) == 0


def test_what_is_refused_is_told_when_it_will_be_granted(database: Database, clock: FrozenClock) -> None:
    limits = SqlKeyLimits(database, clock)
    limits.limit("key", "calls", 60, 60.0)
    assert limits.take("key", "calls", 60) == 0
    assert limits.take("key", "calls", 3) == pytest.approx(3, abs=0.01)
    clock.advance(2)
    assert limits.take("key", "calls", 3) == pytest.approx(1, abs=0.01)
    assert limits.take("key", "calls", 2) == 0
    assert limits.take("key", "calls", 61) == math.inf


def test_clock_that_is_behind_gives_nothing_back_now_or_later(database: Database, clock: FrozenClock) -> None:
    limits = SqlKeyLimits(database, clock)
    limits.limit("key", "calls", 60, 60.0)
    assert limits.take("key", "calls", 59) == 0
    clock.advance(-50)
    assert (limits.take("key", "calls", 2) > 0, limits.take("key", "calls", 1)) == (True, 0)
    limits.limit("key", "calls", 60, 60.0)
    clock.advance(50)
    assert limits.take("key", "calls", 1) == pytest.approx(1, abs=0.01)


def test_budget_comes_back_never_and_what_was_taken_stays_taken(database: Database, clock: FrozenClock) -> None:
    limits = SqlKeyLimits(database, clock)
    limits.limit("key", "budget", 1000)
    assert limits.take("key", "budget", 900) == 0
    clock.advance(1e9)
    assert limits.take("key", "budget", 101) == math.inf
    limits.limit("key", "budget", 2000)
    assert (limits.take("key", "budget", 1101), limits.take("key", "budget", 1100)) == (math.inf, 0)
    limits.limit("key", "budget", 10, 60.0)
    clock.advance(60 * 198)
    assert limits.take("key", "budget") > 0, "what was taken beyond a smaller limit comes back first"
    limits.limit("key", "budget", 0)
    assert limits.take("key", "budget") == math.inf


@pytest.mark.parametrize(("capacity", "seconds"), [(-1, None), (1, 0.0), (1, -1.0)])
def test_numbers_that_make_no_limit_are_refused(
    database: Database, clock: FrozenClock, capacity: int, seconds: float | None
) -> None:
    with pytest.raises(InputError, match="is none"):
        SqlKeyLimits(database, clock).limit("key", "calls", capacity, seconds)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    capacity=st.integers(1, 50),
    seconds=st.none() | st.floats(0.01, 1e6),
    steps=st.lists(st.tuples(st.floats(-1, 100), st.integers(1, 60)), min_size=1, max_size=12),
)
def test_never_more_than_the_capacity_and_what_time_gave_back(
    database: Database, capacity: int, seconds: float | None, steps: list[tuple[float, int]]
) -> None:
    clock = FrozenClock()
    limits = SqlKeyLimits(database, clock)
    limits.unlimit("key", "calls")
    limits.limit("key", "calls", capacity, seconds)
    rate = capacity / seconds if seconds else 0.0
    left, latest = float(capacity), clock.now()
    granted: list[tuple[float, int]] = []
    for passed, amount in steps:
        clock.advance(passed)
        left, latest = min(capacity, left + max(0.0, clock.now() - latest) * rate), max(latest, clock.now())
        wait = limits.take("key", "calls", amount)
        if abs(left - amount) > 1e-6:
            assert (wait == 0) is (left >= amount)
        if wait == 0:
            left -= amount
            granted.append((latest, amount))
        elif wait < 1e9:
            clock.advance(wait + latest - clock.now())
            assert limits.take("key", "calls", amount) == 0, "it was told to wait for just as long"
            left, latest = min(capacity, left + (clock.now() - latest) * rate) - amount, clock.now()
            granted.append((latest, amount))
        for first, (begun, _) in enumerate(granted):
            assert sum(taken for _, taken in granted[first:]) <= capacity + (latest - begun) * rate + 1e-6


def test_those_that_take_at_once_are_granted_no_more_than_there_is(database: Database) -> None:
    limits = SqlKeyLimits(database, FrozenClock())
    limits.limit("key", "calls", 101)
    assert sum(map(int, together(database, TAKES))) == 50
    assert (limits.take("key", "calls"), limits.take("key", "calls")) == (0, math.inf)


def test_who_looks_first_and_takes_then_takes_too_much(database: Database) -> None:
    """The negative control: what one statement does is done by two."""
    SqlKeyLimits(database, FrozenClock()).limit("key", "calls", 1)
    both = threading.Barrier(2, timeout=30)

    def take() -> bool:
        with database.read() as connection:
            left = connection.execute(text("SELECT remaining FROM limits")).scalar_one()
        both.wait()
        if left >= 1:
            taken = text("UPDATE limits SET remaining = remaining - 1")
            database.write(lambda connection: connection.execute(taken))
        return bool(left >= 1)

    with ThreadPoolExecutor(2) as pool:
        assert [each.result() for each in [pool.submit(take) for _ in range(2)]] == [True, True]


def test_what_is_given_back_may_be_taken_again(database: Database, clock: FrozenClock) -> None:
    limits = SqlKeyLimits(database, clock)
    limits.limit("key", "credits", 10)
    assert limits.take("key", "credits", 8) == 0
    limits.give("key", "credits", 5)
    assert limits.left("key")["credits"].remaining == 7
    limits.give("key", "credits", 50)
    limits.give("another", "credits", 5)
    assert (limits.left("key")["credits"].remaining, limits.left("another")) == (10, {})
