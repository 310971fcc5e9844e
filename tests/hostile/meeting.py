"""How a command meets a hostile input: run as it is, watched from outside, and judged by what it says at its end."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.commands import environment
from tests.hostile.case import CODES, Case

#: Of all processes of a command: 10 and what a machine adds on which everything runs at once.
CPU_SECONDS = 10.0
#: Far more than that, on a machine with other things to do.
WALL_SECONDS = 150.0
MAIN_BYTES = 300 * 1024**2
WORKER_BYTES = 1024**3
#: What a command says of one input is read by a person.
SAID_CHARACTERS = 20_000
_LOOK_EVERY = 0.05
_TICKS, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass
class Ended:
    """How a command ended."""

    code: int = 0
    said: str = ""
    cpu: float = 0.0
    main_bytes: int = 0
    worker_bytes: int = 0
    #: Why it was stopped, if it was.
    stopped: str = ""

    def faults(self, case: Case) -> list[str]:
        """What is not as it must be, in sentences."""
        checks = (
            (not self.stopped, self.stopped),
            (self.code in CODES or bool(self.stopped), f"exit code {self.code}"),
            ("Traceback" not in self.said, "a traceback"),
            ("bug in clipmill" not in self.said, "it calls itself a bug"),
            (self.cpu <= CPU_SECONDS, f"{self.cpu:.1f} processor seconds"),
            (self.main_bytes <= MAIN_BYTES, f"the main process held {self.main_bytes >> 20} MB"),
            (self.worker_bytes <= WORKER_BYTES, f"its workers held {self.worker_bytes >> 20} MB"),
            (bool(self.said.strip()) or bool(self.stopped), "it said nothing"),
            (len(self.said) <= SAID_CHARACTERS, f"it said {len(self.said):,} characters"),
            (case.says in self.said, f"it did not say {case.says!r}"),
        )  # fmt: skip
        return [told for good, told in checks if not good]


class Commands:
    """Commands, one after the other, on one state folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        pipe = subprocess.PIPE
        self._zygote = subprocess.Popen([sys.executable, "-m", "tests.hostile.zygote"], stdin=pipe, stdout=pipe, text=True,
                                        env=environment() | {"CLIPMILL_WORKERS": "1"})  # fmt: skip

    def meet(self, case: Case) -> Ended:
        """Put the input into a folder of its own and run the command over it."""
        folder = self.folder / case.name
        folder.mkdir()
        arguments = case.make(folder)
        home = [] if "--home" in arguments else ["--home", str(self.folder / "home")]
        told = {"folder": str(folder), "arguments": [*home, *arguments], "environment": dict(case.environment)}
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.write(json.dumps(told) + "\n")
        self._zygote.stdin.flush()
        process = int(self._zygote.stdout.readline())
        ended = self._watched(process)
        answer = json.loads(self._zygote.stdout.readline())
        ended.code = answer["code"]
        ended.cpu = max(ended.cpu, answer["cpu"])
        ended.main_bytes = max(ended.main_bytes, answer["peak"] * 1024)
        ended.said = "".join((folder / name).read_text(errors="replace") for name in ("stdout", "stderr"))
        return ended

    def _watched(self, process: int) -> Ended:
        """Look at a process and its children until it has ended; stop it where it takes too much."""
        ended, began = Ended(), time.monotonic()
        while not select.select([self._zygote.stdout], [], [], _LOOK_EVERY)[0]:
            seconds, (main, *others) = _of_family(process)
            ended.cpu = max(ended.cpu, seconds)
            ended.main_bytes = max(ended.main_bytes, main)
            ended.worker_bytes = max(ended.worker_bytes, *others, 0)
            late = time.monotonic() - began > WALL_SECONDS
            if late or seconds > CPU_SECONDS or main > MAIN_BYTES or ended.worker_bytes > WORKER_BYTES:
                ended.stopped = ended.stopped or f"stopped after {seconds:.1f} processor seconds, {main >> 20} MB in its " \
                    f"main process, {ended.worker_bytes >> 20} MB in a worker"  # fmt: skip
                with suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)
        return ended

    def close(self) -> None:
        """End it."""
        with self._zygote:  # which closes its pipes, and waits
            pass


def _of_family(process: int) -> tuple[float, list[int]]:
    """Processor seconds of a process, its children and those that have ended; real memory, bytes, the process's first."""
    seconds, held, left = 0.0, [], [process]
    while left:
        one = left.pop(0)
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            left += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            held.append(0)
            continue
        # utime, stime and those of children that were waited for; pages.
        seconds += sum(map(int, fields[11:15])) / _TICKS
        held.append(int(fields[21]) * _PAGE)
    return seconds, held
