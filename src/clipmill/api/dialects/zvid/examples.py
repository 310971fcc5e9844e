"""Projects to begin with, and a plan for a video out of its brief: by rule, from words and reading speed alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from clipmill.domain.timeline.presets import RESOLUTIONS, preset_name

#: Words that are read in a second, seconds beside them, and how short and long a scene is.
_WORDS_A_SECOND, _BESIDE, _SHORTEST, _LONGEST = 2.5, 1.0, 2.0, 8.0
_SCENES = 12
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
#: Background and ink of scenes, in turn.
_COLOURS = (("#07111F", "#FFFFFF"), ("#FAF8F4", "#15171C"), ("#2B1B14", "#FBF5EC"))


def _title(text: str, ink: str, size: tuple[int, int], **more: Any) -> dict[str, Any]:
    width, height = size
    style = {"fontSize": round(min(size) * 0.1), "fontWeight": 700, "color": ink, "textAlign": "center",
             "verticalAlign": "middle", "lineHeight": 1.15, "minFontSize": round(min(size) * 0.035)}  # fmt: skip
    return {"type": "TEXT", "text": text, "position": "center-center", "width": round(width * 0.84),
            "height": round(height * 0.7), "style": style, **more}  # fmt: skip


_HD = (1280, 720)
_IN = {"enterBegin": 0, "enterEnd": 0.5, "enterAnimation": "fade"}
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "title-card": {
        "about": "A title that fades in over a colour.",
        "payload": {"name": "title-card", "resolution": "hd", "duration": 3, "backgroundColor": "#07111F",
                    "visuals": [_title("Made from rows", "#FFFFFF", _HD, **_IN)]},
    },
    "two-scenes": {
        "about": "Two scenes with a slide between them.",
        "payload": {"name": "two-scenes", "resolution": "hd", "scenes": [
            {"id": "first", "duration": 2, "backgroundColor": "#FAF8F4", "transition": "slideleft",
             "transitionDuration": 0.5, "visuals": [_title("First this", "#15171C", _HD)]},
            {"id": "second", "duration": 2, "backgroundColor": "#07111F",
             "visuals": [_title("Then that", "#FFFFFF", _HD)]},
        ]},
    },
    "captions": {
        "about": "Captions word by word, as karaoke has them.",
        "payload": {"name": "captions", "resolution": "youtube-short", "duration": 4, "backgroundColor": "#15171C",
                    "subtitle": {"captions": [{"start": 0.2, "end": 3.6, "text": "Every row becomes one video"}],
                                 "animation": "karaoke", "position": "center", "font": {"size": 96, "bold": True},
                                 "activeWord": {"color": "#FADD46"}}},
    },
    "product-template": {
        "about": "A template: give it the variables title, price and accent.",
        "payload": {"name": "product", "resolution": "squared", "duration": 3, "backgroundColor": "{{accent}}",
                    "variables": {"title": "A good mug", "price": "€34", "accent": "#2B1B14"},
                    "visuals": [_title("{{title}}", "#FFFFFF", (1080, 1080), **_IN),
                                {"type": "TEXT", "text": "{{price}}", "position": "bottom-center", "width": 900,
                                 "height": 200, "condition": "{{price}}",
                                 "style": {"fontSize": 72, "color": "#FFFFFF", "textAlign": "center"}}]},
    },
    "still": {
        "about": "An image.",
        "payload": {"type": "image", "name": "still", "resolution": "squared", "backgroundColor": "#2B1B14",
                    "visuals": [_title("Sale", "#FBF5EC", (1080, 1080))]},
    },
}  # fmt: skip


def plan(brief: str, resolution: str) -> dict[str, Any]:
    """A scene for every sentence of a brief, as long as reading it takes, as a project that can be rendered."""
    name = preset_name(resolution)
    size = RESOLUTIONS.get(name, _HD)
    sentences = [text for found in _SENTENCE.findall(brief) if (text := " ".join(found.split()).replace("<", "‹"))]
    scenes = []
    for number, sentence in enumerate(sentences[:_SCENES]):
        ground, ink = _COLOURS[number % len(_COLOURS)]
        seconds = min(max(len(sentence.split()) / _WORDS_A_SECOND + _BESIDE, _SHORTEST), _LONGEST)
        scenes.append({"id": f"scene-{number + 1}", "duration": round(seconds, 1), "backgroundColor": ground,
                       "transition": "fade", "transitionDuration": 0.4,
                       "visuals": [_title(sentence.replace(">", "›"), ink, size, **_IN)]})  # fmt: skip
    project = {"name": "plan", "resolution": name if name in RESOLUTIONS else "hd", "scenes": scenes}
    outline = [{"scene": scene["id"], "seconds": scene["duration"], "text": text}
               for scene, text in zip(scenes, sentences, strict=False)]  # fmt: skip
    return {"scenes": outline, "payload": project, "leftOut": sentences[_SCENES:],
            "method": "By rule: a scene for every sentence of the brief, as long as reading it takes. No model wrote "
                      "or chose anything."}  # fmt: skip
