"""The inside of a worker process: locks itself in, then answers each job with one line until its pipe is closed."""

from __future__ import annotations

import ctypes
import errno
import gc
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from clipmill.errors import BUG, ClipmillError, EngineError, ProjectError, SettingsError, StoreError
from clipmill.hints import RESUME
from clipmill.media.workers import clock
from clipmill.media.workers.memory import resident_bytes
from clipmill.media.workers.sandbox import enter
from clipmill.rights import keep_private

_PR_SET_PDEATHSIG = 1
#: glibc's numbers for what can be set of its memory.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
#: Bytes. Memory goes back after each video, or a worker grows by a tenth over a batch; planes of a 720p picture are
#: smaller than this, and do not go back to the system after each frame: that would be a fifteenth of its time.
_KEPT = 2_000_000


#: Whoever waits for an answer of the main process, a page or a request, goes before pixels.
_NICER = 5


def main() -> None:
    """Serve jobs. Standard output is kept for answers; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    keep_private()
    if hasattr(os, "nice"):
        os.nice(_NICER)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):  # they reach a whole group; our parent ends us
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    clock.announce_on(answers)
    settle_in()
    lines = iter(sys.stdin.buffer)
    refusal = _lock_in(json.loads(next(lines, b"null")))
    for line in lines:
        try:
            _reply(answers, refusal or _serve(json.loads(line)))
        except MemoryError:
            sys.exit("it needed more memory than a worker may have (limits.worker_bytes)")


def _lock_in(sandbox: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Enter the sandbox; the answer to every job when that failed."""
    try:
        if sandbox is not None:
            enter(sandbox)
    except SettingsError as error:
        return _error(error)
    return None


def _serve(job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": called(job["call"])(job["arguments"])}
    except ClipmillError as error:
        failure = asdict(error.failure) if isinstance(error, EngineError) else None
        return _error(error, failure)
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _error(StoreError("no space is left on the disk", hint=f"Free space, then `{RESUME}`."))
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return _error(ProjectError("the file became larger than a worker may write (limits.output_bytes)"))
        traceback.print_exc()
        return _error(ClipmillError(f"{type(error).__name__}: {error}", hint=BUG))


def called(call: str) -> Callable[[Mapping[str, Any]], Any]:
    """`module:function`. What is loaded stays: garbage is not looked for in it, neither while it comes nor later."""
    module, _, function = call.partition(":")
    if module not in sys.modules:
        gc.disable()
        try:
            importlib.import_module(module)
        finally:
            gc.freeze()
            gc.enable()
    found: Callable[[Mapping[str, Any]], Any] = getattr(sys.modules[module], function)
    return found


def _error(error: ClipmillError, failure: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"error": {"type": type(error).__name__, "message": str(error), "hint": error.hint, "failure": failure}}


def _reply(answers: BinaryIO, reply: Mapping[str, Any]) -> None:
    answers.write(json.dumps({**reply, "memory": resident_bytes()}).encode() + b"\n")
    answers.flush()


def settle_in() -> None:
    """Linux: a parent that is killed takes its workers along (elsewhere the closed pipe ends them after their job), and
    one arena of memory is enough for a process that does one thing at a time: 10 MB less.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if hasattr(libc, "mallopt"):
            libc.mallopt(_M_ARENA_MAX, 1)
            libc.mallopt(_M_TRIM_THRESHOLD, _KEPT)
            libc.mallopt(_M_MMAP_THRESHOLD, _KEPT)


if __name__ == "__main__":
    main()
