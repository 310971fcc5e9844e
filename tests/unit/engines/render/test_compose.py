import random
from functools import partial
from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.layers.layer import Stage, StillLayer
from clipmill.engines.render.layers.registry import set_up
from clipmill.engines.render.motion import Motion
from clipmill.media.draw.planes import Planes, Rect
from clipmill.media.draw.sprite import empty_sprite
from tests.rendering import project

BOX = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='{w}' height='{h}'><rect width='{w}' height='{h}' fill='{c}'/></svg>"
)


def _box(colour: str, x: int, y: int, width: int = 80, height: int = 60, **fields: Any) -> dict[str, Any]:
    return {"type": "SVG", "svg": BOX.format(w=width, h=height, c=colour), "x": x, "y": y, **fields}


def _compositor(body: dict[str, Any], stage: Stage) -> Compositor:
    loaded = load_project(body)
    plan = plan_project(loaded)
    return Compositor(plan, partial(set_up, stage=stage))


def _all_frames(body: dict[str, Any], stage: Stage) -> list[np.ndarray]:
    compositor = _compositor(body, stage)
    return [compositor.frame(number).buffer.copy() for number in range(10)]


@pytest.fixture
def busy() -> dict[str, Any]:
    """Layers that come, go, move under and over each other, with and without opacity."""
    return project(
        _box("#ff0000", 20, 20, opacity=0.5, exitBegin=0.7, exitAnimation="fade"),
        _box("#00ff00", 61, 41, enterBegin=0.1, enterEnd=0.5, enterAnimation={"effect": "slideright", "distance": 33}),
        _box("#0000ff80", 90, 60),
        _box("#ffffff", 200, 101, exitEnd=0.6),
        _box("#ffff00", 210, 110, enterBegin=0.3, exitBegin=0.8, exitAnimation="slideup", track=3),
        _box("#00ffff", 230, 90, enterBegin=0.6, enterEnd=0.8, enterAnimation="fade", track=1),
    )


def test_a_frame_is_the_same_in_whatever_order_frames_are_asked_for(busy: dict[str, Any], stage: Stage) -> None:
    in_order = _all_frames(busy, stage)
    shuffled = list(range(10))
    random.Random(5).shuffle(shuffled)
    compositor = _compositor(busy, stage)
    for number in shuffled:
        assert np.array_equal(compositor.frame(number).buffer, in_order[number]), number
    for number in range(10):
        assert np.array_equal(_compositor(busy, stage).frame(number).buffer, in_order[number]), number


def test_a_higher_track_covers_a_lower_one(stage: Stage) -> None:
    body = project(_box("#ffffff", 0, 0, track=1), _box("#000000", 0, 0))
    assert _all_frames(body, stage)[0][10, 10] == 235


def test_a_still_layer_over_a_moving_one_stays_on_top(stage: Stage) -> None:
    moving = _box("#000000", 0, 0, enterEnd=0.9, enterAnimation={"effect": "slideright", "distance": 60})
    frames = _all_frames(project(moving, _box("#ffffff", 20, 20, 20, 20)), stage)
    assert [frame[30, 30] for frame in frames] == [235] * 10


def test_nothing_but_the_background_is_seen_where_no_layer_is(stage: Stage) -> None:
    compositor = _compositor(project(_box("#ffffff", 0, 0, exitEnd=0.5), backgroundColor="#000000"), stage)
    assert compositor.frame(2).parts[0].max() == 235
    assert compositor.frame(7).parts[0].max() == 16


def test_what_is_drawn_can_be_looked_at_with_and_without_a_layer(stage: Stage) -> None:
    half = _box("#000000", 20, 20, 20, 20, opacity=0.5)
    body = project(_box("#ffffff", 0, 0), half, _box("#ffffff", 200, 0, exitEnd=0.5), backgroundColor="#000000")
    compositor = _compositor(body, stage)
    picture, looked = compositor.frame(7), Planes(320, 180)
    compositor.draw_without(1, looked, Rect(10, 10, 40, 40))
    assert picture.parts[0][30, 30] == pytest.approx(126, abs=2)
    assert looked.parts[0][30, 30] == 235
    drawn = compositor.drawn(1)
    assert drawn is not None
    assert drawn[1] == 0.5
    assert drawn[0].rect == Rect(20, 20, 20, 20)
    assert compositor.drawn(2) is None


def test_only_what_changed_is_drawn_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    compositor = _compositor(project(_box("#ffffff", 0, 0), _box("#ff0000", 100, 0, enterBegin=0.5)), stage)
    compositor.frame(0)
    touched: list[Any] = []
    monkeypatch.setattr(compositor, "_redraw", lambda rect, states: touched.append(rect))
    compositor.frame(1)
    assert touched == []
    compositor.frame(5)
    assert [(rect.x, rect.width) for rect in touched] == [(100, 80)]


def test_layers_that_stand_still_are_not_asked_how_they_stand(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    fading = _box("#ff0000", 100, 0, enterEnd=1, enterAnimation="fade")
    compositor = _compositor(project(*[_box("#ffffff", 0, 0)] * 50, fading), stage)
    compositor.frame(0)
    asked: list[int] = []
    state = Motion.state
    monkeypatch.setattr(Motion, "state", lambda motion, frame: (asked.append(frame), state(motion, frame))[1])
    for number in range(1, 10):
        compositor.frame(number)
    assert asked == list(range(1, 10))


def test_layers_outside_the_canvas_are_left_out(stage: Stage) -> None:
    body = project(_box("#ffffff", 400, 400), _box("#ffffff", -40, -30), backgroundColor="#000000")
    frame = _all_frames(body, stage)[0]
    assert frame[29, 39] == 235
    assert frame[31, 41] == 16


def test_the_background_is_the_projects_colour(stage: Stage) -> None:
    expected = Planes(320, 180)
    expected.fill(Colour(0x20, 0x30, 0x40))
    assert np.array_equal(_compositor(project(), stage).frame(0).buffer, expected.buffer)


def test_a_layer_is_held_only_while_it_is_seen(stage: Stage) -> None:
    plan = plan_project(load_project(project(_box("#fff", 0, 0, exitEnd=0.3), _box("#fff", 0, 0, enterBegin=0.6))))
    held: list[str] = []

    class _Watched(StillLayer):
        def __init__(self, where: str) -> None:
            super().__init__(empty_sprite())
            self._where = where
            held.append(where)

        def close(self) -> None:
            held.remove(self._where)

    compositor = Compositor(plan, lambda planned: _Watched(planned.where))
    seen = []
    for number in range(10):
        compositor.frame(number)
        seen.append(list(held))
    assert seen == [["visuals[0]"]] * 3 + [[]] * 3 + [["visuals[1]"]] * 4
    compositor.close()
    assert held == []


def test_a_still_layer_over_one_that_moving_ones_shine_through_stays_on_top(stage: Stage) -> None:
    moving = _box("#ff0000", 0, 0, enterEnd=0.9, enterAnimation="fade")
    between, top = _box("#00ff00", 60, 0), _box("#0000ff", 120, 0)
    frames = _all_frames(project(moving, between, top, backgroundColor="#000000"), stage)
    assert {int(frame[20, 130]) for frame in frames} == {32}  # the luma of pure blue
