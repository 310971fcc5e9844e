"""The GIF layer: a short loop of pictures in a box."""

from __future__ import annotations

from pathlib import Path

from clipmill.domain.media import MediaKind
from clipmill.domain.timeline.elements.visual import GifVisual
from clipmill.engines.render.layers.framing import framing, source_path
from clipmill.engines.render.layers.image import image_layer
from clipmill.engines.render.layers.layer import Layer, Stage
from clipmill.engines.render.layers.moving import MovingLayer
from clipmill.errors import MediaError
from clipmill.media.draw.raster import picture_size
from clipmill.media.facts.sniff import recognise
from clipmill.media.footage.gif import SEVERAL, GifReader

#: Pictures of one GIF that are kept, bytes.
_BUDGET = 32 * 1024**2


def gif_layer(visual: GifVisual, stage: Stage, where: str) -> Layer:
    """Set up a GIF; a picture of another kind stands still. Raises ProjectError, MediaError."""
    path, source = source_path(visual, stage, where), f"{where}.src"
    kind, suffix = recognise(Path(path), source)
    if kind is not MediaKind.IMAGE:
        raise MediaError(f"{source}: the file is no GIF, but a {kind}", hint="Use a VIDEO element for a video.")
    if suffix not in SEVERAL:
        return image_layer(visual, stage, where)
    natural = picture_size(path, pixels=stage.limits.image_pixels, where=source)
    lies = framing(visual, stage, natural, where)
    return MovingLayer(
        GifReader(path, where=source, part=lies.part, full_colour=stage.full_colour), visual, lies, _BUDGET
    )
