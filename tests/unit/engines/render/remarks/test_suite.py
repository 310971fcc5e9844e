from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.timeline.clip import NO_CLIPS, ClipFacts, Clips
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.remarks import suite
from clipmill.engines.render.remarks.suite import remarks
from tests.rendering import brief_of

CLIP = {"type": "VIDEO", "src": "asset:x", "transition": "fade"}
TEXT = {"type": "TEXT", "text": "x"}


def _told(project: Project, clips: Clips = NO_CLIPS) -> list[str]:
    return list(remarks(brief_of(project, clips)))


@pytest.mark.parametrize(
    ("body", "says"),
    [({"quality": "high", "outputFormat": "webm"}, "quality: left out, for webm files have one quality"),
     ({"width": 1281}, "1281 × 720 has an odd side, and pictures of a video are drawn with even ones; it is"),
     ({"width": 1281, "outputFormat": "gif"}, "it is 1280 × 720"),
     ({"visuals": [{"type": "SVG", "svg": "<svg/>", "customCode": {"js": "x"}}]},
      "visuals[0].customCode: nothing runs"),
     ({"visuals": [TEXT | {"customCode": {"js": "go()"}}]}, "visuals[0].customCode.js: scripts are not run"),
     ({"visuals": [TEXT | {"resize": "cover"}]}, "visuals[0].resize: a text keeps its size"),
     ({"visuals": [CLIP | {"transitionId": "b"}]}, "visuals[0].transitionId: 'b' is no other VIDEO"),
     ({"visuals": [CLIP | {"transitionId": "b", "enterBegin": 1}, CLIP | {"id": "b", "transition": None}]},
      "'b' begins before this clip does"),
     ({"scenes": [{"transition": "fade"}]}, "scenes[0].transition: the last scene leads nowhere"),
     ({"scenes": [{"transition": "fade", "transitionId": "z"}, {}]}, "scenes[0].transitionId: 'z' is not the next"),
     ({"scenes": [{"transition": "fade"}, {"transition": "wipeup"}]}, "scenes[1].transition: the last scene leads"),
     ({"scenes": [{"duration": 1, "transition": "fade", "transitionDuration": 3}, {"duration": 9}]},
      "scenes[0].transitionDuration: the scenes are too short for 3 s; the transition takes 0.967 s"),
     ({"visuals": [CLIP | {"id": "a", "transitionId": "b", "transitionDuration": 3},
                   CLIP | {"id": "b", "transitionId": "c", "enterBegin": 2},
                   CLIP | {"id": "c", "enterBegin": 3, "transition": None}]},
      "visuals[0].transitionDuration: the next transition begins before 3 s are over; this one takes 0.967 s"),
     ({"visuals": [{"type": "SVG", "svg": "<svg><rect><animate attributeName='x'/></rect></svg>"}]},
      "visuals[0].svg: a drawing stands still"),
     ({"visuals": [{"type": "SVG", "svg": "<svg><style>@keyframes a{}</style></svg>"}]}, "visuals[0].svg: a drawing"),
     ({"visuals": [TEXT | {"opacity": 0}]}, "visuals[0].opacity: 0 is wholly transparent"),
     ({"foo": 1}, "foo: is no field of a project")],
)  # fmt: skip
def test_what_will_not_be_done_is_said(body: dict[str, Any], says: str) -> None:
    found = _told(load_project(body))
    assert len(found) == (2 if "<animate" in str(body) else 1)  # such a drawing says so itself
    assert says in found[0]


def test_nothing_is_said_of_a_project_that_is_drawn_as_it_is() -> None:
    clips = [
        CLIP | {"id": "a", "exitEnd": 2, "transitionId": "b"},
        CLIP | {"id": "b", "enterBegin": 2, "transition": None},
    ]
    scenes = [{"transition": "wipeleft"}, {}, {"transition": None}]
    assert _told(load_project({"visuals": clips, "scenes": scenes})) == []


@pytest.mark.parametrize(
    ("scenes", "told"),
    [([], False), ([{"duration": 4}, {"duration": 5}], False), ([{"duration": 4}], True), ([{}], True)],
)
def test_a_duration_that_scenes_do_not_have_is_told(scenes: list[dict[str, Any]], told: bool) -> None:
    found = [remark for remark in _told(load_project({"duration": 9, "scenes": scenes})) if "duration" in remark]
    assert bool(found) is told


