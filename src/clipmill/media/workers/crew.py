"""The crew: worker processes for CPU work, one job at a time each, so that a crash costs one job and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from typing import Any

from clipmill.errors import OverTime, WorkerCrash
from clipmill.media.workers.clock import begun_in
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.wire import COMMAND, LINE_BYTES, answer_of, crash_of, first_line, job_line
from clipmill.settings import worker_environment

_STDERR_LINES = 20


class ProcessCrew:
    """Up to `size` processes, started when first needed (ports.Crew).

    One is replaced after `jobs_each` jobs, or after a job that leaves it with more than `keep_bytes` of real memory.

    A job that takes longer than `job_seconds` is stopped with its process. Every process locks itself into `sandbox`
    before its first job; without one it may do what its parent may.
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

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call `module:function` in a worker process; its answer. Raises WorkerCrash and the function's own error."""
        async with self._places:
            worker = self._idle.pop() if self._idle else await _Worker.start(self._sandbox)
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

    def _is_worn(self, worker: _Worker, memory: Mapping[str, int]) -> bool:
        """Whether a process has done its share, or holds more than it should between two jobs."""
        self.peak_bytes = max(self.peak_bytes, memory.get("peak", 0))
        return worker.jobs >= self._jobs_each or memory.get("now", 0) > self._keep_bytes

    async def close(self) -> None:
        """Let every idle process end."""
        while self._idle:
            await self._idle.pop().stop()


class _Worker:
    """One process and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._last_words: deque[str] = deque(maxlen=_STDERR_LINES)
        self._listener = asyncio.create_task(self._listen())
        #: What it said last that it begins to draw.
        self._begun = ("", 0.0)
        self.jobs = 0

    @classmethod
    async def start(cls, sandbox: Sandbox | None) -> _Worker:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env=worker_environment(), limit=LINE_BYTES
        )
        assert process.stdin is not None
        process.stdin.write(first_line(sandbox))
        return cls(process)

    async def ask(self, call: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        self.jobs += 1
        try:
            stdin.write(job_line(call, arguments))
            await stdin.drain()
            while (begun := begun_in(line := await stdout.readline())) is not None:
                self._begun = begun
        except (BrokenPipeError, ConnectionResetError):
            line = b""
        if not line:
            raise await self._crash()
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._listener

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._listener

    async def _crash(self) -> WorkerCrash:
        status = await self._process.wait()
        await self._listener
        return crash_of(status, self._last_words[-1] if self._last_words else "", self._begun)

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._last_words.append(line.decode(errors="replace").rstrip())
