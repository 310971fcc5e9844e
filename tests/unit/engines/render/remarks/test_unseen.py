from typing import Any

import pytest

from clipmill.domain.timeline.clip import ClipFacts, Clips
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.schedule import schedule
from clipmill.engines.render.remarks import unseen
from clipmill.engines.render.remarks.unseen import check_heard
from clipmill.errors import ProjectError
from tests.rendering import brief_of

TEXT = {"type": "TEXT", "text": "x"}
PICTURE = {"type": "IMAGE", "src": "asset:p", "width": 100, "height": 50}
CLIPS = {"asset:s": ClipFacts(seconds=3.0, has_audio=True), "asset:v": ClipFacts(seconds=2.0, has_video=True)}


def _told(body: dict[str, Any]) -> list[str]:
    return list(unseen.remarks(brief_of(load_project(body))))


def _check(body: dict[str, Any], clips: Clips = CLIPS) -> None:
    project = load_project(body)
    check_heard(project, schedule(project, clips), clips)


@pytest.mark.parametrize(
    ("visual", "says"),
    [
        (TEXT | {"enterBegin": 5}, "visuals[0].enterBegin: 5 s is after the end of the video, which is 4 s long"),
        (TEXT | {"enterBegin": 2, "exitEnd": 1}, "visuals[0].exitEnd: 1 s is not after enterBegin 2 s"),
        (TEXT | {"enterBegin": 1.01, "exitEnd": 1.02}, "visuals[0].exitEnd: 1.02 s is less than a frame after"),
        (TEXT | {"opacity": 0}, "visuals[0].opacity: 0 is wholly transparent"),
        (PICTURE | {"x": 1280}, "visuals[0]: it lies wholly outside the 1280 × 720 canvas"),
        (PICTURE | {"y": -50}, "visuals[0]: it lies wholly outside"),
        (PICTURE | {"x": 0, "anchor": "top-right"}, "visuals[0]: it lies wholly outside"),
        ({"type": "IMAGE", "src": "asset:p", "y": 800}, "visuals[0]: it lies wholly outside"),
        (TEXT | {"x": 2000}, "visuals[0]: it lies wholly outside"),
        (TEXT | {"html": "<b>x</b>", "x": 2000}, "visuals[0]: it lies wholly outside"),
        (PICTURE | {"x": 1280, "resize": "contain"}, "visuals[0]: it lies wholly outside"),
        (PICTURE | {"x": 1293, "angle": 20}, "visuals[0]: it lies wholly outside"),
        (
            PICTURE | {"x": 1480, "enterEnd": 1, "enterAnimation": {"effect": "slideleft", "distance": 200}},
            "visuals[0]: it lies wholly outside",
        ),
        (
            PICTURE | {"position": "center-center", "x": 5000},
            "visuals[0].position: center-center says where it stands, and x beside it does nothing",
        ),
        (
            TEXT | {"position": "bottom-left", "x": 40, "y": -40},
            "visuals[0].position: bottom-left says where it stands, and x and y beside it do nothing",
        ),
        (TEXT | {"enterAnimation": "fade"}, "visuals[0].enterAnimation: it has no time; give enterEnd"),
        (TEXT | {"enterAnimation": "fade", "enterBegin": 1, "enterEnd": 1}, "visuals[0].enterAnimation: it has no"),
        (TEXT | {"exitAnimation": "fade", "exitEnd": 3}, "visuals[0].exitAnimation: it has no time; give exitBegin"),
        (TEXT | {"exitAnimation": "fade", "exitBegin": 4}, "visuals[0].exitAnimation: it has no time"),
    ],
)
def test_an_element_that_is_never_seen_or_moved_is_told(visual: dict[str, Any], says: str) -> None:
    (told,) = _told({"duration": 4, "visuals": [visual]})
    assert told.startswith(says)


@pytest.mark.parametrize(
    "visual",
    [
        TEXT | {"enterBegin": 3.99},
        TEXT | {"opacity": 0.01},
        PICTURE | {"x": -99},
        PICTURE | {"x": -100, "angle": 45},
        PICTURE | {"x": -100, "resize": "cover"},
        PICTURE | {"x": -100, "enterEnd": 1, "enterAnimation": {"effect": "slideleft", "distance": 200}},
        PICTURE | {"x": -110, "filter": {"drop-shadow": "20px 0 5px red"}},
        PICTURE | {"position": "center-center", "x": 0, "y": 0},
        PICTURE | {"x": 1300, "resize": "cover", "anchor": "center-center"},
        PICTURE | {"x": 1280, "angle": 20},
        TEXT | {"html": "<p style='margin-left: -999px'>x</p>", "x": 2000},
        {"type": "IMAGE", "src": "asset:p", "y": -800},
        TEXT | {"x": 1290},
        TEXT | {"enterEnd": 1, "enterAnimation": "fade", "exitBegin": 3, "exitAnimation": "fade"},
    ],
)
def test_nothing_is_told_of_what_is_or_may_be_seen(visual: dict[str, Any]) -> None:
    assert _told({"duration": 4, "visuals": [visual]}) == []


def test_times_in_a_scene_are_the_scenes() -> None:
    scene = {"duration": 2, "visuals": [TEXT | {"enterBegin": 2}]}
    (told,) = _told({"scenes": [{"duration": 9}, scene]})
    assert told.startswith("scenes[1].visuals[0].enterBegin: 2 s is after the end of the scene, which is 2 s long")


def test_an_image_has_no_times_and_a_sound_no_pictures() -> None:
    (told,) = _told({"type": "image", "visuals": [TEXT | {"opacity": 0}]})
    assert "opacity" in told
    assert _told({"outputFormat": "mp3", "visuals": [TEXT | {"opacity": 0}]}) == []


@pytest.mark.parametrize(
    ("body", "path", "says"),
    [
        ({"audios": [{"src": "asset:s", "enter": 4}]}, "audios[0].enter", "at 4 s and the video is 4 s long"),
        ({"audios": [{"src": "asset:s", "audioBegin": 3}]}, "audios[0].audioBegin", "the file, which is 3 s long"),
        ({"scenes": [{"duration": 1, "audios": [{"src": "asset:s", "enter": 2}]}]}, "scenes[0].audios[0].enter",
         "the scene is 1 s long"),
        ({"visuals": [{"type": "VIDEO", "src": "asset:v", "videoBegin": 2.5}]}, "visuals[0].videoBegin",
         "2.5 s is after the end of the file, which is 2 s long; it would never be seen"),
    ],
)  # fmt: skip
def test_a_sound_or_clip_that_has_nothing_to_play_is_refused(body: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ProjectError) as refused:
        _check({"duration": 4, **body} if "scenes" not in body else body)
    assert refused.value.path == path
    assert says in str(refused.value)


def test_sounds_and_clips_that_play_at_all_are_taken_and_unknown_lengths_are_believed() -> None:
    body = {"duration": 4, "audios": [{"src": "asset:s", "enter": 3.9, "audioBegin": 2.9}],
            "visuals": [{"type": "VIDEO", "src": "asset:v", "videoBegin": 1.9}]}  # fmt: skip
    _check(body)
    body["audios"] = [{"src": "asset:other", "audioBegin": 99}]
    _check(body)
