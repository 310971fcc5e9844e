"""Golden cases of the kinds of elements: drawings, pictures, loops, clips and texts."""

from __future__ import annotations

from typing import Any

from tests.golden.case import Case, project

TITLE = "Elements"
INK = "#16202c"
PAPER = "#f4f1ea"

DRAWING = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 90'><defs>"
    "<linearGradient id='g'><stop offset='0' stop-color='#2DD4BF'/><stop offset='1' stop-color='#3A1F5C'/>"
    "</linearGradient><clipPath id='c'><circle cx='40' cy='45' r='28'/></clipPath></defs>"
    "<rect width='160' height='90' rx='12' fill='url(#g)'/>"
    "<rect x='12' y='17' width='56' height='28' fill='#FADD46' clip-path='url(#c)'/>"
    "<circle cx='130' cy='30' r='18' fill='#FADD46' fill-opacity='0.6'/>"
    "<path d='M84 70 q16 -30 32 0 t32 0' fill='none' stroke='#fff' stroke-width='4' stroke-linecap='round'/>"
    "<text x='76' y='26' font-family='Arial' font-size='14' font-weight='700' fill='#fff'>SVG</text></svg>"
)


def text(words: str, x: float, y: float, width: float | None = None, **style: Any) -> dict[str, Any]:
    """A TEXT element in Manrope, 20 pixels, dark unless its style says otherwise."""
    style = {"fontFamily": "Manrope", "fontSize": 20, "color": INK, **style}
    box = {} if width is None else {"width": width}
    return {"type": "TEXT", "text": words, "x": x, "y": y, **box, "style": style}


def html(markup: str, x: float, y: float, width: float, style: dict[str, Any], css: str = "") -> dict[str, Any]:
    """A TEXT element with markup."""
    code = {"customCode": {"css": css}} if css else {}
    return {"type": "TEXT", "html": markup, "x": x, "y": y, "width": width, "style": style, **code}


def _clip(x: float, y: float, width: float, **fields: Any) -> dict[str, Any]:
    return {"type": "VIDEO", "src": "ride.mp4", "x": x, "y": y, "width": width, "height": width * 136 / 240, **fields}


_SIZES = project(
    text("Regular 20", 16, 12),
    text("Bold italic", 16, 40, fontWeight=700, fontStyle="italic"),
    text("spaced out", 16, 72, fontSize=14, letterSpacing="4px", textTransform="uppercase"),
    text("Roboto", 16, 98, fontFamily="Roboto", fontSize=26),
    text("AVATAR fi", 16, 134, fontFamily="Hanken Grotesk", fontSize=26, fontWeight=600),
    text("Three lines\nin a box,\nset right", 180, 12, 124, textAlign="right", lineHeight=1.5),
    {
        **text(
            "centred lines on the floor of a box",
            180,
            100,
            124,
            textAlign="center",
            fontSize=15,
            verticalAlign="bottom",
        ),
        "height": 70,
    },
    backgroundColor=PAPER,
)
_BOXES = project(
    text("Label", 16, 14, backgroundColor="#e4572e", color="#ffffff", padding="6px 14px", borderRadius=16,
         fontWeight=700),
    text("Bordered", 150, 14, border="3px solid #2e86ab", padding=8, color="#2e86ab"),
    text("Shadow", 16, 74, fontSize=36, fontWeight=800, color="#ffffff", textShadow="0 3px 6px rgba(0,0,0,0.5)"),
    text("Stroke", 170, 74, fontSize=36, fontWeight=800, color="#ffffff", WebkitTextStroke="2px #16202c"),
    {**text("This headline is far too long for its box and shrinks", 16, 130, 288, fontSize=40, minFontSize=10,
            fontWeight=700, maxLines=1), "height": 34},
    backgroundColor="#c9d6df",
)  # fmt: skip
_SCRIPTS = project(
    text("Ελληνικά · Кириллица · Tiếng Việt", 12, 8, fontSize=17),
    text("العربية تُكتب من اليمين", 12, 36, 296, fontSize=20, textAlign="right"),
    text("עברית עם 123 מספרים", 12, 68, 296, fontSize=20, textAlign="right"),
    text("हिन्दी में क्षत्रिय", 12, 100, fontSize=20),
    text("ภาษาไทยไม่มีวรรค", 12, 136, fontSize=20),
    text("বাংলা ভাষা", 200, 100, fontSize=20),
    text("தமிழ் மொழி", 190, 136, fontSize=18),
    backgroundColor=PAPER,
)
_CJK = project(
    text("一行に収まらない日本語の文章は、句読点を行頭に置かずに折り返す。", 16, 12, 288, fontSize=20),
    text("한국어 문장은 단어 사이에서 나뉜다", 16, 108, 288, fontSize=18),
    text("简体中文", 16, 142, fontSize=20),
    backgroundColor=PAPER,
)
_MARKUP = project(
    html(
        "<p><b>Bold</b>, <i>italic</i>, <u>under</u>, <s>struck</s> and <span class='mark'>marked</span></p>"
        "<ul><li>first point</li><li>second point that is long enough to wrap under itself</li></ul>",
        14, 10, 292, {"fontFamily": "Manrope", "fontSize": 16, "color": INK},
        ".mark { background-color: #fadd46; border-radius: 4px; padding: 0 4px }",
    ),
    backgroundColor=PAPER,
)  # fmt: skip
_CARDS = project(
    html(
        "<div style='font-size:13px;letter-spacing:2px;text-transform:uppercase;color:#2DD4BF'>Autumn sale</div>"
        "<div style='font-size:34px;font-weight:800;line-height:1.1'>Up to <span style='color:#FADD46'>40 %</span> "
        "off</div><div style='font-size:14px;color:#b8c4d6'>Only until Sunday</div>",
        24, 22, 240, {"fontFamily": "Manrope", "color": "#ffffff", "backgroundColor": "#17233D", "padding": "16px",
                      "borderRadius": "14px", "border": "1px solid rgba(255,255,255,0.2)"},
    ),
    backgroundColor="#07111F",
)  # fmt: skip

