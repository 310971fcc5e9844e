from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.domain.timeline.elements.looks import ChromaKey
from clipmill.media.draw.chroma import keyed
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Planes, from_rgb, from_rgba, half, yuv_of
from tests.rendering import photo

WIDTH, HEIGHT = 240, 160
GREEN = "#14c828"


def _key(**values: Any) -> ChromaKey:
    return ChromaKey.model_validate({"color": GREEN} | values)


def _subject() -> NDArray[np.uint8]:
    """Coverage of what stands before the screen: a disc and a thin line."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(mask, (130, 80), 60, 255, -1, cv2.LINE_AA)
    cv2.line(mask, (5, 5), (120, 150), 255, 3, cv2.LINE_AA)
    return mask


def _screen() -> NDArray[np.uint8]:
    """A subject before a green screen that is lit unevenly and noisy."""
    screen = np.full((HEIGHT, WIDTH, 3), (20, 200, 40), float) * np.linspace(0.75, 1.05, WIDTH)[None, :, None]
    screen += np.random.default_rng(1).normal(0, 5, screen.shape)
    share = _subject()[..., None] / 255
    subject = photo(WIDTH, HEIGHT) * [1, 0.3, 0.6]
    return np.clip(screen * (1 - share) + subject * share, 0, 255).astype(np.uint8)


def _ffmpeg(level: Level, key: ChromaKey) -> NDArray[np.uint8]:
    """The opacity FFmpeg's own filter gives the same planes."""
    planes = Planes(WIDTH, HEIGHT)
    for part, source in zip(planes.parts, level.planes, strict=True):
        part[:] = source
    y, u, v = (round(part) for part in yuv_of(key.key))
    graph = av.filter.Graph()
    source = graph.add_buffer(width=WIDTH, height=HEIGHT, format="yuv420p", time_base=Fraction(1, 25))
    options = f"color=0x{y:02x}{u:02x}{v:02x}:yuv=1:similarity={key.similarity / 100}:blend={key.blend / 100}"
    graph.link_nodes(source, graph.add("chromakey", options), graph.add("buffersink")).configure()
    frame = av.VideoFrame.from_ndarray(planes.buffer, format="yuv420p")
    frame.pts = 0
    graph.push(frame)
    opacity = graph.pull().planes[3]
    return np.frombuffer(opacity, np.uint8).reshape(HEIGHT, opacity.line_size)[:, :WIDTH]


@pytest.mark.parametrize(
    ("similarity", "blend"), [(10, 0), (10, 10), (14, 5), (25, 30), (1, 0), (40, 100), (12, 0.005)], ids=str
)
def test_the_same_pixels_go_as_with_ffmpeg(similarity: float, blend: float) -> None:
    level, key = Level(from_rgb(_screen()), None), _key(similarity=similarity, blend=blend)
    after, expected = keyed(level, key), _ffmpeg(level, key)
    assert after.alpha is not None
    inside = (slice(1, -1), slice(1, -1))
    off = np.abs(after.alpha[0].astype(int) - expected)[inside]
    assert off.mean() < 0.6
    assert np.percentile(off, 99.5) <= 1


def test_the_subject_stays_and_the_screen_goes() -> None:
    after = keyed(Level(from_rgb(_screen()), None), _key(similarity=12, blend=5))
    assert after.alpha is not None
    sure, gone = cv2.erode(_subject(), np.ones((9, 9))) == 255, cv2.dilate(_subject(), np.ones((9, 9))) == 0
    assert after.alpha[0][sure].min() == 255
    assert after.alpha[0][gone].max() == 0
    assert after.planes[0][gone].max() == 0


def test_planes_are_multiplied_and_opacity_at_half_size_is_its_mean() -> None:
    level = Level(from_rgb(_screen()), None)
    after = keyed(level, _key(similarity=10, blend=40))
    assert after.alpha is not None
    assert np.array_equal(after.alpha[1], half(after.alpha[0]))
    for plane, (part, before) in enumerate(zip(after.planes, level.planes, strict=True)):
        assert np.abs(part - before * (after.alpha[min(plane, 1)] / 255)).max() <= 0.51


def test_opacity_there_was_is_kept() -> None:
    opacity = np.full((HEIGHT, WIDTH), 128, np.uint8)
    opacity[:, 200:] = 0
    key = _key(similarity=12, blend=20)
    after = keyed(Level(*from_rgba(np.dstack([_screen(), opacity]))), key)
    opaque = keyed(Level(from_rgb(_screen()), None), key)
    assert after.alpha is not None
    assert opaque.alpha is not None
    expected = opaque.alpha[0][:, :198] * (128 / 255)
    assert np.abs(after.alpha[0][:, :198] - expected).mean() < 1.5
    assert after.alpha[0][:, 200:].max() == 0
    for plane, part in enumerate(after.planes):
        assert (part <= after.alpha[min(plane, 1)]).all()


def test_no_similarity_takes_the_key_alone_and_all_of_it_everything() -> None:
    plain = np.full((8, 8, 3), (20, 200, 40), np.uint8)
    other = np.full((8, 8, 3), (24, 200, 48), np.uint8)
    one = keyed(Level(from_rgb(np.hstack([plain, other])), None), _key(similarity=0))
    assert one.alpha is not None
    assert one.alpha[0][:, :7].max() == 0
    assert one.alpha[0][:, 9:].min() == 255
    everything = keyed(Level(from_rgb(_screen()), None), _key(similarity=100))
    assert everything.alpha is not None
    assert everything.alpha[0].max() == 0


@pytest.mark.parametrize("size", [(2, 2), (8, 2), (2, 8)])
def test_the_smallest_picture_can_be_keyed(size: tuple[int, int]) -> None:
    for colour, stays in (((20, 200, 40), 0), ((200, 20, 40), 255)):
        after = keyed(Level(from_rgb(np.full((*size, 3), colour, np.uint8)), None), _key())
        assert after.alpha is not None
        assert after.alpha[0].min() == after.alpha[0].max() == stays
