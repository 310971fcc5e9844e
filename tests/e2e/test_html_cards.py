"""Cards of the kinds people write look as they do in a browser: each keeps the likeness it has reached."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

import cv2
import numpy as np
import pytest

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
from tests.rendering import ssim, use_fonts

WIDTH, HEIGHT = 480, 380
#: Each file is the html of one card.
CARDS = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(Path(__file__).with_name("cards").glob("*.html"))
}
#: What no card falls below, but for those whose last bits are known.
FLOOR, MEAN = 0.93, 0.96
#: Card → its own floor, and why.
FLOORS = {"menu-dots": 0.9, "sub-sup": 0.87, "inline-blocks": 0.88}
#: Pixels by which a whole card may be shifted; room around it that is compared; what is not white.
_SHIFT, _AROUND, _INK = 2, 6, 250
_WEIGHTS = {"Light": 300, "Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700, "ExtraBold": 800}
_NAMES = {"HankenGrotesk": "Hanken Grotesk", "SourceSansPro": "Source Sans Pro"}
Picture = np.ndarray[Any, Any]


@in_browser
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_as_like_as_it_was(name: str) -> None:
    assert _likeness(name) >= FLOORS.get(name, FLOOR)


@in_browser
def test_cards_are_alike_on_the_whole() -> None:
    assert fmean(_likeness(name) for name in CARDS) >= MEAN


@cache
def _likeness(name: str) -> float:
    """SSIM of the part that has anything in it, at the best of all small shifts."""
    ours, theirs = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (_ours(CARDS[name]), _theirs()[name]))
    rows, columns = np.nonzero((ours < _INK) | (theirs < _INK))
    part = (slice(max(0, rows.min() - _AROUND), rows.max() + _AROUND),
            slice(max(0, columns.min() - _AROUND), columns.max() + _AROUND))  # fmt: skip
    shifts = range(-_SHIFT, _SHIFT + 1)
    return max(_shifted(ours[part], theirs[part], dx, dy) for dx in shifts for dy in shifts)


def _shifted(one: Picture, other: Picture, dx: int, dy: int) -> float:
    height, width = one.shape
    first = one[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)]
    second = other[max(0, -dy) : height + min(0, -dy), max(0, -dx) : width + min(0, -dx)]
    return ssim(np.ascontiguousarray(first), np.ascontiguousarray(second))


def _ours(html: str) -> Picture:
    use_fonts()
    visual = TextVisual.model_validate({"type": "TEXT", "html": html, "x": 20, "y": 20})
    planes = Planes(WIDTH, HEIGHT)
    for part, value in zip(planes.parts, (235, 128, 128), strict=True):
        part[:] = value
    layer = text_layer(visual, Stage(Size(WIDTH, HEIGHT), {}, Limits(), Shelf()), "visuals[0]")
    blend(layer.sprite(State(1.0)), planes, planes.rect)
    return to_rgb(planes)


@cache
def _theirs() -> dict[str, Picture]:
    """Every card as the browser draws it."""
    found = {}
    with headless() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        folder = Path(__file__).parent
        page.goto(folder.as_uri())
        for name, html in CARDS.items():
            page.set_content(_page(html))
            page.evaluate("document.fonts.ready")
            coded = np.frombuffer(page.screenshot(), np.uint8)
            found[name] = cv2.cvtColor(cv2.imdecode(coded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return found


def _page(html: str) -> str:
    style = f"{_faces()}body{{margin:0;background:#fff;font-family:Manrope}}"
    return (f"<!doctype html><meta charset=utf-8><style>{style}</style>"
            f"<div style='position:absolute;left:20px;top:20px'>{html}</div>")  # fmt: skip


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
