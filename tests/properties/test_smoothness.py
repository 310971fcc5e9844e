"""The law of slow motion: what moves slowly moves evenly, between pixels: no edge steps back, none jumps ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render import worker
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.registry import set_up
from clipmill.engines.render.layers.window import Window
from clipmill.engines.render.shelf import Shelf
from clipmill.settings import Limits
from tests.rendering import reference, use_fonts, worker_arguments, write_picture

#: Pixels an edge may step backwards, and step further than it does on average.
BACKWARDS, AHEAD = 0.05, 0.1
#: In a finished file: what the encoder leaves out of some pictures, it makes up for in the next.
AHEAD_CODED = 0.15
WIDE, TALL = (1280, 720), (1080, 1920)
BRIGHTNESS = NDArray[np.uint8]
#: Brightness of black and white.
DARK, LIGHT = 16, 235
#: Pixels beside an edge in which it can be seen, however blurred.
AROUND = 8


def box(size: tuple[int, int], sides: tuple[float, float, float, float] = (0.32, 0.66, 0.33, 0.64)) -> BRIGHTNESS:
    """A picture of this size with a white box on black: left, right, top and bottom as shares of its size."""
    width, height = size
    left, right, top, bottom = (
        round(share * side) for share, side in zip(sides, (width, width, height, height), strict=True)
    )
    picture = np.zeros((height, width, 3), np.uint8)
    picture[top:bottom, left:right] = 255
    return picture


def zoomed(canvas: tuple[int, int], zoom: Any, seconds: float, **fields: Any) -> dict[str, Any]:
    """A project of so many seconds in which a photograph that fills the canvas grows or shrinks."""
    photo = {"type": "IMAGE", "src": "asset:photo", "x": 0, "y": 0, "width": canvas[0], "height": canvas[1],
             "fit": "cover", "zoom": zoom, **fields}  # fmt: skip
    return {"width": canvas[0], "height": canvas[1], "frameRate": 30, "duration": seconds, "visuals": [photo]}


def frames(body: Mapping[str, Any], photo: Path | None = None) -> Iterator[BRIGHTNESS]:
    """The brightness of every frame as the compositor draws it."""
    use_fonts()
    assets = {"asset:photo": str(photo)} if photo else {}
    plan = plan_project(load_project(body), {})
    stage = Stage(Size(plan.width, plan.height), assets, Limits(), Shelf())
    compositor = Compositor(plan, partial(set_up, stage=stage))
    try:
        for number in range(plan.frames):
            yield compositor.frame(number).parts[0]
    finally:
        compositor.close()


def sides(brightness: BRIGHTNESS) -> list[float]:
    """Where the left, right, top and bottom side of the box lie, between pixels, from rows and columns through it."""
    height, width = brightness.shape
    across = brightness[height * 45 // 100 : height * 55 // 100].mean(0)
    down = brightness[:, width * 45 // 100 : width * 55 // 100].mean(1)
    return [*_ends(across), *_ends(down)]


def _ends(line: NDArray[np.float64]) -> tuple[float, float]:
    """Where a light stretch through the middle of a dark line begins and ends."""
    middle = len(line) // 2
    return middle - _lit(line[:middle][::-1]), middle + _lit(line[middle:])


def _lit(line: NDArray[np.float64]) -> float:
    """How much of a line is light before it turns dark: by how much light there is about the place where it does."""
    share = (line - DARK) / (LIGHT - DARK)
    edge = int(np.argmax(share < 0.5))
    begin = max(0, edge - AROUND)
    return begin + float(share[begin : edge + AROUND].sum())


def steps(places: Iterable[Iterable[float]]) -> NDArray[np.float64]:
    """How far each edge moves from frame to frame, forwards being where it ends: shape (frames - 1, edges)."""
    known = np.array([list(place) for place in places])
    return np.diff(known, axis=0) * np.sign(known[-1] - known[0])


def worst(moved: NDArray[np.float64]) -> tuple[float, float]:
    """The farthest step backwards, and the farthest beyond the average of its edge; pixels."""
    return float(-moved.min()), float((moved - moved.mean(0)).max())


@pytest.mark.parametrize("size", [(2600, 1900), (700, 500), (1601, 901)], ids=["larger", "smaller", "odd"])
@pytest.mark.parametrize(
    ("zoom", "seconds"),
    [({"from": 1, "to": 1.08}, 9), ({"from": 1.15, "to": 1}, 9), ({"from": 1, "to": 1.02}, 5), (True, 9)],
    ids=["in", "out", "hardly", "default"],
)
def test_every_edge_moves_evenly_in_a_slow_zoom(
    tmp_path: Path, size: tuple[int, int], zoom: Any, seconds: float
) -> None:
    photo = write_picture(tmp_path / "photo.png", box(size))
    backwards, ahead = worst(steps(map(sides, frames(zoomed(WIDE, zoom, seconds), photo))))
    assert (backwards <= BACKWARDS, ahead <= AHEAD) == (True, True), (backwards, ahead)


@pytest.mark.parametrize("zoom", [{"from": 1, "to": 1.03}, {"from": 1.05, "to": 1}], ids=["in", "out"])
def test_every_edge_moves_evenly_in_an_upright_video(tmp_path: Path, zoom: Any) -> None:
    photo = write_picture(tmp_path / "photo.png", box((900, 1600)))
    backwards, ahead = worst(steps(map(sides, frames(zoomed(TALL, zoom, 3), photo))))
    assert (backwards <= BACKWARDS, ahead <= AHEAD) == (True, True), (backwards, ahead)


LOOKS = st.fixed_dictionaries({}, optional={
    "fit": st.sampled_from(["cover", "fill", "contain"]), "radius": st.sampled_from([7, 20]), "flipH": st.booleans(),
    "flipV": st.booleans(), "x": st.just(3), "y": st.just(1), "width": st.sampled_from([298, 301]),
    "height": st.sampled_from([170, 171]),
})  # fmt: skip


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    height=st.integers(100, 500), shape=st.floats(1.3, 2.4), least=st.just(1.0) | st.floats(1, 1.5),
    factor=st.floats(1.03, 1.7), shrinks=st.booleans(), look=LOOKS,
)  # fmt: skip
def test_every_edge_moves_evenly_from_one_copy_of_the_photo_to_the_next(
    height: int, shape: float, least: float, factor: float, shrinks: bool, look: dict[str, Any]
) -> None:
    with TemporaryDirectory() as folder:
        picture = box((round(height * shape), height), (0.42, 0.58, 0.42, 0.58))
        photo = write_picture(Path(folder) / "photo.png", picture)
        ends = sorted((least, least * factor), reverse=shrinks)
        body = zoomed((304, 172), {"from": ends[0], "to": ends[1]}, 12 * (factor - 1), **look)
        backwards, ahead = worst(steps(map(sides, frames(body, photo))))
    assert (backwards <= BACKWARDS, ahead <= AHEAD) == (True, True), (backwards, ahead)


def test_a_zoom_by_pairs_of_pixels_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = Window._shown_size

    def even(window: Window, zoom: float) -> tuple[float, ...]:
        return tuple(2 * round(side / 2) for side in exact(window, zoom))

    monkeypatch.setattr(Window, "_shown_size", even)
    photo = write_picture(tmp_path / "photo.png", box((640, 360)))
    _, ahead = worst(steps(map(sides, frames(zoomed((320, 180), {"from": 1, "to": 1.1}, 5), photo))))
    assert ahead > 3 * AHEAD


def test_every_edge_moves_evenly_in_the_finished_file(tmp_path: Path) -> None:
    photo = write_picture(tmp_path / "photo.png", box((2600, 1900)))
    body = zoomed(WIDE, {"from": 1, "to": 1 + 0.08 / 3}, 3)
    body["visuals"][0]["src"] = reference(photo)
    worker.render(worker_arguments(body, tmp_path / "made.mp4", {reference(photo): str(photo)}))
    with av.open(str(tmp_path / "made.mp4")) as made:
        decoded = [frame.to_ndarray()[:720] for frame in made.decode(video=0)]
    backwards, ahead = worst(steps(map(sides, decoded)))
    assert len(decoded) == 90
    assert (backwards <= BACKWARDS, ahead <= AHEAD_CODED) == (True, True), (backwards, ahead)


@pytest.mark.parametrize("way", ["slideright", "slideleft", "slideup", "slidedown"])
@pytest.mark.parametrize("distance", [13, 40])
def test_a_headline_slides_evenly(way: str, distance: int) -> None:
    headline = {"type": "TEXT", "text": "Headline", "x": 60, "y": 60, "style": {"fontSize": 40, "color": "#ffffff"},
                "enterEnd": 3, "enterAnimation": {"effect": way, "distance": distance}}  # fmt: skip
    body = {"width": 320, "height": 180, "frameRate": 30, "duration": 3, "backgroundColor": "#000000"}
    backwards, ahead = worst(steps([_middle(y, way)] for y in frames({**body, "visuals": [headline]})))
    assert (backwards <= BACKWARDS, ahead <= AHEAD) == (True, True), (backwards, ahead)


def _middle(brightness: BRIGHTNESS, way: str) -> float:
    """Where the middle of all that is light lies, along the way it moves."""
    light = (brightness.astype(np.float64) - brightness.min()).sum(0 if way in ("slideleft", "slideright") else 1)
    return float((light * np.arange(len(light))).sum() / light.sum())
