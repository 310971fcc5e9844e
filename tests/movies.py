"""Small real videos for tests, drawn with numpy and encoded with PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.media import MediaSpec

_SAMPLE_RATE = 48_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Movie:
    """What a test video is to be: a bright square that travels over a grey ground, with a tone."""

    seconds: float = 1.0
    fps: int = 10
    width: int = 160
    height: int = 96
    pixel_format: str = "yuv420p"
    #: Spans in which the square stands still, seconds.
    still: tuple[tuple[float, float], ...] = ()
    #: Spans in which the picture is black, seconds.
    black: tuple[tuple[float, float], ...] = ()
    #: `tone`, `silence` or `` for no sound at all.
    sound: str = "tone"
    sound_seconds: float | None = None

    @property
    def spec(self) -> MediaSpec:
        """What somebody who asked for this video would expect, movement all through included."""
        return MediaSpec(
            seconds=self.seconds,
            frames=round(self.seconds * self.fps),
            fps=self.fps,
            width=self.width,
            height=self.height,
            pixel_format=self.pixel_format,
            has_audio=bool(self.sound),
            moving=((0.0, self.seconds),),
        )

    def but(self, **changes: object) -> Movie:
        """The same video with something else about it."""
        return replace(self, **changes)


def write_movie(path: Path, movie: Movie) -> Path:
    """Encode the video as MP4 with its index in front."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=movie.fps)
        video.width, video.height, video.pix_fmt = movie.width, movie.height, movie.pixel_format
        video.codec_context.options = {"crf": "23", "preset": "ultrafast"}
        video.codec_context.thread_count = 1
        audio = container.add_stream("aac", rate=_SAMPLE_RATE, layout="mono") if movie.sound else None
        for frame in _pictures(movie):
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            for sound in _sounds(movie):
                container.mux(audio.encode(sound))
            container.mux(audio.encode(None))
    return path


def first_picture(movie: Movie) -> NDArray[np.uint8]:
    """The first frame as RGB, (height, width, 3)."""
    return _picture(movie, 0)


def _picture(movie: Movie, index: int) -> NDArray[np.uint8]:
    at = index / movie.fps
    if any(start <= at < end for start, end in movie.black):
        return np.zeros((movie.height, movie.width, 3), np.uint8)
    stopped = next((start for start, end in movie.still if start <= at < end), at)
    picture = np.full((movie.height, movie.width, 3), 90, np.uint8)
    left = round(stopped * 40) % (movie.width - 32)
    picture[32:64, left : left + 32] = (240, 200, 40)
    return picture


def _pictures(movie: Movie) -> Iterator[av.VideoFrame]:
    for index in range(round(movie.seconds * movie.fps)):
        frame = av.VideoFrame.from_ndarray(_picture(movie, index), "rgb24").reformat(format=movie.pixel_format)
        frame.pts, frame.time_base = index, Fraction(1, movie.fps)
        yield frame


def _sounds(movie: Movie) -> Iterator[av.AudioFrame]:
    seconds = movie.seconds if movie.sound_seconds is None else movie.sound_seconds
    wave = np.sin(np.arange(round(seconds * _SAMPLE_RATE)) * 0.06).astype(np.float32) * 0.25
    if movie.sound == "silence":
        wave[:] = 0
    for start in range(0, len(wave), 1024):
        frame = av.AudioFrame.from_ndarray(wave[None, start : start + 1024], "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = _SAMPLE_RATE, start, Fraction(1, _SAMPLE_RATE)
        yield frame
