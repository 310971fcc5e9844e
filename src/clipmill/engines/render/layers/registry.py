"""The kinds of layers: which function sets up which visual. A new kind is a new line here and a file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clipmill.engines.render.layers.image import image_layer
from clipmill.engines.render.layers.layer import Layer, Stage
from clipmill.engines.render.layers.svg import svg_layer
from clipmill.engines.render.layers.text import text_layer

#: The visual's type → (visual, stage, where in the project it stands) → the layer.
LAYERS: Mapping[str, Callable[[Any, Stage, str], Layer]] = {
    "IMAGE": image_layer,
    "SVG": svg_layer,
    "TEXT": text_layer,
}
