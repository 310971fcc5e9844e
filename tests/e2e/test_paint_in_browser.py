"""What css paints looks as it does in a browser: cards of many kinds, ours beside Chromium's, with the same fonts."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.domain.css.values import split_at
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
from tests.browser import headless, in_browser
from tests.e2e.paint_cards import CARDS
from tests.rendering import use_fonts
from tests.ssim import ssim

WIDTH, HEIGHT = 400, 240
WEIGHTS = {"Light": 300, "Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700, "ExtraBold": 800}
#: How far the two pictures may be apart, pixels.
APART = 2


@in_browser
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_painted_as_in_a_browser(name: str) -> None:
    html, css, style, floor = CARDS[name]
    assert _alike(_ours(html, css, style), _theirs()[name]) >= floor


def _ours(html: str, css: str, style: str) -> np.ndarray[Any, Any]:
    use_fonts()
    properties = {name: value for name, _, value in (part.partition(":") for part in split_at(style, ";"))}
    visual = TextVisual.model_validate({"type": "TEXT", "html": html, "x": 20, "y": 20, "style": properties,
                                        "customCode": {"css": css}})  # fmt: skip
    planes = Planes(WIDTH, HEIGHT)
    for part, value in zip(planes.parts, (235, 128, 128), strict=True):
        part[:] = value
    layer = text_layer(visual, Stage(Size(WIDTH, HEIGHT), {}, Limits(), Shelf()), "visuals[0]")
    blend(layer.sprite(State(1.0)), planes, planes.rect)
    return cv2.cvtColor(to_rgb(planes), cv2.COLOR_RGB2GRAY)


def _alike(ours: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> float:
    """SSIM where the two pictures fit each other best."""
    found = []
    for dx in range(-APART, APART + 1):
        for dy in range(-APART, APART + 1):
            one = ours[max(0, dy) : HEIGHT + min(0, dy), max(0, dx) : WIDTH + min(0, dx)]
            other = theirs[max(0, -dy) : HEIGHT + min(0, -dy), max(0, -dx) : WIDTH + min(0, -dx)]
            found.append(ssim(one, other))
    return max(found)


@cache
def _theirs() -> dict[str, np.ndarray[Any, Any]]:
    """Every card as the browser draws it, in grey."""
    found = {}
    with headless() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, (html, css, style, _) in CARDS.items():
            page.set_content(
                f"<!doctype html><meta charset=utf-8><style>{_faces()}body{{margin:0;background:#fff;"
                f"font-family:Manrope}}"
                f'</style><style>{css}</style><div style="position:absolute;left:20px;top:20px;{style}">{html}</div>'
            )
            page.evaluate("document.fonts.ready")
            picture = np.frombuffer(page.screenshot(), np.uint8)
            found[name] = cv2.imdecode(picture, cv2.IMREAD_GRAYSCALE)
    return found


@cache
def _faces() -> str:
    """The fonts we draw with, written into the page: a page from nowhere may open no files."""
    found = []
    for path in FontLibrary(system=False).files:
        family, _, weight = path.stem.partition("-")
        if family == "Manrope" and weight in WEIGHTS:
            written = b64encode(path.read_bytes()).decode()
            found.append(f"@font-face{{font-family:Manrope;font-weight:{WEIGHTS[weight]};"
                         f"src:url(data:font/ttf;base64,{written})}}")  # fmt: skip
    return "".join(found)
