"""Stored pictures measured, and looked through: decoded to their ends as the renderer will; in a sandboxed worker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clipmill.errors import MediaError, ProjectError
from clipmill.media.draw.opened import PictureFile
from clipmill.media.draw.raster import draw_svg, reason_of, upright_size
from clipmill.media.draw.svg import Drawing, read_svg
from clipmill.media.draw.vips import pyvips
from clipmill.media.facts.drawing import natural_size, root_of, text_of
from clipmill.media.facts.gif import ends_within_a_picture
from clipmill.media.workers.clock import allowed, timed

_HINT = "Save or download it again, or use another picture."
_TAKEN_OUT = "Take that out of the drawing, or use a PNG of it."
#: No larger drawing is opened, whatever the settings allow.
_MOST_SVG_BYTES = 64 * 1024**2
#: A drawing is looked at in no larger size (pixels a side).
_DRAWN_SIDE = 512
#: And estimated at this one.
_USUAL_SIDE = 1920


def measure(arguments: Mapping[str, Any]) -> tuple[int, int]:
    """Asked of a worker: `path`, `name` and `suffix` by content of a picture; its width and height as it is seen.

    Raises MediaError, which calls it `name`, for a damaged header.
    """
    name, width, height = arguments["name"], 0.0, 0.0
    try:
        if arguments["suffix"] == ".svg":
            content = Path(arguments["path"]).read_bytes()
            width, height = natural_size(root_of(text_of(content, _MOST_SVG_BYTES))[1])
        else:
            size = upright_size(pyvips.Image.new_from_file(arguments["path"], access="sequential"))
            width, height = size.width, size.height
    except (pyvips.Error, ValueError, LookupError, OverflowError) as error:
        if arguments["suffix"] == ".svg" and str(error).startswith("the "):
            raise MediaError(f"{name}: {error}", hint="Save the drawing anew, or use a PNG.") from error
    if not (round(width) >= 1 and round(height) >= 1):
        raise MediaError(f"{name} is damaged: its width and height cannot be read", hint="Save the picture anew.")
    return round(width), round(height)


def look_through(arguments: Mapping[str, Any]) -> list[str]:
    """Asked of a worker: `path`, `name` and `suffix` by content of a picture; what is not drawn of it, as sentences.

    It may take `seconds` of a processor (0: no limit), a drawing also by estimate at the size most are drawn at.

    Raises MediaError, which calls it `name`, for one that cannot be decoded to its end, or may not be drawn.
    """
    with timed(arguments["name"], arguments.get("seconds", 0.0), alone=True):
        return _looked_through(arguments["path"], arguments["name"], arguments["suffix"])


def _looked_through(path: str, name: str, suffix: str) -> list[str]:
    if suffix == ".svg":
        return _look_through_drawing(Path(path), name)
    try:
        file = PictureFile(path)
        file.check()
        if suffix == ".gif":
            # The decoder leaves out the last picture of an animation that ends within it.
            file.opened(access="sequential", n=-1).avg()
            if ends_within_a_picture(Path(path)):
                raise MediaError(f"{name} is cut off: it ends within its last picture", hint=_HINT)
    except pyvips.Error as error:
        raise MediaError(f"{name} is cut off or damaged: {reason_of(error)}", hint=_HINT) from error
    return []


def _look_through_drawing(path: Path, name: str) -> list[str]:
    try:
        drawing = read_svg(path.read_bytes(), path=name)
        drawing.check_cost(*_sized(drawing, _USUAL_SIDE), allowed(), name)
    except ProjectError as error:
        is_broken = "not well-formed" in str(error)
        raise MediaError(str(error), hint=error.hint or (_HINT if is_broken else _TAKEN_OUT)) from error
    small = _sized(drawing, min(_DRAWN_SIDE, max(drawing.width, drawing.height)))
    draw_svg(drawing.at_size(*small), {}, where=name)
    return list(drawing.remarks)


def _sized(drawing: Drawing, side: float) -> tuple[int, int]:
    """Width and height of which the longer is that."""
    scale = side / max(drawing.width, drawing.height)
    return max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale))
