"""Moments: the frames of a plan in which things are seen as they were meant, neither coming nor going."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from clipmill.engines.render.motion import Motion, Span, join_spans
from clipmill.engines.render.plan import Crossfade, Plan, PlannedLayer

#: How many frames of a layer that never rests are compared.
_TRIES = 9


def transitions(plan: Plan) -> tuple[Span, ...]:
    """The frames in which one scene or clip gives way to another."""
    elements = [layer.element for layer in plan.layers if isinstance(layer.element, Crossfade)]
    return join_spans([(each.begin, each.end) for each in elements])


def passages(motion: Motion) -> list[Span]:
    """The frames in which a layer comes or goes."""
    ramps = [passage.ramp for passage in motion.passages]
    return [(math.floor(ramp.begin) + motion.origin, math.ceil(ramp.end) + 1 + motion.origin) for ramp in ramps]


def rests(layer: PlannedLayer, plan: Plan) -> list[Span]:
    """The frames in which a layer is wholly there, none of them inside a transition."""
    return _without([layer.motion.shown], join_spans([*passages(layer.motion), *transitions(plan)]))


def looks(layer: PlannedLayer, plan: Plan, count: int) -> list[int]:
    """Frames in which to look at a layer, at most so many, in order; of one that never rests its best."""
    found = spread(rests(layer, plan), count)
    begin, end = layer.motion.shown
    if found or begin >= end:
        return found
    tries = sorted({begin + (end - 1 - begin) * number // (_TRIES - 1) for number in range(_TRIES)})
    return [max(tries, key=lambda frame: _presence(layer.motion, frame))]


def _presence(motion: Motion, frame: int) -> float:
    """How much of a layer is there."""
    state = motion.state(frame)
    if state is None:
        return 0.0
    away = abs(state.dx) + abs(state.dy)
    there = min((crossing.progress for crossing in state.crossings), default=1.0)
    return state.alpha * there / (1 + away)


def spread(spans: Sequence[Span], count: int) -> list[int]:
    """At most so many of the frames of these spans, evenly spread."""
    total = sum(end - begin for begin, end in spans)
    found = []
    for place in sorted({total * (2 * number + 1) // (2 * count) for number in range(count)} if total else ()):
        left = place
        for begin, end in spans:
            if left < end - begin:
                found.append(begin + left)
                break
            left -= end - begin
    return found


def middle(plan: Plan) -> int:
    """The frame nearest to the middle in which nothing comes or goes, if there is one in the middle third."""
    third = plan.frames // 3
    return _nearest(_quiet(plan, (third, max(third + 1, plan.frames - third))), plan.frames // 2)


def last(plan: Plan) -> int:
    """The last frame in which nothing comes or goes, if there is one in the last third; else the last."""
    return _nearest(_quiet(plan, (2 * plan.frames // 3, plan.frames)), plan.frames - 1)


def _quiet(plan: Plan, among: Span) -> list[Span]:
    busy = [*transitions(plan), *(span for layer in plan.layers for span in passages(layer.motion))]
    return _without([among], join_spans(busy))


def _nearest(spans: Iterable[Span], wanted: int) -> int:
    """The frame of these spans nearest to one, which it is itself where there are none."""
    near = [min(max(wanted, begin), end - 1) for begin, end in spans]
    return min(near, key=lambda frame: abs(frame - wanted), default=wanted)


def _without(spans: Iterable[Span], busy: Iterable[Span]) -> list[Span]:
    """What of these spans lies in none of the others, which are in order."""
    left = [span for span in spans if span[0] < span[1]]
    for begin, end in busy:
        left = [part for first, stop in left for part in ((first, min(stop, begin)), (max(first, end), stop))
                if part[0] < part[1]]  # fmt: skip
    return left
