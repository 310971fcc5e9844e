"""The twelve animations of a subtitle: what becomes of a word before, while and after it is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from clipmill.domain.timeline.elements.animation import Easing
from clipmill.domain.timeline.elements.subtitle import Subtitle, SubtitleAnimation


class Lights(Enum):
    """Which words have the colour of the active word."""

    #: None.
    NEVER = "never"
    #: The one being said, where a colour is given for it.
    WHERE_GIVEN = "where given"
    #: The one being said.
    CURRENT = "current"
    #: The one being said and those before it.
    SAID = "said"
    #: Those before it, and of the one being said the part that has been.
    SWEPT = "swept"


@dataclass(frozen=True, slots=True)
class Pose:
    """How far a word is from standing still in its place."""

    #: 0–1.
    opacity: float = 1.0
    #: Share of the growth its neighbours leave room for.
    grown: float = 0.0
    #: Displacement along the animation's way, in font sizes.
    away: float = 0.0


AT_REST = Pose()
#: How high a word hops and how far it slides, in font sizes.
_HOP = 0.3
_SLIDE = 0.6


@dataclass(frozen=True, slots=True)
class WordAnimation:
    """One animation."""

    #: What it does, in one line, as the reference of the fields has it.
    tells: str
    #: Whether words are hidden until they are said.
    waits: bool = False
    lights: Lights = Lights.WHERE_GIVEN
    #: Seconds after its beginning → the pose of a word, until it is at rest.
    enters: Callable[[float], Pose] | None = None
    seconds: float = 0.0
    #: The least and the most `away` it has on its way, in font sizes.
    reach: tuple[float, float] = (0.0, 0.0)
    #: Whether its letters come one by one.
    types: bool = False


def _ease(progress: float) -> float:
    return Easing.EASE_OUT.at(min(1.0, max(0.0, progress)))


def _pop(seconds: float) -> Pose:
    up, down = 0.08, 0.14
    return Pose(grown=_ease(seconds / up) if seconds < up else 1.0 - _ease((seconds - up) / down))


def _bounce(seconds: float) -> Pose:
    high, low = 0.24, 0.14
    first, second = seconds / high, (seconds - high) / low
    return Pose(away=_HOP * 4 * first * (1 - first) if first < 1 else _HOP * 1.2 * max(0.0, second * (1 - second)))


def _fade(seconds: float) -> Pose:
    return Pose(opacity=min(1.0, seconds / 0.2))


def _slide(seconds: float) -> Pose:
    progress = _ease(seconds / 0.25)
    return Pose(opacity=min(1.0, seconds / 0.15), away=_SLIDE * (progress - 1.0))


#: Animation → what it does. The active colour is `activeWord.color`.
ANIMATIONS: dict[SubtitleAnimation, WordAnimation] = {
    SubtitleAnimation.NORMAL: WordAnimation("the caption stands as a whole; no word is marked", lights=Lights.NEVER),
    SubtitleAnimation.NONE: WordAnimation("the same as `normal`", lights=Lights.NEVER),
    SubtitleAnimation.ONE_WORD: WordAnimation("only the word being said is shown, alone"),
    SubtitleAnimation.KARAOKE: WordAnimation(
        "all words are shown; each takes the active colour when it is said and keeps it", lights=Lights.SAID
    ),
    SubtitleAnimation.PROGRESSIVE: WordAnimation("words appear in their places as they are said, and stay", waits=True),
    SubtitleAnimation.HIGHLIGHT: WordAnimation(
        "all words are shown; only the one being said has the active colour", lights=Lights.CURRENT
    ),
    SubtitleAnimation.FILL: WordAnimation(
        "all words are shown; the active colour runs through each while it is said, from its first letter on",
        lights=Lights.SWEPT,
    ),
    SubtitleAnimation.POP: WordAnimation(
        "all words are shown; each swells for a moment when it is said", enters=_pop, seconds=0.22
    ),
    SubtitleAnimation.BOUNCE: WordAnimation(
        "all words are shown; each hops when it is said", enters=_bounce, seconds=0.38, reach=(0.0, _HOP)
    ),
    SubtitleAnimation.FADE: WordAnimation(
        "words fade in as they are said, and stay", waits=True, enters=_fade, seconds=0.2
    ),
    SubtitleAnimation.SLIDE: WordAnimation(
        "words slide in towards `direction` as they are said, and stay",
        waits=True,
        enters=_slide,
        seconds=0.25,
        reach=(-_SLIDE, 0.0),
    ),
    SubtitleAnimation.TYPEWRITER: WordAnimation(
        "letters appear one by one while their word is said, and stay", waits=True, types=True
    ),
}
#: Direction → its step, x to the right and y down.
_STEPS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def way_of(subtitle: Subtitle) -> tuple[int, int]:
    """The unit step along which words are displaced: a slide has a direction, everything else goes up."""
    return _STEPS[subtitle.direction if subtitle.animation is SubtitleAnimation.SLIDE else "up"]


def pose_of(manner: WordAnimation, seconds: float) -> Pose:
    """The pose of a word so long after it began to be said."""
    return manner.enters(seconds) if manner.enters is not None and seconds < manner.seconds else AT_REST


def settles_within(manner: WordAnimation, fps: float) -> int:
    """Frames after which a word that began to be said is at rest."""
    return math.ceil(manner.seconds * fps) if manner.enters is not None else 0
