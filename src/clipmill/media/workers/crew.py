"""The crew: worker processes for CPU work, one job at a time each, so that a crash costs one job and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from clipmill.errors import ClipmillError, OverTime, WorkerCrash
from clipmill.media.workers.clock import begun_in
from clipmill.media.workers.desk import Desk
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.watch import LOOK_EVERY, Watch
from clipmill.media.workers.wire import COMMAND, LINE_BYTES, answer_of, crash_of, first_line, job_line, reply_of
from clipmill.settings import worker_environment

#: How much of what a worker last wrote to its standard error is kept, bytes.
_LAST_BYTES = 4096


class ProcessCrew:
    """Up to `size` processes, started when first needed (ports.Crew).

    One is replaced after `jobs_each` jobs, or after a job that leaves it with more than `keep_bytes` of real memory.

    A job that takes longer than `job_seconds` is stopped with its process. Every process locks itself into `sandbox`
    before its first job, writes onto a desk of its own, and is watched; without one it may do what its parent may.
    """

    def __init__(
        self,
        size: int,
        jobs_each: int = 500,
        job_seconds: float = 900.0,
        sandbox: Sandbox | None = None,
        keep_bytes: int = 512 * 1024**2,
    ) -> None:
        #: The most real memory one of its processes ever held, bytes; 0 where the system does not tell.
        self.peak_bytes = 0
        self._sandbox = sandbox
        self._keep_bytes = keep_bytes
        self._job_seconds = job_seconds
        self._places = asyncio.Semaphore(size)
        self._jobs_each = jobs_each
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._patrol: asyncio.Task[None] | None = None

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call `module:function` in a worker process; its answer. Raises WorkerCrash and the function's own error."""
        async with self._places:
            worker = await self._take_idle() or await self._start()
            try:
                answer = await asyncio.wait_for(worker.ask(call, arguments), self._job_seconds)
            except TimeoutError:
                await worker.kill()
                took = f"a job took longer than {self._job_seconds:g} s (limits.job_seconds) and was stopped"
                raise OverTime(took) from None
            except BaseException:
                await worker.kill()
                raise
            if self._is_worn(worker, answer.get("memory", {})):
                await worker.stop()
            else:
                self._idle.append(worker)
        return answer_of(answer)

    async def _take_idle(self) -> _Worker | None:
        """One that waits for work; those that were stopped meanwhile, whatever they did, are nobody's fault."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
            await worker.kill()
        return None

    async def _start(self) -> _Worker:
        worker = await _Worker.start(self._sandbox)
        self._workers.add(worker)
        if self._patrol is None or self._patrol.done():
            self._patrol = asyncio.create_task(self._look_after())
        return worker

    async def _look_after(self) -> None:
        """Stop whatever process takes more than it may, at work or idle, as long as there are any."""
        while self._workers:
            await asyncio.sleep(LOOK_EVERY)
            self._workers = {worker for worker in self._workers if worker.is_alive}
            for worker in self._workers:
                worker.look()

    def _is_worn(self, worker: _Worker, memory: Mapping[str, int]) -> bool:
        """Whether a process has done its share, or holds more than it should between two jobs."""
        self.peak_bytes = max(self.peak_bytes, memory.get("peak", 0))
        return worker.jobs >= self._jobs_each or memory.get("now", 0) > self._keep_bytes

    async def close(self) -> None:
        """Let every idle process end."""
        while self._idle:
            await self._idle.pop().stop()
        self._workers.clear()
        if self._patrol is not None:
            self._patrol.cancel()
            with suppress(asyncio.CancelledError):
                await self._patrol


class _Worker:
    """One process, the pipes to it, and its desk."""

    def __init__(self, process: asyncio.subprocess.Process, sandbox: Sandbox | None, desk: Desk | None) -> None:
        self._process = process
        self._desk = desk
        self._watch = Watch(process.pid, sandbox, desk) if sandbox else None
        self._last_words = b""
        self._listener = asyncio.create_task(self._listen())
        #: What it said last that it begins to draw.
        self._begun = ("", 0.0)
        self.jobs = 0

    @classmethod
    async def start(cls, sandbox: Sandbox | None) -> _Worker:
        pipe, desk = asyncio.subprocess.PIPE, Desk.of(sandbox)
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env=worker_environment(), limit=LINE_BYTES
        )
        assert process.stdin is not None
        process.stdin.write(first_line(desk.sandbox if desk else sandbox))
        return cls(process, sandbox, desk)

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None and not (self._watch and self._watch.excess)

    def look(self) -> None:
        if self._watch and self._watch.look():
            self._process.kill()

    async def ask(self, call: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        self.jobs += 1
        try:
            stdin.write(job_line(call, self._desk.laid(arguments) if self._desk else arguments))
            await stdin.drain()
            while (begun := begun_in(line := await stdout.readline())) is not None:
                self._begun = begun
        except (BrokenPipeError, ConnectionResetError):
            line = b""
        except ValueError:
            raise WorkerCrash(f"a worker process answered with a line of more than {LINE_BYTES:,} bytes") from None
        if not line:
            raise await self._crash()
        reply = reply_of(line)
        if self._watch:
            self._watch.job_ended()
        if self._desk:
            if "answer" in reply:
                self._desk.carry_out(arguments)
            self._desk.clear()
        return reply

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._end()

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._end()

    async def _end(self) -> int:
        """Wait for the end of the process; its status. What it was to make and did not is gone."""
        status = await self._process.wait()
        await self._listener
        if self._desk:
            self._desk.close()
        return status

    async def _crash(self) -> ClipmillError:
        status = await self._end()
        if self._watch and self._watch.excess:
            return self._watch.error()
        words = self._last_words.decode(errors="replace").strip().rpartition("\n")[2]
        return crash_of(status, words, self._begun)

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        while said := await self._process.stderr.read(_LAST_BYTES):
            self._last_words = (self._last_words + said)[-_LAST_BYTES:]
