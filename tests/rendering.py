"""Projects and media for tests of the renderer, drawn from nothing, and the arguments a worker takes."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
import wave
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.timeline.clip import NO_CLIPS, Clips
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import schedule
from clipmill.engines.render.remarks.brief import Brief
from clipmill.media.fonts.library import FontLibrary
from clipmill.settings import Limits


@lru_cache(maxsize=1)
def cache() -> Path:
    """One folder for font caches: a process draws with one set of fonts only."""
    folder = Path(tempfile.mkdtemp(prefix="clipmill-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def fonts() -> dict[str, Any]:
    """The packaged fonts alone: the same on every machine."""
    return {"folders": [], "system": False, "cache": str(cache())}


@lru_cache(maxsize=1)
def library() -> FontLibrary:
    """The same as the main process knows them."""
    return FontLibrary(system=False)


def brief_of(project: Project, clips: Clips = NO_CLIPS) -> Brief:
    """A project as remarks are made on it."""
    return Brief(project, clips, schedule(project, clips), library(), lambda _reference: "")


def use_fonts() -> None:
    """Make this process draw with them."""
    FontLibrary(system=False).prepare(cache())


def worker_arguments(body: Mapping[str, Any], into: Path, assets: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """What a worker is asked."""
    return {"body": dict(body), "assets": dict(assets), "into": str(into), "seed": 1,
            "clips": {}, "holds": True, "limits": Limits().model_dump(), "fonts": fonts(),
            **more}  # fmt: skip


def project(*visuals: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """A small project: 320 × 180, a second at 10 frames."""
    return {"width": 320, "height": 180, "frameRate": 10, "duration": 1, "backgroundColor": "#203040",
            "visuals": [dict(visual) for visual in visuals], **fields}  # fmt: skip


def photo(width: int = 240, height: int = 160) -> NDArray[np.uint8]:
    """A picture with a gradient, a disc and hard lines, RGB."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    picture = np.stack((across, down, 255 - across), -1).astype(np.uint8)
    cv2.circle(picture, (width // 2, height // 2), min(width, height) // 4, (250, 250, 240), -1, cv2.LINE_AA)
    picture[height // 16 :: height // 8] = (20, 20, 20)
    return picture


def cutout(side: int = 120) -> NDArray[np.uint8]:
    """A red disc on nothing, RGBA."""
    picture = np.zeros((side, side, 4), np.uint8)
    cv2.circle(picture, (side // 2, side // 2), side // 2 - 4, (230, 40, 40, 255), -1, cv2.LINE_AA)
    return picture


def write_picture(path: Path, picture: NDArray[np.uint8]) -> Path:
    """Write RGB or RGBA as the format its suffix names."""
    code = cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
    path.write_bytes(cv2.imencode(path.suffix, cv2.cvtColor(picture, code))[1].tobytes())
    return path


def write_tone(path: Path, seconds: float = 2.0, level: float = 0.5, rate: int = 48_000) -> Path:
    """A steady stereo tone as WAV."""
    time = np.arange(round(seconds * rate)) / rate
    samples = (np.sin(2 * np.pi * 440 * time) * level * 32767).astype("<i2")
    with wave.open(str(path), "wb") as target:
        target.setnchannels(2)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(np.repeat(samples, 2).tobytes())
    return path


def reference(path: Path) -> str:
    """What a payload calls this file."""
    return f"asset:{hashlib.sha256(path.read_bytes()).hexdigest()}{path.suffix}"


def ssim(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Structural similarity of two grey pictures (Wang 2004, Gaussian window of 1.5)."""
    a, b = one.astype(np.float64), other.astype(np.float64)

    def mean(picture: NDArray[np.float64]) -> NDArray[np.float64]:
        return cv2.GaussianBlur(picture, (11, 11), 1.5)

    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma**2 + mb**2 + c1) * (va + vb + c2))).mean())
