"""kill -9 of workers in whatever they do for paid engines, on both databases: nothing is lost, nothing paid twice.

The engines honour keys, can be looked up, or ignore everything; rows share calls and parts. Windows, rates, credits and
parts are held to the engines' own books (`auditing.py`).
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests import postgres
from tests.e2e.line_worker import PHASES
from tests.e2e.mill import Mill, mills_in

#: Of what is still to be hit, so much is waited for at a time.
_AIMED_AT = 3
#: Where processes are stopped that are to wake after their leases.
_STOPS = [
    "submit lookup",
    "submit blind",
    "poll keyed",
    "submit keyed",
    "render",
    "fetch lookup",
    "deliver",
    "checking",
]


@pytest.fixture
def mills(tmp_path: Path) -> Iterator[Callable[..., Mill]]:
    """Makes mills."""
    with mills_in(tmp_path) as make:
        yield make


def killed_and_finished(mill: Mill, workers: int, targets: list[str], seed: str) -> int:
    """Kill one of so many processes at a time, each in a phase that was aimed at, and put another in its place.

    How many kills that took, of which some came a moment too late.
    """
    chance, most = random.Random(seed), 2 * len(targets) + 10
    mill.more(2)
    while targets:
        mill.staff(workers)
        mill.more()
        victim, phase = mill.aim(*chance.sample(targets, min(_AIMED_AT, len(targets))))
        mill.kill(victim)
        if mill.inside_of(victim)[phase]:
            targets.remove(phase)
        assert len(mill.killed) < most, f"{targets}\n{mill.said()}"
    found = mill.finish(workers)
    print(f"\n{len(mill.killed)} SIGKILLs of {workers} over {mill.database._engine.name}; inside of "
          f"{dict(sorted(mill.hits().items()))}; {found.told}")  # fmt: skip
    assert not found.offences, f"{found.offences[:10]}\n{mill.said()}"
    return len(mill.killed)


def stopped_and_finished(mill: Mill, workers: int, phases: Sequence[str]) -> None:
    """Stop processes, each in a phase, for longer than a lease; others take what they held; then they go on."""
    mill.more(4)
    for phase in phases:
        mill.staff(workers)
        mill.more(2)
        zombie, _ = mill.aim(phase)
        os.kill(zombie, signal.SIGSTOP)
        time.sleep(1.4 * mill.place.lease_seconds)
        os.kill(zombie, signal.SIGCONT)
    found = mill.finish(workers)
    lost = mill.said().count("lease lost")
    print(f"\n{len(phases)} SIGSTOPs of {workers} over {mill.database._engine.name}; {lost} leases lost; {found.told}")
    assert not found.offences, f"{found.offences[:10]}\n{mill.said()}"


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("kind", "workers", "half"), [("sqlite", 4, 0), ("postgresql", 2, 1)])
def test_workers_killed_in_every_phase_lose_nothing_and_pay_nothing_twice(
    mills: Callable[..., Mill], kind: str, workers: int, half: int
) -> None:
    killed_and_finished(mills(kind), workers, [*PHASES[half::2]], f"{kind} {workers}")


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("kind", "phases"), [("sqlite", _STOPS[:1]), ("postgresql", _STOPS[1:2])])
def test_workers_that_wake_after_their_leases_change_nothing(
    mills: Callable[..., Mill], kind: str, phases: list[str]
) -> None:
    stopped_and_finished(mills(kind, lease=2.0, margin=0.7), 2, phases)


@pytest.mark.timeout(240)
def test_a_server_that_crashes_twice_loses_nothing(mills: Callable[..., Mill]) -> None:
    mill = mills("postgresql")
    mill.more(6)
    mill.staff(2)
    for phase in ("fetch lookup", "submit keyed"):
        mill.aim(phase)
        mill.database.close()
        postgres.crash()
        mill.more(4)
    found = mill.finish(2)
    print(f"\n2 crashes of PostgreSQL under 2 workers; {found.told}")
    assert not found.offences, f"{found.offences[:10]}\n{mill.said()}"


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_hundred_kills_in_every_phase_lose_nothing_and_pay_nothing_twice(
    mills: Callable[..., Mill], kind: str, workers: int
) -> None:
    targets = [PHASES[place % len(PHASES)] for place in range(workers, workers + 34)]
    assert killed_and_finished(mills(kind), workers, targets, f"long {kind} {workers}") >= 34


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_workers_that_wake_wherever_they_were_change_nothing(mills: Callable[..., Mill], kind: str) -> None:
    stopped_and_finished(mills(kind, lease=2.0, margin=0.7), 3, _STOPS)
