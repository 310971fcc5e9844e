"""The FILL layer: one colour over the whole canvas, the ground of a scene."""

from __future__ import annotations

from functools import partial

import numpy as np

from clipmill.domain.timeline.colour import Colour
from clipmill.engines.render.layers.layer import Layer, Stage, StillLayer
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import sprite_from_mask


def fill_layer(colour: Colour, stage: Stage, where: str) -> Layer:
    """Set up a ground of one colour."""
    rect = Rect(0, 0, int(stage.canvas.width), int(stage.canvas.height))
    mask = np.full((rect.height, rect.width), 255, np.uint8)
    sprite = partial(sprite_from_mask, mask, rect, colour, full_colour=stage.full_colour)
    return StillLayer(stage.shelf.get(("fill", colour, rect), sprite))
