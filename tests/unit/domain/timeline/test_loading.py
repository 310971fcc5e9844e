from collections.abc import Mapping
from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.errors import ProjectError
from clipmill.settings import Limits

TEXT = {"type": "TEXT", "text": "x"}


def _refusal(body: Mapping[str, Any]) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        load_project(body)
    return caught.value


@pytest.mark.parametrize(
    ("body", "path", "says"),
    [
        ({"visuals": [TEXT, TEXT | {"angle": 4}]}, "visuals[1].angle", "does not rotate; leave it out"),
        ({"visuals": [TEXT | {"style": {"fontsize": 4}}]}, "visuals[0].style.fontsize", "did you mean fontSize?"),
        ({"visuals": [TEXT | {"enterAnimation": "wipeleft"}]}, "visuals[0].enterAnimation.effect", "use 'fade'"),
        ({"visuals": [{"type": "VIDEO", "src": "x"}]}, "visuals[0]", "this version has SVG, IMAGE, TEXT"),
        ({"visuals": ["x"]}, "visuals[0]", "without a type"),
        ({"visuals": [{"type": "IMAGE"}]}, "visuals[0].src", "is missing"),
        ({"visuals": [{"type": "IMAGE", "src": "a", "radius": {"x": 1}}]}, "visuals[0].radius.x", "tl, tr, bl, br"),
        ({"visuals": [{"type": "IMAGE", "src": "a", "zoom": {"depth": 99}}]}, "visuals[0].zoom.to", "at most 10"),
        ({"visuals": [TEXT | {"style": {"color": "tealish"}}]}, "visuals[0].style.color", "'tealish' is not a colour"),
        ({"audios": [{"src": "a", "loop": True}]}, "audios[0].loop", "is no field of an audio"),
        ({"scenes": [{}]}, "scenes", "this version has no scenes"),
        ({"subtitle": {"src": "x"}}, "subtitle", "no subtitles"),
        ({"frameRate": 120}, "frameRate", "at most 60"),
        ({"duration": "soon"}, "duration", "'soon' cannot be used"),
        ({"duration": float("nan")}, "duration", "finite"),
        ({"visuals": "x"}, "visuals", "is no list"),
        ({"type": "image"}, "type", "use 'video'"),
        ({"name": "a/b"}, "name", "'a/b' cannot be used"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_and_what_is_allowed(body: Mapping[str, Any], path: str, says: str) -> None:
    error = _refusal(body)
    assert error.path == path
    assert str(error).startswith(f"{path}: ")
    assert says in str(error)


def test_the_hint_counts_further_errors() -> None:
    assert _refusal({"frameRate": 99, "width": 3, "height": 3}).hint == "2 more fields are wrong in this project."


@pytest.mark.parametrize(
    ("body", "path"),
    [({"duration": 11}, "duration"), ({"width": 1000}, "width"), ({"visuals": [TEXT, TEXT]}, "visuals"),
     ({"visuals": [TEXT | {"width": 9999}]}, "visuals[0].width")],
)  # fmt: skip
def test_limits_of_the_settings_are_kept(body: dict[str, Any], path: str) -> None:
    limits = Limits(video_seconds=10, video_side=800, visuals=1)
    with pytest.raises(ProjectError) as caught:
        load_project({"width": 320, "height": 180} | body, limits)
    assert caught.value.path == path


def test_numeric_strings_of_a_table_are_numbers() -> None:
    project = load_project({"duration": "8", "visuals": [TEXT | {"x": "12.5"}]})
    assert (project.duration, project.visuals[0].x) == (8, 12.5)
