"""What a worker process finds out about texts before anything is rendered: which do not fit their boxes.

JSON in, JSON out; nothing is painted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clipmill.domain.timeline.elements.visual import TextVisual, Visual
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.text import lost_of
from clipmill.engines.render.shelf import Shelf
from clipmill.errors import MediaError, ProjectError, RoomError
from clipmill.media.fonts.library import FontLibrary
from clipmill.media.workers.clock import timed
from clipmill.settings import Limits


def measure(arguments: Mapping[str, Any]) -> list[dict[str, str]]:
    """Lay texts of a project out.

    `arguments`: `body`, `assets`, `limits` and `fonts` as in `worker.render`, `paths` of the texts. Answers for each
    `cut`, a sentence or nothing, or of one that does not fit at all `refused`, `hint` and `text`. What is wrong with a
    text in other ways is left for rendering to tell.
    """
    fonts = arguments["fonts"]
    FontLibrary(tuple(map(Path, fonts["folders"])), fonts["system"]).prepare(Path(fonts["cache"]))
    limits = Limits(**arguments["limits"])
    project = load_project(arguments["body"], limits)
    stage = Stage(Size(*project.canvas), arguments["assets"], limits, Shelf())
    texts = dict(project.every_visual())
    return [_held(texts[path], path, stage) for path in arguments["paths"]]


def _held(text: Visual, path: str, stage: Stage) -> dict[str, str]:
    """What becomes of one text."""
    assert isinstance(text, TextVisual)
    try:
        with timed(path, stage.limits.drawing_seconds):
            doubt = lost_of(text, stage, path)
    except RoomError as error:
        return {"refused": str(error), "hint": error.hint, "text": error.text}
    except (ProjectError, MediaError):
        return {"cut": ""}
    return {"cut": "" if doubt is None else doubt.message}
