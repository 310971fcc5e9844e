"""What a worker process does: render one project into a file, or draw one of its frames. JSON in, JSON out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from clipmill.domain.files.formats import format_of
from clipmill.domain.media import Doubt, MediaKind
from clipmill.domain.timeline.clip import ClipFacts, Clips
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.timing import last_frame
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.doubts.ended import early_silences, still_clips
from clipmill.engines.render.doubts.looking import Inspection
from clipmill.engines.render.doubts.moments import last, looks, middle
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.registry import set_up
from clipmill.engines.render.memory.attic import Attic
from clipmill.engines.render.memory.footprint import room_for
from clipmill.engines.render.motion_hints import MotionHints
from clipmill.engines.render.plan import Plan, shape_of
from clipmill.engines.render.profile import GRADES, parts_of, profile_of
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound.track import sound_track
from clipmill.engines.render.subtitles.reading import with_captions
from clipmill.media.draw.planes import Bytes, Planes
from clipmill.media.facts.pixels.stillness import MotionDetector
from clipmill.media.fonts.library import FontLibrary
from clipmill.media.workers.clock import done
from clipmill.media.write.cover import cover_jpeg
from clipmill.media.write.formats import WriteOptions, open_writer
from clipmill.media.write.sheet import Cell, write_sheet
from clipmill.media.write.still import DEFAULT_QUALITY
from clipmill.media.write.writer import Writer
from clipmill.settings import Limits

#: How often the finished picture is looked at for movement: a freeze that matters is longer.
_LOOKS_A_SECOND = 10


class Noticed:
    """What the layers of a video tell, each sentence once, in order."""

    def __init__(self) -> None:
        self._remarks: dict[str, None] = {}
        self._doubts: dict[Doubt, None] = {}

    def told(self, remark: str) -> None:
        """Take a remark."""
        self._remarks[remark] = None

    def doubted(self, doubt: Doubt) -> None:
        """Take a doubt."""
        self._doubts[doubt] = None

    def seen_in(self, plan: Plan) -> None:
        """Name a frame for every doubt of a layer that names none: one in which the layer is at rest."""
        self._doubts = {_seen_in(doubt, plan): None for doubt in self._doubts}

    def as_dict(self) -> dict[str, Any]:
        """All of it as JSON: `remarks`, `doubts`."""
        return {"remarks": list(self._remarks), "doubts": [asdict(doubt) for doubt in self._doubts]}


def _seen_in(doubt: Doubt, plan: Plan) -> Doubt:
    if doubt.frame is not None:
        return doubt
    about = (layer for layer in plan.layers if doubt.message.startswith((f"{layer.where}:", f"{layer.where}.")))
    frames = [frame for layer in about for frame in looks(layer, plan, 1)]
    return replace(doubt, frame=frames[0]) if frames else doubt


def render(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Render a project into a file. The same arguments give the same bytes.

    `arguments`: `body` (the project), `assets` (`asset:` reference → path), `clips` (`asset:` reference → ClipFacts),
    `into` (path), `seed` (nothing drawn is left to chance), `holds` (whether still spans may be repeated without being
    encoded), `limits` (as in the settings), `fonts` (`folders`, `system`, `cache`). Answers `moving` (spans in seconds
    in which the picture was seen to change), `black_percent`, `remarks` (what could not be drawn as asked), `doubts`
    (what was, and was hardly meant: `check`, `message`, `frame`) and `shots` (frames at rest: `middle`, `last`).
    Raises ProjectError, MediaError, StoreError.
    """
    project, plan = _prepare(arguments)
    seen = format_of(project.format).kind is not MediaKind.AUDIO
    noticed = Noticed()
    with _open(project, plan, arguments) as writer:
        watch = _draw(project, plan, arguments, writer, noticed) if seen else MotionDetector()
    for doubt in (
        *early_silences(project, _clips(arguments), arguments["assets"]),
        *(still_clips(plan, arguments["assets"]) if seen else ()),
    ):
        noticed.doubted(doubt)
    noticed.seen_in(plan)
    # The encoder and its file hold each other: without this its 60 MB stay until some later video.
    gc.collect()
    seconds = float(plan.frames / plan.fps)
    black = 100 * watch.black_frames / max(1, watch.frames)
    moving = watch.moving(seconds)
    shots = {"middle": middle(plan), "last": last(plan)} if seen else {}
    return {"frames": plan.frames, "moving": moving, "black_percent": black, "shots": shots, **noticed.as_dict()}


