from collections.abc import Mapping

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.profile import FOOTAGE, GRAPHICS, profile_of
from tests.rendering import project


def _parameters(profile: Mapping[str, str]) -> dict[str, str]:
    return dict(option.split("=") for option in profile["x264-params"].split(":"))


@pytest.mark.parametrize("profile", [GRAPHICS, FOOTAGE])
def test_pictures_may_be_repeated_and_streams_joined(profile: Mapping[str, str]) -> None:
    options = _parameters(profile)
    assert (options["ref"], options["b-pyramid"], options["stitchable"]) == ("1", "none", "1")


def test_only_graphics_is_not_searched_for_cuts() -> None:
    assert _parameters(GRAPHICS)["scenecut"] == "0"
    assert "scenecut" not in _parameters(FOOTAGE)


def test_a_camera_picture_makes_a_video_footage() -> None:
    text, clip = {"type": "TEXT", "text": "x"}, {"type": "VIDEO", "src": "asset:x"}
    assert profile_of(plan_project(load_project(project(text)))) is GRAPHICS
    assert profile_of(plan_project(load_project(project(text, clip)))) is FOOTAGE
