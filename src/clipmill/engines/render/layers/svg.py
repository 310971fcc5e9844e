"""The SVG layer: a drawing, rasterised once at the size of its box."""

from __future__ import annotations

import hashlib

from clipmill.domain.timeline.layout import Size, box_size, place
from clipmill.domain.timeline.visual import SvgVisual
from clipmill.engines.render.layers.layer import Layer, Stage, StillLayer, snapped
from clipmill.media.draw.raster import draw_svg
from clipmill.media.draw.sprite import Sprite, sprite_from_rgba
from clipmill.media.draw.svg import check_svg


def svg_layer(visual: SvgVisual, stage: Stage, where: str) -> Layer:
    """Set up an SVG. Raises ProjectError for a drawing that is not allowed, MediaError for one that fails."""
    drawing = check_svg(visual.svg, path=f"{where}.svg", limit_bytes=stage.limits.svg_bytes)
    size = box_size(visual, stage.canvas, Size(drawing.width, drawing.height))
    box = snapped(place(visual, stage.canvas, size))
    digest = hashlib.sha256(visual.svg.encode()).digest()

    def draw() -> Sprite:
        rgba = draw_svg(drawing.at_size(box.width, box.height), stage.assets, where=where)
        return sprite_from_rgba(rgba, int(box.x), int(box.y))

    return StillLayer(stage.shelf.get(("svg", digest, box), draw))
