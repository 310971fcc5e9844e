"""The SVG layer: a drawing, rasterised once at the size of its box."""

from __future__ import annotations

import hashlib

from clipmill.domain.timeline.elements.visual import SvgVisual
from clipmill.domain.timeline.layout import Size, box_size, place
from clipmill.engines.render.layers.layer import Layer, Stage, StillLayer, snapped
from clipmill.media.draw.chroma import keyed
from clipmill.media.draw.filters import filtered
from clipmill.media.draw.level import Level
from clipmill.media.draw.raster import draw_svg
from clipmill.media.draw.sprite import Sprite, sprite_from_rgba, tiles_of
from clipmill.media.draw.svg import check_svg


def svg_layer(visual: SvgVisual, stage: Stage, where: str) -> Layer:
    """Set up an SVG. Raises ProjectError for a drawing that is not allowed, MediaError for one that fails."""
    drawing = check_svg(visual.svg, path=f"{where}.svg", limit_bytes=stage.limits.svg_bytes)
    size = box_size(visual, stage.canvas, Size(drawing.width, drawing.height))
    box = snapped(place(visual, stage.canvas, size))
    digest = hashlib.sha256(visual.svg.encode()).digest()

    def draw() -> Sprite:
        rgba = draw_svg(drawing.at_size(box.width, box.height, where=f"{where}.svg"), stage.assets, where=where)
        return _treated(sprite_from_rgba(rgba, int(box.x), int(box.y), full_colour=stage.full_colour), visual)

    return StillLayer(stage.shelf.get(("svg", digest, box, visual.filter, visual.chroma_key), draw), box)


def _treated(sprite: Sprite, visual: SvgVisual) -> Sprite:
    """The drawing with its chroma key and its filter."""
    level = Level(sprite.planes, sprite.alpha)
    if visual.chroma_key is not None:
        level = keyed(level, visual.chroma_key)
    if visual.filter is not None:
        level = filtered(level, visual.filter)
    alpha = level.alpha or sprite.alpha
    return Sprite(sprite.rect, level.planes, alpha, tuple(tiles_of(alpha[0])))
