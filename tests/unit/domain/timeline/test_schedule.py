from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.clip import NO_CLIPS, ClipFacts
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.schedule import Schedule, schedule, shared

CLIPS = {"asset:clip": ClipFacts(seconds=3.5, has_video=True), "asset:song": ClipFacts(seconds=7, has_audio=True)}


def _schedule(*scenes: dict[str, Any], **fields: Any) -> Schedule:
    return schedule(load_project({"frameRate": 10, "scenes": list(scenes), **fields}), CLIPS)


def test_without_scenes_the_duration_decides_and_ten_seconds_are_the_default() -> None:
    assert _schedule(duration=2.5).frames == 25
    assert _schedule().frames == 100
    assert schedule(load_project({"type": "image"}), NO_CLIPS).frames == 1


def test_scenes_follow_each_other_and_set_the_length() -> None:
    times = _schedule({"duration": 2}, {"duration": 1.5}, duration=99)
    assert [(scene.begin, scene.end) for scene in times.scenes] == [(0, 20), (20, 35)]
    assert (times.frames, times.seconds) == (35, 3.5)


def test_a_transition_overlaps_two_scenes_and_shortens_the_whole() -> None:
    times = _schedule({"duration": 2, "transition": "fade"}, {"duration": 2, "transition": "fade", "id": "b"})
    assert [(scene.begin, scene.end, scene.overlap) for scene in times.scenes] == [(0, 20, 5), (15, 35, 0)]


@pytest.mark.parametrize(("towards", "overlap"), [("", 5), ("none", 5), ("b", 5), ("elsewhere", 0)])
def test_a_transition_towards_another_scene_is_a_cut(towards: str, overlap: int) -> None:
    times = _schedule({"duration": 2, "transition": "fade", "transitionId": towards}, {"duration": 1, "id": "b"})
    assert times.scenes[0].overlap == overlap


def test_a_transition_leaves_every_scene_a_frame_of_its_own() -> None:
    long = {"duration": 1, "transition": "fade", "transitionDuration": 60}
    times = _schedule(long, long, long, {"duration": 1})
    for scene, before in zip(times.scenes, (0, *(span.overlap for span in times.scenes)), strict=False):
        assert scene.overlap + before < scene.frames
    assert times.frames >= 1


@pytest.mark.parametrize("rate", [30, 25, "30000/1001", 1])
def test_scenes_that_end_between_two_frames_do_not_add_up_to_a_drift(rate: Any) -> None:
    scene = {"duration": 2.35, "transition": "fade", "transitionDuration": 0.35}
    cuts, fades = ({"frameRate": rate, "scenes": [dict(scene, transition=way)] * 60} for way in (None, "fade"))
    for body, step in ((cuts, Fraction("2.35")), (fades, Fraction(2))):
        times = schedule(load_project(body), NO_CLIPS)
        for number, span in enumerate(times.scenes):
            assert abs(span.begin - number * step * times.fps) <= 1


def test_scenes_shorter_than_a_frame_have_one_and_take_none_from_the_others() -> None:
    times = schedule(load_project({"frameRate": 1, "scenes": [*[{"duration": 0.1}] * 9, {"duration": 5}]}), NO_CLIPS)
    assert [span.frames for span in times.scenes] == [*[1] * 9, 5]


@pytest.mark.parametrize(
    ("scene", "seconds"),
    [({}, 5), ({"visuals": [{"type": "TEXT", "text": "x", "exitEnd": 2}]}, 2),
     ({"visuals": [{"type": "VIDEO", "src": "asset:clip", "enterBegin": 1}]}, 4.5),
     ({"visuals": [{"type": "VIDEO", "src": "asset:clip", "speed": 0.5, "videoBegin": 1}]}, 5),
     ({"visuals": [{"type": "VIDEO", "src": "asset:clip", "videoDuration": 2}]}, 2),
     ({"audios": [{"src": "asset:song", "audioBegin": 3, "enter": 0.5}]}, 4.5),
     ({"audios": [{"src": "asset:song", "exit": 1.2}], "visuals": [{"type": "TEXT", "text": "x"}]}, 1.2),
     ({"duration": -1, "audios": [{"src": "asset:unknown"}]}, 5)],
)  # fmt: skip
def test_an_automatic_scene_is_as_long_as_what_is_in_it(scene: dict[str, Any], seconds: float) -> None:
    assert float(_schedule(scene).seconds) == seconds


def test_a_scene_that_is_too_short_for_two_transitions_shortens_both_alike() -> None:
    fade = {"transition": "fade", "transitionDuration": 2}
    times = _schedule({"duration": 10, **fade}, {"duration": 2.1, **fade}, {"duration": 10})
    assert [span.overlap for span in times.scenes] == [10, 10, 0]
    uneven = _schedule({"duration": 10, **fade, "transitionDuration": 3},
                       {"duration": 2.1, **fade, "transitionDuration": 1}, {"duration": 10})  # fmt: skip
    assert [span.overlap for span in uneven.scenes] == [15, 5, 0]


def test_only_transitions_beside_a_short_scene_are_shortened() -> None:
    fade = {"transition": "fade", "transitionDuration": 2}
    times = _schedule({"duration": 10, **fade}, {"duration": 3.1, **fade}, {"duration": 1.1, **fade},
                      {"duration": 10, **fade}, {"duration": 10})  # fmt: skip
    # 1.1 s are shared by the two beside them; what is left of 3.1 s goes to the first, which gets all it wants.
    assert [span.overlap for span in times.scenes] == [20, 5, 5, 20, 0]


@pytest.mark.parametrize(
    ("wanted", "rooms", "given"),
    [([1, 0], [5, 5], [1, 0]), ([4, 4, 0], [9, 4, 9], [2, 2, 0]), ([6, 2, 0], [9, 4, 9], [3, 1, 0]),
     ([4, 4, 0], [1, 9, 9], [1, 4, 0]), ([2, 2, 2, 0], [9, 0, 9, 9], [0, 0, 2, 0]), ([], [], [])],
)  # fmt: skip
def test_room_is_shared_by_what_is_wanted(wanted: list[int], rooms: list[int], given: list[int]) -> None:
    assert shared([Fraction(each) for each in wanted], [Fraction(each) for each in rooms]) == given
