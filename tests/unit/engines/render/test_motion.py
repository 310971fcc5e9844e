from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.elements.animation import Effect
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.motion import Crossing, Motion, Period, State, join_spans, motion_of
from tests.rendering import project


def _motion(**fields: Any) -> Motion:
    loaded = load_project(project({"type": "IMAGE", "src": "asset:x", **fields}))
    return motion_of(loaded.visuals[0], Period(0, 10, Fraction(10), Size(320, 180)))


def test_a_layer_is_hidden_before_its_entrance_and_after_its_exit() -> None:
    motion = _motion(enterBegin=0.25, exitEnd=0.8)
    assert [frame for frame in range(10) if motion.state(frame)] == [3, 4, 5, 6, 7]


def test_a_layer_without_times_is_shown_to_the_last_frame() -> None:
    assert _motion().shown == _motion(exitEnd=1).shown == _motion(exitEnd=99).shown == (0, 10)


def test_a_fade_runs_over_its_window() -> None:
    motion = _motion(enterBegin=0.2, enterEnd=0.6, enterAnimation="fade", opacity=0.5)
    assert [motion.state(frame).alpha for frame in (2, 4, 6, 9)] == [0, 0.25, 0.5, 0.5]  # type: ignore[union-attr]
    assert motion.moving() == ((3, 7),)
    assert motion.live() == ((2, 7),)


@pytest.mark.parametrize(
    ("effect", "entering", "leaving"),
    [("slideleft", (32, 0), (-32, 0)), ("slideright", (-32, 0), (32, 0)),
     ("slideup", (0, 32), (0, -32)), ("slidedown", (0, -32), (0, 32))],
)  # fmt: skip
def test_slides_with_a_distance_move_in_the_direction_of_their_name(
    effect: str, entering: tuple[float, float], leaving: tuple[float, float]
) -> None:
    slide = {"effect": effect, "distance": 32}
    motion = _motion(enterEnd=0.2, exitBegin=0.7, exitEnd=0.9, enterAnimation=slide, exitAnimation=slide)
    first, middle, last = motion.state(0), motion.state(5), motion.state(8)
    assert first is not None
    assert last is not None
    assert (first.dx, first.dy) == entering
    assert middle == State(1.0)
    assert (last.dx, last.dy) == pytest.approx((leaving[0] / 2, leaving[1] / 2))


def test_an_eased_slide_with_distance_and_fade() -> None:
    animation = {"effect": "slideup", "distance": 40, "easing": "ease-out", "fade": True}
    state = _motion(enterEnd=1, enterAnimation=animation).state(5)
    assert state is not None
    assert state.alpha == pytest.approx(0.875)
    assert state.dy == pytest.approx(5)


@pytest.mark.parametrize("effect", ["slideleft", "wipeup", "circleopen", "fadeblack"])
def test_other_effects_mix_the_layer_with_nothing(effect: str) -> None:
    motion = _motion(enterEnd=0.4, enterAnimation=effect, exitBegin=0.6, exitAnimation=effect)
    crossings = [state.crossings if (state := motion.state(frame)) else None for frame in (0, 1, 4, 5, 6, 9)]
    assert crossings[:2] == [
        (Crossing(Effect(effect), 0.0, leaves=False),),
        (Crossing(Effect(effect), 0.25, leaves=False),),
    ]
    assert crossings[2:5] == [(), (), ()]
    assert crossings[5] is not None
    assert crossings[5][0].progress == pytest.approx(0.25)
    assert crossings[5][0].leaves
    assert motion.moving() == ((1, 5), (7, 10))


def test_a_scene_s_times_count_from_its_beginning() -> None:
    loaded = load_project(project({"type": "IMAGE", "src": "asset:x", "enterBegin": 0.2, "zoom": True}))
    motion = motion_of(loaded.visuals[0], Period(100, 10, Fraction(10), Size(320, 180)))
    assert motion.shown == (102, 110)
    first, last = motion.state(102), motion.state(109)
    assert first is not None
    assert last is not None
    assert (first.scale, last.scale) == (1, pytest.approx(1.175))
    assert motion.moving() == ((103, 110),)
    assert motion.within(104, 106).shown == (104, 106)
    assert motion.within(0, 50).shown == (102, 102)


def test_a_zoom_is_linear_over_the_time_shown_and_may_come_to_rest() -> None:
    motion = _motion(zoom={"from": 1, "to": 1.5, "rest": 0.5})
    assert [motion.state(frame).scale for frame in (0, 1, 5, 9)] == pytest.approx([1, 1.1, 1.5, 1.5])  # type: ignore[union-attr]
    assert motion.moving() == ((1, 6),)


def test_an_animation_without_a_window_does_nothing() -> None:
    assert _motion(enterAnimation="slideup").moving() == ()


def test_every_frame_outside_the_moving_spans_equals_the_one_before() -> None:
    motion = _motion(enterBegin=0.13, enterEnd=0.37, enterAnimation="fade", exitBegin=0.61, exitEnd=0.88,
                     exitAnimation="slideleft", zoom={"to": 1.2, "rest": 0.4})  # fmt: skip
    moving = {frame for begin, end in motion.moving() for frame in range(begin, end)}
    for frame in range(motion.shown[0] + 1, motion.shown[1]):
        assert (motion.state(frame) == motion.state(frame - 1)) == (frame not in moving)


def test_spans_that_touch_are_joined() -> None:
    assert join_spans([(5, 6), (1, 3), (3, 4), (2, 3)]) == ((1, 4), (5, 6))
