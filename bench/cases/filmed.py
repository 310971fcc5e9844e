"""Cases with photographs and clips: karaoke over a photograph, a clip with a lower third, a narrated portrait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cases.case import Case, Written
from cases.media import CLIP_SECONDS, FPS, media
from measuring import Shape

_INK, _PAPER, _ACCENT = "#2B1B14", "#FBF5EC", "#FFB48F"
_RISE = {"effect": "slideup", "distance": 28, "easing": "ease-out", "fade": True}
#: What the narrator says, a sentence a scene.
STORY = (
    "A good morning begins before the first message of the day",
    "with light that is warm and low and never in a hurry",
    "with something green that asks for nothing but a window",
    "and water within reach, which is all it takes",
)
SCENE_SECONDS, CROSSING_SECONDS = 5.125, 0.5
PORTRAIT = Shape(1080, 1920, FPS)


def karaoke() -> Case:
    """Words that light up as they are sung, over a photograph that stands."""
    seconds = 8
    lines = ((0.4, 2.6, "Slow down the morning"), (2.9, 5.0, "let the kettle sing"),
             (5.3, 7.6, "there is time for everything"))  # fmt: skip
    project = {
        "width": 1280, "height": 720, "frameRate": FPS, "duration": seconds, "backgroundColor": _INK,
        "visuals": [
            {"type": "IMAGE", "src": "table.jpg", "width": 1280, "height": 720, "fit": "cover"},
            _shade(1280, 720, 0.45),
        ],
        "audios": [{"src": "music.wav", "fadeOut": 1}],
        "subtitle": {
            "animation": "karaoke", "position": "bottom-center", "margin": {"y": 72},
            "font": {"family": "Manrope", "size": 62, "bold": True, "color": _PAPER},
            "stroke": {"color": _INK, "width": 2}, "activeWord": {"color": _ACCENT},
            "captions": [{"start": start, "end": end, "text": text} for start, end, text in lines],
        },
    }  # fmt: skip
    return Case("karaoke", "Karaoke over a photograph, 8 s", Written(project, _folder()))


def footage() -> Case:
    """A clip from a camera; a name comes over it and goes."""
    times = {"exitBegin": 5.2, "exitEnd": 5.6, "exitAnimation": "fade", "enterAnimation": _RISE}
    bar = (f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 560 132'><rect width='560' height='132' rx='20' "
           f"fill='{_INK}' fill-opacity='0.86'/>"
           f"<rect x='28' y='30' width='6' height='72' rx='3' fill='{_ACCENT}'/></svg>")  # fmt: skip
    style = {"fontFamily": "Manrope", "color": _PAPER, "lineHeight": 1.2}
    project = {
        "width": 1280, "height": 720, "frameRate": FPS, "duration": CLIP_SECONDS, "backgroundColor": _INK,
        "visuals": [
            {"type": "VIDEO", "src": "clip.mp4", "width": 1280, "height": 720, "fit": "cover", "hasAudio": False},
            {"type": "SVG", "svg": bar, "x": 64, "y": 524, "width": 560, "height": 132,
             "enterBegin": 0.5, "enterEnd": 1.0, **times},
            {"type": "TEXT", "text": "Clara Moreau", "x": 120, "y": 548, "width": 480, "height": 50,
             "style": {**style, "fontSize": 40, "fontWeight": 700}, "enterBegin": 0.6, "enterEnd": 1.1, **times},
            {"type": "TEXT", "text": "Potter, Morrow Ceramics", "x": 120, "y": 600, "width": 480, "height": 34,
             "style": {**style, "fontSize": 24, "fontWeight": 500}, "enterBegin": 0.7, "enterEnd": 1.2, **times},
        ],
        "audios": [{"src": "music.wav", "fadeOut": 1}],
    }  # fmt: skip
    return Case("footage", "Footage with a lower third, 6 s", Written(project, _folder()))


def narrated() -> Case:
    """Four photographs that grow, a voice with its words on the picture, music that makes room for it."""
    photos = ("tall-table.jpg", "tall-lamp.jpg", "tall-plant.jpg", "tall-bottle.jpg")
    crossings = ("fade", "smoothleft", "dissolve", None)
    project = {
        "width": 1080, "height": 1920, "frameRate": FPS, "backgroundColor": _INK, "loudness": -14,
        "scenes": [
            {"duration": SCENE_SECONDS, "transition": crossing, "transitionDuration": CROSSING_SECONDS,
             "visuals": [{"type": "IMAGE", "src": photo, "width": 1080, "height": 1920, "fit": "cover",
                          "zoom": {"from": 1.0, "to": 1.08}}]}
            for photo, crossing in zip(photos, crossings, strict=True)
        ],
        "audios": [{"src": "voice.wav"}, {"src": "music.wav", "duck": True},
                   {"src": "music.wav", "enter": 12, "duck": True, "fadeOut": 1}],
        "subtitle": {
            "animation": "highlight", "position": "bottom-center", "margin": {"y": 420}, "maxWordsPerLine": 3,
            "font": {"family": "Manrope", "size": 84, "bold": True, "color": _PAPER},
            "stroke": {"color": _INK, "width": 5},
            "activeWord": {"color": _PAPER, "background": "#C2452A", "radius": 18},
            "captions": list(_captions()),
        },
    }  # fmt: skip
    return Case("narrated", "Narrated portrait, 19 s, 1080 × 1920", Written(project, _folder()), shape=PORTRAIT)


def _captions() -> Iterator[dict[str, Any]]:
    """The sentences, each word with its time."""
    for scene, sentence in enumerate(STORY):
        begin, words = 0.5 + scene * (SCENE_SECONDS - CROSSING_SECONDS), []
        for text in sentence.split():
            end = begin + 0.13 + 0.042 * len(text)
            words.append({"start": round(begin, 3), "end": round(end, 3), "text": text})
            begin = end + (0.2 if text.endswith(",") else 0.03)
        yield {"start": words[0]["start"], "end": words[-1]["end"], "words": words}


def _folder() -> Path:
    return media([(word["start"], word["end"]) for caption in _captions() for word in caption["words"]])


def _shade(width: int, height: int, share: float) -> dict[str, Any]:
    """Darkness that comes up from below, so that words can be read over a photograph."""
    svg = (f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'><defs>"
           f"<linearGradient id='g' x1='0' y1='0' x2='0' y2='1'><stop offset='{share}' stop-color='{_INK}' "
           f"stop-opacity='0'/><stop offset='1' stop-color='{_INK}' stop-opacity='0.9'/></linearGradient></defs>"
           f"<rect width='{width}' height='{height}' fill='url(#g)'/></svg>")  # fmt: skip
    return {"type": "SVG", "svg": svg, "width": width, "height": height}
