"""Cards of html drawn twice, by us and by a browser with the same fonts, and how alike the two are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.text import text_layer
from clipmill.engines.render.motion import State
from clipmill.engines.render.shelf import Shelf
from clipmill.media.draw.planes import Planes, to_rgb
from clipmill.media.draw.sprite import blend
from clipmill.media.fonts.library import FontLibrary
from clipmill.settings import Limits
from tests.browser import headless
from tests.rendering import use_fonts
from tests.ssim import ssim

#: sRGB, shape (height, width, 3).
Picture = np.ndarray[Any, Any]
#: Where a card stands, pixels from the left and from the top.
PLACE = 20
#: By so much a whole card may be shifted, pixels.
_SHIFT = 2
_WEIGHTS = {"Light": 300, "Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700, "ExtraBold": 800}
_NAMES = {"HankenGrotesk": "Hanken Grotesk", "SourceSansPro": "Source Sans Pro"}


def ours(html: str, size: tuple[int, int], **more: Any) -> Picture:
    """A card on white, drawn by us; `more` are other fields of its element."""
    use_fonts()
    visual = TextVisual.model_validate({"type": "TEXT", "html": html, "x": PLACE, "y": PLACE, **more})
    planes = Planes(*size)
    for part, value in zip(planes.parts, (235, 128, 128), strict=True):
        part[:] = value
    layer = text_layer(visual, Stage(Size(*size), {}, Limits(), Shelf()), "visuals[0]")
    blend(layer.sprite(State(1.0)), planes, planes.rect)
    return to_rgb(planes)


def theirs(cards: Mapping[str, tuple[str, str, str]], size: tuple[int, int]) -> dict[str, Picture]:
    """Cards by name, drawn by the browser; each its html, a style sheet, and the style of the element around it."""
    found = {}
    with headless() as browser:
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        page.goto(Path(__file__).parent.as_uri())  # from a file a page may open others: the fonts
        for name, (html, css, style) in cards.items():
            page.set_content(
                f"<!doctype html><meta charset=utf-8><style>{_faces()}body{{margin:0;background:#fff;"
                f"font-family:Manrope}}</style><style>{css}</style>"
                f'<div style="position:absolute;left:{PLACE}px;top:{PLACE}px;{style}">{html}</div>'
            )
            page.evaluate("document.fonts.ready")
            coded = np.frombuffer(page.screenshot(), np.uint8)
            found[name] = cv2.cvtColor(cv2.imdecode(coded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return found


def likeness(one: Picture, other: Picture) -> float:
    """SSIM of two pictures in grey, at the best of all small shifts."""
    first, second = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (one, other))
    shifts = range(-_SHIFT, _SHIFT + 1)
    return max(_shifted(first, second, dx, dy) for dx in shifts for dy in shifts)


def _shifted(one: Picture, other: Picture, dx: int, dy: int) -> float:
    height, width = one.shape
    first = one[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)]
    second = other[max(0, -dy) : height + min(0, -dy), max(0, -dx) : width + min(0, -dx)]
    return ssim(np.ascontiguousarray(first), np.ascontiguousarray(second))


@cache
def _faces() -> str:
    """The fonts we draw with, told to the browser."""
    found = []
    for path in FontLibrary(system=False).files:
        family, _, weight = path.stem.partition("-")
        whole = "[" in path.stem
        if whole or weight in _WEIGHTS:
            name = path.stem.split("[")[0].replace("NotoSans", "Noto Sans ") if whole else _NAMES.get(family, family)
            weights = "100 900" if whole else str(_WEIGHTS[weight])
            found.append(f"@font-face{{font-family:'{name}';font-weight:{weights};src:url('{path.as_uri()}')}}")
    return "".join(found)
