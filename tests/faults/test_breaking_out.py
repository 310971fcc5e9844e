"""Every way out of a locked worker that we know is shut, on every Landlock, and nobody else feels a thing."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipmill.media.workers import landlock
from clipmill.media.workers.sandbox import Sandbox
from clipmill.settings import Settings

pytestmark = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")

#: Refusals; any other error means that the try came through to somebody.
REFUSED = frozenset({"EPERM", "EACCES"})
#: Tries that end otherwise, because what they ask for is not there at all.
ABSENT = {"a process, its flags unseen": "ENOSYS", "open, its flags unseen": "ENOSYS", "move a stored file": "EXDEV",
          "move over a stored file": "EXDEV",
          "the whole memory": "ENOENT", "the terminal": "ENXIO"}  # fmt: skip


@pytest.fixture
def victim() -> Iterator[subprocess.Popen[bytes]]:
    """An unrelated process of the same user, in a group of its own."""
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as process:
        yield process
        process.kill()


def felt(pid: int) -> list[Any]:
    """What others can change of a process."""
    return [os.getpriority(os.PRIO_PROCESS, pid), os.sched_getaffinity(pid), os.sched_getscheduler(pid),
            os.getpgid(pid), resource.prlimit(pid, resource.RLIMIT_CPU), resource.prlimit(pid, resource.RLIMIT_AS),
            Path(f"/proc/{pid}/oom_score_adj").read_text()]  # fmt: skip


@pytest.mark.parametrize(
    ("abi", "powers"), [(0, False), (1, False), (1, True), (2, True), (3, True), (4, True), (6, True)]
)
def test_no_way_leads_out(tmp_path: Path, victim: subprocess.Popen[bytes], abi: int, powers: bool) -> None:
    settings = Settings(home=tmp_path / "home")
    sandbox = Sandbox.making(settings)
    assert sandbox
    stored, outside = settings.home / "files" / "stored", tmp_path / "outside"
    stored.parent.mkdir(parents=True)
    for path in (stored, outside):
        path.write_text("kept")
    before = [felt(pid) for pid in (victim.pid, os.getpid())]
    told = {"sandbox": sandbox.as_dict(), "abi": min(abi, landlock.version()), "powers": powers, "victim": victim.pid,
            "parent": os.getpid(), "stored": str(stored), "outside": str(outside),
            "scratch": sandbox.writable[0]}  # fmt: skip
    ran = subprocess.run([sys.executable, "-m", "tests.faults.breaking_out", json.dumps(told)],
                         stdout=subprocess.PIPE, check=True, timeout=120, cwd=Path(__file__).parents[2])  # fmt: skip
    found = json.loads(ran.stdout)
    out = {name: said for name, said in found["out"].items() if said not in REFUSED and said != ABSENT.get(name)}
    assert len(found["out"]) > 150
    assert not out
    assert set(found["itself"].values()) == {"done"}, found["itself"]
    assert victim.poll() is None
    assert before == [felt(pid) for pid in (victim.pid, os.getpid())]
    assert stored.read_text() == outside.read_text() == "kept"
    assert not outside.with_name("new").exists()
