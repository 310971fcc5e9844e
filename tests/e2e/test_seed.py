"""A published project of nine seconds, a single drawing, renders as it was meant: every frame, and what is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.commands import clipmill

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "001-zvid-bulk-json.txt"
pytestmark = pytest.mark.skipif(not SEED.is_file(), reason=f"{SEED} is not there")
#: Seconds at which the picture is looked at.
MOMENTS = (0.0, 4.5, 8.9)

#: What → where it is, and its colour.
COLOURS = {
    "ground, top left": (4, 4, "#07111f"),
    "ground, bottom right": (1276, 716, "#17233d"),
    "dot of the first row": (156, 340, "#2dd4bf"),
    "bar of the template, 40 % yellow": (611, 335, "#686332"),
    "progress, left end": (266, 592, "#35d4ba"),
    "progress, right end": (790, 592, "#f2dd4a"),
    "progress still to come": (950, 592, "#303a4e"),
}
#: What → left, top, right and bottom of its letters, in the font that stands for Arial.
TEXTS = {
    "headline": (104, 110, 328, 138),
    "line below it": (104, 159, 443, 181),
    "title of the first column": (174, 264, 284, 286),
    "title of the second": (527, 264, 694, 290),
    "last line, centred": (472, 622, 808, 643),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project."""
    folder = tmp_path_factory.mktemp("seed")
    (folder / "project.json").write_text(json.dumps(payload_in(SEED.read_text(encoding="utf-8"))), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def pictures(folder: Path) -> list[NDArray[np.uint8]]:
    """The frames at the moments, BGR."""
    for at in MOMENTS:
        clipmill(folder, "render", "project.json", "-o", f"{at}.png", "--at", str(at))
    return [np.asarray(cv2.imread(str(folder / f"{at}.png")), np.uint8) for at in MOMENTS]


def payload_in(text: str) -> dict[str, Any]:
    """The first project that can be rendered in an article: an object with visuals none of which is a placeholder."""
    decoder = json.JSONDecoder(strict=False)
    start = text.find("{")
    while start >= 0:
        try:
            found, _ = decoder.raw_decode(text, start)
        except json.JSONDecodeError:
            found = None
        if isinstance(found, dict) and any("</svg>" in visual.get("svg", "") for visual in found.get("visuals", [])):
            return found
        start = text.find("{", start + 1)
    raise AssertionError("the article holds no project")


def test_it_becomes_270_verified_frames(folder: Path) -> None:
    told = json.loads(clipmill(folder, "render", "project.json", "-o", "seed.mp4", "--json").stdout)
    assert (told["frames"], told["width"], told["height"], told["seconds"]) == (270, 1280, 720, 9)
    assert (told["verdict"], told["reason"], told["sidecars"]) == ("pass", "", [])
    video = cv2.VideoCapture(str(folder / "seed.mp4"))
    assert video.get(cv2.CAP_PROP_FPS) == 30
    video.release()


def test_every_frame_is_the_same_picture(pictures: list[NDArray[np.uint8]]) -> None:
    assert all(picture.shape == (720, 1280, 3) for picture in pictures)
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures)


@pytest.mark.parametrize("what", COLOURS)
def test_shapes_have_their_colours(pictures: list[NDArray[np.uint8]], what: str) -> None:
    x, y, colour = COLOURS[what]
    expected = np.array([int(colour[place : place + 2], 16) for place in (5, 3, 1)])
    assert np.abs(pictures[0][y - 1 : y + 2, x - 1 : x + 2].mean((0, 1)) - expected).max() <= 6


@pytest.mark.parametrize("what", TEXTS)
def test_texts_are_written_where_they_belong(pictures: list[NDArray[np.uint8]], what: str) -> None:
    left, top, right, bottom = TEXTS[what]
    grey = cv2.cvtColor(pictures[0], cv2.COLOR_BGR2GRAY).astype(int)
    box = grey[top:bottom, left:right]
    ink = np.abs(box - np.median(box)) > 60
    assert 0.05 < ink.mean() < 0.5, f"{ink.mean():.0%} of its box is ink"
    for beside in (grey[top:bottom, right + 8 : right + 28], grey[top:bottom, left - 28 : left - 8]):
        assert np.ptp(beside) < 30, "it goes on beside its box"
