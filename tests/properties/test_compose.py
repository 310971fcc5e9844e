"""The compositor's law: whatever it leaves alone, every frame is what drawing all layers from nothing gives."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.animation import Effect
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.layers.layer import Layer, Stage
from clipmill.engines.render.layers.registry import set_up
from clipmill.engines.render.memory.attic import Attic
from clipmill.engines.render.motion import State
from clipmill.engines.render.plan import Crossfade, Plan, PlannedLayer
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.transitions.crossing import crossed
from clipmill.engines.render.transitions.registry import mix
from clipmill.media.draw.planes import Planes, Rect
from clipmill.media.draw.sprite import Sprite, blend, cells_of, shifted
from clipmill.settings import Limits
from tests.footage import numbered, write_clip, write_gif
from tests.rendering import cutout, photo, use_fonts, write_picture

CANVAS = (96, 64)
#: What the files below are called in a project.
PHOTO, CUTOUT, CLIP, LOOP = (f"asset:{name}" for name in ("photo", "cutout", "clip", "loop"))
CLIPS = {
    CLIP: ClipFacts(seconds=1.2, width=80, height=32, fps="10", has_video=True),
    LOOP: ClipFacts(seconds=0.36, width=40, height=32, delays=(0.08, 0.2, 0.08)),
}
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 4'><circle cx='2' cy='2' r='1.9' fill='#e03a'/></svg>"
EFFECTS = [effect.value for effect in Effect]


@lru_cache(maxsize=1)
def stage() -> Stage:
    """A small canvas with one file of each kind."""
    use_fonts()
    folder = Path(mkdtemp(prefix="clipmill-compose-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    loop = [np.roll(cutout(40)[:32], 5 * turn, 1) for turn in range(3)]
    assets = {
        PHOTO: write_picture(folder / "photo.png", photo(120, 80)),
        CUTOUT: write_picture(folder / "cutout.png", cutout(60)),
        CLIP: write_clip(folder / "clip.mp4", (numbered(turn, 80, 32) for turn in range(12)), 10),
        LOOP: write_gif(folder / "loop.gif", loop, [80, 200, 80]),
    }
    return Stage(Size(*CANVAS), {name: str(path) for name, path in assets.items()}, Limits(), Shelf(), CLIPS)


SECONDS = st.decimals(0, "1.4", places=2).map(float)
PLACES = st.fixed_dictionaries({}, optional={
    "x": st.integers(-40, 90), "y": st.integers(-30, 60), "width": st.integers(1, 130), "height": st.integers(1, 90),
    "position": st.sampled_from(["top-right", "center-center", "bottom-left"]),
    "opacity": st.sampled_from([0, 0.001, 0.5]), "track": st.integers(0, 2),
    "angle": st.sampled_from([90, 180, -45, 13.5]), "flipH": st.booleans(), "flipV": st.booleans(),
})  # fmt: skip
ANIMATIONS = st.one_of(
    st.none(), st.just("fade"), st.sampled_from(EFFECTS),
    st.builds(lambda way, far, fade: {"effect": f"slide{way}", "distance": far, "fade": fade},
              st.sampled_from(["up", "down", "left", "right"]), st.sampled_from([3, 12.5, 90]), st.booleans()),
)  # fmt: skip
PICTURES = st.fixed_dictionaries({}, optional={
    "resize": st.sampled_from(["contain", "cover"]), "fit": st.sampled_from(["cover", "contain"]),
    "radius": st.sampled_from([5, 60]), "zoom": st.sampled_from([True, {"from": 1.5, "to": 1}, {"depth": 3}]),
    "filter": st.sampled_from([{"blur": 2}, {"brightness": 20}]), "chromaKey": st.just({"color": "#ffffff"}),
})  # fmt: skip


@st.composite
def visuals(draw: st.DrawFn) -> dict[str, Any]:
    """An element of any kind with any place, times and animations."""
    look: dict[str, Any] = draw(st.sampled_from([
        {"type": "TEXT", "text": "Ab", "style": {"fontSize": 20, "color": "#20c0ff80", "backgroundColor": "#fff"}},
        {"type": "SVG", "svg": SVG, "width": 31, "height": 30},
        {"type": "IMAGE", "src": PHOTO}, {"type": "IMAGE", "src": CUTOUT, "width": 30},
        {"type": "VIDEO", "src": CLIP, "speed": 1.3}, {"type": "GIF", "src": LOOP, "width": 33},
    ]))  # fmt: skip
    if "src" in look:
        look = look | draw(PICTURES)
    enter, leave = sorted(draw(st.tuples(SECONDS, SECONDS)))
    times = {"enterBegin": enter, "enterEnd": enter + draw(SECONDS) / 3, "exitBegin": leave, "exitEnd": leave + 0.3}
    asked = draw(st.sets(st.sampled_from(sorted(times)), max_size=4))
    times = {name: value for name, value in times.items() if name in asked or (name == "enterBegin" and asked)}
    return look | draw(PLACES) | times | {"enterAnimation": draw(ANIMATIONS), "exitAnimation": draw(ANIMATIONS)}


@st.composite
def clip_chains(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Clips that give way to each other, on one track or on several."""
    begin, chain = 0.0, []
    for number in range(draw(st.integers(2, 3))):
        chain.append({
            "type": "VIDEO", "src": CLIP, "id": f"clip{number}", "enterBegin": begin, "resize": "cover",
            "transition": draw(st.sampled_from(EFFECTS)), "transitionId": f"clip{number + 1}",
            "transitionDuration": draw(st.sampled_from([0, 0.1, 0.25])), "track": draw(st.integers(0, 1)),
        } | draw(PLACES))  # fmt: skip
        begin += draw(st.sampled_from([0.2, 0.33, 0.4]))
    return draw(st.permutations(chain))


