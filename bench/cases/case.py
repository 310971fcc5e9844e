"""A case: what is rendered, in which ways it is measured, and what is aimed at."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import Shape

from clipmill.domain.payload import Payload
from clipmill.domain.row import Row
from clipmill.media.outside.sources import Sources
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.templates.contract import RowChecker
from clipmill.templates.folder import load_template

HD = Shape(1280, 720, 30)


@dataclass(frozen=True)
class Way:
    """One way to make the videos of a case."""

    title: str
    #: Videos whose cost is divided by their number, and how many of them `--quick` makes.
    videos: int = 1
    quick: int = 1
    processes: int = 1
    #: One more video comes first and is not counted: the process is warm and its caches are not empty.
    warm: bool = False
    #: Through `clipmill run` from the table: read, check, render, decode every frame, deliver, report; several once.
    line: bool = False
    #: At most so many CPU seconds a video, and so many times the floor; 0 where nothing is aimed at.
    seconds: float = 0.0
    ratio: float = 0.0


COLD = Way("one video, a cold process")


@dataclass(frozen=True)
class Table:
    """A template and the rows for it; `fonts` are folders with fonts it needs."""

    template: Path
    rows: Path
    fonts: tuple[Path, ...] = ()

    def payloads(self, settings: Settings, files: DiskFiles) -> list[Payload]:
        """What each row asks of the engine, as in a real batch."""
        template = load_template(self.template, files)
        checker = RowChecker(template, base_folder=self.rows.parent, media=MediaStore(files, settings), safe_name=str)
        with self.rows.open(encoding="utf-8", newline="") as source:
            rows = [Row(number, fields) for number, fields in enumerate(csv.DictReader(source), 1)]
        payloads = [checker.check(row).payload for row in rows]
        assert all(payloads), f"a row of {self.template} was blocked"
        return [payload for payload in payloads if payload is not None]


@dataclass(frozen=True)
class Written:
    """A project as it is written by hand; its paths count from `folder`."""

    project: Mapping[str, Any]
    folder: Path
    fonts: tuple[Path, ...] = ()

    def payloads(self, settings: Settings, files: DiskFiles) -> list[Payload]:
        """The one payload it is."""
        return [Payload("bench", Sources(MediaStore(files, settings), self.folder).stored(self.project))]


@dataclass(frozen=True)
class Changed:
    """A table whose projects are changed before they are rendered."""

    table: Table
    change: Callable[[dict[str, Any]], dict[str, Any]]

    @property
    def fonts(self) -> tuple[Path, ...]:
        """Folders with fonts it needs."""
        return self.table.fonts

    def payloads(self, settings: Settings, files: DiskFiles) -> list[Payload]:
        """What each row asks, changed."""
        asked = self.table.payloads(settings, files)
        return [Payload(payload.template_version, self.change(dict(payload.body))) for payload in asked]


@dataclass(frozen=True)
class Case:
    """What is rendered, in which ways."""

    #: For `--only`.
    name: str
    title: str
    asks: Table | Written | Changed
    ways: Sequence[Way] = (COLD,)
    shape: Shape = HD
    #: Which of its videos are drawn raw for the floor and the quality.
    drawn: Sequence[int] = (0,)

    @property
    def table(self) -> Table:
        """The rows of a case that goes through the line."""
        assert isinstance(self.asks, Table)
        return self.asks
