"""The render engine: the port between the line and a worker process that renders.

It runs in the main process: it plans and prices, and imports nothing that touches pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from clipmill.domain.credits import Quote, RenderPrice
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.formats import format_of, promised
from clipmill.domain.media import Doubt, MediaKind, MediaSpec, Shot
from clipmill.domain.payload import Payload, asset_digest
from clipmill.domain.timeline.clip import Clips
from clipmill.domain.timeline.elements.visual import SvgVisual
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import Schedule, schedule
from clipmill.domain.timeline.sounds import sounds_of
from clipmill.engines.render.clips import ClipBook
from clipmill.engines.render.dear import Dear
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.kinds import check_kinds, pictures_in_texts
from clipmill.engines.render.memory.footprint import check_footprint, surely_fits
from clipmill.engines.render.plan import shape_of
from clipmill.engines.render.remarks.brief import Brief
from clipmill.engines.render.remarks.suite import remarks
from clipmill.engines.render.remarks.unseen import check_heard
from clipmill.engines.render.reuse import Finished, made_by
from clipmill.engines.render.subtitles.reading import with_captions
from clipmill.engines.render.subtitles.sidecar import sidecar
from clipmill.engines.render.texts.book import TextBook
from clipmill.errors import (
    ClipmillError,
    DearError,
    EngineError,
    MediaError,
    NotFoundError,
    OverTime,
    ProjectError,
    StoreError,
    WorkerCrash,
)
from clipmill.media.draw.svg import check_svg
from clipmill.media.fonts.library import FontLibrary, own_folders
from clipmill.media.workers.wire import understood
from clipmill.own_folder import OwnFolder
from clipmill.ports import Crew, Files
from clipmill.settings import Settings

_WORKER = "clipmill.engines.render.worker"
_ASSET_IN_SVG = re.compile(r"asset:[0-9a-f]{64}(?:\.\w+)?")

#: How many frames are kept for what is doubted of a file.
_DOUBTS_SHOWN = 4

#: What a worker raises → the kind of failure it is.
_FAILURES: tuple[tuple[type[ClipmillError], FailureKind], ...] = (
    (MediaError, FailureKind.MEDIA),
    (DearError, FailureKind.TIME),
    (ProjectError, FailureKind.DATA),
    (NotFoundError, FailureKind.MEDIA),
    (StoreError, FailureKind.DISK),
)


class RenderEngine:
    """Renders a timeline on this machine."""

    name = "render"

    def __init__(self, settings: Settings, crew: Crew, files: Files, book: ClipBook | None = None) -> None:
        self._settings = settings
        self._crew = crew
        self._files = files
        self._fonts = FontLibrary(own_folders(settings), settings.system_fonts)
        self._book = book or ClipBook(settings, files)
        self._dear = Dear(settings)
        self._texts = TextBook(settings, self._fonts)
        self._shared = OwnFolder(settings.home / "cache" / "shelf")
        self._finished = Finished(settings.home / "finished", settings.reuse_bytes)
        self._price = RenderPrice(settings.credits_per_second, settings.credits_per_second_large, settings.large_pixels)

    def quote(self, payload: Payload) -> Quote:
        """Credits per started second, and what must be read. Raises InputError for what it cannot make."""
        project = self._captioned(self._load(payload))
        self._assets(project)
        self._dear.check(project)
        clips = self._clips(project)
        times = schedule(project, clips)
        seconds = self._seconds(project, times)
        check_heard(project, times, clips)
        if not surely_fits(project, clips, allowed := self._settings.limits.worker_bytes):
            check_footprint(project, plan_project(project, clips), clips, allowed)
        price, suffix = self._price.quote(seconds, *project.canvas), format_of(project.format).suffix
        told = tuple(remarks(Brief(project, clips, times, self._fonts, self._read)))
        own = self._cut(project, payload)
        return Quote(price, (*told, *own), suffix, own)

    def _cut(self, project: Project, payload: Payload) -> tuple[str, ...]:
        """A sentence for each text that will be cut. Raises RoomError, DearError."""
        try:
            return tuple(self._texts.cut(project, lambda: self._arguments(payload)))
        except OverTime as error:
            raise self._dear.keep(project, error) from error

    def expect(self, payload: Payload) -> MediaSpec:
        """What the finished file must be. Raises ProjectError, MediaError."""
        project = self._captioned(self._load(payload))
        clips = self._clips(project)
        plan = plan_project(project, clips)
        heard = bool(sounds_of(project, schedule(project, clips), clips))
        moving = tuple((float((begin - 1) / plan.fps), float((end - 1) / plan.fps)) for begin, end in plan.moving)
        return replace(promised(project.format, shape_of(project, plan), sound=heard), moving=moving)

    def _read(self, reference: str) -> str:
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

    def _clips(self, project: Project) -> Clips:
        return self._book.of(project)

    def sidecars(self, payload: Payload) -> dict[str, str]:
        """The subtitle files a project asks for beside its video: `srt` or `vtt` → text. Raises InputError."""
        project = self._captioned(self._load(payload))
        kinds = project.subtitle.sidecars if project.subtitle is not None else ()
        seconds = schedule(project, self._clips(project)).seconds if kinds else None
        return {kind: sidecar(project, kind, seconds) for kind in kinds}

    def close(self) -> None:
        """End the processes that measure clips and texts, and remove what worker processes shared."""
        self._book.close()
        self._texts.close()
        self._shared.close()

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """Render into `into` in a worker process; the spec as it was drawn. Raises EngineError, WorkerCrash."""
        with _failures():
            arguments = {**self._arguments(payload), "seed": seed, "into": str(into)}
            key = self._finished.key(arguments, self._fonts.fingerprint)
            kept = self._finished.take(key, into)
            told = await self._render(payload, key, arguments) if kept is None else kept
        spec = self.expect(payload)
        with understood():
            made = replace(_as_drawn(spec, told), reused=kept is not None)
        if kept is None:
            self._finished.keep(key, into, told)
        return made

    async def _render(self, payload: Payload, key: str, arguments: Mapping[str, Any]) -> Any:
        """Have it rendered, unless it took too long before. Raises DearError, OverTime and what the worker raises."""
        project = self._load(payload)
        self._dear.check(project, key)
        try:
            return await self._crew.run(f"{_WORKER}:render", arguments)
        except OverTime as error:
            self._dear.keep(project, error, key)
            raise

    async def preview(self, payload: Payload, at: float, into: Path) -> tuple[str, ...]:
        """Write the one frame shown at `at` (seconds) as PNG; what was noticed in it.

        Raises EngineError, WorkerCrash.
        """
        with _failures():
            arguments = {**self._arguments(payload), "at": at, "into": str(into)}
            told = await self._crew.run(f"{_WORKER}:frame", arguments)
        with understood():
            return tuple(map(str, (*told["remarks"], *(doubt["message"] for doubt in told["doubts"]))))

    async def sheet(self, cells: Sequence[Mapping[str, Any]], into: Path) -> None:
        """Put written frames on one PNG: each a `path`, its `words`, its `row` and `column`. Raises EngineError."""
        with _failures():
            arguments = {"cells": [dict(cell) for cell in cells], "into": str(into), "fonts": self._font_arguments()}
            await self._crew.run(f"{_WORKER}:sheet", arguments)

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

    def _arguments(self, payload: Payload) -> dict[str, Any]:
        """What every call of the worker needs, as JSON."""
        project = self._load(payload)
        return {
            "body": dict(payload.body),
            "assets": self._assets(project),
            "clips": {reference: facts.as_dict() for reference, facts in self._clips(project).items()},
            "limits": self._settings.limits.model_dump(),
            "holds": self._settings.holds == "auto",
            "fonts": self._font_arguments(),
            "shelf": self._shelf(),
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
                raise MediaError(f"{where}: the file it names is not in the state folder, or not any more",
                                 hint="Name it by its path or address; feed the row back where it is so named: "
                                      "then it is stored again.") from error  # fmt: skip
        return places

    def _font_arguments(self) -> dict[str, Any]:
        return {
            "folders": [str(folder) for folder in self._fonts.folders],
            "system": self._settings.system_fonts,
            "cache": str(self._settings.home / "cache" / "fonts"),
        }

    def _shelf(self) -> dict[str, Any] | None:
        """Where worker processes share what is dear to make; None where they do not."""
        if not self._settings.shelf_bytes:
            return None
        try:
            folder = self._shared.path
        except OSError:
            return None
        return {
            "folder": str(folder),
            "budget": self._settings.shelf_bytes,
            "processes": self._settings.worker_count,
            "made_by": made_by(self._fonts.fingerprint),
        }


def _as_drawn(spec: MediaSpec, drawn: Mapping[str, Any]) -> MediaSpec:
    """What a file must be, with what the worker that drew it tells."""
    moving = tuple((float(start), float(end)) for start, end in drawn["moving"])
    doubts = tuple(_in_file(Doubt(**doubt), drawn["frames"], spec.frames) for doubt in drawn["doubts"])
    shots = {name: _frame(frame, drawn["frames"], spec.frames) for name, frame in drawn["shots"].items()}
    return replace(spec, moving=moving, black_percent=float(drawn["black_percent"]), doubts=doubts,
                   remarks=tuple(map(str, drawn["remarks"])), shots=_shots(spec, shots, doubts))  # fmt: skip


def _frame(drawn: int, of: int, frames: int) -> int:
    """The frame of a file that shows what was drawn as this one: some formats hold every second one."""
    return max(0, min(drawn * frames // max(1, of), frames - 1))


def _in_file(doubt: Doubt, of: int, frames: int) -> Doubt:
    return doubt if doubt.frame is None else replace(doubt, frame=_frame(doubt.frame, of, frames))


def _shots(spec: MediaSpec, rests: Mapping[str, int], doubts: Sequence[Doubt]) -> tuple[Shot, ...]:
    """The frames that are kept as pictures: what is doubted where it can be seen, the first, and two at rest."""
    if spec.kind in (MediaKind.AUDIO, MediaKind.IMAGE):
        return ()
    about = {doubt.frame: doubt.message for doubt in reversed(doubts) if doubt.frame is not None}
    doubted = (
        Shot(f"doubt{number}", frame, about[frame]) for number, frame in enumerate(sorted(about)[:_DOUBTS_SHOWN], 1)
    )
    return (*doubted, Shot("first", 0), *(Shot(name, frame) for name, frame in rests.items()))


@contextmanager
def _failures() -> Iterator[None]:
    """Errors of ours as failures of the row; a crash of the worker stays one."""
    try:
        yield
    except (EngineError, WorkerCrash):
        raise
    except ClipmillError as error:
        raise EngineError(_failure_of(error)) from error


def _failure_of(error: ClipmillError) -> Failure:
    """What a worker's error means to the row."""
    kind = next((kind for cls, kind in _FAILURES if isinstance(error, cls)), FailureKind.INTERNAL)
    return Failure(kind, str(error), fix=error.hint)