CASES = (
    Case("svg", "A drawing with gradient, clip path, opacity and text; again in a narrow box, half there.",
         project({"type": "SVG", "svg": DRAWING, "x": 12, "y": 12, "width": 192, "height": 108},
                 {"type": "SVG", "svg": DRAWING, "x": 216, "y": 60, "width": 92, "height": 108, "opacity": 0.5},
                 backgroundColor=PAPER)),
    Case("image", "A photograph in its natural size, a cut-out with soft edges over it.",
         project({"type": "IMAGE", "src": "day.png", "x": 10, "y": 10},
                 {"type": "IMAGE", "src": "disc.png", "x": 190, "y": 50})),
    Case("gif", "A loop of four pictures, the last one shown three times as long; then again from the first.",
         project({"type": "GIF", "src": "clock.gif", "x": 12, "y": 12},
                 {"type": "GIF", "src": "clock.gif", "x": 130, "y": 12, "width": 56, "height": 96, "radius": 16},
                 width=200, height=120, duration=1.2), at=(0, 0.1, 0.2, 0.4, 0.6, 0.7)),
    Case("video", "A clip plays; beside it the second half, which ends and stays; below at half and double speed.",
         project(_clip(8, 8, 144), _clip(168, 8, 144, videoBegin=1, videoEnd=1.6, radius=12),
                 _clip(8, 94, 144, speed=0.5), _clip(168, 94, 144, speed=2, videoDuration=2)), at=(0, 0.4, 0.9)),
    Case("video-rate", "A clip of 10 pictures a second at 24, and with only 2 of them used.",
         project(_clip(8, 8, 144), _clip(168, 8, 144, frameRate=2), height=100, frameRate=24), at=(0, 0.25, 0.5, 0.75)),
    Case("video-loop", "A part of a clip over and over; beside it there and back, below the same twice as fast.",
         project(_clip(8, 8, 144, videoBegin=0.5, videoEnd=1, loop="repeat"),
                 _clip(168, 8, 144, videoBegin=0.5, videoEnd=1, loop="bounce"),
                 _clip(8, 94, 144, videoBegin=0.5, videoEnd=1, loop="repeat", speed=2),
                 _clip(168, 94, 144, videoBegin=0.5, videoEnd=1, loop="bounce", speed=2)), at=(0.4, 0.5, 0.6, 0.9)),
    Case("video-turned", "A clip cut out, zoomed, coloured and turned.",
         project(_clip(20, 40, 120, angle=-12, flipH=True, radius=10),
                 _clip(170, 10, 140, fit="cover", cropParams={"x": 0, "y": 20, "width": 120, "height": 90},
                       zoom={"from": 1, "to": 1.5}, filter={"saturate": -100})), at=(0, 0.5, 0.9)),
    Case("text", "Families, weights, letter spacing, kerning, alignment, line height and wrapping.", _SIZES),
    Case("text-box", "Background, padding, corners, border, shadow, stroke, and a headline fitted into its box.",
         _BOXES),
    Case("text-scripts", "Greek, Cyrillic, Vietnamese, Arabic, Hebrew, Devanagari, Thai, Bengali and Tamil.", _SCRIPTS),
    Case("text-cjk", "Chinese, Japanese and Korean, broken by their own rules.", _CJK, needs="日"),
    Case("html", "Inline tags, a class and a list with hanging lines.", _MARKUP),
    Case("html-card", "A card: its own background, padding, corners and border, three sizes inside.", _CARDS),
)  # fmt: skip
