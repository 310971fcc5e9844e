"""Two pictures that look like something, and FFmpeg's own transitions between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import av
import av.filter
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.domain.timeline.elements.animation import Effect
from clipmill.engines.render.transitions.picture import Parts
from clipmill.media.draw.planes import half

WIDTH, HEIGHT = 322, 182

#: (effect, first, second) → moment → the picture drawn there.
Between = Callable[[Effect, Parts, Parts], dict[float, Parts]]


def _waves(phase: float, width: int, height: int, seed: int) -> NDArray[np.float64]:
    """A plane of slopes and a little grain, about 0–1."""
    down, across = np.mgrid[0:height, 0:width]
    slope = 0.5 + 0.22 * np.sin(across / width * 5 + phase) + 0.22 * np.cos(down / height * 4 - 2 * phase)
    return slope + np.random.default_rng(seed).normal(0, 0.015, slope.shape)


def _plane(phase: float, seed: int, step: int) -> NDArray[np.float64]:
    plane = _waves(phase, WIDTH // step, HEIGHT // step, seed)
    cv2.circle(plane, (int(90 + 60 * phase) // step, 80 // step), 45 // step, 0.9 - 0.3 * phase, -1)
    cv2.rectangle(
        plane, (190 // step, int(100 - 40 * phase) // step), (290 // step, 160 // step), 0.15 + 0.3 * phase, -1
    )
    return plane


def _opaque(phase: float, seed: int) -> Parts:
    y = np.clip(16 + 219 * _plane(phase, seed, 1), 16, 235)
    u = np.clip(16 + 224 * _plane(phase + 1, seed + 1, 2), 16, 240)
    v = np.clip(16 + 224 * _plane(2 - phase, seed + 2, 2), 16, 240)
    return tuple(np.rint(part).astype(np.uint8) for part in (y, u, v))


def _multiplied(picture: Parts, alpha: NDArray[np.uint8]) -> Parts:
    alphas = (alpha, half(alpha), half(alpha))
    planes = (np.rint(part * (over / 255)).astype(np.uint8) for part, over in zip(picture, alphas, strict=True))
    return (*planes, alpha, half(alpha))


@pytest.fixture(scope="session")
def first() -> Parts:
    """An opaque picture of 322 × 182."""
    return _opaque(0.3, 1)


@pytest.fixture(scope="session")
def second() -> Parts:
    """Another one."""
    return _opaque(1.4, 11)


@pytest.fixture(scope="session")
def nothing() -> Parts:
    """A wholly transparent picture."""
    return _multiplied(_opaque(0, 0), np.zeros((HEIGHT, WIDTH), np.uint8))


@pytest.fixture(scope="session")
def sprite(second: Parts) -> Parts:
    """A picture with opacity: a soft disc, half of it only half opaque."""
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(alpha, (170, 90), 70, 255, -1)
    alpha[100:, :] //= 2
    return _multiplied(second, cv2.GaussianBlur(alpha, (9, 9), 0))


def _frame(picture: Parts, pts: int) -> av.VideoFrame:
    """A frame in 4:4:4: every sample of U and V four times."""
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuva444p" if len(picture) > 3 else "yuv444p")
    for number, plane in enumerate(frame.planes):
        part = picture[number] if number in (0, 3) else picture[number].repeat(2, 0).repeat(2, 1)
        padded = np.zeros((HEIGHT, plane.line_size), np.uint8)
        padded[:, :WIDTH] = part
        plane.update(padded.tobytes())
    frame.pts, frame.time_base = pts, Fraction(1, 4)
    return frame


def _parts(frame: av.VideoFrame) -> Parts:
    """The planes of a 4:4:4 frame, U and V averaged to half size."""
    planes = []
    for number, plane in enumerate(frame.planes):
        full = np.frombuffer(plane, np.uint8).reshape(HEIGHT, plane.line_size)[:, :WIDTH]
        planes.append(full.copy() if number in (0, 3) else half(np.ascontiguousarray(full)))
    return tuple(planes)


def _ffmpeg(effect: Effect, first: Parts, second: Parts) -> Iterator[tuple[float, Parts]]:
    graph = av.filter.Graph()
    kind = "yuva444p" if len(first) > 3 else "yuv444p"
    mixer = graph.add("xfade", f"transition={effect}:duration=1:offset=0")
    sources = []
    for place in range(2):
        source = graph.add_buffer(width=WIDTH, height=HEIGHT, format=kind, time_base=Fraction(1, 4))
        steady = graph.add("fps", "4")
        source.link_to(steady)
        steady.link_to(mixer, 0, place)
        sources.append(source)
    sink = graph.add("buffersink")
    mixer.link_to(sink)
    graph.configure()
    for pts in range(7):
        for source, picture in zip(sources, (first, second), strict=True):
            source.push(_frame(picture, pts))
    for source in sources:
        source.push(None)
    sink.pull()  # The first frame is wholly the first picture.
    for pts in (1, 2, 3):
        yield pts / 4, _parts(sink.pull())


@pytest.fixture(scope="session")
def ffmpeg() -> Between:
    """What FFmpeg's xfade draws at a quarter, a half and three quarters, as (Y, U, V) or (Y, U, V, A)."""
    return lambda effect, first, second: dict(_ffmpeg(effect, first, second))
