"""How quickly the picture changes, told from the plan."""

from __future__ import annotations

from typing import Any

import pytest

from clipmill.domain.timeline.elements.animation import Effect
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.motion_hints import MotionHints
from clipmill.media.write.writer import MotionHint
from tests.rendering import project

WHOLE = {"type": "SVG", "svg": "<svg/>"}
TEXT = {"type": "TEXT", "text": "x"}


def _hints(*visuals: dict[str, Any], **fields: Any) -> list[MotionHint]:
    return _of(project(*visuals, **fields))


def _of(body: dict[str, Any]) -> list[MotionHint]:
    plan = plan_project(load_project(body))
    hints = MotionHints(plan)
    return [hints.at(frame) for frame in range(plan.frames)]


def _are(hint: MotionHint, hints: list[MotionHint]) -> list[int]:
    return [frame for frame, found in enumerate(hints) if found is hint]


def _scenes(effect: str) -> list[MotionHint]:
    scenes = [{"duration": 1, "visuals": [WHOLE]}, {"duration": 1, "visuals": [WHOLE]}]
    scenes[0] |= {"transition": effect, "transitionDuration": 0.5}
    return _of({"frameRate": 10, "width": 64, "height": 64, "scenes": scenes})


def _entering(visual: dict[str, Any], **animation: Any) -> dict[str, Any]:
    moved = {"effect": "slideleft"} | animation
    return visual | {"enterBegin": 0.1, "enterEnd": 0.5, "enterAnimation": moved}


def _zooming(end: float, **size: int) -> dict[str, Any]:
    return {"type": "IMAGE", "src": "asset:x", "width": 320, "height": 180, "zoom": {"from": 1, "to": end}} | size


def test_a_picture_that_slides_in_is_quick_while_it_does() -> None:
    assert _are(MotionHint.QUICK, _hints(_entering(WHOLE))) == [2, 3, 4, 5]


def test_the_usual_hint_is_that_of_what_stands_still() -> None:
    assert set(_hints(WHOLE)) == set(_hints()) == {MotionHint.USUAL}


def test_a_line_of_text_is_too_small() -> None:
    assert set(_hints(WHOLE, _entering(TEXT), _entering(TEXT), _entering(TEXT))) == {MotionHint.USUAL}


def test_a_fade_does_not_slide() -> None:
    assert set(_hints(_entering(WHOLE, effect="fade"))) == {MotionHint.USUAL}


@pytest.mark.parametrize(("distance", "hint"), [(2, MotionHint.USUAL), (40, MotionHint.QUICK)])
def test_a_slide_of_a_few_pixels_is_slow(distance: float, hint: MotionHint) -> None:
    assert _hints(_entering(WHOLE, distance=distance))[3] is hint


def test_what_zooms_as_large_as_what_slides_is_best_left_to_pictures_before_and_after() -> None:
    assert set(_hints(_zooming(1.2), _entering(WHOLE))) == {MotionHint.USUAL}


@pytest.mark.parametrize(
    ("end", "larger", "hint"), [(1.05, 1, MotionHint.CALM), (1.2, 1, MotionHint.USUAL), (1.05, 4, MotionHint.USUAL)]
)
def test_a_zoom_is_calm_where_edges_move_slowly(end: float, larger: int, hint: MotionHint) -> None:
    size = {"width": 320 * larger, "height": 180 * larger}
    assert _hints(_zooming(end, **size), _entering(TEXT, distance=12), **size)[3] is hint


def test_a_slow_zoom_under_a_larger_clip_is_not() -> None:
    clip = {"type": "VIDEO", "src": "asset:y", "exitEnd": 0.5}
    hints = _hints(_zooming(1.02, width=160), clip)
    assert (hints[3], hints[8]) == (MotionHint.USUAL, MotionHint.CALM)


@pytest.mark.parametrize("effect", ["slideleft", "slideup", "coverdown", "revealright"])
def test_a_sliding_transition_is_quick(effect: str) -> None:
    assert _are(MotionHint.QUICK, _scenes(effect)) == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("effect", ["fade", "wipeleft", "circleopen", "smoothup"])
def test_a_transition_that_moves_nothing_is_not(effect: str) -> None:
    assert set(_scenes(effect)) == {MotionHint.USUAL}


def test_every_effect_that_moves_a_picture_is_named_so() -> None:
    sliding = {effect.value for effect in Effect if effect.slides}
    ways = ("left", "right", "up", "down")
    assert sliding == {f"{kind}{way}" for kind in ("slide", "cover", "reveal") for way in ways}
