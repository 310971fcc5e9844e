"""The law of reading projects: whatever JSON comes in, it is a project or an error that says what is wrong."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipmill.domain.timeline.base import field_names
from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.scene import Scene
from clipmill.domain.timeline.elements.visual import GifVisual, ImageVisual, SvgVisual, TextVisual, VideoVisual
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import schedule
from clipmill.domain.timeline.sounds import sounds_of
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.remarks.suite import remarks
from clipmill.errors import ProjectError
from tests.rendering import brief_of

CLIPS = {
    "asset:clip": ClipFacts(seconds=3.5, width=80, height=32, fps="30000/1001", has_video=True, has_audio=True),
    "asset:loop": ClipFacts(seconds=0.3, width=40, height=32, delays=(0.1, 0.2)),
}
#: Videos longer than any that is made are planned and not looked at frame by frame.
FRAMES = 42_000

NUMBERS = st.one_of(
    st.integers(-3, 700), st.floats(0, 20), st.floats(), st.integers(),
    st.sampled_from([10**400, 1e308, 5e-324, -0.0, "1e400", "12", "0.5", "30000/1001", "1/0", "nan", " 3 "]),
)  # fmt: skip
WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["fade", "slideup", "none", "", "#fff", "#00000080", "rgba(1,2,3,.)", "hsl(1,2%,3%)", "video",
                     "image", "asset:clip", "asset:loop", "asset:gone", "a", "hd", "custom", "center-center", "contain",
                     "4px", "90deg", "{{x}}", "\ud800"]),
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)
NAMES = st.sampled_from(sorted({
    "from", "to", "depth", "effect", "distance", "easing", "color", "similarity", "width", "captions", "text", "start",
    "end", "words", "src", "style", "font", "styles", "mode", "designer", "__class__", "model_config", "parts",
}))  # fmt: skip
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | WORDS, inner, max_size=3),
    max_leaves=6,
)


def _mapping(*models: type[Any], **always: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = sorted({name for model in models for name in field_names(model)} - always.keys())
    return st.builds(lambda fixed, rest: rest | fixed, st.fixed_dictionaries(always),
                     st.dictionaries(st.sampled_from(names), NUMBERS | ANYTHING, max_size=4))  # fmt: skip


KINDS = {
    "TEXT": (TextVisual, {"text": "a"}), "Svg": (SvgVisual, {"svg": "<svg/>"}), "image": (ImageVisual, {"src": "a"}),
    "GIF": (GifVisual, {"src": "asset:loop"}), "video": (VideoVisual, {"src": "asset:clip"}),
}  # fmt: skip
VISUALS = st.one_of(*(
    _mapping(model, type=st.just(kind), **{name: st.just(value) for name, value in needed.items()})
    for kind, (model, needed) in KINDS.items()
))  # fmt: skip
AUDIOS = st.dictionaries(st.sampled_from(["enter", "exit", "volume", "speed", "audioBegin", "audioEnd", "audioDuration",
                                          "fadeIn", "duck"]), NUMBERS, max_size=3).map(
    lambda fields: {"src": "asset:clip", **fields})  # fmt: skip
SCENES = _mapping(Scene, visuals=st.lists(VISUALS, max_size=2), audios=st.lists(AUDIOS, max_size=1))
PROJECTS = st.one_of(
    ANYTHING,
    _mapping(Project),
    st.fixed_dictionaries({}, optional={
        "visuals": st.lists(VISUALS, max_size=3), "audios": st.lists(AUDIOS, max_size=2),
        "scenes": st.lists(SCENES, max_size=3), "duration": st.floats(0.1, 20)}),
)  # fmt: skip


def _read(body: Any) -> None:
    project = load_project(body)
    times = schedule(project, CLIPS)
    list(remarks(brief_of(project)))
    sounds_of(project, times, CLIPS)
    plan = plan_project(project, CLIPS)
    if plan.frames < FRAMES:
        assert plan.stretches[-1].end == plan.frames
        assert plan.segments[-1].end == plan.frames
        assert all(0 < frame < plan.frames for frame in plan.cuts)
        assert all(0 < begin < end <= plan.frames for begin, end in plan.moving)
        for frame in (0, plan.frames // 2, plan.frames - 1):
            plan.states(frame)


def _deep(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PROJECTS)
def test_any_json_is_a_project_or_an_error_that_says_what_is_wrong(body: Any) -> None:
    try:
        _read(body)
    except ProjectError as error:
        assert 0 < len(str(error)) < 2000


@pytest.mark.parametrize("name", ["width", "visuals", "unknown", "name", "scenes", "subtitle", "frameRate"])
def test_lists_in_lists_and_endless_numbers_are_refused_or_left_out(name: str) -> None:
    styled = {"type": "TEXT", "text": "a", "style": {"color": _deep(900)}}
    for value in (10**5000, _deep(900), [styled], [{"type": _deep(900)}]):
        try:
            _read({name: value})
        except ProjectError as error:
            assert len(str(error)) < 2000


def test_a_long_project_is_planned_in_no_time() -> None:
    text = {"type": "TEXT", "text": "a", "enterAnimation": "fade", "exitAnimation": "slideup"}
    scenes = [{"duration": 6, "transition": "fade", "backgroundColor": "#102030", "visuals": [
        text | {"enterBegin": 0.5 * n, "enterEnd": 0.5 * n + 1, "exitBegin": 4, "exitEnd": 5} for n in range(2)]}
        for _ in range(100)]  # fmt: skip
    captions = [{"start": 0.55 * n, "end": 0.55 * n + 0.5, "text": f"caption {n} here"} for n in range(1000)]
    body = json.loads(json.dumps({"frameRate": 60, "scenes": scenes, "subtitle": {"captions": captions}}))
    began = time.process_time()
    _read(body)
    assert time.process_time() - began < 3
