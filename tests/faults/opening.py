"""What a worker in the sandbox does with a medium: it decodes it as a render would, and tells what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from clipmill.errors import MediaError, ProjectError
from clipmill.media.draw.raster import draw_svg, load_picture
from clipmill.media.draw.svg import check_svg
from clipmill.media.draw.vips import pyvips
from clipmill.media.facts.gif import gif_delays
from clipmill.media.footage.gif import GifReader
from clipmill.media.footage.reader import FootageReader
from clipmill.media.sound.decode import sound_blocks
from clipmill.media.workers.memory import resident_bytes

_FRAMES, _BLOCKS, SIZE = 30, 500, (320, 180)


def decode(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Decode `path`, known as `suffix`: `decoded` says what came out, `refused` the error of ours that was raised.

    `peak_mb` is the most memory this process has ever had, 0 where the system does not tell.
    """
    try:
        found = {"decoded": _DECODERS[arguments["suffix"]](arguments["path"], arguments["suffix"])}
    except (MediaError, ProjectError) as error:
        found = {"refused": str(error)}
    return {**found, "peak_mb": resident_bytes().get("peak", 0) // 1024**2}


def _picture(path: str, _suffix: str) -> str:
    return f"{load_picture(path, 320, 180, where='photo', cut=True).shape}"


def _drawing(path: str, suffix: str) -> str:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeError as error:
        raise MediaError("no UTF-8") from error
    drawn = draw_svg(check_svg(text).at_size(320, 180), {}, where="svg")
    return f"{drawn.shape} {_picture(path, suffix)}"


def _sound(path: str, _suffix: str) -> str:
    return f"{sum(block.shape[1] for block in islice(sound_blocks(path, where='music'), _BLOCKS))} samples"


def _video(path: str, suffix: str) -> str:
    reader = FootageReader(path, where="clip", rate=Fraction(25))
    try:
        shapes = {reader.picture(number, SIZE).planes[0].shape for number in range(_FRAMES)}
    finally:
        reader.close()
    try:
        return f"{_FRAMES} frames {shapes} {_sound(path, suffix)}"
    except MediaError as error:
        return f"{_FRAMES} frames {shapes}, {error}"


def _animation(path: str, suffix: str) -> str:
    reader = GifReader(path, where="gif")
    try:
        shapes = {reader.picture(number, SIZE).planes[0].shape for number in range(max(1, len(gif_delays(Path(path)))))}
    finally:
        reader.close()
    return f"{shapes} {_picture(path, suffix)}"


def _font(path: str, _suffix: str) -> str:
    try:
        drawn = pyvips.Image.text("Grüße, AVTo 123", font="Manrope 24", fontfile=path)
        return f"{drawn.width} × {drawn.height}: {len(drawn.write_to_memory())} bytes"
    except pyvips.Error as error:
        raise MediaError(f"the font cannot be used: {error}") from error


_DECODERS: dict[str, Callable[[str, str], str]] = {
    **dict.fromkeys((".png", ".jpg", ".webp"), _picture), ".gif": _animation, ".svg": _drawing, ".ttf": _font,
    **dict.fromkeys((".mp4", ".mov", ".webm", ".mkv", ".ogv"), _video),
    **dict.fromkeys((".wav", ".mp3", ".m4a", ".ogg", ".flac"), _sound),
}  # fmt: skip
