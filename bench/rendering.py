"""A case at work: its jobs rendered by fresh processes, its frames drawn raw, its files verified."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from asked import Recorder, ask
from cases.case import Case, Way
from measuring import Figure, Raw, measure_command

from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.engines.render.engine import RenderEngine
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.sandbox import Sandbox
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.verify.suite import SuiteVerifier

#: What a fresh process runs: jobs, one a line, as a worker process does; it writes what it was told of each, its CPU
#: seconds without the first so many jobs, and the most memory it held.
_RENDER = """
import json, re, sys, time
from clipmill.media.workers.child import called, settle_in
settle_in()
render = called("clipmill.engines.render.worker:render")
lines, warm, answers = open(sys.argv[1]).read().splitlines(), int(sys.argv[2]), []
for number, line in enumerate(lines):
    if number == warm: began = time.process_time()
    answers.append(render(json.loads(line)))
used = time.process_time() - began
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
json.dump({"answers": answers, "seconds": used, "peak": peak}, open(sys.argv[3], "w"))
"""


class Told:
    """A crew that renders nothing: its answer is known."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self._answer = answer

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """What a worker answered."""
        return self._answer


class Bench:
    """One case, taken in as `clipmill` does it; everything of it lies in `folder`."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.folder = folder
        #: What was wrong with a file, each once.
        self.wrong: dict[str, None] = {}
        self._settings = Settings(home=folder / "home", font_folders=case.asks.fonts, reuse_bytes=0)
        self._files = DiskFiles(folder / "home" / "files", folder / "home" / "scratch")
        self._payloads = case.asks.payloads(self._settings, self._files)
        self._jobs = self._asked()
        #: Number of a video → sha256 of its file.
        self._digests: dict[int, str] = {}

    def video(self, number: int) -> Path:
        """Where a video lies once it was rendered."""
        return Path(self._jobs[number]["into"])

    def raw(self, number: int) -> Raw:
        """The frames of a video as they are drawn."""
        listed = self.folder / f"{number:03}.json"
        listed.write_text(json.dumps(self._jobs[number]), encoding="utf-8")
        engine = RenderEngine(self._settings, Recorder(), self._files)
        try:
            frames = engine.expect(self._payloads[number]).frames
        finally:
            engine.close()
        return Raw(listed, self.folder / f"{number:03}.yuv", frames * self.case.shape.frame_bytes)

    def _asked(self) -> list[dict[str, Any]]:
        recorder = Recorder()
        engine = RenderEngine(self._settings, recorder, self._files)
        try:
            for number, payload in enumerate(self._payloads):
                ask(engine, payload, self._files.scratch(f"{number:03}.mp4"))
        finally:
            engine.close()
        return recorder.jobs

    def render(self, way: Way, videos: int) -> Figure:
        """So many videos in fresh processes: CPU seconds and bytes of one, the most memory of a process."""
        jobs = self._jobs[: videos + way.warm]
        commands, answered = [], []
        for process in range(way.processes):
            listed, answers = (self.folder / f"{word}-{process}.json" for word in ("jobs", "answers"))
            listed.write_text("\n".join(map(json.dumps, jobs[process :: way.processes])), encoding="utf-8")
            commands.append((sys.executable, "-c", _RENDER, str(listed), str(int(way.warm)), str(answers)))
            answered.append(answers)
        figure, _ = measure_command(*commands)
        told = [json.loads(answers.read_text()) for answers in answered]
        each: list[Mapping[str, Any]] = [{}] * len(jobs)
        for process, answer in enumerate(told):
            each[process :: way.processes] = answer["answers"]
        asyncio.run(self._verify(each))
        used = told[0]["seconds"] if way.warm else figure.cpu_seconds
        size = statistics.mean(self.video(number).stat().st_size for number in range(len(jobs)))
        return Figure(used / videos, max(answer["peak"] for answer in told), round(size))

    def line(self, way: Way) -> Figure:
        """`clipmill run` over the first rows of the table in a fresh state folder; per video."""
        table = self.case.table
        rows = table.rows.with_name(f"first-{way.videos}.csv")
        with (
            table.rows.open(encoding="utf-8", newline="") as source,
            rows.open("w", encoding="utf-8", newline="") as few,
        ):
            csv.writer(few).writerows(islice(csv.reader(source), way.videos + 1))
        fonts = json.dumps([str(path) for path in table.fonts])
        program = (sys.executable, "-m", "clipmill.cli.main", "run", str(rows), "-t", str(table.template))
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            environment = {**os.environ, "CLIPMILL_FONT_FOLDERS": fonts}
            figure, _ = measure_command(program, folder=Path(work), environment=environment)
            made = sorted(Path(work, "out").glob("*.mp4"))
            if len(made) != way.videos:
                self.wrong[f"{way.title}: {len(made)} of {way.videos} files came out"] = None
            for number, file in enumerate(made):
                self._known(number, file)
            return Figure(figure.cpu_seconds / way.videos, 0, round(statistics.mean(f.stat().st_size for f in made)))

    async def _verify(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Verify each file that was not seen before, as `clipmill render` does."""
        crew = ProcessCrew(self._settings.worker_count, sandbox=Sandbox.making(self._settings))
        verifier = SuiteVerifier(crew, self._files, self._settings.home / "frames")
        new = [number for number in range(len(answers)) if not self._known(number, self.video(number))]
        try:
            await asyncio.gather(*(self._judge(number, answers[number], verifier) for number in new))
        finally:
            await crew.close()

    async def _judge(self, number: int, answer: Mapping[str, Any], verifier: SuiteVerifier) -> None:
        engine = RenderEngine(self._settings, Told(answer), self._files)
        try:
            spec = await engine.make(self._payloads[number], seed=1, into=self._files.scratch(f"{number}.none"))
        finally:
            engine.close()
        verdict = await verifier.verify(self.video(number), spec, VerifyLimits())
        if verdict.ruling is not Ruling.PASS:
            self.wrong[f"video {number + 1}: {verdict.reason}"] = None

    def _known(self, number: int, file: Path) -> bool:
        """Whether a video was verified before; its file has the same bytes however and whenever it is made."""
        digest, known = hashlib.sha256(file.read_bytes()).hexdigest(), number in self._digests
        if self._digests.setdefault(number, digest) != digest:
            self.wrong[f"video {number + 1} has other bytes than the time before"] = None
        return known
