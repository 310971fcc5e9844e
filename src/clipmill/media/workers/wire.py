"""The wire to a worker process: its command line, the lines that go over its pipes, and what its end means.

The first line is its Sandbox (or null), every further one a job; each job is answered by one line,
which also tells the memory of the process. Before that may come lines that say what is begun (`clock.timed`).
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from clipmill import errors
from clipmill.domain.failure import Failure, FailureKind
from clipmill.errors import ClipmillError, EngineError, OverTime, WorkerCrash
from clipmill.media.workers.sandbox import Sandbox

#: `-P`: what lies in the folder somebody works in is not imported.
COMMAND = (sys.executable, "-P", "-m", "clipmill.media.workers.child")
#: The longest line a worker answers with, bytes: what it becomes once read is thirty times as much.
LINE_BYTES = 4 * 1024 * 1024
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


@contextmanager
def understood() -> Iterator[None]:
    """Around whatever takes an answer apart: a worker that was broken into may say anything. Raises WorkerCrash."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        what = f"{type(error).__name__}: {str(error)[:200]}"
        raise WorkerCrash(f"a worker process answered what is no answer ({what})") from error


def reply_of(line: bytes) -> dict[str, Any]:
    """A line as a worker sends it: an answer or an error, and its memory. Raises WorkerCrash for any other."""
    with understood():
        reply: dict[str, Any] = json.loads(line, parse_constant=_refuse)
        memory = reply.setdefault("memory", {})
        if not ({"answer", "error"} & reply.keys() and all(isinstance(size, int) for size in memory.values())):
            raise ValueError("neither an answer nor an error")
        if "error" in reply:
            _error_of(reply["error"])
    return reply


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")


def answer_of(reply: Mapping[str, Any]) -> Any:
    """The function's answer, or its error raised again on this side."""
    if "error" in reply:
        raise _error_of(reply["error"])
    return reply["answer"]


def _error_of(told: Mapping[str, Any]) -> ClipmillError:
    if told.get("failure"):
        return EngineError(Failure(**{**told["failure"], "kind": FailureKind(told["failure"]["kind"])}))
    kind = getattr(errors, told["type"])
    if not issubclass(kind, ClipmillError):
        raise TypeError("no error of ours")
    error: ClipmillError = kind(str(told["message"]), hint=str(told["hint"]))
    return error


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
