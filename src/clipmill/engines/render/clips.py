"""A book of clips: what is known of the sounds and moving pictures a project names, each measured once; and a project
with what follows from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from clipmill.domain.files.formats import promised
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import asset_digest
from clipmill.domain.timeline.clip import ClipFacts, Clips
from clipmill.domain.timeline.elements.visual import GifVisual, PictureVisual, VideoVisual
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import Schedule, schedule
from clipmill.domain.timeline.sounds import sounds_of
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.plan import shape_of
from clipmill.errors import MediaError, ProjectError
from clipmill.media.facts.facts import Facts
from clipmill.media.facts.gif import gif_delays
from clipmill.media.facts.prober import Prober
from clipmill.media.workers.crew import asker
from clipmill.media.workers.sandbox import Sandbox
from clipmill.ports import Crew, Files
from clipmill.settings import Settings

#: Pictures that may move.
_MOVING_PICTURES = frozenset({".gif", ".webp"})
#: Facts that are kept; a batch names the same clips over and over.
_KEPT = 10_000


class ClipBook:
    """Facts by reference; for one thread."""

    def __init__(self, settings: Settings, files: Files, crew: Crew) -> None:
        self._files = files
        self._prober = Prober(asker(crew, Sandbox.looking(settings), settings.worker_jobs))
        self._known: dict[str, ClipFacts] = {}

    def of(self, project: Project) -> Clips:
        """The facts of every sound, clip and GIF of a project. Raises ProjectError naming the field of a broken one."""
        return {source: self.facts(source, path) for path, source in _moving(project)}

    def close(self) -> None:
        """End the process that measures, where it is its own."""
        self._prober.close()

    def facts(self, source: str, path: str) -> ClipFacts:
        """The facts of one file. Raises ProjectError naming `path` for a broken one, NotFoundError for a lost one."""
        known = self._known.get(source)
        if known is None:
            file = self._files.path(asset_digest(source) or "")
            try:
                known = clip_facts(self._prober.probe(file, "its file"), file)
            except MediaError as error:
                raise ProjectError(str(error), path=path, hint=error.hint) from error
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[source] = known
        return known


class ReadProject:
    """A project as it was read; what follows from it is found when it is first asked for."""

    def __init__(self, project: Project, captioned: Project, book: ClipBook) -> None:
        #: What files it names.
        self.named = project
        #: With the captions of its subtitle's file in the place of the file.
        self.project = captioned
        #: Whether its drawings were estimated, and cost no more than they may.
        self.is_cheap = False
        self._book = book

    @cached_property
    def clips(self) -> Clips:
        """What its sounds and moving pictures measure. Raises ProjectError."""
        return self._book.of(self.project)

    @cached_property
    def times(self) -> Schedule:
        """When its scenes are."""
        return schedule(self.project, self.clips)

    @cached_property
    def spec(self) -> MediaSpec:
        """What its file must be."""
        plan = plan_project(self.project, self.clips)
        heard = bool(sounds_of(self.project, self.times, self.clips))
        moving = tuple((float((begin - 1) / plan.fps), float((end - 1) / plan.fps)) for begin, end in plan.moving)
        return replace(promised(self.project.format, shape_of(self.project, plan), sound=heard), moving=moving)


def _moving(project: Project) -> Iterator[tuple[str, str]]:
    """Path and source of everything that has a length, GIFs that stand still included."""
    for path, visual in project.every_visual():
        moving = isinstance(visual, VideoVisual | GifVisual)
        if isinstance(visual, PictureVisual) and (moving or visual.src.endswith(".gif")):
            yield f"{path}.src", visual.src
    for path, audio in project.every_audio():
        yield f"{path}.src", audio.src


def clip_facts(facts: Facts, file: Path) -> ClipFacts:
    """What was measured in a file, as timelines know it; of a GIF its pictures' times are read besides."""
    delays = gif_delays(file) if facts.suffix in _MOVING_PICTURES else ()
    return ClipFacts(
        seconds=sum(delays) if delays else facts.milliseconds / 1000,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        picture_seconds=facts.picture_seconds,
        has_video=facts.has_video,
        has_audio=facts.has_audio,
        delays=delays,
    )