def _open(project: Project, plan: Plan, arguments: Mapping[str, Any]) -> Writer:
    """The file, its sound already known."""
    sound = sound_track(project, _clips(arguments), arguments["assets"], _shelf(project.is_image))
    cover = b""
    if project.thumbnail and format_of(project.format).takes_cover:
        pixels = arguments["limits"]["image_pixels"]
        cover = cover_jpeg(arguments["assets"][project.thumbnail], pixels=pixels, where="thumbnail")
    grade = GRADES[project.quality if isinstance(project.quality, str) else "standard"]
    options = WriteOptions(
        profile=profile_of(plan, grade),
        parts=parts_of(plan, grade),
        quality=project.quality if isinstance(project.quality, int) else DEFAULT_QUALITY,
        cover=cover,
        holds=arguments["holds"],
    )
    return open_writer(Path(arguments["into"]), project.format, shape_of(project, plan), sound, options)


def _draw(
    project: Project, plan: Plan, arguments: Mapping[str, Any], writer: Writer, noticed: Noticed
) -> MotionDetector:
    """Draw and write every frame, looking at what was drawn; `noticed` takes what the layers tell, each once."""
    watch, step, hints = MotionDetector(), max(1, int(plan.fps) // _LOOKS_A_SECOND), MotionHints(plan)
    looking = Inspection(plan)
    with _compositor(project, plan, arguments, noticed) as compositor:
        for run in plan.runs():
            picture = compositor.frame(run.begin)
            looking.see(run, compositor)
            key, hint = run.begin in plan.cuts, hints.at(run.begin)
            writer.hold(picture, run.end - run.begin, key=key, hint=hint)
            done(run.end / plan.frames)
            watched = range(-(-run.begin // step) * step, run.end, step)
            if watched:
                watch.see(_brightness(picture), float(watched[0] / plan.fps), len(watched))
    for doubt in looking.doubts():
        noticed.doubted(doubt)
    return watch


def _brightness(picture: Planes) -> Bytes:
    """A plane that is dark where the picture is."""
    return picture.parts[0].copy() if not picture.full_colour else np.maximum.reduce(picture.parts[:3])


def frame(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write the one frame that is shown at `at` (seconds) as PNG; otherwise as `render`.

    Answers `frame`, and `remarks` and `doubts` on what is in it.
    """
    project, plan = _prepare(arguments)
    number = max(0, min(last_frame(arguments["at"], plan.fps), plan.frames - 1))
    shape = replace(shape_of(project, plan), transparent=plan.background is None)
    noticed = Noticed()
    with (
        _compositor(project, plan, arguments, noticed) as compositor,
        open_writer(Path(arguments["into"]), "png", shape, None) as writer,
    ):
        writer.write(compositor.frame(number))
    return {"frame": number, **noticed.as_dict()}


def sheet(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write pictures of frames as one contact sheet: `cells` (as `media.write.sheet.Cell`), `into`, `fonts`."""
    fonts = arguments["fonts"]
    _use_fonts(tuple(fonts["folders"]), fonts["system"], fonts["cache"])
    write_sheet([Cell(**cell) for cell in arguments["cells"]], Path(arguments["into"]))
    return {}


def _prepare(arguments: Mapping[str, Any]) -> tuple[Project, Plan]:
    fonts = arguments["fonts"]
    _use_fonts(tuple(fonts["folders"]), fonts["system"], fonts["cache"])
    limits = Limits(**arguments["limits"])
    project = with_captions(load_project(arguments["body"], limits), arguments["assets"], limits)
    return project, plan_project(project, _clips(arguments))


def _clips(arguments: Mapping[str, Any]) -> Clips:
    return {reference: ClipFacts.from_dict(facts) for reference, facts in arguments["clips"].items()}


@lru_cache(maxsize=1)
def _shelf(is_image: bool) -> Shelf:
    """What this process keeps from one video to the next; images begin another: their planes are RGB."""
    return Shelf()


@lru_cache(maxsize=1)
def _use_fonts(folders: tuple[str, ...], system: bool, cache: str) -> None:
    FontLibrary(tuple(Path(folder) for folder in folders), system).prepare(Path(cache))


@contextmanager
def _compositor(
    project: Project, plan: Plan, arguments: Mapping[str, Any], noticed: Noticed | None = None
) -> Iterator[Compositor]:
    taken = noticed or Noticed()
    attic = Attic(room_for(plan.width * plan.height), Path(arguments["into"]).parent)
    stage = Stage(
        canvas=Size(*project.canvas),
        assets=arguments["assets"],
        limits=Limits(**arguments["limits"]),
        shelf=_shelf(project.is_image),
        full_colour=project.is_image,
        clips=_clips(arguments),
        attic=attic,
        told=taken.told,
        doubted=taken.doubted,
    )
    compositor = Compositor(plan, partial(set_up, stage=stage))
    try:
        yield compositor
    finally:
        compositor.close()
        attic.close()
