"""Golden cases of subtitles: each animation, how they are written, where they stand, and other scripts."""

from __future__ import annotations

from typing import Any

from clipmill.domain.timeline.elements.subtitle import SubtitleAnimation
from tests.golden.case import Case, project

TITLE = "Subtitles"
_WORDS = (("Made", 0.2, 0.6), ("while", 0.6, 1.0), ("you", 1.0, 1.3), ("sleep", 1.3, 1.8))
_CAPTION = {"start": 0.2, "end": 1.9, "words": [{"text": text, "start": start, "end": end}
                                                for text, start, end in _WORDS]}  # fmt: skip
_FONT = {"family": "Manrope", "size": 27, "color": "#ffffff", "bold": True}
_STROKE = {"color": "#101820", "width": 3}
_MARK = {"color": "#fadd46"}
_SHOWS = {
    "normal": "the whole caption, as it is",
    "none": "the whole caption, without any motion",
    "one-word": "one word at a time",
    "karaoke": "words take the colour as they are said",
    "progressive": "words come as they are said, and stay",
    "highlight": "a box behind the word that is said",
    "fill": "colour flows through the words as they are said",
    "pop": "each word pops up as it is said",
    "bounce": "each word bounces in as it is said",
    "fade": "each word fades in as it is said",
    "slide": "each word slides in as it is said",
    "typewriter": "letter by letter",
}


def captioned(height: int = 100, **subtitle: Any) -> dict[str, Any]:
    """A caption over the landscape by night: two seconds at 20 pictures."""
    ground = {"type": "IMAGE", "src": "night.png", "resize": "cover"}
    full = {"captions": [_CAPTION], "font": _FONT, "stroke": _STROKE, "margin": {"x": 0, "y": 14}, **subtitle}
    return project(ground, height=height, duration=2, subtitle=full)


def _said(text: str, **subtitle: Any) -> dict[str, Any]:
    return captioned(captions=[{"start": 0, "end": 2, "text": text}], **subtitle)


def _animated(animation: str) -> Case:
    mark = {"background": "#c2185b", "radius": 6} if animation == "highlight" else _MARK
    body = captioned(animation=animation, activeWord=mark)
    return Case(f"subtitle-{animation}", f"{animation}: {_SHOWS[animation]}.", body, (0.25, 0.75, 1.1, 1.85))


ANIMATED = tuple(_animated(animation) for animation in SubtitleAnimation)
_BOX = {"color": "#101820", "opacity": 0.7, "padding": 10, "radius": 10}
CASES = (
    *ANIMATED,
    Case("subtitle-slides", "Words slide to the left.",
         captioned(animation="slide", direction="left"), (0.25, 0.3, 0.4)),
    Case("subtitle-background", "A rounded box behind two lines of a long caption.",
         _said("A longer caption breaks into lines of about the same length", background=_BOX, stroke=None,
               font={**_FONT, "size": 20, "bold": False}), (0.5,)),
    Case("subtitle-active", "A mark behind the active word, on a box.",
         captioned(animation="highlight", background=_BOX, stroke=None,
                   activeWord={"color": "#101820", "background": "#fadd46", "radius": 8}), (0.3, 0.8, 1.5)),
    Case("subtitle-stroke", "A wide stroke in another colour, under letters that stay whole.",
         captioned(stroke={"color": "#c2185b", "width": 5}), (0.5,)),
    Case("subtitle-lines", "At most two words at a time, in capitals.",
         captioned(maxWordsPerLine=2, font={**_FONT, "transform": "uppercase", "italic": True}), (0.4, 1.4)),
    Case("subtitle-top", "At the top right, away from the edges.",
         captioned(position="top-right", margin={"x": 16, "y": 12}), (0.8,)),
    Case("subtitle-legacy", "The styles of older projects.",
         project({"type": "IMAGE", "src": "night.png", "resize": "cover"}, height=100, duration=2,
                 subtitle={"captions": [_CAPTION], "styles": {"color": "#fadd46", "isBold": True, "fontSize": 26,
                           "fontFamily": "Roboto", "background": "#101820", "backgroundPadding": 8,
                           "backgroundRadius": 8,
                           "marginV": 14, "marginH": 16, "outline": {"width": 2, "color": "#000000"}, "isItalic": True,
                           "mode": "karaoke", "slideDirection": "left", "position": "bottom-left",
                           "textTransform": "uppercase",
                           "activeWord": {"color": "#ffffff"}}}), (0.4, 1.5)),
    Case("subtitle-file", "Read from an SRT file.", captioned(captions=[], src="captions.srt"), (0.1, 1)),
    Case("subtitle-arabic", "Right to left: the first word said stands on the right.",
         _said("نصنع الفيديو وأنت نائم", animation="karaoke", activeWord=_MARK), (0.2, 1, 1.8)),
    Case("subtitle-hebrew", "Right to left, one word after the other, with a number.",
         _said("הסרט מוכן תוך 30 שניות", animation="progressive", font={**_FONT, "size": 24}), (0.2, 1, 1.8)),
    Case("subtitle-thai", "Vowels and tone marks above and below their letters, clear of the stroke.",
         _said("ผู้ชายที่อยู่ที่นี่", font={**_FONT, "size": 34}), (1,)),
    Case("subtitle-cjk", "Characters break into lines; punctuation never begins one.",
         _said("この動画は、あなたが眠っている間に作られました。", font={**_FONT, "size": 22}), (1,), needs="日"),
)  # fmt: skip
assert set(_SHOWS) == set(SubtitleAnimation)
