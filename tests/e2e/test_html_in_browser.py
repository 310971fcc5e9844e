"""Html texts look as they do in a browser: small cards, ours beside Chromium's, with the same fonts."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from tests.browser import in_browser
from tests.cards import Picture, ours, theirs
from tests.ssim import ssim

SIZE = (400, 240)

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


@in_browser
@pytest.mark.parametrize("name", CARDS)
def test_a_card_looks_as_in_a_browser(name: str) -> None:
    html, style = CARDS[name]
    one = ours(html, SIZE, style=dict(part.split(":", 1) for part in style.split(";")))
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (one, _theirs()[name])]
    assert ssim(*grey) >= 0.9
    assert np.abs(one.astype(int) - _theirs()[name]).mean() < 6


@cache
def _theirs() -> dict[str, Picture]:
    return theirs({name: (html, "", style) for name, (html, style) in CARDS.items()}, SIZE)
