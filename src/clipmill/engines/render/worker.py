"""What a worker process does: render one project into a file, or draw one of its frames. JSON in, JSON out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.timing import last_frame
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.layers.layer import Layer, Stage
from clipmill.engines.render.layers.registry import LAYERS
from clipmill.engines.render.mix import mix_project
from clipmill.engines.render.plan import Plan, plan_project
from clipmill.engines.render.profile import GRAPHICS
from clipmill.engines.render.shelf import Shelf
from clipmill.media.draw.planes import to_rgb
from clipmill.media.draw.raster import write_png
from clipmill.media.facts.stillness import Watch
from clipmill.media.fonts.library import FontLibrary
from clipmill.media.write.encode import Mp4Writer
from clipmill.settings import Limits

#: How often the finished picture is looked at for movement: a freeze that matters is longer.
_LOOKS_A_SECOND = 10
#: What this process keeps from one video to the next.
_SHELF = Shelf()
# Everything loaded so far stays: collecting after each video need not look at it.
gc.freeze()


def render(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Render a project into an MP4 file. The same arguments give the same bytes.

    `arguments`: `body` (the project), `assets` (`asset:` reference → path), `into` (path), `seed` (no layer of this
    version leaves anything to chance), `limits` (as in the settings), `fonts` (`folders`, `system`, `cache`).
    Answers `frames`, `moving` (spans in seconds in which the picture was seen to change) and `black_percent`.
    Raises ProjectError, MediaError, StoreError.
    """
    project, plan = _prepare(arguments)
    sound = mix_project(project, arguments["assets"], _SHELF)
    into = Path(arguments["into"])
    with (
        _compositor(project, plan, arguments) as compositor,
        Mp4Writer(into, compositor.picture, plan.fps, GRAPHICS, sound) as writer,
    ):
        watch, step = Watch(), max(1, plan.fps // _LOOKS_A_SECOND)
        for number in range(plan.frames):
            picture = compositor.frame(number)
            writer.write(key=number in plan.cuts)
            if number % step == 0:
                watch.see(picture.parts[0].copy(), number / plan.fps)
    # The encoder and its file hold each other: without this its 60 MB stay until some later video.
    gc.collect()
    seconds, looks = plan.frames / plan.fps, len(range(0, plan.frames, step))
    return {"frames": plan.frames, "moving": watch.moving(seconds), "black_percent": 100 * watch.black_frames / looks}


def frame(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write the one frame that is shown at `at` (seconds) as PNG; otherwise as `render`. Answers `frame`."""
    project, plan = _prepare(arguments)
    number = max(0, min(last_frame(arguments["at"], plan.fps), plan.frames - 1))
    with _compositor(project, plan, arguments) as compositor:
        write_png(to_rgb(compositor.frame(number)), Path(arguments["into"]))
    return {"frame": number}


def _prepare(arguments: Mapping[str, Any]) -> tuple[Project, Plan]:
    fonts = arguments["fonts"]
    _use_fonts(tuple(fonts["folders"]), fonts["system"], fonts["cache"])
    project = load_project(arguments["body"], Limits(**arguments["limits"]))
    return project, plan_project(project)


@lru_cache(maxsize=1)
def _use_fonts(folders: tuple[str, ...], system: bool, cache: str) -> None:
    FontLibrary(tuple(Path(folder) for folder in folders), system).prepare(Path(cache))


@contextmanager
def _compositor(project: Project, plan: Plan, arguments: Mapping[str, Any]) -> Iterator[Compositor]:
    stage = Stage(
        canvas=Size(project.width, project.height),
        assets=arguments["assets"],
        limits=Limits(**arguments["limits"]),
        shelf=_SHELF,
    )
    layers: list[Layer] = [
        LAYERS[project.visuals[planned.index].type](project.visuals[planned.index], stage, f"visuals[{planned.index}]")
        for planned in plan.layers
    ]
    compositor = Compositor(plan, layers, project.background_color)
    try:
        yield compositor
    finally:
        compositor.close()
