"""One worker process that is asked and waited for: for the synchronous side, which opens no media itself."""

from __future__ import annotations

import json
import subprocess
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from clipmill.errors import WorkerCrash
from clipmill.media.workers.clock import begun_in
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.wire import COMMAND, answer_of, crash_of, first_line, job_line
from clipmill.settings import worker_environment


class SoloWorker:
    """A warm process, started with the first question and replaced after `jobs_each` or a crash; for one thread.

    An answer that takes longer than `job_seconds` ends the process: far longer than any takes on a machine that is
    busy with other things. It locks itself into `sandbox`, if there is one.
    """

    def __init__(self, sandbox: Sandbox | None, jobs_each: int = 500, job_seconds: float = 60.0) -> None:
        self._sandbox = sandbox
        self._jobs_each = jobs_each
        #: May be set between questions.
        self.job_seconds = job_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._ending: weakref.finalize[..., SoloWorker] | None = None
        self._jobs = 0

    def ask(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call `module:function` in the process; its answer.

        Raises TimeoutError when it took too long, WorkerCrash when the process died, and the function's own error.
        """
        if self._process is not None and self._process.poll() is not None:
            self.close()  # it died while nobody asked: no question is to blame
        process = self._process or self._start()
        late = threading.Event()
        timer = threading.Timer(self.job_seconds, _stop_late, (process, late))
        timer.start()
        try:
            reply, begun = _exchange(process, job_line(call, arguments)), ("", 0.0)
            while (told := begun_in(reply)) is not None:
                begun, reply = told, _next_line(process)
        except BaseException:
            self.close()
            raise
        finally:
            timer.cancel()
        if not reply:
            status = process.wait()
            self.close()
            raise TimeoutError if late.is_set() else crash_of(status, begun=begun)
        self._jobs += 1
        if self._jobs >= self._jobs_each:
            self.close()
        return answer_of(json.loads(reply))

    def close(self) -> None:
        """End the process; the next question starts another."""
        if self._ending is not None:
            self._ending()
        self._process = self._ending = None

    def _start(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(
                COMMAND, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=worker_environment()
            )
        except OSError as error:
            raise WorkerCrash(f"no worker process can be started: {error.strerror}") from error
        _exchange(process, first_line(self._sandbox), answered=False)
        self._process, self._jobs = process, 0
        self._ending = weakref.finalize(self, _end, process)
        return process


def _exchange(process: subprocess.Popen[bytes], line: bytes, *, answered: bool = True) -> bytes:
    """Send a line; the line that comes back, nothing when the process is gone."""
    assert process.stdin is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except OSError:
        return b""
    return _next_line(process) if answered else b""


def _next_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def _stop_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
