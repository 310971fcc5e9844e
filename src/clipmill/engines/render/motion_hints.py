"""Motion hints: how quickly what is seen changes, frame by frame, told from the plan.

Where the whole picture slides by, it does not resemble those some frames away: an encoder does best to build each
on the one just before it. In a slow zoom the opposite is true: what lies between two pictures can be told from both of
them for longer than usual. Text that moves is too small to matter: what stays around it is the greater part.
"""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

from clipmill.engines.render.motion import Motion, Passage, Span
from clipmill.engines.render.plan import Crossfade, Plan, PlannedLayer
from clipmill.media.write.writer import MotionHint

#: Pixels a frame, on average over its way, from which on a layer that slides is quick.
_QUICK = 4.0
#: The share of the canvas that must slide.
_MOST = 0.5
#: Pixels its edges move in a second, up to which a zoom is slow: farther, and what lies between two pictures that are
#: nine frames apart is no longer told from them.
_SLOW = 8.0
#: How much of the canvas slides, zooms slowly, and changes in other ways: clips, pictures that give way to others.
_Shares = tuple[float, float, float]
_SLIDES, _ZOOMS, _CHANGES, _STAYS = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, 0.0)
#: Shares that differ by less are equal: they were added up and taken off again.
_NOTHING = 1e-9


class MotionHints:
    """The hint for every frame of a plan."""

    def __init__(self, plan: Plan) -> None:
        begun: dict[int, list[_Shares]] = defaultdict(list)
        for layer in plan.layers:
            for (begin, end), kind in _movements(layer, plan):
                share = layer.share if begin < end else 0.0
                begun[begin].append((share * kind[0], share * kind[1], share * kind[2]))
                begun[end].append((-share * kind[0], -share * kind[1], -share * kind[2]))
        self._changes = list(_changes(begun))

    def at(self, frame: int) -> MotionHint:
        """The hint for a frame."""
        place = bisect.bisect_right(self._changes, frame, key=lambda change: change[0]) - 1
        return self._changes[place][1] if place >= 0 else MotionHint.USUAL


def _changes(begun: Mapping[int, list[_Shares]]) -> Iterator[tuple[int, MotionHint]]:
    """The frames from which on there may be another hint, and which."""
    sums = [0.0, 0.0, 0.0]
    for begin in sorted(begun):
        for shares in begun[begin]:
            sums = [one + other for one, other in zip(sums, shares, strict=True)]
        slides, zooms, changes = sums
        if slides > max(_MOST, zooms + changes + _NOTHING):
            yield begin, MotionHint.QUICK
        else:
            yield begin, MotionHint.CALM if zooms > slides + changes + _NOTHING else MotionHint.USUAL


def _movements(layer: PlannedLayer, plan: Plan) -> Iterator[tuple[Span, _Shares]]:
    """When a layer moves, and in which way."""
    motion = layer.motion
    if isinstance(layer.element, Crossfade):
        yield motion.shown, _SLIDES if layer.element.effect.slides else _CHANGES
        return
    for passage in motion.passages:
        yield _inside(passage.ramp.span(), motion), _SLIDES if _is_quick(passage) else _STAYS
    if motion.zoom is not None:
        seconds = (motion.zoom.end - motion.zoom.begin) / float(plan.fps)
        grows = abs(motion.zoom_to - motion.zoom_from) / min(motion.zoom_from, motion.zoom_to)
        edge = math.sqrt(layer.share * plan.width * plan.height) / 2
        yield _inside(motion.zoom.span(), motion), _ZOOMS if edge * grows <= _SLOW * seconds else _CHANGES
    for span in motion.content.changes() if motion.content else ():
        yield _inside(span, motion), _CHANGES


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
