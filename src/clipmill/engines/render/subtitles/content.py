"""What a subtitle shows in each frame, as a small value: which page, how far it is said, the words that stand out."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from clipmill.domain.timeline.elements.subtitle import Subtitle, SubtitleAnimation
from clipmill.domain.timeline.timing import first_frame
from clipmill.engines.render.motion import Span
from clipmill.engines.render.subtitles.animations import ANIMATIONS, Lights, WordAnimation, pose_of, settles_within
from clipmill.engines.render.subtitles.pages import Page, Programme, programme_of
from clipmill.engines.render.subtitles.words import clusters

#: A pause up to this long (seconds) after a word leaves it marked.
_BRIDGED = Fraction(1, 4)
#: Changes no further apart than this (seconds) are one movement: a layer that rests is laid down, and taken up again.
_ONE_MOVEMENT = 1


class WordLook(NamedTuple):
    """How one word is drawn; whole numbers, so that what looks the same is the same."""

    #: 0–255.
    opacity: int = 255
    #: How much of it has the active colour, 0–255 from its first letter on.
    lit: int = 0
    #: Whether the active word's background lies behind it.
    boxed: bool = False
    #: Share of the room it may grow into, hundredths.
    grown: int = 0
    #: Displacement along the animation's way, hundredths of the font size.
    away: int = 0
    #: How many of its letters are there, −1 for all.
    typed: int = -1


class Showing(NamedTuple):
    """One page in one frame."""

    #: Its place in the programme.
    page: int
    #: Words that are said or being said; they look like `Looks.said` unless `marks` has another look for them.
    begun: int
    #: Place of a word → its look.
    marks: tuple[tuple[int, WordLook], ...] = ()


@dataclass(frozen=True)
class WordLooks:
    """How words look while nothing moves them, as the subtitle's animation and colours have it."""

    #: A word that has not been said.
    coming: WordLook
    #: One that is being said.
    current: WordLook
    #: One that has been said.
    said: WordLook

    def each(self, showing: Showing, count: int) -> list[WordLook]:
        """The look of every word of a page."""
        looks = [self.said] * showing.begun + [self.coming] * (count - showing.begun)
        for place, look in showing.marks:
            looks[place] = look
        return looks


def looks_of(subtitle: Subtitle) -> WordLooks:
    """The looks a subtitle asks for."""
    animation, active = ANIMATIONS[subtitle.animation], subtitle.active_word
    lit = {
        Lights.NEVER: False,
        Lights.WHERE_GIVEN: active.color is not None,
        Lights.CURRENT: active.color is not None or active.background is None,
    }.get(animation.lights, True)
    boxed = active.background is not None and animation.lights is not Lights.NEVER
    stays = animation.lights in (Lights.SAID, Lights.SWEPT)
    return WordLooks(
        coming=WordLook(opacity=0 if animation.waits else 255),
        current=WordLook(lit=255 if lit else 0, boxed=boxed),
        said=WordLook(lit=255 if stays else 0),
    )


@dataclass(frozen=True, slots=True)
class _Times:
    """When the words of a page are said, in frames; a time between two frames has a fraction."""

    #: The first frame of each word, for searching, and its exact time.
    begins: list[int]
    starts: list[float]
    #: How long each is said.
    lengths: list[float]
    #: The first frame in which each is marked no more.
    untils: list[int]
    #: How many letters each has.
    letters: list[int]


@dataclass(frozen=True)
class SubtitleContent:
    """The content of a subtitle's layer: `at` gives a Showing, None where nothing is shown."""

    subtitle: Subtitle
    fps: Fraction

    def at(self, frame: int) -> Showing | None:
        """What is shown in this frame of the project."""
        place = bisect.bisect_right(self._begins, frame) - 1
        if place < 0 or frame >= self.airings[place][1]:
            return None
        number = self.airings[place][2]
        times = self._times[number]
        if self._still:
            return Showing(number, len(times.begins))
        begun = bisect.bisect_right(times.begins, frame)
        moving = bisect.bisect_right(times.begins, frame - settles_within(self._animation, float(self.fps)))
        marks = []
        for word in range(max(0, min(moving, begun - 1)), begun):
            look = self._look(times, word, frame, is_last=word == begun - 1)
            if look != self.looks.said:
                marks.append((word, look))
        return Showing(number, begun, tuple(marks))

    def changes(self) -> tuple[Span, ...]:
        """The spans in which a frame may differ from the one before it; what follows closely is one span."""
        pause = round(_ONE_MOVEMENT * self.fps)
        joined: list[Span] = []
        for begin, end, _ in self.airings:
            for first, last in [(begin, begin + 1), (end, end + 1)] if self._still else [(begin, end + 1)]:
                if joined and first - joined[-1][1] <= pause:
                    joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
                else:
                    joined.append((first, last))
        return tuple(joined)

    @cached_property
    def programme(self) -> Programme:
        """The pages and when they are shown."""
        return programme_of(self.subtitle)

    @cached_property
    def looks(self) -> WordLooks:
        """How words look while nothing moves them."""
        return looks_of(self.subtitle)

    def _look(self, times: _Times, word: int, frame: int, *, is_last: bool) -> WordLook:
        since, length = frame - times.starts[word], times.lengths[word]
        look = self.looks.current if is_last and frame < times.untils[word] else self.looks.said
        if is_last and self._animation.lights is Lights.SWEPT:
            look = look._replace(lit=int(255 * _share(since, length)))
        if is_last and self._animation.types:
            typed = int(times.letters[word] * _share(since, length)) + 1
            look = look._replace(typed=typed if typed < times.letters[word] else -1)
        pose = pose_of(self._animation, since / float(self.fps))
        return look._replace(
            opacity=round(255 * pose.opacity), grown=round(100 * pose.grown), away=round(100 * pose.away)
        )

    @cached_property
    def _animation(self) -> WordAnimation:
        return ANIMATIONS[self.subtitle.animation]

    @cached_property
    def _still(self) -> bool:
        """Whether a page never changes while it is shown."""
        return self._animation.lights is Lights.NEVER

    @cached_property
    def airings(self) -> list[tuple[int, int, int]]:
        """When pages are on the picture: first frame, first frame after it, page."""
        counted = (
            (first_frame(a.start, self.fps), first_frame(a.end, self.fps), a.page) for a in self.programme.airings
        )
        return [airing for airing in counted if airing[0] < airing[1]]

    @cached_property
    def _begins(self) -> list[int]:
        return [begin for begin, _, _ in self.airings]

    @cached_property
    def _times(self) -> list[_Times]:
        stays = self.subtitle.animation is SubtitleAnimation.ONE_WORD
        return [_times(page, self.fps, stays=stays) for page in self.programme.pages]


def _times(page: Page, fps: Fraction, *, stays: bool) -> _Times:
    words = page.words
    untils = []
    for place, word in enumerate(words):
        following = words[place + 1].start if place + 1 < len(words) else page.end
        untils.append(first_frame(following if stays or following - word.end <= _BRIDGED else word.end, fps))
    return _Times(
        begins=[first_frame(word.start, fps) for word in words],
        starts=[float(word.start * fps) for word in words],
        lengths=[float((word.end - word.start) * fps) for word in words],
        untils=untils,
        letters=[len(clusters(word.text)) for word in words],
    )


def _share(since: float, length: float) -> float:
    """How much of a word has been said; all of one that takes no time."""
    return min(1.0, max(0.0, since / length)) if length > 0 else 1.0
