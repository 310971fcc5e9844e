"""One worker process that is asked and waited for: for the synchronous side, which opens no media itself."""

from __future__ import annotations

import subprocess
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from clipmill.errors import WorkerCrash
from clipmill.media.workers.clock import begun_in
from clipmill.media.workers.desk import Desk
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.watch import LOOK_EVERY, Watch
from clipmill.media.workers.wire import COMMAND, LINE_BYTES, answer_of, crash_of, first_line, job_line, reply_of
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
        self._desk: Desk | None = None
        self._watch: Watch | None = None

    def ask(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call `module:function` in the process; its answer.

        Raises TimeoutError when it took too long, WorkerCrash when the process died, and the function's own error.
        """
        if self._process is not None and self._process.poll() is not None:
            self.close()  # it died while nobody asked: no question is to blame
        process = self._process or self._start()
        late, done, begun = threading.Event(), threading.Event(), ("", 0.0)
        guard = threading.Thread(target=self._guard, args=(process, late, done), daemon=True)
        guard.start()
        try:
            line = _exchange(process, job_line(call, arguments))
            while (told := begun_in(line)) is not None:
                begun, line = told, _next_line(process)
            reply = reply_of(line) if line else None
            if reply and self._watch:
                self._watch.job_ended()
        except BaseException:
            self.close()
            raise
        finally:
            done.set()
            guard.join()
        if reply is None:
            status, excess = process.wait(), self._watch and self._watch.excess and self._watch.error()
            self.close()
            raise TimeoutError if late.is_set() else excess or crash_of(status, begun=begun)
        self._jobs += 1
        if self._jobs >= self._jobs_each:
            self.close()
        elif self._desk:
            self._desk.clear()
        return answer_of(reply)

    def close(self) -> None:
        """End the process; the next question starts another."""
        if self._ending is not None:
            self._ending()
        if self._desk is not None:
            self._desk.close()
        self._process = self._ending = self._desk = self._watch = None

    def _guard(self, process: subprocess.Popen[bytes], late: threading.Event, done: threading.Event) -> None:
        """Stop a process that takes too long, or more than it may."""
        watch, left = self._watch, self.job_seconds
        while left > 0:
            if done.wait(min(left, LOOK_EVERY)):
                return
            left -= LOOK_EVERY
            if watch and watch.look():
                process.kill()
                return
        late.set()
        process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        pipe, desk = subprocess.PIPE, Desk.of(self._sandbox)
        try:
            process = subprocess.Popen(
                COMMAND, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=worker_environment()
            )
        except OSError as error:
            raise WorkerCrash(f"no worker process can be started: {error.strerror}") from error
        _exchange(process, first_line(desk.sandbox if desk else self._sandbox), answered=False)
        self._watch = Watch(process.pid, self._sandbox, desk) if self._sandbox else None
        self._desk = desk
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
    return process.stdout.readline(LINE_BYTES)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
