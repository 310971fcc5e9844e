"""Moments: never while something comes or goes, wherever there is another."""

from __future__ import annotations

from typing import Any

import pytest

from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.doubts.moments import last, looks, middle, spread, transitions
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.plan import Plan
from tests.rendering import project

TITLE = {"type": "TEXT", "text": "Hello", "style": {"fontSize": 40}}


def _plan(*visuals: dict[str, Any], **fields: Any) -> Plan:
    return plan_project(load_project(project(*visuals, **fields)))


def test_a_text_is_looked_at_once_it_is_there_and_before_it_goes() -> None:
    plan = _plan(TITLE | {"enterBegin": 1, "enterEnd": 3, "enterAnimation": "fade", "exitBegin": 6, "exitEnd": 8,
                          "exitAnimation": "fade"}, duration=10)  # fmt: skip
    for count in (1, 3, 5):
        frames = looks(plan.layers[0], plan, count)
        assert len(frames) == count
        assert all(30 < frame < 60 for frame in frames)
        assert {plan.layers[0].motion.state(frame) for frame in frames} == {plan.layers[0].motion.state(45)}


def test_a_text_that_never_rests_is_looked_at_where_it_is_seen_best() -> None:
    plan = _plan(TITLE | {"enterEnd": 5, "enterAnimation": "fade", "exitBegin": 5, "exitEnd": 10,
                          "exitAnimation": "fade"}, duration=10)  # fmt: skip
    (frame,) = looks(plan.layers[0], plan, 3)
    assert 40 <= frame <= 60


def test_what_is_never_shown_is_never_looked_at() -> None:
    plan = _plan(TITLE | {"enterBegin": 20}, duration=2)
    assert looks(plan.layers[0], plan, 3) == []


def test_no_moment_lies_in_a_transition() -> None:
    scenes = [
        {"duration": 5, "visuals": [TITLE], "transition": "fade", "transitionDuration": 2},
        {"duration": 5, "visuals": [TITLE]},
    ]
    plan = _plan(scenes=scenes)
    ((begin, end),) = transitions(plan)
    assert begin <= plan.frames // 2 < end
    assert not begin <= middle(plan) < end
    assert not any(
        begin <= frame < end
        for layer in plan.layers
        for frame in looks(layer, plan, 5)
        if isinstance(layer.element, TextVisual)
    )


@pytest.mark.parametrize("frames", [1, 2, 3, 7])
def test_a_short_plan_has_its_moments_too(frames: int) -> None:
    plan = _plan(TITLE, duration=frames / 10)
    assert 0 <= middle(plan) <= last(plan) == frames - 1


def test_the_last_moment_is_before_everything_goes() -> None:
    plan = _plan(TITLE | {"exitBegin": 9, "exitEnd": 10, "exitAnimation": "fade"}, duration=10)
    assert 80 < last(plan) <= 90


@pytest.mark.parametrize("count", [1, 2, 5, 50])
def test_frames_are_spread_over_all_spans(count: int) -> None:
    spans = [(0, 10), (50, 60)]
    found = spread(spans, count)
    assert len(found) == min(count, 20)
    assert found == sorted(set(found))
    assert all(any(begin <= frame < end for begin, end in spans) for frame in found)
    assert count == 1 or (found[0] < 10 and found[-1] >= 50)
