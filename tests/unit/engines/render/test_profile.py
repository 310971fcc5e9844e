from collections.abc import Mapping
from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import GRADES as GRADE_NAMES
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.plan import Plan
from clipmill.engines.render.profile import FOOTAGE, GRADES, GRAPHICS, Grade, parts_of, profile_of
from tests.rendering import project

PROFILES = [profile for grade in GRADES.values() for profile in (grade.graphics, grade.footage)]
TEXT, CLIP = {"type": "TEXT", "text": "x"}, {"type": "VIDEO", "src": "asset:x"}


def _parameters(profile: Mapping[str, str]) -> dict[str, str]:
    return dict(option.split("=") for option in profile["x264-params"].split(":"))


def _plan(*scenes: tuple[float, dict[str, Any]]) -> Plan:
    """Scenes of so many seconds at 10 frames with one visual each."""
    made = [{"id": f"s{number}", "duration": seconds, "visuals": [dict(visual)]}
            for number, (seconds, visual) in enumerate(scenes)]  # fmt: skip
    return plan_project(load_project({"width": 320, "height": 180, "frameRate": 10, "scenes": made}))


@pytest.mark.parametrize(("side", "between"), [((1920, 1080), "8"), ((2560, 1440), "8"), ((3840, 2160), "5")])
def test_large_pictures_are_encoded_with_fewer_at_hand(side: tuple[int, int], between: str) -> None:
    plan = plan_project(load_project({"width": side[0], "height": side[1], "visuals": [TEXT], "duration": 1}))
    parts = parts_of(plan)
    assert _parameters(profile_of(plan))["bframes"] == _parameters(parts[0])["bframes"] == between


@pytest.mark.parametrize("profile", PROFILES)
def test_pictures_may_be_repeated_and_streams_joined(profile: Mapping[str, str]) -> None:
    options = _parameters(profile)
    assert (options["ref"], options["b-pyramid"], options["stitchable"]) == ("1", "none", "1")


@pytest.mark.parametrize("grade", GRADES.values())
def test_only_graphics_is_not_searched_for_cuts(grade: Grade) -> None:
    assert _parameters(grade.graphics)["scenecut"] == "0"
    assert "scenecut" not in _parameters(grade.footage)


def test_every_grade_a_project_may_name_has_its_profiles() -> None:
    assert tuple(GRADES) == GRADE_NAMES
    for kind in ("graphics", "footage"):
        rates = [float(getattr(grade, kind)["crf"]) for grade in GRADES.values()]
        assert rates == sorted(rates, reverse=True)
        assert len(set(rates)) == len(rates)


def test_a_camera_picture_makes_a_video_footage() -> None:
    assert profile_of(plan_project(load_project(project(TEXT)))) is GRAPHICS
    assert profile_of(plan_project(load_project(project(TEXT, CLIP)))) is FOOTAGE
    assert profile_of(plan_project(load_project(project(CLIP))), GRADES["high"]) is GRADES["high"].footage


def test_profiles_change_at_cuts_and_short_graphics_go_with_footage() -> None:
    plan = _plan((4, TEXT), (3, CLIP), (1, TEXT), (4, TEXT), (1, CLIP), (2, TEXT), (1, CLIP))
    parts = parts_of(plan, GRADES["draft"])
    graphics, footage = GRADES["draft"].graphics, GRADES["draft"].footage
    assert parts == {0: graphics, 40: footage, 70: graphics, 120: footage, 150: footage}


def test_footage_never_gets_the_profile_of_graphics() -> None:
    """A clip that begins and ends in the middle of a scene makes all of it footage, up to the cuts around it."""
    late = CLIP | {"enterBegin": 1, "exitEnd": 2, "width": 40, "height": 40}
    plan = _plan((4, TEXT), (4, late), (4, TEXT))
    assert parts_of(plan) == {0: GRAPHICS, 40: FOOTAGE, 80: GRAPHICS}
    begins = sorted(parts_of(plan))
    for begin, end in plan.footage():
        last = max(place for place in begins if place <= begin)
        assert parts_of(plan)[last] is FOOTAGE
        assert not any(begin < place < end for place in begins)


def test_a_video_of_one_kind_has_one_part() -> None:
    assert parts_of(plan_project(load_project(project(TEXT)))) == {0: GRAPHICS}
    assert parts_of(_plan((2, CLIP), (2, CLIP))) == {0: FOOTAGE}
    assert parts_of(_plan((1, TEXT), (3, CLIP))) == {0: GRAPHICS, 10: FOOTAGE}
