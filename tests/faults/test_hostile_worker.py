"""A worker that was broken into: whatever it takes, writes or answers costs one job, and its parent stays small."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clipmill.errors import EngineError, WorkerCrash
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.desk import Desk
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.solo import SoloWorker
from clipmill.settings import Limits, Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is made of what Linux has")
ATTEMPTS = "tests.unit.media.workers.attempts"
#: What a worker is asked → words of what becomes of the job.
TOO_MUCH = [
    ("crowd", {"threads": 10_000}, "started more than [0-9]+ threads"),
    ("litter", {"files": 300, "seconds": 60}, "made more than 200 files"),
    ("litter", {"files": 0, "deep": 1500, "seconds": 60}, "made more than 200 files"),
    ("litter", {"files": 300, "seconds": 0}, "made more than 200 files"),
    ("pour", {"bytes": 1024**2}, "wrote more than 50,000,000 bytes"),
]


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    limits = Limits(scratch_bytes=50_000_000, scratch_files=200)
    made = Sandbox.making(Settings(home=tmp_path / "home", limits=limits))
    assert made
    return made


@pytest.fixture
async def crew(sandbox: Sandbox) -> AsyncIterator[ProcessCrew]:
    crew = ProcessCrew(1, job_seconds=40, sandbox=sandbox)
    yield crew
    await crew.close()


def left(sandbox: Sandbox, folder: str = "") -> list[Path]:
    """What lies in a folder, or in the one all desks are in."""
    within = Path(folder or sandbox.writable[0])
    return [path for path in within.rglob("*") if path.suffix != ".lock" and path.is_file()]


@pytest.mark.parametrize(("call", "arguments", "words"), TOO_MUCH)
async def test_who_takes_too_much_is_stopped_and_swept_away(
    crew: ProcessCrew, sandbox: Sandbox, call: str, arguments: dict[str, int], words: str
) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        await crew.run(f"{ATTEMPTS}:{call}", arguments)
    assert caught.value.failure.kind == "data"  # which is not tried again
    assert not left(sandbox)
    assert await crew.run(f"{ATTEMPTS}:process", {}) > 0


async def test_files_in_what_processes_share_are_bounded_too(crew: ProcessCrew, sandbox: Sandbox) -> None:
    asked = {"folder": sandbox.writable[1], "files": 1500, "seconds": 60}
    with pytest.raises(EngineError, match="made more than 200 files"):
        await crew.run(f"{ATTEMPTS}:litter", asked)
    assert not left(sandbox, sandbox.writable[1])


def test_who_takes_too_much_while_it_measures_is_stopped_too(sandbox: Sandbox) -> None:
    worker = SoloWorker(sandbox)
    for call, arguments, words in TOO_MUCH[:2]:
        with pytest.raises(EngineError, match=words):
            worker.ask(f"{ATTEMPTS}:{call}", arguments)
    assert not left(sandbox)
    worker.close()


async def test_whatever_is_no_answer_ends_its_process(crew: ProcessCrew, sandbox: Sandbox) -> None:
    worker = SoloWorker(sandbox, job_seconds=40)
    for line in ("garbage\n", '{"error": {"type": "BUG", "message": "", "hint": ""}}\n'):
        with pytest.raises(WorkerCrash, match="answered what is no answer"):
            await crew.run(f"{ATTEMPTS}:says", {"line": line})
        with pytest.raises(WorkerCrash, match="answered what is no answer"):
            worker.ask(f"{ATTEMPTS}:says", {"line": line})
    assert await crew.run(f"{ATTEMPTS}:process", {}) != worker.ask(f"{ATTEMPTS}:process", {})
    worker.close()


async def test_endless_answers_and_noise_are_cut_short(crew: ProcessCrew, sandbox: Sandbox) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    endless = {"line": "x" * 1024, "times": 100 * 1024, "noise": 50_000_000}
    with pytest.raises(WorkerCrash, match="a line of more than"):
        await crew.run(f"{ATTEMPTS}:says", endless)
    worker = SoloWorker(sandbox)
    with pytest.raises(WorkerCrash, match="a line of more than"):
        worker.ask(f"{ATTEMPTS}:says", endless)
    worker.close()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


async def test_what_was_made_is_carried_out_and_nothing_else(
    crew: ProcessCrew, sandbox: Sandbox, tmp_path: Path
) -> None:
    into, frames = tmp_path / "scratch" / "row.mp4", tmp_path / "frames" / "row"
    frames.mkdir(parents=True)
    (frames / "last.jpg").write_bytes(b"from before")
    asked = {"into": str(into), "frames_into": str(frames), "mode": 0o4777}
    written = await crew.run(f"{ATTEMPTS}:makes", asked)
    assert into.stat().st_mode & 0o7111 == 0
    assert Path(written).is_relative_to(sandbox.writable[0])
    assert into.read_bytes() == b"made"
    assert sorted(path.name for path in frames.iterdir()) == ["first.jpg", "last.jpg"]
    assert not left(sandbox)
    assert [path.name for path in into.parent.iterdir()] == ["row.mp4"]


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_file_is_not_carried_out(sandbox: Sandbox, tmp_path: Path, kind: str) -> None:
    desk, secret, into = Desk(sandbox), tmp_path / "secret", tmp_path / "row.mp4"
    secret.write_bytes(b"secret")
    make = {"link": lambda path: path.symlink_to(secret), "pipe": os.mkfifo, "folder": Path.mkdir}[kind]
    make(desk.path / "row.mp4")
    with pytest.raises(WorkerCrash, match="where what it made should be"):
        desk.carry_out({"into": str(into)})
    (desk.path / "frames").mkdir()
    make(desk.path / "frames" / "first.jpg")
    with pytest.raises(WorkerCrash, match="where what it made should be"):
        desk.carry_out({"frames_into": str(tmp_path / "frames")})
    desk.close()
    assert not into.exists()
    assert secret.read_bytes() == b"secret"
    assert not desk.path.exists()


def test_a_worker_has_no_more_open_than_its_pipes(sandbox: Sandbox) -> None:
    worker = SoloWorker(sandbox)
    assert worker.ask(f"{ATTEMPTS}:descriptors", {}) == ["pipe"] * 4
    worker.close()
