"""The wire to a worker process: its command line, the lines that go over its pipes, and what its end means.

The first line is its Sandbox (or null), every further one a job; each job is answered by one line,
which also tells the memory of the process. Before that may come lines that say what is begun (`clock.timed`).
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Mapping
from typing import Any

from clipmill import errors
from clipmill.domain.failure import Failure, FailureKind
from clipmill.errors import ClipmillError, EngineError, OverTime, WorkerCrash
from clipmill.media.workers.sandbox import Sandbox

#: `-P`: what lies in the folder somebody works in is not imported.
COMMAND = (sys.executable, "-P", "-m", "clipmill.media.workers.child")
#: The longest line either side sends, bytes.
LINE_BYTES = 64 * 1024 * 1024
#: What the clock over one drawing ends it with; there is none on Windows.
_CLOCK = getattr(signal, "SIGPROF", None)
#: Signals that end a process over what it was given to read.
_BY_MEDIA = frozenset({"SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS"})


def first_line(sandbox: Sandbox | None) -> bytes:
    """What a worker hears before its first job."""
    return json.dumps(sandbox and sandbox.as_dict()).encode() + b"\n"


def job_line(call: str, arguments: Mapping[str, Any]) -> bytes:
    """A job: `module:function` and its JSON arguments."""
    return json.dumps({"call": call, "arguments": arguments}).encode() + b"\n"


def answer_of(reply: Mapping[str, Any]) -> Any:
    """The function's answer, or its error raised again on this side."""
    if "error" not in reply:
        return reply["answer"]
    told = reply["error"]
    if told.get("failure"):
        raise EngineError(Failure(**{**told["failure"], "kind": FailureKind(told["failure"]["kind"])}))
    kind = getattr(errors, told["type"], ClipmillError)
    raise kind(told["message"], hint=told["hint"])


def crash_of(status: int, last_words: str = "", begun: tuple[str, float] = ("", 0.0)) -> WorkerCrash:
    """What a worker's exit status says; `last_words`: its last line on standard error; `begun`: as it told last."""
    if _CLOCK is not None and status == -_CLOCK:
        what, seconds = begun
        return OverTime(f"{what or 'something'}: drawing it took more than {seconds:g} seconds of a processor "
                        "(limits.drawing_seconds) and was stopped", what=what)  # fmt: skip
    if status >= 0:
        return WorkerCrash(f"a worker process ended with status {status}{': ' + last_words if last_words else ''}")
    name = signal.Signals(-status).name if -status in {int(known) for known in signal.Signals} else "unknown"
    why = "; a damaged media file can do that" if name in _BY_MEDIA else ""
    said = f": {last_words}" if last_words else ""
    return WorkerCrash(f"a worker process was killed by signal {-status} ({name}){why}{said}")
