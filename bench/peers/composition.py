"""P1 in numbers, as every tool that makes it is told: places in pixels, times in seconds, and the sheet of one job."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

WIDTH, HEIGHT, FPS, SECONDS = 1280, 720, 30, 9
FRAMES = FPS * SECONDS
#: The photograph: its box, the radius of the box's corners, and how much it has grown at the end.
BOX_LEFT, BOX_TOP, BOX_SIDE, BOX_RADIUS, GROWTH = 80, 100, 520, 32, 0.15
#: Where headline, price and button begin.
LEFT = 660
HEADLINE_TOP, HEADLINE_SIZE, LINE_HEIGHT, WHITE = 190, 52, 64, "#FFFFFF"
PRICE_TOP, PRICE_SIZE, PRICE_HEIGHT, YELLOW = 360, 68, 80, "#FADD46"
BUTTON_TOP, BUTTON_WIDTH, BUTTON_HEIGHT, BUTTON_SIZE, TEAL, INK = 500, 300, 72, 30, "#2DD4BF", "#07111F"
#: When the three begin to come, and how long that takes; the two texts slide this far.
HEADLINE_AT, PRICE_AT, SLIDE_SECONDS, SLIDE = 0.5, 1.2, 0.6, 40
BUTTON_AT, BUTTON_SECONDS = 6.0, 0.5
#: The music fades out in the last seconds.
FADE_SECONDS = 1.5


@dataclass(frozen=True)
class Baselines:
    """Where the letters stand, pixels from the top of the picture; the button's from the top of the button."""

    headline: int
    price: int
    button: int


@dataclass(frozen=True)
class Video:
    """What differs from row to row, and the file to write."""

    photo: str
    headline: tuple[str, ...]
    price: str
    button: str
    into: str


@dataclass(frozen=True)
class Sheet:
    """One job: the parts that all videos share, by their paths, and the videos."""

    #: The background as SVG, and drawn as PNG for tools that read no SVG.
    background: str
    background_png: str
    #: The box of the photograph in white on black, and the empty button, both with smooth corners.
    mask: str
    button: str
    music: str
    font: str
    #: The ffmpeg that draws and encodes.
    ffmpeg: str
    baselines: Baselines
    videos: tuple[Video, ...]

    def write(self, path: Path) -> None:
        """Keep it as JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def read_sheet(path: str) -> Sheet:
    """The sheet that `Sheet.write` kept."""
    kept = json.loads(Path(path).read_text(encoding="utf-8"))
    videos = tuple(Video(**{**video, "headline": tuple(video["headline"])}) for video in kept["videos"])
    return Sheet(**{**kept, "baselines": Baselines(**kept["baselines"]), "videos": videos})
