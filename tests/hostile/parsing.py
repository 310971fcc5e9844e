"""What each kind of input goes through, in one process that lives as long as it can: 0 foreign errors, 0 crashes."""

from __future__ import annotations

import asyncio
import json
import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clipmill.app import App
from clipmill.domain.batch import Reading
from clipmill.domain.files.names import FileNames
from clipmill.domain.payload import Payload
from clipmill.engines.render.engine import RenderEngine
from clipmill.engines.render.subtitles.reading import read_captions
from clipmill.errors import BUG, ClipmillError, EngineError, InputError, NotFoundError, OverTime
from clipmill.media.draw.svg import read_svg
from clipmill.media.outside.sources import Sources
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.solo import SoloWorker
from clipmill.pipeline.importing import Importer
from clipmill.pipeline.pricing import Pricing
from clipmill.settings import Settings
from clipmill.templates.bare import bare_project
from clipmill.templates.reading.document import read_document
from tests.faults.test_broken_media import DECODE, Line
from tests.hostile.case import ROWS, body, template, text

#: Processor seconds of one input.
MOST_SECONDS = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")
#: Words of a sentence that says a worker process was lost, or took too long.
_LOST = ("ends the process", "killed by signal", "took longer", "takes longer", "bug in clipmill")


def ends_in_a_sentence(error: Exception) -> bool:
    """Whether an input may end in this error: the engine's own word, or the clock's (a WorkerCrash that is meant)."""
    return isinstance(error, EngineError | OverTime)


class Parsers:
    """Everything one input of a kind meets before anything is made of it, and the drawing of one frame."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.app = App(Settings(home=home, workers=1))
        (home / "files").mkdir(parents=True, exist_ok=True)
        engine = self.app.engine("render")
        assert isinstance(engine, RenderEngine)
        self.engine = engine
        self.line = Line(home)
        self.worker = SoloWorker(Sandbox.making(self.app.settings), job_seconds=40.0)
        template(home)

    def fault(self, kind: str, name: str, data: bytes) -> str:
        """What is wrong with how an input ended, empty where nothing is."""
        takes: dict[str, Callable[[str, bytes], object]] = {
            "media": self._media, "tables": self._table, "templates": self._template, "projects": self._project,
            "subtitles": self._subtitles, "drawings": self._drawing, "html": self._html}  # fmt: skip
        began = time.process_time() + self._of_workers()
        try:
            told = str(takes[kind](name, data))
        except (InputError, NotFoundError) as error:
            told = f"{error} {error.hint}"
        except (ClipmillError, TimeoutError) as error:
            told = f"{error} {getattr(error, 'hint', '')}"
            if BUG in told or not ends_in_a_sentence(error):
                return f"{type(error).__name__}: {told[:300]}"
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return (
                f"foreign {type(error).__name__}: {str(error)[:200]} {' '.join(traceback.format_exc().split()[-40:])}"
            )
        seconds = time.process_time() + self._of_workers() - began
        if seconds > MOST_SECONDS:
            return f"it took {seconds:.1f} processor seconds"
        return next((f"it said: {told[:300]}" for word in _LOST if word in told), "")

    def close(self) -> None:
        """End what was started."""
        self.line.close()
        self.worker.close()
        asyncio.run(self.app.close())

    def _of_workers(self) -> float:
        """Processor seconds of the children of this process."""
        seconds = 0.0
        for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
            try:
                fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            seconds += sum(map(int, fields[11:13])) / _TICKS
        return seconds + sum(os.times()[2:4])

    def _media(self, name: str, data: bytes) -> str:
        return self.line.take(name, data)

    def _checked(self, table: str, small: str) -> str:
        """`clipmill check`, without the command."""
        frozen = self.app.template(self.home / small)
        opened = self.app.tables.open(self.home / table, frozen, Reading())
        importer = Importer(opened.checker, Pricing("render", self.app.engine, self.app.files), FileNames().take)
        told = [
            str(problem.told) for order in importer.orders(opened.source.rows()) for problem in order.checked.problems
        ]
        return " ".join(told)[:5000]

    def _table(self, name: str, data: bytes) -> str:
        table = f"rows{Path(name).suffix}"
        (self.home / table).write_bytes(data)
        return self._checked(table, "small")

    def _template(self, _name: str, data: bytes) -> str:
        (self.home / "strange").mkdir(exist_ok=True)
        (self.home / "strange" / "template.yaml").write_bytes(data)
        (self.home / "good.csv").write_text(ROWS)
        return self._checked("good.csv", "strange")

    def _project(self, _name: str, data: bytes) -> str:
        path = self.home / "project.json"
        path.write_bytes(data)
        try:
            document = json.loads(data.decode("utf-8-sig", "surrogatepass"))
        except (ValueError, RecursionError):
            document = read_document(path)
        return self._framed(bare_project(document))

    def _subtitles(self, name: str, data: bytes) -> str:
        for limit in (10, 1000):
            read_captions(data, where=name, most=limit)
        return ""

    def _drawing(self, name: str, data: bytes) -> str:
        drawing = read_svg(data)
        drawing.at_size(320, 180)
        path = self.home / "files" / name
        path.write_bytes(data)
        try:
            return str(self.worker.ask(DECODE, {"path": str(path), "suffix": ".svg"}))
        finally:
            path.unlink()

    def _html(self, _name: str, data: bytes) -> str:
        return self._framed(body(text(text="", html=data.decode("utf-8", "replace")[:100_000])))

    def _framed(self, asked: Any) -> str:
        """A project checked, priced and one frame of it drawn."""
        payload = Payload("project", Sources(self.app.media, self.home).stored(asked))
        quote = self.engine.quote(payload)
        spec = self.engine.expect(payload)
        if spec.width * spec.height > 1_000_000:
            return " ".join(quote.warnings)
        _, arguments = self.engine._asked(payload, at=0.1, into=str(self.home / "scratch" / "a.png"))
        (self.home / "scratch").mkdir(exist_ok=True)
        return f"{quote.warnings} {self.worker.ask('clipmill.engines.render.worker:frame', arguments)}"
