"""The footprint: how much memory a worker process takes at the most when a plan is rendered, known before.

Pure arithmetic over the plan, in bytes for a pixel; what each part takes was measured (`bench/memory.py`), and its sum
is held to lie between a tenth below and two fifths above what is taken.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clipmill.domain.files.formats import format_of
from clipmill.domain.media import MediaKind
from clipmill.domain.timeline.clip import ClipFacts, Clips
from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.cycles import cycle_of
from clipmill.domain.timeline.elements.visual import (
    BaseVisual,
    GifVisual,
    ImageVisual,
    PictureVisual,
    SvgVisual,
    TextVisual,
    VideoVisual,
)
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.plan import Crossfade, Element, Plan, PlannedLayer
from clipmill.engines.render.profile import is_large
from clipmill.engines.render.subtitles.content import SubtitleContent
from clipmill.errors import ProjectError

_MB = 1_000_000
#: Python and its libraries, and what every video takes beside its pictures: sound, samples that wait, the shelf.
_PROCESS = 120 * _MB
#: Format → what its encoder takes at any size, and bytes a pixel.
_ENCODERS: Mapping[str, tuple[int, float]] = {
    "mp4": (12 * _MB, 68), "mov": (12 * _MB, 68), "webm": (20 * _MB, 78), "gif": (20 * _MB, 34),
    "avi": (5 * _MB, 10), "prores": (10 * _MB, 20), "png-sequence": (16 * _MB, 6),
}  # fmt: skip
#: The same of an image, and of x264 where pictures are large, or where it searches more thoroughly.
_STILL, _LARGE, _THOROUGH = (16 * _MB, 22), (0, 45), (12 * _MB, 104)
#: Memory for the sprites of layers that stand still: one as large as the canvas, and a few at any size of it.
_ROOM_A_PIXEL, _LEAST_ROOM = 3, 6 * 1024**2
#: A sprite with its opacity, and a picture without; what making one takes beside it, by the kind of layer.
_SPRITE, _PLANES = 2.75, 1.5
_MAKING: Mapping[type, float] = {ImageVisual: 8, SvgVisual: 12, TextVisual: 24, Colour: 2}
#: A source of moving pictures: its decoder for a pixel of its own, and what it takes for one of its box.
_DECODER, _GIF_DECODER, _BOX = 17, 8, 5
#: Pictures of a GIF that are kept, at the most.
_GIF_KEPT = 32 * 1024**2
#: Pictures of a clip that bounces, kept on its way back, at the most.
KEPT_BACKWARDS = 64 * 1024**2
#: A zoom: its box, and its copies with what is made ready of them.
_WINDOW, _COPY, _MOST_COPY = 4.25, 3.2, 8_000_000
#: A copy of a picture is so much larger than the next.
_STEP = 1.5
#: Both sides of a transition and their mixture, with and without opacity.
_SIDES = {True: 14.0, False: 8.0}


def room_for(pixels: int) -> int:
    """How much memory the sprites of still layers may take on a canvas of so many pixels, bytes (`attic`)."""
    return max(_LEAST_ROOM, _ROOM_A_PIXEL * pixels)


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes at the peak, and what takes the most of them beside the encoder: a place in the project, and how much."""

    peak: int
    where: str
    most: int


def footprint(project: Project, plan: Plan, clips: Clips) -> Footprint:
    """What rendering a project takes."""
    pixels = plan.width * plan.height
    fixed, each = _encoder(project, plan, pixels)
    base = _PROCESS + fixed + each * pixels
    if format_of(project.format).kind is MediaKind.AUDIO:
        return Footprint(int(_PROCESS), "", 0)
    canvas = pixels * (3 if project.is_image else _SPRITE if plan.background is None else _PLANES)
    base += 2 * canvas + (0 if project.is_image else pixels)
    peak, where, most = 0.0, "", 0.0
    for stage in _stages(plan):
        taken, largest = _Layers(pixels, clips).of(stage)
        if taken > peak:
            (where, most), peak = largest, taken
    return Footprint(int(base + peak), where, int(most))


def surely_fits(project: Project, clips: Clips, allowed: int) -> bool:
    """Whether even the most that such a project may take is allowed, told without a plan: of layers that stand still
    no number takes more. Thousands of rows are looked at, and this is a tenth of the work.
    """
    if clips or project.scenes or any(getattr(visual, "zoom", None) for _, visual in project.every_visual()):
        return False
    pixels = math.prod(project.canvas)
    encoder = max(fixed for fixed, _ in (*_ENCODERS.values(), _THOROUGH)) + _THOROUGH[1] * pixels
    layers = 2 * max(_LEAST_ROOM, _ROOM_A_PIXEL * pixels) + max(_MAKING.values()) * pixels
    turned = sum(2 * _SPRITE * pixels for _, visual in project.every_visual() if _turned(visual, 1))
    return _PROCESS + encoder + layers + turned + (2 * _SPRITE + 1) * pixels + 6 * _MB + 3 * pixels <= allowed


