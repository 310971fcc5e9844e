"""Golden cases of placing: boxes, cuts, turns, corners, presets, anchors, zoom and the order of tracks."""

from __future__ import annotations

from typing import Any

from tests.golden.case import Case, project
from tests.golden.themes.elements import DRAWING, text

TITLE = "Placing"
PRESETS = ("top-left", "top-center", "top-right", "center-left", "center-center", "center-right",
           "bottom-left", "bottom-center", "bottom-right")  # fmt: skip


def picture(x: float, y: float, width: float, height: float, **fields: Any) -> dict[str, Any]:
    """The landscape by day in a box."""
    return {"type": "IMAGE", "src": "day.png", "x": x, "y": y, "width": width, "height": height, **fields}


def block(width: float, height: float, colour: str, **fields: Any) -> dict[str, Any]:
    """A plain rectangle."""
    frame = "xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 4' preserveAspectRatio='none'"
    svg = f"<svg {frame}><rect width='4' height='4' fill='{colour}'/></svg>"
    return {"type": "SVG", "svg": svg, "width": width, "height": height, **fields}


def _tile(name: str, **fields: Any) -> dict[str, Any]:
    style = {"fontFamily": "Manrope", "fontSize": 11, "color": "#16202c", "backgroundColor": "#fadd46", "padding": 3}
    return {"type": "TEXT", "text": name, **fields, "style": style}


def _anchored() -> list[dict[str, Any]]:
    shades = ("#e4572e", "#f0a202", "#76b041", "#17bebb", "#ffffff", "#2e86ab", "#7768ae", "#d1495b", "#66a182")
    points = [(60 + 100 * column, 36 + 54 * row) for row in range(3) for column in range(3)]
    boxes = [block(44, 24, shade, x=x, y=y, anchor=anchor)
             for (x, y), anchor, shade in zip(points, PRESETS, shades, strict=True)]  # fmt: skip
    return [*boxes, *(block(6, 6, "#000000", x=x, y=y, anchor="center-center") for x, y in points)]


CASES = (
    Case("image-fit", "Ways to fill one box: cut to it, wholly inside it, stretched.",
         project(picture(10, 10, 90, 160, fit="cover"), picture(115, 10, 90, 160, fit="contain", radius=10),
                 picture(220, 10, 90, 160))),
    Case("image-resize", "The canvas covered by one picture, another wholly inside it.",
         project({"type": "IMAGE", "src": "day.png", "resize": "cover"},
                 {"type": "IMAGE", "src": "disc.png", "resize": "contain", "opacity": 0.7})),
    Case("image-crop", "The house cut out, in its own size and enlarged, and the sun beside it.",
         project(picture(10, 10, 62, 100, cropParams={"x": 30, "y": 46, "width": 62, "height": 100}),
                 picture(84, 10, 99, 160, cropParams={"x": 30, "y": 46, "width": 62, "height": 100}),
                 picture(196, 10, 114, 160, fit="cover", cropParams={"x": 150, "y": 10, "width": 80, "height": 70}))),
    Case("rotation", "A picture, a drawing and a text, turned clockwise by 12, -30, 90 and 45 degrees.",
         project(picture(16, 24, 120, 80, angle=12), {"type": "SVG", "svg": DRAWING, "x": 180, "y": 24, "width": 112,
                 "height": 63, "angle": -30}, text("Quarter", 110, 130, angle=0, color="#ffffff") | {"angle": 90},
                 picture(220, 112, 48, 48, fit="cover", angle=45, radius=8), text("Tilted", 20, 140, color="#ffffff")
                 | {"angle": 8})),
    Case("flips", "As it is, mirrored, upside down, and both.",
         project(picture(8, 8, 150, 80), picture(162, 8, 150, 80, flipH=True), picture(8, 92, 150, 80, flipV=True),
                 picture(162, 92, 150, 80, flipH=True, flipV=True))),
    Case("opacity", "Fully there, three quarters, a half, a quarter; a text at 40 % across.",
         project(*(picture(8 + 156 * (place % 2), 8 + 58 * (place // 2), 148, 52, fit="cover", opacity=1 - place / 4)
                   for place in range(4)),
                 text("Forty percent", 16, 134, fontSize=34, fontWeight=800, color="#ffffff") | {"opacity": 0.4})),
    Case("radius", "No corners, small ones, a circle, and each its own.",
         project(*(picture(8 + 78 * place, 30, 70, 70, fit="cover", radius=radius) for place, radius in
                   enumerate((0, 10, 35, {"tl": 35, "tr": 0, "br": 20, "bl": 6}))), height=130)),
    Case("presets", "Nine places, flush with the edges.",
         project(*(_tile(name, position=name) for name in PRESETS))),
    Case("anchors", "Nine points of the canvas; on each lies another point of a box.",
         project(*_anchored())),
    Case("zoom", "A slow zoom into a photograph, one in a rounded box, and one back out that rests before the end.",
         project(picture(10, 10, 146, 160, fit="cover", zoom={"from": 1, "to": 1.6}),
                 picture(166, 10, 144, 76, fit="cover", zoom=True, radius=14),
                 picture(166, 94, 144, 76, fit="cover", zoom={"from": 1.8, "to": 1, "rest": 0.3})), at=(0, 0.5, 0.9)),
    Case("zoom-towards", "Zooms towards the top left, the right and the bottom; below one that begins close.",
         project(picture(10, 10, 92, 76, fit="cover", zoom={"from": 1, "to": 1.8, "towards": "top-left"}),
                 picture(114, 10, 92, 76, fit="cover", zoom={"from": 1, "to": 1.8, "towards": "right"}, radius=14),
                 picture(218, 10, 92, 76, fit="cover", zoom={"from": 1, "to": 1.8, "towards": "bottom"}),
                 picture(10, 96, 300, 76, fit="cover", zoom={"from": 1.4, "to": 2, "towards": "top-right"})),
         at=(0, 0.5, 0.9)),
    Case("tracks", "Higher tracks lie on top whatever their order: 0 yellow, 1 the picture, 2 red, 3 blue.",
         project(block(120, 70, "#2e86ab", x=180, y=90, track=3), block(150, 80, "#e4572e", x=90, y=60, track=2),
                 picture(60, 20, 180, 110, track=1), block(280, 150, "#fadd46", x=20, y=15, track=0))),
    Case("sub-pixel", "Boxes whose edges lie between pixels, and beyond the canvas.",
         project(picture(10.5, 10.5, 99, 61), block(60.5, 40.5, "#ffffff", x=130.25, y=20.75),
                 picture(-40, 110, 120, 100), block(80, 80, "#e4572e", x=280.5, y=140.5),
                 text("cut at the edge", 236, 60, 200, fontSize=24, color="#ffffff"))),
)  # fmt: skip
