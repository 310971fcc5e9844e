"""The render engine: the port between the line and a worker process that renders.

It runs in the main process: it plans and prices, and imports nothing that touches pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clipmill.domain.credits import Quote, RenderPrice
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload, asset_digest
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.visual import SvgVisual, TextVisual
from clipmill.engines.render.plan import plan_project
from clipmill.errors import ClipmillError, EngineError, MediaError, NotFoundError, ProjectError, StoreError, WorkerCrash
from clipmill.media.draw.svg import check_svg
from clipmill.media.fonts.library import FontLibrary
from clipmill.ports import Crew, Files
from clipmill.settings import Settings

_NO_GLYPH = "no font has {}: boxes are drawn instead; put a font that has them into a folder named in font_folders"
_TAG = re.compile(r"<[^>]*>")
_WORKER = "clipmill.engines.render.worker"
_ASSET_IN_SVG = re.compile(r"asset:[0-9a-f]{64}(?:\.\w+)?")

#: What a worker raises → the kind of failure it is.
_FAILURES: tuple[tuple[type[ClipmillError], FailureKind], ...] = (
    (MediaError, FailureKind.MEDIA),
    (ProjectError, FailureKind.DATA),
    (NotFoundError, FailureKind.MEDIA),
    (StoreError, FailureKind.DISK),
)


class RenderEngine:
    """Renders a timeline on this machine."""

    name = "render"

    def __init__(self, settings: Settings, crew: Crew, files: Files) -> None:
        self._settings = settings
        self._crew = crew
        self._files = files
        self._fonts = FontLibrary(settings.font_folders, settings.system_fonts)
        self._price = RenderPrice(settings.credits_per_second, settings.credits_per_second_large, settings.large_pixels)

    def quote(self, payload: Payload) -> Quote:
        """Credits per started second, and characters no font has. Raises ProjectError for what it cannot make."""
        project = self._load(payload)
        missing = self._fonts.missing_glyphs("".join(texts_of(project)))
        warnings = (_NO_GLYPH.format(" ".join(missing)),) if missing else ()
        return Quote(self._price.quote(project.duration, project.width, project.height), warnings)

    def expect(self, payload: Payload) -> MediaSpec:
        """What the finished file must be. Raises ProjectError."""
        project = self._load(payload)
        plan = plan_project(project)
        return MediaSpec(
            seconds=plan.frames / plan.fps,
            frames=plan.frames,
            fps=float(plan.fps),
            width=plan.width,
            height=plan.height,
            has_audio=bool(project.audios),
            video_codec="h264",
            audio_codec="aac" if project.audios else "",
            moving=tuple(((begin - 1) / plan.fps, (end - 1) / plan.fps) for begin, end in plan.moving),
        )

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """Render into `into` in a worker process; the spec as it was drawn. Raises EngineError, WorkerCrash."""
        drawn = await self._call("render", payload, {"seed": seed, "into": str(into)})
        moving = tuple((start, end) for start, end in drawn["moving"])
        return replace(self.expect(payload), moving=moving, black_percent=drawn["black_percent"])

    async def preview(self, payload: Payload, at: float, into: Path) -> None:
        """Write the one frame shown at `at` (seconds) as PNG. Raises EngineError, WorkerCrash."""
        await self._call("frame", payload, {"at": at, "into": str(into)})

    async def _call(self, function: str, payload: Payload, arguments: Mapping[str, Any]) -> Any:
        try:
            common = self._arguments(payload)
            return await self._crew.run(f"{_WORKER}:{function}", {**common, **arguments})
        except (EngineError, WorkerCrash):
            raise
        except ClipmillError as error:
            raise EngineError(_failure_of(error)) from error

    def _load(self, payload: Payload) -> Project:
        """The project, with everything checked that can be checked without opening media."""
        project = load_project(payload.body, self._settings.limits)
        for path, source in project.sources.items():
            if asset_digest(source) is None:
                raise ProjectError(f"{source!r} is no stored file (asset:…)", path=path)
        for number, visual in enumerate(project.visuals):
            if isinstance(visual, SvgVisual):
                check_svg(visual.svg, path=f"visuals[{number}].svg", limit_bytes=self._settings.limits.svg_bytes)
        return project

    def _arguments(self, payload: Payload) -> dict[str, Any]:
        """What every call of the worker needs, as JSON."""
        project = self._load(payload)
        named = set(project.sources.values())
        for visual in project.visuals:
            if isinstance(visual, SvgVisual):
                named.update(_ASSET_IN_SVG.findall(visual.svg))
        return {
            "body": dict(payload.body),
            "assets": {reference: str(self._files.path(asset_digest(reference) or "")) for reference in sorted(named)},
            "limits": self._settings.limits.model_dump(),
            "fonts": {
                "folders": [str(folder) for folder in self._settings.font_folders],
                "system": self._settings.system_fonts,
                "cache": str(self._settings.home / "cache" / "fonts"),
            },
        }


def texts_of(project: Project) -> Iterator[str]:
    """Every text of a project that has characters beyond ASCII, which every font covers."""
    for visual in project.visuals:
        if isinstance(visual, TextVisual) and not visual.text.isascii():
            yield visual.text
        elif isinstance(visual, SvgVisual) and not visual.svg.isascii():
            yield _TAG.sub(" ", visual.svg)


def _failure_of(error: ClipmillError) -> Failure:
    """What a worker's error means to the row."""
    kind = next((kind for cls, kind in _FAILURES if isinstance(error, cls)), FailureKind.INTERNAL)
    return Failure(kind, str(error), fix=error.hint)