def check_footprint(project: Project, plan: Plan, clips: Clips, allowed: int) -> int:
    """The peak in bytes. Raises ProjectError, naming what takes the most, where it is more than a worker may have."""
    found = footprint(project, plan, clips)
    if found.peak > allowed:
        about = f" ({found.where} alone about {found.most // _MB:,} MB)" if found.where else ""
        raise ProjectError(
            f"rendering it needs about {found.peak // _MB:,} MB of memory{about}; a worker may have {allowed // _MB:,}",
            path=found.where.removesuffix(".backgroundColor") or "width",
            hint="Make it smaller, show less at the same time, or raise limits.worker_bytes.",
        )
    return found.peak


def _encoder(project: Project, plan: Plan, pixels: int) -> tuple[float, float]:
    if project.is_image:
        return _STILL
    known = _ENCODERS.get(format_of(project.format).name, (0, 0))
    if known == _ENCODERS["mp4"]:
        if is_large(plan):
            return _LARGE
        return _THOROUGH if project.quality == "high" and plan.footage() else known
    return known


def _stages(plan: Plan) -> Iterator[list[tuple[PlannedLayer, bool]]]:
    """What is set up at the same time, and whether it moves then."""
    for stretch in plan.stretches:
        yield [(plan.layers[place], place in stretch.live) for place in stretch.shown]


class _Layers:
    """What the layers of one stretch take."""

    def __init__(self, pixels: int, clips: Clips) -> None:
        self._pixels = pixels
        self._clips = clips
        #: Sprites that are kept, those made of them, and the most that making one takes.
        self._still = self._derived = self._making = 0.0
        #: What every other layer takes.
        self._others: list[tuple[str, float]] = []

    def of(self, stage: list[tuple[PlannedLayer, bool]]) -> tuple[float, tuple[str, float]]:
        """Bytes, and the place that takes the most of them."""
        for layer, moves in stage:
            self._add(layer, moves)
        room = room_for(self._pixels)
        stills = min(self._still, room) + min(self._derived, room)
        others = sum(size for _, size in self._others)
        largest = max(self._others, key=lambda each: each[1], default=("", 0.0))
        return stills + self._making + others, largest

    def _add(self, layer: PlannedLayer, moves: bool) -> None:
        if layer.motion.opacity == 0:
            return
        other = self._other(layer, layer.element)
        if other is not None:
            self._others.append((layer.where, other))
            return
        area = _share(layer) * self._pixels
        self._still += _SPRITE * area
        self._making = max(self._making, _MAKING[type(layer.element)] * area)
        if moves and any(each.effect or each.dx or each.dy for each in layer.motion.passages):
            self._derived += _SPRITE * area

    def _other(self, layer: PlannedLayer, element: Element) -> float | None:
        """What a layer takes that is no still picture; None for one that is."""
        area = layer.share * self._pixels
        if isinstance(element, Crossfade):
            for inner in (*element.first.layers, *element.second.layers):
                self._add(inner, moves=True)
            return _SIDES[not (element.first.is_opaque and element.second.is_opaque)] * self._pixels
        if isinstance(element, SubtitleContent):
            return 6 * _MB + 3 * self._pixels
        if isinstance(element, VideoVisual | GifVisual):
            facts = self._clips.get(element.src) or ClipFacts()
            return _moving(element, facts) + _backwards(element, facts, area) + _BOX * area + _turned(element, area)
        if isinstance(element, PictureVisual) and element.zoom and element.zoom.start != element.zoom.end:
            self._making = max(self._making, _MAKING[ImageVisual] * area)
            return _zoomed(area, element.zoom.start, element.zoom.end) + _turned(element, area)
        return None


def _share(layer: PlannedLayer) -> float:
    element = layer.element
    if isinstance(element, TextVisual) and element.width and element.height and element.html:
        return 1.0
    return layer.share


def _moving(element: VideoVisual | GifVisual, facts: ClipFacts) -> float:
    """What a decoder holds."""
    own = facts.width * facts.height
    if isinstance(element, VideoVisual):
        return _DECODER * own
    return _GIF_DECODER * own + min(_GIF_KEPT, _SPRITE * own * len(facts.delays))


def _backwards(element: VideoVisual | GifVisual, facts: ClipFacts, area: float) -> float:
    """What pictures take that are kept for a way back."""
    played = cycle_of(element, facts) if isinstance(element, VideoVisual) else None
    if played is None or not played.bounces:
        return 0
    return KEPT_BACKWARDS if element.zoom else min(KEPT_BACKWARDS, _PLANES * area * played.pictures)


def _zoomed(area: float, begin: float, end: float) -> float:
    """What the copies of a picture take, each so much smaller than the next."""
    least, most = sorted((begin, end))
    scales = itertools.takewhile(lambda scale: scale * _STEP > least, (most / _STEP**step for step in range(40)))
    return _WINDOW * area + _COPY * sum(min(_MOST_COPY, scale**2 * area) for scale in scales)


def _turned(element: BaseVisual, area: float) -> float:
    return 2 * _SPRITE * area if element.angle % 360 or element.flip_h or element.flip_v else 0
