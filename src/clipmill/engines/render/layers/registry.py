"""The kinds of layers: which function sets up which visual. A new kind is a new line here and a file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from clipmill.domain.timeline.elements.visual import BaseVisual
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
from clipmill.engines.render.plan import PlannedLayer
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import cropped
from clipmill.media.workers.clock import timed

#: The kind of a planned layer → (its element, stage, where in the project it stands) → the layer.
LAYERS: Mapping[str, Callable[[Any, Stage, str], Layer]] = {
    "FILL": fill_layer,
    "GIF": gif_layer,
    "IMAGE": image_layer,
    "SUBTITLE": subtitle_layer,
    "SVG": svg_layer,
    "TEXT": text_layer,
    "TRANSITION": transition_layer,
    "VIDEO": video_layer,
}

#: Those that are drawn once, when they are set up; the others draw and decode as they go, and hold such as these.
_DRAWN = frozenset({"IMAGE", "SUBTITLE", "SVG", "TEXT"})


def set_up(planned: PlannedLayer, stage: Stage) -> Layer:
    """The layer a plan asks for, mirrored and turned as its element says. Raises ProjectError, MediaError."""
    stage = replace(stage, set_up=partial(set_up, stage=stage))
    with timed(planned.where, stage.limits.drawing_seconds if planned.kind in _DRAWN else 0.0):
        layer = LAYERS[planned.kind](planned.element, stage, planned.where)
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
