"""Golden cases of image projects: the files themselves, decoded again."""

from __future__ import annotations

from typing import Any

from tests.golden.case import Case
from tests.golden.themes.elements import DRAWING, text
from tests.golden.themes.placing import picture

TITLE = "Image projects"


def _image(**fields: Any) -> dict[str, Any]:
    """A card with a photograph, a drawing with soft edges and a headline."""
    visuals = [
        picture(14, 14, 130, 132, fit="cover", radius=16),
        {"type": "IMAGE", "src": "disc.png", "x": 110, "y": 70, "width": 80, "height": 80, "opacity": 0.8},
        {"type": "SVG", "svg": DRAWING, "x": 160, "y": 16, "width": 144, "height": 81},
        text("Card", 206, 108, fontSize=30, fontWeight=800, color="#e4572e"),
    ]
    return {"type": "image", "width": 319, "height": 161, "backgroundColor": "#203040", "visuals": visuals, **fields}


CASES = (
    Case("image-png", "A picture with odd sides.", _image()),
    Case("image-transparent", "The same without its ground: soft edges and half opacity are kept.",
         _image(transparent=True)),
    Case("image-jpg", "A JPEG of low quality.", _image(outputFormat="jpg", quality=40)),
    Case("image-webp", "A WebP, transparent.", _image(outputFormat="webp", transparent=True, quality=80)),
)  # fmt: skip
