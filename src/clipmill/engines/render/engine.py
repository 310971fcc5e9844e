"""The render engine: the port between the line and a worker process that renders.

It runs in the main process: it plans and prices, and imports nothing that touches pixels.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clipmill.domain.credits import Quote, RenderPrice
from clipmill.domain.files.formats import format_of
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload, asset_digest
from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.visual import SvgVisual
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import Schedule
from clipmill.engines.failing import failures
from clipmill.engines.render.clips import ClipBook, ReadProject
from clipmill.engines.render.dear import Dear
from clipmill.engines.render.doubts.told import as_drawn
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.kinds import check_kinds, pictures_in_texts
from clipmill.engines.render.memory.footprint import check_footprint, surely_fits
from clipmill.engines.render.remarks.brief import Brief
from clipmill.engines.render.remarks.suite import remarks
from clipmill.engines.render.remarks.unseen import check_heard
from clipmill.engines.render.reuse import FinishedFiles
from clipmill.engines.render.subtitles.reading import with_captions
from clipmill.engines.render.subtitles.sidecar import sidecar
from clipmill.engines.render.texts.book import TextBook
from clipmill.errors import (
    MediaError,
    NotFoundError,
    OverTime,
    ProjectError,
)
from clipmill.media.draw.svg import check_svg
from clipmill.media.fonts.library import FontLibrary, own_folders
from clipmill.media.workers.wire import understood
from clipmill.ports import Crew, Files, Progressing
from clipmill.settings import Settings

_WORKER = "clipmill.engines.render.worker"
_ASSET_IN_SVG = re.compile(r"asset:[0-9a-f]{64}(?:\.\w+)?")

#: So many projects are kept as they were read, and so many characters of their payloads.
_KEPT, _KEPT_CHARACTERS = 64, 1_000_000


@dataclass(frozen=True, slots=True)
class _Job:
    """A render: its name among finished ones, what a worker is asked, and what was told where it was made before."""

    read: ReadProject
    key: str
    arguments: Mapping[str, Any]
    kept: Mapping[str, Any] | None


class RenderEngine:
    """Renders a timeline on this machine."""

    name = "render"

    def __init__(self, settings: Settings, crew: Crew, files: Files, book: ClipBook | None = None) -> None:
        self._settings = settings
        self._crew = crew
        self._files = files
        #: What texts are drawn with.
        self.fonts = FontLibrary(own_folders(settings), settings.system_fonts)
        self._book = book or ClipBook(settings, files, crew)
        self._dear = Dear(settings)
        self._texts = TextBook(settings, self.fonts, crew)
        self._finished = FinishedFiles(settings.home / "finished", settings.reuse_bytes)
        #: Projects by the text of their payloads, the latest last; they and the books are for one thread at a time.
        self._known: dict[str, ReadProject] = {}
        self._reading = threading.RLock()
        self._price = RenderPrice.of(settings)

    def quote(self, payload: Payload) -> Quote:
        """Credits per started second, and what must be read. Raises InputError for what it cannot make."""
        with self._reading:
            read = self._read(payload)
            project = read.project
            self._assets(read.named)
            self._dear.check(project, estimated=read.is_cheap)
            read.is_cheap = True
            seconds = self._seconds(project, read.times)
            check_heard(project, read.times, read.clips)
            if not surely_fits(project, read.clips, allowed := self._settings.limits.worker_bytes):
                check_footprint(project, plan_project(project, read.clips), read.clips, allowed)
            price, suffix = self._price.quote(seconds, *project.canvas), format_of(project.format).suffix
            told = tuple(remarks(Brief(project, read.clips, read.times, self.fonts, self._text)))
            own = self._cut(read, payload)
            beside = project.subtitle is not None and bool(project.subtitle.sidecars)
            return Quote(price, (*told, *own), suffix, own, beside)

    def _cut(self, read: ReadProject, payload: Payload) -> tuple[str, ...]:
        """A sentence for each text that will be cut. Raises RoomError, DearError."""
        try:
            return tuple(self._texts.cut(read.project, lambda: self._arguments(read, payload)))
        except OverTime as error:
            raise self._dear.keep(read.project, error) from error

    def expect(self, payload: Payload) -> MediaSpec:
        """What the finished file must be. Raises ProjectError, MediaError."""
        with self._reading:
            return self._read(payload).spec

    def _text(self, reference: str) -> str:
        """The text of a stored file, what is no UTF-8 in it left out; none for a lost one: rendering tells that."""
        try:
            return self._files.path(asset_digest(reference) or "").read_text(encoding="utf-8-sig", errors="ignore")
        except (NotFoundError, OSError):
            return ""

    def _captioned(self, project: Project) -> Project:
        """The project with the captions of its subtitle's file; without them where it is lost: rendering tells that."""
        source = project.subtitle.src if project.subtitle is not None else ""
        if not source:
            return project
        try:
            path = self._files.path(asset_digest(source) or "")
        except NotFoundError:
            return project
        return with_captions(project, {source: str(path)}, self._settings.limits)

    def _seconds(self, project: Project, times: Schedule) -> float:
        """How long the video will be. Raises ProjectError where that is more than the settings allow."""
        seconds = float(times.seconds)
        if not project.is_image and seconds > self._settings.limits.video_seconds:
            raise ProjectError(f"the scenes are {seconds:g} seconds long together, over the limit of "
                               f"{self._settings.limits.video_seconds:g}", path="scenes")  # fmt: skip
        return 1.0 if project.is_image else seconds

    def sidecars(self, payload: Payload) -> dict[str, str]:
        """The subtitle files a project asks for beside its video: `srt` or `vtt` → text. Raises InputError."""
        with self._reading:
            read = self._read(payload)
            subtitle = read.project.subtitle
            kinds = subtitle.sidecars if subtitle is not None else ()
            return {kind: sidecar(read.project, kind, read.times.seconds) for kind in kinds}

    def facts(self, source: str, path: str) -> ClipFacts:
        """What a stored file measures, each once. Raises ProjectError, MediaError, for a broken or lost one."""
        with self._reading:
            try:
                return self._book.facts(source, path)
            except NotFoundError as error:
                raise _lost(path) from error

    def close(self) -> None:
        """End the processes that measure clips and texts."""
        self._book.close()
        self._texts.close()

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """Render into `into` in a worker process; the spec as it was drawn. Raises EngineError, WorkerCrash."""
        with failures():
            job = await asyncio.to_thread(self._job, payload, seed, into)
            told = await self._render(job) if job.kept is None else job.kept
        return await asyncio.to_thread(self._made, job, told, into)

    def _job(self, payload: Payload, seed: int, into: Path) -> _Job:
        """A render before it begins; one that was made before lies in `into`. Raises DearError for one too dear."""
        with self._reading:  # what makes pictures is looked at by one thread for all
            read, arguments = self._asked(payload, seed=seed, into=str(into))
            key = self._finished.key(arguments, self.fonts.fingerprint)
        kept = self._finished.take(key, into)
        if kept is None:
            self._dear.check(read.project, key, estimated=read.is_cheap)
        return _Job(read, key, arguments, kept)

    async def _render(self, job: _Job) -> Any:
        """Have it rendered; that it took too long is remembered. Raises OverTime and what the worker raises."""
        try:
            return await self._crew.run(f"{_WORKER}:render", job.arguments)
        except OverTime as error:
            await asyncio.to_thread(self._dear.keep, job.read.project, error, job.key)
            raise

    def _made(self, job: _Job, told: Any, into: Path) -> MediaSpec:
        """What a file must be by what was told of it; it is kept. Raises WorkerCrash for what is no answer."""
        with self._reading:
            spec = job.read.spec
        with understood():
            made = replace(as_drawn(spec, told), reused=job.kept is not None)
        if job.kept is None:
            self._finished.keep(job.key, into, told)
        return made

    def progress_of(self, into: Path) -> float | None:
        """How much of a file is made, 0 to 1; None where nobody makes it, or the crew does not tell."""
        return self._crew.progress_of(into) if isinstance(self._crew, Progressing) else None

    async def preview(self, payload: Payload, at: float, into: Path) -> tuple[str, ...]:
        """Write the one frame shown at `at` (seconds) as PNG; what was noticed in it.

        Raises EngineError, WorkerCrash.
        """
        with failures():
            _, arguments = await asyncio.to_thread(self._asked, payload, at=at, into=str(into))
            told = await self._crew.run(f"{_WORKER}:frame", arguments)
        with understood():
            return tuple(map(str, (*told["remarks"], *(doubt["message"] for doubt in told["doubts"]))))

    async def sheet(self, cells: Sequence[Mapping[str, Any]], into: Path) -> None:
        """Put written frames on one PNG: each a `path`, its `words`, its `row` and `column`. Raises EngineError."""
        with failures():
            arguments = {"cells": [dict(cell) for cell in cells], "into": str(into), "fonts": self._font_arguments()}
            await self._crew.run(f"{_WORKER}:sheet", arguments)

    def _read(self, payload: Payload) -> ReadProject:
        """The project as it was read, once for every payload asked about lately. Raises InputError."""
        read = self._known.pop(text := payload.text, None)
        if read is None:
            project = self._load(payload)
            read = ReadProject(project, self._captioned(project), self._book)
        if read.project.subtitle is None or not read.project.subtitle.src:  # else its file was lost, and may come back
            self._known[text] = read
        while len(self._known) > 1 and (len(self._known) > _KEPT or sum(map(len, self._known)) > _KEPT_CHARACTERS):
            del self._known[next(iter(self._known))]
        return read

    def _load(self, payload: Payload) -> Project:
        """The project, with everything checked that can be checked without opening media."""
        project = load_project(payload.body, self._settings.limits)
        for path, source in project.sources.items():
            if asset_digest(source) is None:
                raise ProjectError(f"{source[:80]!r} is no stored file (asset:…)", path=path)
        check_kinds(project)
        for path, visual in project.every_visual():
            if isinstance(visual, SvgVisual):
                check_svg(visual.svg, path=f"{path}.svg", limit_bytes=self._settings.limits.svg_bytes)
        return project

    def _asked(self, payload: Payload, **more: Any) -> tuple[ReadProject, dict[str, Any]]:
        """The project, and what a call of the worker needs with this besides."""
        with self._reading:
            read = self._read(payload)
            return read, {**self._arguments(read, payload), **more}

    def _arguments(self, read: ReadProject, payload: Payload) -> dict[str, Any]:
        """What every call of the worker needs, as JSON."""
        return {
            "body": dict(payload.body),
            "assets": self._assets(read.named),
            "clips": {reference: facts.as_dict() for reference, facts in read.clips.items()},
            "limits": self._settings.limits.model_dump(),
            "holds": self._settings.holds == "auto",
            "fonts": self._font_arguments(),
        }

    def _assets(self, project: Project) -> dict[str, str]:
        """Where the stored file of every reference lies. Raises MediaError naming the field of one that is gone."""
        named = {reference: path for path, reference in project.sources.items()}
        for path, visual in project.every_visual():
            if isinstance(visual, SvgVisual):
                named |= dict.fromkeys(_ASSET_IN_SVG.findall(visual.svg), f"{path}.svg")
        named |= dict.fromkeys(pictures_in_texts(project), "a picture in its html") | named
        places = {}
        for reference, where in sorted(named.items()):
            try:
                places[reference] = str(self._files.path(asset_digest(reference) or ""))
            except NotFoundError as error:
                raise _lost(where) from error
        return places

    def _font_arguments(self) -> dict[str, Any]:
        return {
            "folders": [str(folder) for folder in self.fonts.folders],
            "system": self._settings.system_fonts,
            "cache": str(self._settings.home / "cache" / "fonts"),
        }


def _lost(where: str) -> MediaError:
    return MediaError(f"{where}: the file it names is not in the state folder, or not any more",
                      hint="Name it by its path or address; feed the row back where it is so named: "
                           "then it is stored again.")  # fmt: skip
