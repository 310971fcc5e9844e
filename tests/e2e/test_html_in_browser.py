"""Html texts look as they do in a browser: small cards, ours beside Chromium's, with the same fonts."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
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
from tests.rendering import ssim, use_fonts

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTH, HEIGHT = 400, 240
WEIGHTS = {"Light": 300, "Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700, "ExtraBold": 800}

#: Name → html and the style of the element around it.
CARDS = {
    "heading": (
        "<h1>Summer <b style='color:#e11d48'>sale</b></h1><p>Up to <u>50%</u> on everything in our shop.</p>",
        "width:300px;padding:16px;background:#e0f2fe;border:2px solid #0ea5e9;border-radius:16px",
    ),
    "list": (
        "<ul><li>First item</li><li>Second item that is long enough to wrap around</li></ul><ol><li>One</li></ol>",
        "width:260px;padding:10px",
    ),
    "pills": (
        "<div style='display:flex;gap:10px'><span style='background:#16a34a;color:#fff;padding:4px 10px;"
        "border-radius:99px'>New</span><span style='margin-left:auto'>right</span></div><p>With <span style="
        "'background:#fde047;padding:2px 8px;border-radius:6px'>a pill</span> and <span style='display:inline-block;"
        "padding:6px 12px;border:2px solid #f59e0b;border-radius:8px'>a box</span>.</p>",
        "width:320px;padding:8px;background:#f8fafc",
    ),
    "price": (
        "<div style='color:#475569'>Now only</div><div style='font-size:56px;font-weight:800;line-height:1.1'>$49</div>"
        "<div style='color:#94a3b8;text-decoration:line-through'>$79.99</div>",
        "width:240px;padding:20px;text-align:center;background:#fff;box-shadow:0 8px 24px rgba(0,0,0,.3);"
        "border-radius:12px",
    ),
    "button": (
        "<b>Buy now</b>",
        "width:220px;height:64px;display:flex;align-items:center;justify-content:center;color:#fff;font-size:24px;"
        "background:linear-gradient(90deg,#6366f1,#ec4899);border-radius:32px",
    ),
    "shadow": (
        "Big <span style='color:#facc15'>Shadow</span>",
        "width:300px;padding:10px;background:#1e293b;color:#fff;font-size:44px;font-weight:800;"
        "text-shadow:3px 3px 6px rgba(0,0,0,.8)",
    ),
    "columns": (
        "<div style='display:flex;justify-content:space-between;align-items:center'><div><h3 style='margin:0'>Left side"
        "</h3><p style='margin:4px 0 0'>with a line</p></div><div style='width:60px;height:60px;border-radius:50%;"
        "background:radial-gradient(circle,#fff,#f97316)'></div></div>",
        "width:320px;padding:16px;background:#fff7ed;border-bottom:6px solid #f97316",
    ),
    "spaced": (
        "<div style='display:flex;gap:16px'><span style='background:#111;color:#fff;letter-spacing:2px'>NEW IN</span>"
        "<span style='background:#c11;color:#fff;letter-spacing:6px;padding:4px 8px'>SALE</span></div><div style='"
        "display:flex;flex-direction:column;align-items:center'><div style='letter-spacing:4px;background:#fc0;"
        "font-weight:800'>FREE SHIPPING TODAY</div></div><p style='letter-spacing:6px;text-align:center'>Several words "
        "that wrap</p><span style='display:inline-block;letter-spacing:3px;background:#cfc'>one line</span>",
        "width:300px",
    ),
    "struck": (
        "<s>Was $79.99</s> <span style='text-decoration:line-through;font-size:40px;font-weight:800'>$49</span> "
        "<del style='font-size:70px;color:#c00'>xHg</del><br><u style='font-size:40px'>gyp</u>",
        "width:360px",
    ),
    "turned": (
        "Turned",
        "width:160px;padding:12px;background:#111;color:#fff;font-size:32px;text-align:center;border-radius:10px;"
        "transform:rotate(-8deg)",
    ),
}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to compare with")
@pytest.mark.parametrize("name", CARDS)
def test_a_card_looks_as_in_a_browser(name: str) -> None:
    ours, theirs = _ours(*CARDS[name]), _theirs()[list(CARDS).index(name)]
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (ours, theirs)]
    assert ssim(*grey) >= 0.9
    assert np.abs(ours.astype(int) - theirs).mean() < 6


def _ours(html: str, style: str) -> np.ndarray[Any, Any]:
    use_fonts()
    properties = dict(part.split(":", 1) for part in style.split(";"))
    visual = TextVisual.model_validate({"type": "TEXT", "html": html, "x": 20, "y": 20, "style": properties})
    planes = Planes(WIDTH, HEIGHT)
    for part, value in zip(planes.parts, (235, 128, 128), strict=True):
        part[:] = value
    layer = text_layer(visual, Stage(Size(WIDTH, HEIGHT), {}, Limits(), Shelf()), "visuals[0]")
    blend(layer.sprite(State(1.0)), planes, planes.rect)
    return to_rgb(planes)


@cache
def _theirs() -> list[np.ndarray[Any, Any]]:
    """Every card as the browser draws it: one page, one below the other."""
    cards = "".join(
        f"<div style='position:absolute;left:0;top:{number * HEIGHT}px;width:{WIDTH}px;height:{HEIGHT}px;"
        f"overflow:hidden'>"
        f'<div style="position:absolute;left:20px;top:20px;{style}">{html}</div></div>'
        for number, (html, style) in enumerate(CARDS.values())
    )
    folder = Path(mkdtemp(prefix="clipmill-browser-"))
    page, picture = folder / "page.html", folder / "page.png"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{_faces()}body{{margin:0;background:#fff;"
                    f"font-family:Manrope}}</style>{cards}", encoding="utf-8")  # fmt: skip
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
               "--force-device-scale-factor=1", "--allow-file-access-from-files",
               f"--user-data-dir={folder / 'profile'}", f"--window-size={WIDTH},{HEIGHT * len(CARDS) + 200}",
               f"--screenshot={picture}", page.as_uri()]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    whole = cv2.cvtColor(cv2.imread(str(picture)), cv2.COLOR_BGR2RGB)
    return [whole[number * HEIGHT : (number + 1) * HEIGHT, :WIDTH] for number in range(len(CARDS))]


def _faces() -> str:
    """The fonts we draw with, told to the browser."""
    found = []
    for path in FontLibrary(system=False).files:
        family, _, weight = path.stem.partition("-")
        if family == "Manrope" and weight in WEIGHTS:
            found.append(f"@font-face{{font-family:Manrope;font-weight:{WEIGHTS[weight]};src:url('{path.as_uri()}')}}")
    return "".join(found)