@pytest.mark.parametrize(
    "body",
    [{"width": 1281, "outputFormat": "mp3"},
     {"scenes": [{"transition": "fade"}, {"transition": "fade"}]},
     {"duration": 10, "scenes": [{}, {}]},
     {"visuals": [{"type": "SVG", "svg": "<svg><title>settings</title></svg>"}]}],
)  # fmt: skip
def test_nothing_is_said_where_nothing_is_lost(body: dict[str, Any]) -> None:
    assert _told(load_project(body)) == []


@pytest.mark.parametrize(("delays", "told"), [((0.1, 0.1), True), ((0.1,), False), ((), False)])
def test_a_moving_gif_in_an_image_is_told(delays: tuple[float, ...], told: bool) -> None:
    project = load_project({"visuals": [{"type": "IMAGE", "src": "asset:x.gif"}]})
    (said, *_) = [*_told(project, {"asset:x.gif": ClipFacts(delays=delays)}), ""]
    assert said.startswith("visuals[0].src: the file is a moving GIF") is told


@pytest.mark.parametrize(
    ("part", "says"),
    [({"videoEnd": 9}, "visuals[0].videoEnd: 9 s is after the end of the clip, which is 2 s long"),
     ({"videoBegin": 1, "videoDuration": 3}, "visuals[0].videoDuration: 3 s is more than is left of the clip"),
     ({"videoEnd": 2.01}, ""), ({"videoDuration": 2}, "")],
)  # fmt: skip
def test_a_part_of_a_clip_beyond_its_end_is_told(part: dict[str, Any], says: str) -> None:
    project = load_project({"visuals": [{"type": "VIDEO", "src": "asset:v"} | part]})
    told = _told(project, {"asset:v": ClipFacts(seconds=2.0, fps="30/1", has_video=True)})
    assert [sentence[: len(says)] for sentence in told] == ([says] if says else [])


@pytest.mark.parametrize(
    ("audio", "says"),
    [({"exit": 8}, "audios[0].exit: the sound is over at 2 s, 6 s before its exit; from there on it is silent"),
     ({"exit": 50, "enter": 1}, "over at 3 s, 7 s before"), ({"exit": 8, "speed": 0.5}, "over at 4 s"),
     ({"exit": 8, "audioBegin": 1.5}, "over at 0.5 s"), ({"exit": 8, "audioDuration": 1}, "over at 1 s")],
)  # fmt: skip
def test_a_sound_that_is_over_before_its_exit_is_told(audio: dict[str, Any], says: str) -> None:
    project = load_project({"duration": 10, "audios": [{"src": "asset:s", **audio}]})
    found = _told(project, {"asset:s": ClipFacts(seconds=2, has_audio=True)})
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize("audio", [{}, {"exit": 2}, {"exit": 1.5}, {"exit": 2.05}, {"exit": 20, "src": "asset:new"}])
def test_a_sound_that_fills_its_place_or_asks_for_none_is_not(audio: dict[str, Any]) -> None:
    project = load_project({"duration": 10, "audios": [{"src": "asset:s", **audio}]})
    assert _told(project, {"asset:s": ClipFacts(seconds=2, has_audio=True)}) == []


def test_every_question_of_the_room_is_asked() -> None:
    room = Path(suite.__file__).parent
    files = {path.stem for path in room.glob("*.py")} - {"__init__", "brief", "suite"}
    assert {question.__module__.rpartition(".")[2] for question in suite.REMARKS} == files


@pytest.mark.parametrize(("facts", "told"), [(ClipFacts(fps="10"), 1), (ClipFacts(fps="10", seconds=3), 0)])
def test_a_clip_that_cannot_go_round_is_told(facts: ClipFacts, told: int) -> None:
    project = load_project({"visuals": [{"type": "VIDEO", "src": "asset:x", "loop": "repeat"}]})
    said = [remark for remark in _told(project, {"asset:x": facts}) if remark.startswith("visuals[0].loop: ")]
    assert len(said) == told