STACKS = st.builds(lambda some, chain, more: some + chain + more, st.lists(visuals(), max_size=2),
                   st.just([]) | clip_chains(), st.lists(visuals(), max_size=2))  # fmt: skip


@st.composite
def scenes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to three scenes, each giving way to the next."""
    return [
        {"duration": draw(st.decimals("0.1", 1, places=2).map(float)), "visuals": draw(STACKS),
         "transition": draw(st.none() | st.sampled_from(EFFECTS)), "transitionDuration": draw(SECONDS),
         "backgroundColor": draw(st.sampled_from([None, "#803010"]))}
        for _ in range(draw(st.integers(0, 3)))
    ]  # fmt: skip


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    """A project of about a second."""
    return {
        "width": CANVAS[0], "height": CANVAS[1], "backgroundColor": "#203040",
        "duration": draw(st.decimals("0.1", "1.4", places=2).map(float)),
        "frameRate": draw(st.sampled_from([1, 7, 10, 12, "30000/1001"])),
        "visuals": draw(STACKS), "scenes": draw(scenes()),
        "subtitle": draw(st.sampled_from([None, {"font": {"size": 14}, "captions": [
            {"start": 0.1, "end": 0.4, "text": "One two"}, {"start": 0.7, "end": 0.9, "text": "Three"}]}])),
    }  # fmt: skip


class Naive:
    """Draws every layer of every frame, and remembers nothing but layers."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._layers: dict[int, Layer] = {}
        self._inside: dict[tuple[int, int], Naive] = {}

    def frame(self, number: int) -> Planes:
        """The picture of a frame."""
        picture = Planes(self._plan.width, self._plan.height, transparent=self._plan.background is None)
        picture.fill(self._plan.background)
        for place, planned in enumerate(self._plan.layers):
            state = planned.motion.state(number)
            if state is not None and state.alpha > 0:
                blend(self._sprite(place, planned, state), picture, picture.rect, state.alpha)
        return picture

    def close(self) -> None:
        """Close everything."""
        for layer in self._layers.values():
            layer.close()
        for inside in self._inside.values():
            inside.close()

    def _sprite(self, place: int, planned: PlannedLayer, state: State) -> Sprite:
        if isinstance(planned.element, Crossfade):
            return self._crossfade(place, planned.element, int(str(state.content)))
        layer = self._layers.get(place) or self._layers.setdefault(place, set_up(planned, stage()))
        sprite = layer.sprite(state)
        for crossing in state.crossings:
            sprite = crossed(sprite, crossing)
        return shifted(sprite, state.dx, state.dy)

    def _crossfade(self, place: int, crossfade: Crossfade, frame: int) -> Sprite:
        sides = []
        for side, plan in enumerate((crossfade.first, crossfade.second)):
            inside = self._inside.setdefault((place, side), Naive(plan))
            sides.append(inside.frame(crossfade.begin + frame).parts)
        effect, ramp = crossfade.effect
        count = 3 if _covers(crossfade.first) and _covers(crossfade.second) else 5  # opaque planes go at own paces
        mixed = tuple(np.full_like(part, 255) for part in sides[0])
        mix(effect, sides[0][:count], sides[1][:count], ramp.at(frame), mixed[:count])
        y, u, v, full, small = mixed
        rect = Rect(0, 0, self._plan.width, self._plan.height)
        return Sprite(rect, (y, u, v), (full, small), tuple(cells_of(full)))


