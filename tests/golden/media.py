"""The media of the golden cases, drawn from nothing: two landscapes, a cut-out, a green screen, two clips and a GIF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.rendering import write_picture

Picture = NDArray[np.uint8]
_CAPTIONS = "1\n00:00:00,200 --> 00:00:01,800\nRead from a file\n"
_FINE = 16
_RATE = 10


@lru_cache(maxsize=1)
def media() -> Mapping[str, bytes]:
    """Name → content of every file that a case may name."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        write_picture(folder / "day.png", landscape())
        write_picture(folder / "night.png", landscape(night=True))
        write_picture(folder / "disc.png", disc())
        write_picture(folder / "screen.png", green_screen())
        _write_clip(folder / "ride.mp4", _ride(landscape(240, 136)), seconds=2)
        _write_clip(folder / "moon.mp4", _ride(landscape(240, 136, night=True)), seconds=2)
        _write_gif(folder / "clock.gif")
        (folder / "captions.srt").write_text(_CAPTIONS, encoding="utf-8")
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def landscape(width: int = 240, height: int = 160, *, night: bool = False) -> Picture:
    """Sky, sun or moon on the right, hills and a house with a flag on the left: no two corners are alike. RGB."""
    top, low = ((18, 24, 66), (86, 70, 130)) if night else ((70, 140, 220), (250, 222, 186))
    shades = np.linspace(0, 1, height)[:, None, None]
    picture = np.broadcast_to(np.array(top) * (1 - shades) + np.array(low) * shades, (height, width, 3))
    picture = np.ascontiguousarray(picture.round().astype(np.uint8))
    disc = (238, 238, 220) if night else (255, 196, 60)
    _circle(picture, (width * 0.78, height * 0.28), height * 0.13, disc)
    for shade, level, waves in ((0.75, 0.62, 2.2), (1.0, 0.78, 3.4)):
        green = np.array((38, 66, 84) if night else (84, 150, 84)) * shade
        across = np.linspace(0, 1, 49)
        line = np.stack((across * width, (level + 0.07 * np.sin(across * waves * 3.1 + waves)) * height), -1)
        _fill(picture, np.vstack((line, ((width, height), (0, height)))), tuple(green))
    _house(picture, width * 0.14, height * 0.84, height * 0.24, lit=night)
    return picture


def _house(picture: Picture, left: float, ground: float, size: float, *, lit: bool) -> None:
    top = ground - size * 0.7
    _fill(picture, _corners(left, top, left + size, ground), (120, 96, 110) if lit else (246, 236, 220))
    roof = ((left - size * 0.1, top), (left + size / 2, top - size * 0.55), (left + size * 1.1, top))
    _fill(picture, roof, (90, 30, 52) if lit else (200, 58, 44))
    window = _corners(left + size * 0.16, top + size * 0.16, left + size * 0.42, top + size * 0.42)
    _fill(picture, window, (255, 220, 110) if lit else (60, 76, 110))
    pole = left + size * 0.5
    _fill(picture, _corners(pole - 1, top - size * 1.3, pole + 1, top - size * 0.5), (40, 40, 48))
    flag = ((pole + 1, top - size * 1.3), (pole + size * 0.6, top - size * 1.12), (pole + 1, top - size * 0.94))
    _fill(picture, flag, (230, 40, 120))


def green_screen(width: int = 160, height: int = 120) -> Picture:
    """A round face before a green wall whose light falls off to the right, RGB."""
    light = np.linspace(1.0, 0.8, width)[None, :, None]
    picture = np.ascontiguousarray((np.array((16, 190, 40)) * light * np.ones((height, 1, 1))).astype(np.uint8))
    _fill(picture, _corners(52, 88, 108, 120), (60, 70, 150))
    _circle(picture, (80, 58), 36, (240, 196, 160))
    for x in (68, 92):
        _circle(picture, (x, 52), 4, (40, 30, 40))
    cv2.ellipse(picture, (80, 68), (14, 9), 0, 0, 180, (190, 40, 60), -1, cv2.LINE_AA)
    return picture


def disc(side: int = 120) -> Picture:
    """A red disc with soft edges on nothing, RGBA; what is transparent is red as well."""
    opacity = np.zeros((side, side, 3), np.uint8)
    _circle(opacity, (side / 2, side / 2), side / 2 - 4, (255, 255, 255))
    return np.dstack((np.full((side, side, 3), (230, 40, 40), np.uint8), opacity[..., 0]))


def _corners(left: float, top: float, right: float, bottom: float) -> tuple[tuple[float, float], ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _fill(picture: Picture, corners: object, colour: tuple[float, ...]) -> None:
    points = (np.asarray(corners, np.float64) * _FINE).round().astype(np.int32)
    cv2.fillPoly(picture, [points], tuple(map(float, colour)), cv2.LINE_AA, 4)


def _circle(picture: Picture, centre: tuple[float, float], radius: float, colour: tuple[int, ...]) -> None:
    x, y = (round(value * _FINE) for value in centre)
    cv2.circle(picture, (x, y), round(radius * _FINE), colour, -1, cv2.LINE_AA, 4)


def _ride(ground: Picture) -> Iterator[Picture]:
    """A ball that crosses the picture in two seconds, its number on a dark plate."""
    for number in range(20):
        picture = ground.copy()
        _circle(picture, (20 + number * 10.5, 70), 14, (250, 250, 250))
        cv2.rectangle(picture, (0, 0), (40, 24), (16, 18, 24), -1)
        cv2.putText(picture, f"{number:02}", (4, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 1, cv2.LINE_AA)
        yield picture


def _write_clip(path: Path, pictures: Iterator[Picture], seconds: int) -> None:
    """Encode with a quiet tone, almost without loss."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=_RATE)
        video.width, video.height, video.pix_fmt = 240, 136, "yuv420p"
        video.codec_context.options = {"crf": "8", "preset": "veryfast"}
        video.codec_context.thread_count = 1
        audio = container.add_stream("aac", rate=48_000, layout="mono")
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, _RATE)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        tone = np.sin(np.arange(seconds * 48_000) * 0.04).astype(np.float32) * 0.1
        for start in range(0, len(tone), 960):
            sound = av.AudioFrame.from_ndarray(tone[None, start : start + 960], "fltp", "mono")
            sound.sample_rate, sound.pts, sound.time_base = 48_000, start, Fraction(1, 48_000)
            container.mux(audio.encode(sound))
        container.mux(audio.encode(None))


def _write_gif(path: Path) -> None:
    """Four hands of a clock at 0, 90, 180 and 270 degrees, the last shown three times as long, in shades of one red."""
    shades = np.linspace((146, 28, 78), (255, 255, 255), 256).round().astype(np.uint8)
    palette = np.hstack((np.full((256, 1), 255, np.uint8), shades))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif", rate=_RATE)
        stream.width, stream.height, stream.pix_fmt = 96, 96, "pal8"
        for number, at in enumerate((0, 1, 2, 3, 4, 5)):
            picture = np.full((96, 96, 3), 255, np.uint8)
            _circle(picture, (48, 48), 44, (0, 0, 0))
            angle = np.deg2rad(90 * min(number, 3))
            tip = (48 + 36 * np.sin(angle), 48 - 36 * np.cos(angle))
            cv2.line(picture, (48, 48), (round(tip[0]), round(tip[1])), (255, 255, 255), 6, cv2.LINE_AA)
            frame = av.VideoFrame.from_ndarray((picture[..., 0].copy(), palette), "pal8")
            frame.pts, frame.time_base = at, Fraction(1, _RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
