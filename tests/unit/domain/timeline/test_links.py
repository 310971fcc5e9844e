from fractions import Fraction
from typing import Any

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.links import fitted, links
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.schedule import schedule
from clipmill.domain.timeline.sounds import sounds_of
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.plan import Crossfade

CLIPS = {"asset:x": ClipFacts(seconds=20, has_video=True, has_audio=True)}


def _clip(name: str, begin: float, into: str = "", **fields: Any) -> dict[str, Any]:
    way = {"transition": "fade", "transitionId": into, "transitionDuration": 2} if into else {}
    return {"type": "VIDEO", "src": "asset:x", "id": name, "enterBegin": begin, **way, **fields}


def _three(middle: float) -> dict[str, Any]:
    return {"frameRate": 10, "duration": 9,
            "visuals": [_clip("a", 0, "b"), _clip("b", 3, "c"), _clip("c", 3 + middle)]}  # fmt: skip


def test_a_transition_gives_way_to_the_next_one_and_both_are_drawn() -> None:
    project = load_project(_three(1))
    assert links(project.visuals) == {0: 1, 1: 2}
    assert [each.transition_duration for each in fitted(project.visuals, Fraction(10))[:2]] == [0.9, 2]
    drawn = [
        layer.motion.shown for layer in plan_project(project, CLIPS).layers if isinstance(layer.element, Crossfade)
    ]
    assert drawn == [(30, 39), (40, 60)]


def test_the_sounds_fade_as_long_as_the_pictures_do() -> None:
    project = load_project(_three(1))
    first, second, third = sounds_of(project, schedule(project, CLIPS), CLIPS)
    assert (first.fade_out, second.fade_in, second.fade_out, third.fade_in) == (0.9, 0.9, 2, 2)
    assert first.end == Fraction("3.9")


def test_transitions_that_have_room_are_left_alone() -> None:
    project = load_project(_three(4))
    assert fitted(project.visuals, Fraction(10)) is project.visuals
