"""Golden cases of the 58 effects: family by family as transitions of scenes, and as entrances and exits of elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clipmill.domain.timeline.elements.animation import Effect
from tests.golden.case import Case, project
from tests.golden.themes.placing import picture

TITLE = "Transitions"
ANIMATIONS_TITLE = "Entrances and exits"
#: Family → its effects.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "fades": ("fade", "fadefast", "fadeslow", "fadeblack", "fadewhite", "fadegrays", "distance"),
    "noise": ("dissolve", "hlwind", "hrwind", "vuwind", "vdwind"),
    "samples": ("pixelize", "hblur", "zoomin", "squeezeh", "squeezev"),
    "shapes": ("radial", "circlecrop", "rectcrop", "circleclose", "circleopen"),
    "doors": ("horzclose", "horzopen", "vertclose", "vertopen"),
    "diagonals": ("diagbl", "diagbr", "diagtl", "diagtr"),
    "slices": ("hlslice", "hrslice", "vuslice", "vdslice"),
    "slides": ("slideleft", "slideright", "slideup", "slidedown"),
    "covers": ("coverleft", "coverright", "coverup", "coverdown"),
    "reveals": ("revealleft", "revealright", "revealup", "revealdown"),
    "wipes": ("wipeleft", "wiperight", "wipeup", "wipedown", "wipetl", "wipetr", "wipebl", "wipebr"),
    "smooth": ("smoothleft", "smoothright", "smoothup", "smoothdown"),
}
#: Which moments of a family say most, as progress; the middle where nothing else is said.
_PROGRESS = {"fades": (0.15, 0.6), "samples": (0.3, 0.7), "shapes": (0.3, 0.7), "doors": (0.3, 0.6),
             "diagonals": (0.5, 0.7)}  # fmt: skip
#: Seconds of the two scenes of a pair together, and where between them the transition begins and how long it is.
PAIR, BEGINS, LASTS = 2.0, 0.5, 1.0
#: A moment in the midst of the first transition.
HALF_WAY = BEGINS + LASTS / 2


def changing(effects: Sequence[str], **fields: Any) -> dict[str, Any]:
    """Day gives way to night by each effect in turn; between two pairs there is a hard cut."""
    scenes = []
    for effect in effects:
        day = {"type": "IMAGE", "src": "day.png", "resize": "cover"}
        scenes.append({"duration": BEGINS + LASTS, "visuals": [day], "transition": effect,
                       "transitionDuration": LASTS})  # fmt: skip
        scenes.append({"duration": PAIR - BEGINS, "visuals": [{**day, "src": "night.png"}]})
    body = project(scenes=scenes, width=160, height=90, **fields)
    return {name: value for name, value in body.items() if name not in ("duration", "visuals")}


def to_and_fro(effect: str) -> dict[str, Any]:
    """From day to night and back by one effect, somewhat larger: it begins as it ends."""
    sky = {"type": "IMAGE", "resize": "cover"}
    change = {"transition": effect, "transitionDuration": LASTS}
    scenes = [
        {"duration": BEGINS + LASTS, "visuals": [{**sky, "src": "day.png"}], **change},
        {"duration": LASTS + BEGINS + LASTS, "visuals": [{**sky, "src": "night.png"}], **change},
        {"duration": LASTS + 0.1, "visuals": [{**sky, "src": "day.png"}]},
    ]
    body = project(scenes=scenes, width=240, height=136)
    return {name: value for name, value in body.items() if name not in ("duration", "visuals")}


def entering(effects: Sequence[str]) -> dict[str, Any]:
    """A picture per effect, four in a row: all enter within the first second and leave within the third."""
    rows = -(-len(effects) // 4)
    boxes = [picture(6 + 78 * (place % 4), 6 + 64 * (place // 4), 74, 58, fit="cover", radius=8, enterBegin=0,
                     enterEnd=1, enterAnimation=effect, exitBegin=2, exitEnd=3, exitAnimation=effect)
             for place, effect in enumerate(effects)]  # fmt: skip
    return project(*boxes, height=rows * 64 + 6, duration=3, backgroundColor="#efe9dc")


def _transitions(family: str, effects: Sequence[str]) -> Case:
    """One tile per effect and moment."""
    moments = [(number, effect, progress) for number, effect in enumerate(effects)
               for progress in _PROGRESS.get(family, (0.5,))]  # fmt: skip
    at = tuple(round(number * PAIR + BEGINS + progress * LASTS, 3) for number, _, progress in moments)
    labels = tuple(f"{effect} {progress:.0%}" for _, effect, progress in moments)
    shows = f"From day to night, one effect after the other: {len(effects)} of them."
    return Case(f"transition-{family}", shows, changing(effects), at, labels)


def _animations(family: str, effects: Sequence[str]) -> Case:
    shows = f"Pictures enter and leave by {', '.join(effects)}."
    return Case(f"animation-{family}", shows, entering(effects), (0.3, 0.6, 2.5), ("in, 30%", "in, 60%", "out, 50%"))


assert sorted(effect for family in FAMILIES.values() for effect in family) == sorted(Effect)
CASES = tuple(_transitions(*family) for family in FAMILIES.items())
ANIMATIONS = tuple(_animations(*family) for family in FAMILIES.items())
