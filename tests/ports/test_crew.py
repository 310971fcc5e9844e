"""What every crew must do, and what worker processes add: isolation, replacement, an end with their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from clipmill.domain.failure import Failure, FailureKind
from clipmill.errors import BUG, ClipmillError, EngineError, MediaError, StoreError, WorkerCrash
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.sandbox import Sandbox
from clipmill.ports import Crew
from clipmill.testing import InProcessCrew

HERE = "tests.ports.test_crew"
_kept: list[bytes] = []
SANDBOX = Sandbox(readable=(), writable=(), memory_bytes=4 * 1024**3, file_bytes=1024**3)


def echo(arguments: dict[str, Any]) -> dict[str, Any]:
    """Answer what came, with the process that answered."""
    return {**arguments, "pid": os.getpid()}


def refuse(arguments: dict[str, Any]) -> None:
    """Raise one of our own errors."""
    raise MediaError("it is no picture", hint="Take another.")


def fail(arguments: dict[str, Any]) -> None:
    """Raise an engine's failure."""
    raise EngineError(Failure(FailureKind.MEDIA, "the sound is broken", column="music"))


def fill_the_disk(arguments: dict[str, Any]) -> None:
    """Raise what a full disk raises."""
    raise OSError(28, "No space left on device")


def chatter(arguments: dict[str, Any]) -> str:
    """Print where answers go."""
    os.write(1, b"a library talks\n")
    return "answer"


def environment(arguments: dict[str, Any]) -> list[str]:
    """The names of the variables around."""
    return sorted(os.environ)


def die(arguments: dict[str, Any]) -> None:
    """Die as a crash in native code would."""
    os.write(2, b"last words\n")
    os.kill(os.getpid(), signal.SIGKILL)


def hoard(arguments: dict[str, Any]) -> None:
    """Take more memory than there is."""
    bytearray(1 << 62)


def keep(arguments: dict[str, Any]) -> dict[str, Any]:
    """Hold on to so many bytes from now on; the process that does."""
    _kept.append(b"k" * arguments["bytes"])
    return {"pid": os.getpid()}


def sleep(arguments: dict[str, Any]) -> None:
    """Take long."""
    time.sleep(arguments["seconds"])


@pytest.fixture(params=["in-process", "processes"])
async def crew(request: pytest.FixtureRequest) -> AsyncIterator[Crew]:
    """Each implementation."""
    made = InProcessCrew() if request.param == "in-process" else ProcessCrew(2)
    yield made
    if isinstance(made, ProcessCrew):
        await made.close()


@pytest.fixture
async def processes() -> AsyncIterator[ProcessCrew]:
    """One worker process at a time, replaced after two jobs."""
    crew = ProcessCrew(1, jobs_each=2)
    yield crew
    await crew.close()


async def test_call_gets_its_arguments_and_gives_its_answer(crew: Crew) -> None:
    answer = await crew.run(f"{HERE}:echo", {"text": "Grüße", "list": [1, None, 2.5]})
    assert (answer["text"], answer["list"]) == ("Grüße", [1, None, 2.5])


async def test_error_of_ours_comes_back_as_it_was_raised(crew: Crew) -> None:
    with pytest.raises(MediaError, match="no picture") as caught:
        await crew.run(f"{HERE}:refuse", {})
    assert caught.value.hint == "Take another."


async def test_failure_comes_back_whole(crew: Crew) -> None:
    with pytest.raises(EngineError) as caught:
        await crew.run(f"{HERE}:fail", {})
    assert caught.value.failure == Failure(FailureKind.MEDIA, "the sound is broken", column="music")


async def test_foreign_error_comes_back_as_ours(processes: ProcessCrew) -> None:
    with pytest.raises(ClipmillError, match="ModuleNotFoundError") as caught:
        await processes.run("no.such.module:function", {})
    assert caught.value.hint == BUG


async def test_full_disk_is_a_store_error(processes: ProcessCrew) -> None:
    with pytest.raises(StoreError):
        await processes.run(f"{HERE}:fill_the_disk", {})


async def test_what_a_library_prints_does_not_spoil_the_answer(processes: ProcessCrew) -> None:
    assert await processes.run(f"{HERE}:chatter", {}) == "answer"


