"""Golden cases of time: scenes, transitions between scenes and clips, entrances with easing and distance."""

from __future__ import annotations

from typing import Any

from tests.golden.case import Case, project
from tests.golden.themes.elements import PAPER, text
from tests.golden.themes.placing import block, picture

TITLE = "Scenes and motion"


def _scenes(*scenes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A project of scenes, as long as they are."""
    body = project(scenes=list(scenes), **fields)
    return {name: value for name, value in body.items() if name not in ("duration", "visuals") or name in fields}


def _title(words: str) -> dict[str, Any]:
    return text(words, 0, 0, fontSize=30, fontWeight=700, color="#ffffff") | {"position": "center-center"}


def _clip(source: str, **fields: Any) -> dict[str, Any]:
    return {"type": "VIDEO", "src": source, "resize": "cover", **fields}


_SLIDE = {"effect": "slideup", "distance": 40, "easing": "ease-out", "fade": True}
_LINKED = project(
    _clip("ride.mp4", id="first", enterBegin=0, exitEnd=1, transition="wipeleft", transitionDuration=0.6,
          transitionId="second"),
    _clip("moon.mp4", id="second", enterBegin=1, exitEnd=2),
    duration=2,
)  # fmt: skip

CASES = (
    Case("scenes", "Three scenes cut hard, each on its own ground; the last one takes the project's.",
         _scenes({"duration": 0.5, "backgroundColor": "#e4572e", "visuals": [_title("One")]},
                 {"duration": 0.5, "backgroundColor": "#2e86ab", "visuals": [_title("Two")]},
                 {"duration": 0.5, "visuals": [_title("Three")]}), at=(0.4, 0.5, 1)),
    Case("scenes-auto", "A scene without a duration lasts as long as its clip: 2 seconds, then the next one.",
         _scenes({"visuals": [_clip("ride.mp4")]}, {"duration": 0.5, "visuals": [_title("After it")]}),
         at=(0, 1.9, 2)),
    Case("scene-transition", "A scene slides away while the next comes in; a mark of the project stays over both.",
         _scenes({"id": "a", "duration": 1, "backgroundColor": "#e4572e", "visuals": [_title("One")],
                  "transition": "slideleft", "transitionDuration": 0.6, "transitionId": "b"},
                 {"id": "b", "duration": 1, "visuals": [picture(0, 0, 320, 180, fit="cover")]},
                 visuals=[block(40, 20, "#fadd46", x=270, y=10)]), at=(0.3, 0.6, 0.8, 1.1)),
    Case("scene-link", "A transition that names a scene other than the next is a cut.",
         _scenes({"id": "a", "duration": 0.6, "backgroundColor": "#e4572e", "visuals": [_title("One")],
                  "transition": "fade", "transitionDuration": 0.4, "transitionId": "c"},
                 {"id": "b", "duration": 0.6, "backgroundColor": "#2e86ab", "visuals": [_title("Two")],
                  "transition": "fade", "transitionDuration": 0.4, "transitionId": "c"},
                 {"id": "c", "duration": 0.6, "backgroundColor": "#66a182", "visuals": [_title("Three")]}),
         at=(0.5, 0.6, 1, 1.3)),
    Case("clip-transition", "One clip wipes into the one it is linked to; both play on.", _LINKED,
         at=(0.9, 1.1, 1.3, 1.7)),
    Case("times", "Elements that come and go: at once, faded, and never together.",
         project(block(90, 60, "#e4572e", x=10, y=20, exitEnd=0.5), block(90, 60, "#2e86ab", x=115, y=20,
                 enterBegin=0.5), block(90, 60, "#66a182", x=220, y=20, enterBegin=0.2, enterEnd=0.6,
                 enterAnimation="fade", exitBegin=0.7, exitEnd=0.9, exitAnimation="fade"), height=100,
                 backgroundColor=PAPER), at=(0, 0.4, 0.6, 0.8)),
    Case("slide-eased", "Slides of a given distance, eased and faded, one after the other.",
         project(picture(20, 30, 110, 110, fit="cover", enterEnd=0.6, enterAnimation=_SLIDE),
                 text("Rises", 150, 50, fontSize=36, fontWeight=800, color="#ffffff")
                 | {"enterBegin": 0.2, "enterEnd": 0.8, "enterAnimation": _SLIDE},
                 text("after it", 150, 100, fontSize=24, color="#ffffff")
                 | {"enterBegin": 0.4, "enterEnd": 1.0, "enterAnimation": {**_SLIDE, "effect": "slideleft"}}),
         at=(0.1, 0.3, 0.6, 0.9)),
    Case("turned-entrance", "Turned pictures enter: the edge of a wipe stays upright, whatever the angle.",
         project(picture(30, 40, 110, 90, fit="cover", angle=20, enterEnd=1, enterAnimation="wiperight"),
                 picture(180, 40, 110, 90, fit="cover", angle=-20, opacity=0.6, enterEnd=1,
                         enterAnimation="circleopen")), at=(0.3, 0.6, 0.9)),
)  # fmt: skip