def _covers(plan: Plan) -> bool:
    """Whether the bottom of a stack is the ground of a scene."""
    return bool(plan.layers) and plan.layers[0].kind == "FILL"


def _pictures(body: Mapping[str, Any]) -> Iterator[tuple[int, Planes, Planes]]:
    """Every frame as the compositor draws it in order, and as it is drawn from nothing."""
    plan = plan_project(load_project(body), CLIPS)
    fast, naive = Compositor(plan, partial(set_up, stage=stage())), Naive(plan)
    try:
        for number in range(plan.frames):
            yield number, fast.frame(number), naive.frame(number)
    finally:
        fast.close()
        naive.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(projects())
def test_every_frame_is_what_drawing_all_layers_from_nothing_gives(body: dict[str, Any]) -> None:
    for number, fast, naive in _pictures(body):
        assert np.array_equal(fast.buffer, naive.buffer), number


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(projects())
def test_what_is_kept_in_a_file_and_what_is_merged_looks_the_same(body: dict[str, Any]) -> None:
    plan = plan_project(load_project(body), CLIPS)
    cramped = replace(stage(), attic=Attic(0, small=0))
    away = Compositor(plan, partial(set_up, stage=cramped), merged_from=1e9)
    merged = Compositor(plan, partial(set_up, stage=stage()), merged_from=0)
    for number, fast, _ in _pictures(body):
        assert np.array_equal(away.frame(number).buffer, fast.buffer), number
        difference = np.abs(merged.frame(number).buffer.astype(int) - fast.buffer).max()
        assert difference <= len(plan.layers), "each layer is rounded once, onto whatever lies below it"
    away.close()
    merged.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(projects(), st.randoms(use_true_random=False))
def test_a_frame_is_the_same_in_whatever_order_frames_are_asked_for(body: dict[str, Any], order: Any) -> None:
    plan = plan_project(load_project(body), CLIPS)
    expected = [fast.buffer.copy() for _, fast, _ in _pictures(body)]
    numbers = list(range(plan.frames))
    order.shuffle(numbers)
    compositor = Compositor(plan, partial(set_up, stage=stage()))
    for number in numbers:
        assert np.array_equal(compositor.frame(number).buffer, expected[number]), number
    compositor.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(projects())
def test_looking_changes_nothing_and_leaving_nothing_out_is_the_picture(body: dict[str, Any]) -> None:
    plan = plan_project(load_project(body), CLIPS)
    expected = [fast.buffer.copy() for _, fast, _ in _pictures(body)]
    compositor, looked = Compositor(plan, partial(set_up, stage=stage())), Planes(plan.width, plan.height)
    for number in range(plan.frames):
        picture = compositor.frame(number)
        for place in range(len(plan.layers)):
            compositor.drawn(place)
            compositor.draw_without(place, looked, looked.rect)
        compositor.draw_without(-1, looked, looked.rect)
        assert np.array_equal(looked.buffer, picture.buffer), number
        assert np.array_equal(picture.buffer, expected[number]), number
    compositor.close()
