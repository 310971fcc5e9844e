"""A finished MP4 in a real browser: it plays to its end and shows the right picture wherever one jumps to."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from clipmill.domain.files.formats import Shape
from clipmill.engines.render.profile import GRAPHICS
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import WriteOptions, open_writer
from clipmill.media.write.sound import encode_sound
from tests.browser import headless, in_browser

pytestmark = in_browser
FPS = 25
#: How long each picture is held, frames, and how bright it is, 16 to 235; the long ones are repeated.
STILLS = ((40, 40), (1, 90), (3, 140), (60, 200), (9, 60), (90, 120), (1, 30), (1, 220), (45, 170))
FRAMES = sum(count for count, _ in STILLS)
_LOAD = """source => new Promise((done, failed) => {
    const video = document.querySelector('video');
    video.onerror = () => failed(video.error.message);
    video.oncanplaythrough = () => done({seconds: video.duration, width: video.videoWidth, height: video.videoHeight});
    video.src = source;
})"""
#: `seeked` may come before the picture does: the picture itself is waited for, by its own time.
_JUMP = """at => new Promise((done, failed) => {
    const video = document.querySelector('video'), canvas = document.querySelector('canvas');
    video.onerror = () => failed(video.error.message);
    const look = (_, picture) => {
        if (Math.abs(picture.mediaTime - at) > 0.03) return video.requestVideoFrameCallback(look);
        const context = canvas.getContext('2d');
        context.drawImage(video, 0, 0);
        done([video.currentTime, context.getImageData(80, 48, 1, 1).data[1]]);
    };
    video.requestVideoFrameCallback(look);
    video.currentTime = at;
})"""
_PLAY = """() => new Promise((done, failed) => {
    const video = document.querySelector('video');
    video.onerror = () => failed(video.error.message);
    video.onended = () => done([video.currentTime, video.getVideoPlaybackQuality().droppedVideoFrames]);
    video.currentTime = 0; video.playbackRate = 8; video.muted = true; video.play();
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser that reaches no network."""
    with headless() as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["held", "encoded"])
def film(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Grey pictures with sound."""
    shape, planes = Shape(width=160, height=96, fps=Fraction(FPS)), Planes(160, 96)
    planes.buffer[:] = 128
    sound = encode_sound(iter([np.zeros((2, FRAMES * 48_000 // FPS), np.float32)]))
    with open_writer(
        tmp_path / "film.mp4", "mp4", shape, sound, WriteOptions(profile=GRAPHICS, holds=request.param)
    ) as film:
        for count, brightness in STILLS:
            planes.parts[0][:] = brightness
            film.hold(planes, count, key=brightness == 120)
    return tmp_path / "film.mp4"


def _loaded(browser: Browser, film: Path) -> tuple[Page, Any]:
    page = browser.new_page()
    page.set_content("<video></video><canvas width=160 height=96></canvas>")
    data = base64.b64encode(film.read_bytes()).decode()
    return page, page.evaluate(_LOAD, f"data:video/mp4;base64,{data}")


def test_it_loads_and_is_as_long_as_it_should_be(browser: Browser, film: Path) -> None:
    _, facts = _loaded(browser, film)
    assert facts["seconds"] == pytest.approx(FRAMES / FPS, abs=1e-3)
    assert (facts["width"], facts["height"]) == (160, 96)


def test_wherever_one_jumps_to_the_right_picture_is_seen(browser: Browser, film: Path) -> None:
    page, _ = _loaded(browser, film)
    begin = 0
    for count, brightness in STILLS:
        for frame in {begin, begin + count // 2, begin + count - 1}:
            at, seen = page.evaluate(_JUMP, (frame + 0.5) / FPS)
            assert at == pytest.approx((frame + 0.5) / FPS, abs=1e-3)
            assert seen == pytest.approx((brightness - 16) * 255 / 219, abs=6), f"frame {frame}"
        begin += count


def test_it_plays_to_its_end(browser: Browser, film: Path) -> None:
    page, _ = _loaded(browser, film)
    at, _ = page.evaluate(_PLAY)
    assert at == pytest.approx(FRAMES / FPS, abs=0.05)
