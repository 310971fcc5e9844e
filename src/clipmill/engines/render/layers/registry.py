"""The kinds of layers: which function sets up which visual. A new kind is a new line here and a file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.visual import (
    BaseVisual,
    GifVisual,
    ImageVisual,
    SvgVisual,
    TextVisual,
    VideoVisual,
)
from clipmill.engines.render.layers.fill import fill_layer
from clipmill.engines.render.layers.gif import gif_layer
from clipmill.engines.render.layers.image import image_layer
from clipmill.engines.render.layers.layer import Layer, Stage, StillLayer, StoredLayer
from clipmill.engines.render.layers.subtitle import subtitle_layer
from clipmill.engines.render.layers.svg import svg_layer
from clipmill.engines.render.layers.text import text_layer
from clipmill.engines.render.layers.transition import transition_layer
from clipmill.engines.render.layers.turned import TurnedLayer
from clipmill.engines.render.layers.video import video_layer
from clipmill.engines.render.motion import State
from clipmill.engines.render.plan import Crossfade, Element, PlannedLayer
from clipmill.engines.render.subtitles.content import SubtitleContent
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import cropped
from clipmill.media.workers.clock import timed

#: An element that is planned, the stage, where in the project it stands → the layer.
_SetUp = Callable[[Element, Stage, str], Layer]
_Kind = TypeVar("_Kind", bound=Element)


def _drawn_by(kind: type[_Kind], layer_of: Callable[[_Kind, Stage, str], Layer]) -> tuple[type, _SetUp]:
    def layer(element: Element, stage: Stage, where: str) -> Layer:
        assert isinstance(element, kind)
        return layer_of(element, stage, where)

    return kind, layer


#: What can be planned → what sets up its layer.
LAYERS: Mapping[type, _SetUp] = dict([
    _drawn_by(Colour, fill_layer),
    _drawn_by(Crossfade, transition_layer),
    _drawn_by(GifVisual, gif_layer),
    _drawn_by(ImageVisual, image_layer),
    _drawn_by(SubtitleContent, subtitle_layer),
    _drawn_by(SvgVisual, svg_layer),
    _drawn_by(TextVisual, text_layer),
    _drawn_by(VideoVisual, video_layer),
])  # fmt: skip

#: Those that are drawn once, when they are set up; the others draw and decode as they go, and hold such as these.
_DRAWN = ImageVisual | SubtitleContent | SvgVisual | TextVisual


def set_up(planned: PlannedLayer, stage: Stage) -> Layer:
    """The layer a plan asks for, mirrored and turned as its element says. Raises ProjectError, MediaError."""
    stage = replace(stage, set_up=partial(set_up, stage=stage))
    with timed(planned.where, stage.limits.drawing_seconds if isinstance(planned.element, _DRAWN) else 0.0):
        layer = LAYERS[type(planned.element)](planned.element, stage, planned.where)
    for warning in getattr(layer, "warnings", ()):
        stage.told(warning)
    for doubt in getattr(layer, "doubts", ()):
        stage.doubted(doubt)
    element = planned.element
    if isinstance(element, BaseVisual) and (element.angle % 360 or element.flip_h or element.flip_v):
        turned = TurnedLayer(layer, angle=element.angle, across=element.flip_h, down=element.flip_v)
        if not isinstance(layer, StillLayer):
            return turned
        layer = StillLayer(turned.sprite(State(1.0)), turned.box)
    return _stored(layer, planned, stage) if isinstance(layer, StillLayer) else layer


def _stored(layer: StillLayer, planned: PlannedLayer, stage: Stage) -> StoredLayer:
    """A still layer with its picture in the attic, without what lies beside the canvas where it stays in its place."""
    sprite = layer.sprite(State(1.0))
    if not any(passage.effect or passage.dx or passage.dy for passage in planned.motion.passages):
        sprite = cropped(sprite, Rect(0, 0, int(stage.canvas.width), int(stage.canvas.height)))
    return StoredLayer(stage.attic.store(sprite), layer.box)
