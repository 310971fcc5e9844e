"""Where the whole picture slides, told from the plan."""

from __future__ import annotations

from typing import Any

import pytest

from clipmill.domain.timeline.elements.animation import Effect
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.motion import Span
from clipmill.engines.render.pace import quick_spans
from tests.rendering import project

WHOLE = {"type": "SVG", "svg": "<svg/>"}
TEXT = {"type": "TEXT", "text": "x"}


def _quick(*visuals: dict[str, Any], **fields: Any) -> tuple[Span, ...]:
    return quick_spans(plan_project(load_project(project(*visuals, **fields))))


def _scenes(effect: str, **visual: Any) -> tuple[Span, ...]:
    scenes = [{"duration": 1, "visuals": [WHOLE | visual]}, {"duration": 1, "visuals": [WHOLE]}]
    scenes[0] |= {"transition": effect, "transitionDuration": 0.5}
    return quick_spans(plan_project(load_project({"frameRate": 10, "width": 64, "height": 64, "scenes": scenes})))


def _entering(visual: dict[str, Any], end: float = 0.5, **animation: Any) -> dict[str, Any]:
    moved = {"effect": "slideleft"} | animation
    return visual | {"enterBegin": 0.1, "enterEnd": end, "enterAnimation": moved}


def test_a_picture_that_slides_in_is_quick_while_it_does() -> None:
    assert _quick(_entering(WHOLE)) == ((2, 6),)


def test_nothing_is_quick_where_nothing_moves() -> None:
    assert _quick(WHOLE) == _quick() == ()


def test_a_line_of_text_is_too_small() -> None:
    assert _quick(WHOLE, _entering(TEXT), _entering(TEXT), _entering(TEXT)) == ()


def test_a_fade_does_not_slide() -> None:
    assert _quick(_entering(WHOLE, effect="fade")) == ()


@pytest.mark.parametrize(("distance", "quick"), [(2, False), (40, True)])
def test_a_slide_of_a_few_pixels_is_slow(distance: float, quick: bool) -> None:
    assert bool(_quick(_entering(WHOLE, distance=distance))) is quick


def test_what_zooms_as_large_as_what_slides_is_best_left_to_pictures_before_and_after() -> None:
    zooming = {"type": "IMAGE", "src": "asset:x", "width": 320, "height": 180, "zoom": True}
    assert _quick(zooming, _entering(WHOLE)) == ()


@pytest.mark.parametrize("effect", ["slideleft", "slideup", "coverdown", "revealright"])
def test_a_sliding_transition_is_quick(effect: str) -> None:
    assert _scenes(effect) == ((5, 10),)


@pytest.mark.parametrize("effect", ["fade", "wipeleft", "circleopen", "smoothup"])
def test_a_transition_that_moves_nothing_is_not(effect: str) -> None:
    assert _scenes(effect) == ()


def test_every_effect_that_moves_a_picture_is_named_so() -> None:
    sliding = {effect.value for effect in Effect if effect.slides}
    ways = ("left", "right", "up", "down")
    assert sliding == {f"{kind}{way}" for kind in ("slide", "cover", "reveal") for way in ways}
