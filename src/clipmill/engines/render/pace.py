"""Pace: the frames in which the whole picture slides by so quickly that it does not resemble those some frames away.

There an encoder does best to build each picture on the one just before it; anywhere else on pictures before and after:
what stays around a line of text that slides is the greater part, and is best left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from clipmill.engines.render.motion import Motion, Passage, Span, join_spans
from clipmill.engines.render.plan import Crossfade, Plan, PlannedLayer

#: Pixels a frame, on average over its way, from which on a layer is quick.
_QUICK = 4.0
#: The share of the canvas that must slide.
_MOST = 0.5
#: How much of the canvas slides, and how much changes in other ways: zooms, clips, pictures that give way to others.
_Shares = tuple[float, float]
#: Shares that differ by less are equal: they were added up and taken off again.
_NOTHING = 1e-9


def quick_spans(plan: Plan) -> tuple[Span, ...]:
    """The spans of frames in which most of the picture slides, and more of it than changes in other ways; in order."""
    begun: dict[int, list[_Shares]] = defaultdict(list)
    for layer in plan.layers:
        for (begin, end), (slides, changes) in _shares(layer):
            begun[begin].append((slides, changes))
            begun[end].append((-slides, -changes))
    return join_spans(list(_quick(begun, plan.frames)))


def _quick(begun: Mapping[int, list[_Shares]], frames: int) -> Iterator[Span]:
    slides = changes = 0.0
    for begin, end in pairwise((*sorted(begun), frames)):
        slides += sum(share for share, _ in begun[begin])
        changes += sum(share for _, share in begun[begin])
        if slides > max(_MOST, changes + _NOTHING) and begin < end:
            yield begin, end


def _shares(layer: PlannedLayer) -> Iterator[tuple[Span, _Shares]]:
    """When a layer moves, and whether it slides or changes in another way."""
    motion, slid, changed = layer.motion, (layer.share, 0.0), (0.0, layer.share)
    if isinstance(layer.element, Crossfade):
        effect, _ = layer.element.effect
        yield motion.shown, slid if effect.slides else changed
        return
    for passage in motion.passages:
        yield _inside(passage.ramp.span(), motion), slid if _is_quick(passage) else (0.0, 0.0)
    others = [motion.zoom.span()] if motion.zoom else []
    others.extend(motion.content.changes() if motion.content else ())
    for span in others:
        yield _inside(span, motion), changed


def _inside(span: Span, motion: Motion) -> Span:
    """A span of the layer's own timeline as frames of the video, as far as the layer is shown."""
    begin = min(max(span[0] + motion.origin, motion.shown[0]), motion.shown[1])
    return begin, min(max(span[1] + motion.origin, begin), motion.shown[1])


def _is_quick(passage: Passage) -> bool:
    """Whether an entrance or an exit slides, and far enough for its time."""
    if passage.effect is not None:
        return passage.effect.slides
    frames = max(1.0, passage.ramp.end - passage.ramp.begin)
    return abs(passage.dx) + abs(passage.dy) >= _QUICK * frames
