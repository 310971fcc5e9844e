"""A golden case: one small project, the moments of it that are looked at, and how they are drawn and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.engines.render import worker
from clipmill.media.facts.gif import gif_delays
from clipmill.media.facts.probe import probe
from tests.golden.media import media
from tests.rendering import project as plain_project
from tests.rendering import worker_arguments

Picture = NDArray[np.uint8]
FRAMES = Path(__file__).parent / "frames"
#: Frames side by side in a kept picture.
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table of cases."""

    name: str
    #: What it shows, in one line.
    shows: str
    #: The project; `src` is the name of a file of media.py.
    body: Mapping[str, Any]
    #: Moments that are looked at, seconds.
    at: tuple[float, ...] = (0.0,)
    #: What is seen at each moment, where the moment itself says little.
    labels: tuple[str, ...] = ()
    #: A character that only fonts have which need not be installed.
    needs: str = ""

    @property
    def kept(self) -> Path:
        """The recorded frames, one picture of equal tiles."""
        return FRAMES / f"{self.name}.png"

    @property
    def is_image(self) -> bool:
        """Whether it becomes a single picture."""
        return self.body.get("type") == "image"

    def label(self, place: int) -> str:
        """What to call the frame at this place of `at`."""
        return self.labels[place] if self.labels else f"{self.at[place]:g} s"


@dataclass(frozen=True, slots=True)
class Stored:
    """A body as a worker takes it."""

    body: dict[str, Any]
    assets: Mapping[str, str]
    clips: Mapping[str, Any]

    def arguments(self, into: Path, **more: Any) -> dict[str, Any]:
        """What a worker is asked."""
        return {**worker_arguments(self.body, into, self.assets, **more), "clips": dict(self.clips)}


def project(*visuals: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """A small project: 320 × 180, a second at 20 frames."""
    return plain_project(*visuals, **{"frameRate": 20, **fields})


def stored(body: Mapping[str, Any], folder: Path) -> Stored:
    """The project with references, and its media written into a folder."""
    assets: dict[str, str] = {}
    clips: dict[str, Any] = {}

    def refer(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: refer(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [refer(item) for item in value]
        if not isinstance(value, str) or value not in media():
            return value
        content = media()[value]
        reference = f"asset:{hashlib.sha256(content).hexdigest()}{Path(value).suffix}"
        path = folder / value
        path.write_bytes(content)
        assets[reference] = str(path)
        if path.suffix in (".mp4", ".gif"):
            clips[reference] = _facts(value, path)
        return reference

    return Stored(refer(body), assets, clips)


@lru_cache
def _facts(name: str, path: Path) -> dict[str, Any]:
    """What the main process would have measured."""
    if path.suffix == ".gif":
        delays = gif_delays(path)
        return ClipFacts(seconds=sum(delays), delays=delays, has_video=True).as_dict()
    facts = probe(path, name)
    return ClipFacts(seconds=facts.milliseconds / 1000, width=facts.width, height=facts.height, fps=facts.fps,
                     picture_seconds=facts.picture_seconds, has_video=facts.has_video,
                     has_audio=facts.has_audio).as_dict()  # fmt: skip


def draw(case: Case, folder: Path) -> list[Path]:
    """The frames of a case, drawn by the engine into a folder as pictures."""
    project = stored(case.body, folder)
    if case.is_image:
        path = folder / f"{case.name}.{case.body.get('outputFormat', 'png')}"
        worker.render(project.arguments(path))
        return [path]
    drawn = []
    for place, at in enumerate(case.at):
        drawn.append(folder / f"{case.name}.{place}.png")
        worker.frame(project.arguments(drawn[-1], at=at))
    return drawn


def read(path: Path) -> Picture:
    """A picture as it is in its file: BGR, or BGRA where it has opacity."""
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None, f"{path.name} is no picture"
    return np.asarray(picture, np.uint8)


def keep(case: Case, frames: Sequence[Picture]) -> None:
    """Record frames, four in a row."""
    height, width, channels = frames[0].shape
    rows = -(-len(frames) // _COLUMNS)
    sheet = np.zeros((rows * height, min(len(frames), _COLUMNS) * width, channels), np.uint8)
    for place, frame in enumerate(frames):
        sheet[_tile(place, height, width)] = frame
    FRAMES.mkdir(exist_ok=True)
    case.kept.write_bytes(cv2.imencode(".png", sheet, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes())


def recorded(case: Case, shape: tuple[int, ...]) -> list[Picture]:
    """The recorded frames of a case, each of this shape."""
    sheet = read(case.kept)
    return [sheet[_tile(place, shape[0], shape[1])] for place in range(len(case.at))]


def _tile(place: int, height: int, width: int) -> tuple[slice, slice]:
    row, column = divmod(place, _COLUMNS)
    return slice(row * height, (row + 1) * height), slice(column * width, (column + 1) * width)
