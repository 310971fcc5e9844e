"""The crew: worker processes for CPU work, one job at a time each, so that a crash costs one job and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from clipmill import log
from clipmill.errors import OverTime, WorkerCrash
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.solo import ASKED_SECONDS, SoloWorker


class ProcessCrew:
    """Up to `size` processes, started when first needed (ports.Crew); each waited for by a thread of its own.

    `jobs_each`, `sandbox` and `keep_bytes` are those of a SoloWorker. A job that takes longer than `job_seconds` is
    stopped with its process. The same processes answer whoever waits for them (`ask`): the first picture of a table
    and the first row are not worth loading all libraries twice.
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
        self._each: dict[str, Any] = {"sandbox": sandbox, "jobs_each": jobs_each, "keep_bytes": keep_bytes}
        self._job_seconds = job_seconds
        self._size = size
        self._places = asyncio.Semaphore(size)
        self._threads = ThreadPoolExecutor(size, "crew")
        self._idle: list[SoloWorker] = []
        #: Who makes which file.
        self._making: dict[str, SoloWorker] = {}

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call `module:function` in a worker process; its answer. Raises WorkerCrash and the function's own error."""
        async with self._places:
            worker = self._taken(self._job_seconds)
            into = str(arguments.get("into", ""))
            self._making[into] = worker
            asked = asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, call, arguments)
            try:
                await asyncio.wait([asked])
            except asyncio.CancelledError:
                worker.stop()
                await asyncio.wait([asked])
                asked.exception()
                raise
            finally:
                self._making.pop(into, None)
            self._put_down(worker)
        try:
            return asked.result()
        except TimeoutError:
            took = f"a job took longer than {self._job_seconds:g} s (limits.job_seconds) and was stopped"
            raise OverTime(took) from None
        except WorkerCrash as crash:
            log.warning("worker process lost", job=call, reason=str(crash))
            raise

    def progress_of(self, into: Path) -> float | None:
        """How much of a file is made, 0 to 1; None where nobody makes it."""
        worker = self._making.get(str(into))
        return worker.share if worker is not None else None

    def ask(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """The same for a thread that waits, a minute at most; as SoloWorker's."""
        worker = self._taken(ASKED_SECONDS)
        try:
            return worker.ask(call, arguments)
        finally:
            self._put_down(worker)

    def _taken(self, seconds: float) -> SoloWorker:
        try:
            worker = self._idle.pop()
        except IndexError:  # or another thread was quicker
            worker = SoloWorker(**self._each)
        worker.job_seconds = seconds
        return worker

    def _put_down(self, worker: SoloWorker) -> None:
        self.peak_bytes = max(self.peak_bytes, worker.peak_bytes)
        if len(self._idle) < self._size:
            self._idle.append(worker)
        else:
            worker.close()

    async def close(self) -> None:
        """End every idle process."""
        while self._idle:
            await asyncio.to_thread(self._idle.pop().close)


def asker(crew: object, sandbox: Sandbox | None, jobs_each: int) -> ProcessCrew | SoloWorker:
    """Who answers a thread that waits: the crew; where that has no processes, one of its own."""
    return crew if isinstance(crew, ProcessCrew) else SoloWorker(sandbox, jobs_each)
