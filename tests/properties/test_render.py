"""The renderer's laws: exact frames for any duration, the same bytes for the same payload, runs that tell the truth."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
from hypothesis import given, settings
from hypothesis import strategies as st

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.worker import render
from tests.rendering import project, worker_arguments

SECONDS = st.decimals(0, 2, places=2).map(float)
ANIMATIONS = st.sampled_from([None, "fade", "slideup", "slideleft",
                              {"effect": "slideright", "distance": 12.5, "easing": "ease-out", "fade": True},
                              {"effect": "slidedown", "easing": "ease-in-out"}])  # fmt: skip


@st.composite
def visuals(draw: st.DrawFn) -> dict[str, Any]:
    """A text or a drawing with any times and animations."""
    enter, leave = sorted(draw(st.tuples(SECONDS, SECONDS)))
    look = draw(st.sampled_from([
        {"type": "TEXT", "text": "Ab", "style": {"fontSize": 20, "color": "#ffffff80"}},
        {"type": "SVG", "svg": "<svg viewBox='0 0 4 4'><circle cx='2' cy='2' r='2' fill='red'/></svg>", "width": 31,
         "height": 30},
    ]))  # fmt: skip
    return look | {
        "x": draw(st.integers(-20, 90)), "y": draw(st.integers(-20, 60)), "track": draw(st.integers(0, 2)),
        "enterBegin": enter, "enterEnd": enter + draw(SECONDS) / 4, "exitBegin": leave, "exitEnd": leave + 0.3,
        "enterAnimation": draw(ANIMATIONS), "exitAnimation": draw(ANIMATIONS),
        "opacity": draw(st.sampled_from([1, 0.5])),
    }  # fmt: skip


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    """A small project with any duration, rate and elements."""
    return project(
        *draw(st.lists(visuals(), max_size=4)),
        width=96,
        height=64,
        duration=draw(st.decimals("0.1", "2", places=3).map(float)),
        frameRate=draw(st.integers(1, 60)),
    )


@settings(max_examples=25, deadline=None)
@given(projects())
def test_a_render_has_exactly_its_frames_and_the_same_bytes_again(body: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        made = [Path(folder) / name for name in ("one.mp4", "two.mp4")]
        for path in made:
            render(worker_arguments(body, path, {}))
        assert len({hashlib.sha256(path.read_bytes()).digest() for path in made}) == 1
        with av.open(str(made[0])) as container:
            times = [Fraction(frame.pts) * frame.time_base for frame in container.decode(video=0)]
    fps = body["frameRate"]
    frames = max(1, round(Fraction(str(body["duration"])) * fps))
    assert len(times) == frames
    assert all(abs(time - Fraction(number, fps)) < Fraction(1, 1000) for number, time in enumerate(times))


@settings(max_examples=100, deadline=None)
@given(projects())
def test_runs_say_exactly_what_every_frame_is(body: dict[str, Any]) -> None:
    plan = plan_project(load_project(body))
    runs = list(plan.runs())
    assert [run.begin for run in runs] == [0, *(run.end for run in runs[:-1])]
    assert runs[-1].end == plan.frames
    for run in runs:
        assert all(plan.states(frame) == run.states for frame in range(run.begin, run.end))
    assert all(one.states != two.states for one, two in pairwise(runs))


@settings(max_examples=100, deadline=None)
@given(projects())
def test_layers_that_are_not_live_stand_still(body: dict[str, Any]) -> None:
    plan = plan_project(load_project(body))
    for stretch in plan.stretches:
        for place, layer in enumerate(plan.layers):
            states = {layer.motion.state(frame) for frame in range(stretch.begin, stretch.end)}
            assert place in stretch.live or len(states) == 1
