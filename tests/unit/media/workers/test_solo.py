"""One worker process for the synchronous side: kept warm, replaced when it dies, lingers or has worked enough."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from clipmill.errors import ClipmillError, WorkerCrash
from clipmill.media.workers import solo
from clipmill.media.workers.solo import SoloWorker

ATTEMPTS = "tests.unit.media.workers.attempts"


@pytest.fixture
def worker() -> Iterator[SoloWorker]:
    """Replaced after three jobs."""
    made = SoloWorker(None, jobs_each=3)
    yield made
    made.close()


def ask(worker: SoloWorker, function: str = "process", **arguments: object) -> int:
    answer: int = worker.ask(f"{ATTEMPTS}:{function}", arguments)
    return answer


def test_process_is_kept_and_replaced_after_its_jobs(worker: SoloWorker) -> None:
    pids = [ask(worker) for _ in range(6)]
    assert pids[0] == pids[2] != pids[3] == pids[5]


def test_nothing_starts_before_the_first_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solo, "COMMAND", ("/no/such/python",))
    SoloWorker(None).close()


def test_crash_names_its_signal_and_the_next_question_is_answered(worker: SoloWorker) -> None:
    with pytest.raises(WorkerCrash, match=r"signal 11 \(SIGSEGV\); a damaged media file can do that"):
        ask(worker, "die")
    assert ask(worker) > 0


def test_answer_that_takes_too_long_ends_its_process(worker: SoloWorker) -> None:
    first, begun = ask(worker), time.monotonic()
    usual, worker.job_seconds = worker.job_seconds, 1.0
    with pytest.raises(TimeoutError):
        ask(worker, "linger", seconds=600)
    assert time.monotonic() - begun < 60
    worker.job_seconds = usual
    assert ask(worker) != first


def test_process_that_died_while_nobody_asked_is_replaced_unnoticed(worker: SoloWorker) -> None:
    first = ask(worker)
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert ask(worker) != first


def test_error_of_the_function_comes_back(worker: SoloWorker) -> None:
    with pytest.raises(ClipmillError, match="AttributeError"):
        ask(worker, "no_such_function")


def test_machine_that_cannot_start_processes_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solo, "COMMAND", ("/no/such/python",))
    with pytest.raises(WorkerCrash, match="no worker process can be started: No such file"):
        ask(SoloWorker(None))


@pytest.mark.parametrize("end", [SoloWorker.close, lambda worker: None])
def test_process_ends_with_its_worker(end: Callable[[SoloWorker], None]) -> None:
    worker = SoloWorker(None)
    pid = ask(worker)
    end(worker)
    del worker
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a sandbox is not entered")
def test_sandbox_that_cannot_be_closed_answers_every_question_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    line = b'{"memory_bytes": -5, "file_bytes": 0, "readable": [], "writable": ["/proc/no"], "fonts": []}\n'
    monkeypatch.setattr(solo, "first_line", lambda _sandbox: line)
    worker = SoloWorker(None)
    for _ in range(2):
        with pytest.raises(ClipmillError, match="the sandbox of worker processes could not be closed"):
            ask(worker)
    worker.close()
