"""A crossing: a layer's picture on its way in or out, mixed with nothing inside its own rectangle."""

from __future__ import annotations

import numpy as np

from clipmill.engines.render.motion import Crossing
from clipmill.engines.render.transitions.registry import mix
from clipmill.media.draw.sprite import Sprite, tiles_of


def crossed(sprite: Sprite, crossing: Crossing) -> Sprite:
    """The sprite as far as it is there; FFmpeg's xfade with a transparent picture of the same size."""
    if sprite.rect.is_empty:
        return sprite
    there = (*sprite.planes, *sprite.alpha)
    nothing = tuple(np.zeros_like(part) for part in there)
    mixed = tuple(np.empty_like(part) for part in there)
    if crossing.leaves:
        mix(crossing.effect, there, nothing, 1.0 - crossing.progress, mixed)
    else:
        mix(crossing.effect, nothing, there, crossing.progress, mixed)
    planes, alpha = (mixed[0], mixed[1], mixed[2]), (mixed[3], mixed[4])
    return Sprite(sprite.rect, planes, alpha, tuple(tiles_of(alpha[0])))
