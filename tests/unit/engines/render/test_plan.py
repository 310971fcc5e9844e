from typing import Any

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.plan import Plan, Segment
from tests.rendering import project

STILL = {"type": "SVG", "svg": "<svg/>"}
TEXT = {"type": "TEXT", "text": "x"}


def _plan(*visuals: dict[str, Any]) -> Plan:
    return plan_project(load_project(project(*visuals)))


def test_layers_lie_by_track_then_by_order() -> None:
    plan = _plan(TEXT | {"track": 2}, TEXT, TEXT | {"track": 2}, TEXT | {"track": 1})
    assert [layer.where for layer in plan.layers] == [f"visuals[{place}]" for place in (1, 3, 0, 2)]


def test_equal_frames_are_one_run() -> None:
    plan = _plan(STILL, TEXT | {"enterBegin": 0.4, "enterEnd": 0.6, "enterAnimation": "fade"})
    assert [(run.begin, run.end) for run in plan.runs()] == [(0, 4), (4, 5), (5, 6), (6, 10)]


def test_runs_cover_every_frame_with_its_states() -> None:
    plan = _plan(STILL, TEXT | {"enterBegin": 0.25, "exitEnd": 0.7}, TEXT | {"exitBegin": 0.5, "exitAnimation": "fade"})
    covered = {frame: run.states for run in plan.runs() for frame in range(run.begin, run.end)}
    assert covered == {frame: plan.states(frame) for frame in range(10)}


def test_a_stretch_knows_its_live_layers() -> None:
    plan = _plan(STILL, TEXT | {"enterBegin": 0.4, "enterEnd": 0.6, "enterAnimation": "fade"})
    assert [(s.begin, s.end, set(s.live)) for s in plan.stretches] == [(0, 4, set()), (4, 7, {1}), (7, 10, set())]


def test_a_full_picture_that_comes_at_once_is_a_cut() -> None:
    plan = _plan(STILL | {"exitEnd": 0.5}, STILL | {"enterBegin": 0.5}, TEXT | {"enterBegin": 0.3})
    assert plan.cuts == {5}


def test_a_full_picture_that_fades_in_is_no_cut() -> None:
    plan = _plan(STILL, STILL | {"enterBegin": 0.5, "enterEnd": 0.8, "enterAnimation": "fade"})
    assert plan.cuts == frozenset()


def test_moving_spans_tell_where_the_picture_must_change() -> None:
    plan = _plan(
        STILL, TEXT | {"enterBegin": 0.2, "enterEnd": 0.4, "enterAnimation": "fade"}, TEXT | {"enterBegin": 0.8}
    )
    assert plan.moving == ((3, 5), (8, 9))


def test_what_cannot_be_seen_does_not_move() -> None:
    assert _plan(TEXT | {"opacity": 0, "enterBegin": 0.2, "enterEnd": 0.4, "enterAnimation": "fade"}).moving == ()


def test_segments_tell_camera_pictures_from_graphics() -> None:
    clip = {"type": "VIDEO", "src": "asset:x", "enterBegin": 0.3, "videoEnd": 0.4}
    assert _plan(STILL, clip).segments == (Segment(0, 3, False), Segment(3, 8, True), Segment(8, 10, False))
    assert _plan(STILL, TEXT).segments == (Segment(0, 10, False),)
