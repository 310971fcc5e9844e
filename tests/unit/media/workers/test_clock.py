"""The clock over one drawing: it ends what never returns, says what that was, and counts nobody else's work."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.errors import OverTime
from clipmill.media.workers.clock import allowed, begun_in, timed
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.solo import SoloWorker
from clipmill.settings import Settings

ATTEMPTS = "tests.unit.media.workers.attempts"
ENDLESS = {"what": "visuals[3]", "seconds": 0.3}
TOLD = r"visuals\[3\]: drawing it took more than 0.3 seconds of a processor \(limits.drawing_seconds\) and was stopped"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no such clock")


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[SoloWorker]:
    """Locked in as those that measure are."""
    made = SoloWorker(Sandbox.looking(Settings(home=tmp_path)))
    yield made
    made.close()


def test_what_never_returns_is_ended_and_named(worker: SoloWorker) -> None:
    with pytest.raises(OverTime, match=TOLD) as raised:
        worker.ask(f"{ATTEMPTS}:draw_for_ever", ENDLESS)
    assert raised.value.what == "visuals[3]"
    assert worker.ask(f"{ATTEMPTS}:process", {}) > 0


async def test_a_crew_tells_the_same(tmp_path: Path) -> None:
    crew = ProcessCrew(1, sandbox=Sandbox.making(Settings(home=tmp_path)))
    with pytest.raises(OverTime, match=TOLD):
        await crew.run(f"{ATTEMPTS}:draw_for_ever", ENDLESS)
    await crew.close()


@pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1, reason="all threads are counted")
def test_what_other_threads_do_beside_it_is_not_counted(worker: SoloWorker) -> None:
    assert worker.ask(f"{ATTEMPTS}:draw_beside", {"seconds": 0.2, "beside": 0.3}) == "done"


def test_a_process_that_is_no_worker_is_not_ended() -> None:
    end = time.thread_time() + 0.05
    with timed("this", 0.01):
        assert allowed() == 0.01
        while time.thread_time() < end:
            pass
    assert allowed() == 0


def test_only_lines_of_the_clock_say_what_is_begun() -> None:
    assert begun_in(b'begun ["visuals[0]", 8.0]\n') == ("visuals[0]", 8.0)
    assert begun_in(b'{"answer": "begun"}\n') is None
    assert begun_in(b"") is None
