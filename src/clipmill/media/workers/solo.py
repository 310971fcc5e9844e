"""One worker process that is asked and waited for."""

from __future__ import annotations

import subprocess
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from clipmill.errors import ClipmillError, WorkerCrash
from clipmill.media.workers.clock import begun_in, done_in
from clipmill.media.workers.desk import Desk
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.watch import LOOK_EVERY, Watch
from clipmill.media.workers.wire import COMMAND, LINE_BYTES, answer_of, crash_of, first_line, job_line, reply_of
from clipmill.settings import worker_environment

#: How much of what a worker last wrote to its standard error is kept, bytes.
_LAST_BYTES = 4096
_FOR_EVER = float("inf")
#: How long whoever waits for an answer does so: far longer than any takes on a machine that is busy with other things.
ASKED_SECONDS = 60.0


class SoloWorker:
    """A warm process, started with the first question; for one thread at a time.

    It is replaced after a crash, after `jobs_each`, or after a job that leaves it with more than `keep_bytes` of real
    memory. An answer that takes longer than `job_seconds` ends it. It locks itself into `sandbox`, if there is one,
    writes onto a desk of its own, and is watched; without one it may do what its parent may.
    """

    def __init__(
        self,
        sandbox: Sandbox | None,
        jobs_each: int = 500,
        job_seconds: float = ASKED_SECONDS,
        keep_bytes: int = 512 * 1024**2,
    ) -> None:
        self._sandbox = sandbox
        self._jobs_each = jobs_each
        self._keep_bytes = keep_bytes
        #: May be set between questions.
        self.job_seconds = job_seconds
        #: The most real memory a process of it ever held, bytes; 0 where the system does not tell.
        self.peak_bytes = 0
        self._process: _Process | None = None
        self._ending: weakref.finalize[..., SoloWorker] | None = None
        self._stopped = False
        self._jobs = 0

    def ask(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call `module:function` in the process; its answer.

        Raises TimeoutError when it took too long, WorkerCrash when the process died, and the function's own error.
        """
        if self._process is not None and not self._process.is_alive:
            self.close()  # it died while nobody asked: no question is to blame
        process = self._process or self._start()
        try:
            if self._stopped:
                raise WorkerCrash("a worker process was stopped")
            reply = process.answer(call, arguments, self.job_seconds)
        except BaseException:
            self.close()
            raise
        self._jobs += 1
        self.peak_bytes = max(self.peak_bytes, reply["memory"].get("peak", 0))
        if self._jobs >= self._jobs_each or reply["memory"].get("now", 0) > self._keep_bytes:
            self.close()
        return answer_of(reply)

    @property
    def share(self) -> float:
        """How much of what it was asked is done, as its process says, 0 to 1."""
        return self._process.share if self._process is not None else 0.0

    def stop(self) -> None:
        """Have the question that is under way fail, from another thread; nothing is asked any more."""
        self._stopped, process = True, self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process; the next question starts another."""
        if self._ending is not None:
            self._ending()
        self._process = self._ending = None

    def _start(self) -> _Process:
        process = self._process = _Process(self._sandbox)
        self._jobs = 0
        self._ending = weakref.finalize(self, process.end)
        return process


class _Process:
    """A process, the pipes to it, its desk, and the threads that look after it and hear its complaints."""

    def __init__(self, sandbox: Sandbox | None) -> None:
        pipe, self._desk = subprocess.PIPE, Desk.of(sandbox)
        try:
            self._popen = subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env=worker_environment())
        except OSError as error:
            raise WorkerCrash(f"no worker process can be started: {error.strerror}") from error
        self._watch = Watch(self._popen.pid, sandbox, self._desk) if sandbox else None
        #: How much of its job is done, as it says, 0 to 1.
        self.share = 0.0
        self._last_words = b""
        #: Seconds until its answer is late.
        self._left = _FOR_EVER
        self._over = threading.Event()
        self._send(first_line(self._desk.sandbox if self._desk else sandbox))
        self._listener = threading.Thread(target=self._listen, daemon=True)
        for thread in (self._listener, threading.Thread(target=self._look_after, daemon=True)):
            thread.start()

    @property
    def is_alive(self) -> bool:
        return self._popen.poll() is None and not (self._watch and self._watch.excess)

    def answer(self, call: str, arguments: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """What it answers, an error of its own too; what it was to make lies in its place."""
        self._left, begun = seconds, ("", 0.0)
        self._send(job_line(call, self._desk.laid(arguments) if self._desk else arguments))
        self.share = 0.0
        while True:
            line = self._next_line()
            if (told := begun_in(line)) is not None:
                begun = told
            elif (share := done_in(line)) is not None:
                self.share = max(self.share, share)
            else:
                break
        if not line:
            raise self._crash(begun)
        self._left = _FOR_EVER
        reply = reply_of(line)
        if self._watch:
            self._watch.job_ended()
        if self._desk:
            if "answer" in reply:
                self._desk.carry_out(arguments)
            self._desk.clear()
        return reply

    def kill(self) -> None:
        self._popen.kill()

    def end(self) -> None:
        """End it; what it was to make and did not is gone."""
        self._over.set()
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        if self._desk is not None:
            self._desk.close()

    def _send(self, line: bytes) -> None:
        """Where it is gone nothing will come back."""
        assert self._popen.stdin is not None
        with suppress(OSError):
            self._popen.stdin.write(line)
            self._popen.stdin.flush()

    def _next_line(self) -> bytes:
        """The line that comes back, nothing when it is gone. Raises WorkerCrash for an endless one."""
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline(LINE_BYTES)
        if len(line) == LINE_BYTES:
            raise WorkerCrash(f"a worker process answered with a line of more than {LINE_BYTES:,} bytes")
        return line

    def _crash(self, begun: tuple[str, float]) -> ClipmillError | TimeoutError:
        status = self._popen.wait()
        if self._left <= 0:
            return TimeoutError()
        if self._watch and self._watch.excess:
            return self._watch.error()
        self._listener.join(LOOK_EVERY)
        return crash_of(status, self._last_words.decode(errors="replace").strip().rpartition("\n")[2], begun)

    def _look_after(self) -> None:
        """Stop it where it takes too long, or more than it may, at work or idle."""
        while not self._over.wait(min(self._left, LOOK_EVERY)) and self._popen.poll() is None:
            self._left -= LOOK_EVERY
            if self._left <= 0 or (self._watch and self._watch.look()):
                self._popen.kill()

    def _listen(self) -> None:
        assert self._popen.stderr is not None
        with self._popen.stderr as complaints:
            while said := complaints.read1(_LAST_BYTES):  # type: ignore[attr-defined]
                self._last_words = (self._last_words + said)[-_LAST_BYTES:]