async def test_worker_is_not_given_anybodys_keys(processes: ProcessCrew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUD_SECRET_KEY", "secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    seen = await processes.run(f"{HERE}:environment", {})
    assert "CLOUD_SECRET_KEY" not in seen
    assert {"PATH", "PYTHONPATH", "LC_ALL"} <= set(seen)


async def test_crash_costs_one_job_and_tells_its_last_words(processes: ProcessCrew) -> None:
    with pytest.raises(WorkerCrash, match=r"signal 9.*last words"):
        await processes.run(f"{HERE}:die", {})
    assert (await processes.run(f"{HERE}:echo", {"n": 1}))["n"] == 1


async def test_processes_are_reused_and_replaced(processes: ProcessCrew) -> None:
    pids = [(await processes.run(f"{HERE}:echo", {}))["pid"] for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_who_waits_is_answered_by_the_same_process(processes: ProcessCrew) -> None:
    asked = processes.ask(f"{HERE}:echo", {})
    assert (await processes.run(f"{HERE}:echo", {}))["pid"] == asked["pid"]


async def test_who_waits_while_all_are_at_work_has_a_process_of_its_own(processes: ProcessCrew) -> None:
    work = asyncio.create_task(processes.run(f"{HERE}:sleep", {"seconds": 60}))
    await asyncio.sleep(0)
    assert (await asyncio.to_thread(processes.ask, f"{HERE}:echo", {"n": 1}))["n"] == 1
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


@pytest.mark.parametrize("sandbox", [None, SANDBOX], ids=["open", "sandboxed"])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process its memory")
async def test_process_that_keeps_too_much_memory_is_replaced(sandbox: Sandbox | None) -> None:
    crew = ProcessCrew(1, sandbox=sandbox, keep_bytes=200 * 1024**2)
    pids = [(await crew.run(f"{HERE}:keep", {"bytes": size * 1024**2}))["pid"] for size in (1, 1, 300, 1)]
    await crew.close()
    assert pids[0] == pids[1] == pids[2] != pids[3]
    assert 300 * 1024**2 < crew.peak_bytes < 600 * 1024**2


async def test_cancelled_call_ends_its_process(processes: ProcessCrew) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(processes.run(f"{HERE}:sleep", {"seconds": 60}), 0.5)
    assert (await processes.run(f"{HERE}:echo", {"n": 1}))["n"] == 1


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
async def test_worker_that_is_told_to_end_with_its_whole_group_leaves_that_to_its_parent(
    processes: ProcessCrew, told: signal.Signals
) -> None:
    pid = (await processes.run(f"{HERE}:echo", {}))["pid"]
    os.kill(pid, told)
    assert (await processes.run(f"{HERE}:echo", {}))["pid"] == pid


async def test_job_that_takes_too_long_is_stopped() -> None:
    crew = ProcessCrew(1, job_seconds=1.0)
    with pytest.raises(WorkerCrash, match="longer than 1 s"):
        await crew.run(f"{HERE}:sleep", {"seconds": 60})
    await crew.close()


async def test_worker_that_needs_more_memory_than_it_may_have_says_so() -> None:
    crew = ProcessCrew(1, sandbox=SANDBOX)
    with pytest.raises(WorkerCrash, match=r"more memory than a worker may have \(limits\.worker_bytes\)"):
        await crew.run(f"{HERE}:hoard", {})
    await crew.close()


@pytest.mark.parametrize("sandbox", ["None", repr(SANDBOX)])
def test_workers_end_with_a_killed_parent(sandbox: str) -> None:
    code = (
        "import asyncio\nfrom clipmill.media.workers.crew import ProcessCrew\n"
        "from clipmill.media.workers.sandbox import Sandbox\n"
        "async def main():\n"
        f"    crew = ProcessCrew(1, sandbox={sandbox})\n"
        f"    print((await crew.run('{HERE}:echo', {{}}))['pid'], flush=True)\n"
        f"    await crew.run('{HERE}:sleep', {{'seconds': 60}})\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    for _ in range(200):
        if not _is_running(pid):
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


def _is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().split()[2] != "Z"
    except OSError:
        return False
