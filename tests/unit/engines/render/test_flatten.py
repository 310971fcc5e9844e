from typing import Any

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.animation import Effect
from clipmill.domain.timeline.elements.visual import TextVisual, VideoVisual
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.plan import Crossfade, Plan
from clipmill.engines.render.subtitles.content import SubtitleContent
from tests.rendering import project

TEXT = {"type": "TEXT", "text": "x"}
CLIP = {"type": "VIDEO", "src": "asset:clip"}
CLIPS = {"asset:clip": ClipFacts(seconds=2, fps="10", has_video=True)}


def _plan(body: dict[str, Any]) -> Plan:
    return plan_project(load_project(body), CLIPS)


def _scenes(*scenes: dict[str, Any], **fields: Any) -> Plan:
    return _plan({"width": 320, "height": 180, "frameRate": 10, "scenes": list(scenes), **fields})


def _shown(plan: Plan) -> dict[str, tuple[int, int]]:
    return {layer.where: layer.motion.shown for layer in plan.layers}


def test_scenes_lie_one_after_the_other_below_the_project_s_own_visuals() -> None:
    plan = _scenes({"duration": 1, "visuals": [TEXT]}, {"duration": 2, "visuals": [TEXT | {"enterBegin": 0.5}]},
                   visuals=[TEXT | {"track": 0}])  # fmt: skip
    assert _shown(plan) == {
        "scenes[0].backgroundColor": (0, 10), "scenes[0].visuals[0]": (0, 10), "scenes[1].backgroundColor": (10, 30),
        "scenes[1].visuals[0]": (15, 30), "visuals[0]": (0, 30),
    }  # fmt: skip
    assert plan.cuts == {10}


def test_a_scene_s_animations_count_from_its_beginning() -> None:
    fading = TEXT | {"enterBegin": 0.2, "enterEnd": 0.4, "enterAnimation": "fade"}
    plan = _scenes({"duration": 1}, {"duration": 1, "visuals": [fading]})
    assert plan.layers[2].motion.moving() == ((13, 15),)


def test_a_transition_takes_the_place_of_both_scenes_while_it_lasts() -> None:
    plan = _scenes({"duration": 1, "transition": "wipeleft", "transitionDuration": 0.4, "visuals": [TEXT]},
                   {"duration": 1, "visuals": [TEXT]})  # fmt: skip
    assert plan.frames == 16
    assert _shown(plan)["scenes[0].visuals[0]"] == (0, 6)
    assert _shown(plan)["scenes[1].visuals[0]"] == (10, 16)
    crossfade = next(layer for layer in plan.layers if isinstance(layer.element, Crossfade))
    assert crossfade.motion.shown == (6, 10)
    inside = crossfade.element
    assert isinstance(inside, Crossfade)
    assert inside.effect is Effect.WIPE_LEFT
    assert [layer.motion.shown for layer in inside.first.layers] == [(6, 10)] * 2
    assert [layer.where for layer in inside.second.layers] == ["scenes[1].backgroundColor", "scenes[1].visuals[0]"]
    assert plan.cuts == frozenset()
    assert plan.moving[0] == (6, 10) or plan.moving[0][0] <= 7


def test_linked_clips_give_way_to_each_other_where_the_second_begins() -> None:
    first = CLIP | {"id": "a", "exitEnd": 0.5, "transition": "fade", "transitionId": "b", "transitionDuration": 0.2}
    plan = _plan(project(first, TEXT, CLIP | {"id": "b", "enterBegin": 0.5}))
    assert [(type(layer.element), layer.motion.shown) for layer in plan.layers] == [
        (VideoVisual, (0, 5)), (TextVisual, (0, 10)), (VideoVisual, (7, 10)), (Crossfade, (5, 7)),
    ]  # fmt: skip
    going_on, coming = (side.layers[0] for side in (plan.layers[3].element.first, plan.layers[3].element.second))
    assert (going_on.motion.shown, coming.motion.shown) == ((5, 7), (5, 7))
    assert [state and state.content for state in (going_on.motion.state(6), coming.motion.state(6))] == [6, 1]


def test_a_transition_of_no_time_is_a_cut_between_two_clips() -> None:
    first = CLIP | {"id": "a", "track": 1, "transition": "fade", "transitionId": "b", "transitionDuration": 0}
    assert _shown(_plan(project(first, CLIP | {"id": "b", "enterBegin": 0.4}))) == {
        "visuals[0]": (0, 4), "visuals[1]": (4, 10)}  # fmt: skip


def test_a_clip_that_would_still_be_coming_when_the_next_one_begins_is_there_a_frame_before() -> None:
    clips = [CLIP | {"id": name, "enterBegin": begin, "transition": "fade", "transitionId": following}
             for name, begin, following in (("a", 0, "b"), ("b", 0.2, "c"), ("c", 0.4, ""))]  # fmt: skip
    shown = _shown(_plan(project(*clips)))
    assert shown["visuals[0].transition"] == (2, 3)
    assert shown["visuals[1]"] == (3, 4)
    assert shown["visuals[1].transition"] == (4, 9)
    assert shown["visuals[2]"] == (9, 10)


def test_a_link_that_leads_nowhere_changes_nothing() -> None:
    plan = _plan(project(CLIP | {"transition": "fade", "transitionId": "z"}, CLIP | {"id": "b", "enterBegin": 0.5}))
    assert [type(layer.element) for layer in plan.layers] == [VideoVisual, VideoVisual]


def test_camera_pictures_inside_a_transition_are_footage() -> None:
    plan = _scenes({"duration": 1, "transition": "fade", "visuals": [CLIP]}, {"duration": 1, "visuals": [TEXT]})
    assert [(segment.begin, segment.end, segment.footage) for segment in plan.segments] == [
        (0, 10, True),
        (10, 15, False),
    ]


def test_an_image_is_one_frame_over_its_background_or_nothing() -> None:
    assert _plan({"type": "image", "visuals": [TEXT]}).frames == 1
    assert _plan({"type": "image", "transparent": True}).background is None


def test_a_subtitle_lies_over_everything_and_counts_neither_as_movement_nor_as_a_cut() -> None:
    captions = [{"start": 0.5, "end": 1.5, "text": "a b"}, {"start": 5, "end": 9, "text": "late"}]
    plan = _scenes({"duration": 2}, subtitle={"captions": captions, "animation": "karaoke"},
                   visuals=[TEXT | {"track": 99}])  # fmt: skip
    top = plan.layers[-1]
    assert (type(top.element), top.where, top.motion.shown) == (SubtitleContent, "subtitle", (0, 20))
    states = [top.motion.state(frame) for frame in range(20)]
    assert [frame for frame, state in enumerate(states) if state and state.content is not None] == list(range(5, 15))
    assert plan.moving == ()
    assert plan.cuts == frozenset()
    assert [run.begin for run in plan.runs()] == [0, 5, 10, 15]


def test_a_subtitle_whose_file_is_not_read_yet_has_no_layer() -> None:
    assert _plan(project(subtitle={"src": "asset:x"})).layers == ()
