"""Pages: the captions of a subtitle as they are shown, no more words on one than asked, and when each is seen.

Where two captions overlap the later one is shown; when it is over and the earlier one is not, that one comes back.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from clipmill.domain.timeline.elements.subtitle import Subtitle, SubtitleAnimation
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.subtitles.words import Spoken, spoken


@dataclass(frozen=True, slots=True)
class Page:
    """Words that are shown together."""

    words: tuple[Spoken, ...]
    #: Seconds.
    start: Fraction
    end: Fraction

    @property
    def text(self) -> str:
        """What is read, with its line breaks."""
        return "".join(word.gap * (place > 0) + word.text for place, word in enumerate(self.words))


@dataclass(frozen=True, slots=True)
class Airing:
    """A time in which a page is on the picture, seconds."""

    start: Fraction
    end: Fraction
    #: Its place among the pages.
    page: int


@dataclass(frozen=True, slots=True)
class Programme:
    """All that a subtitle shows."""

    pages: tuple[Page, ...]
    #: In order; no two at once.
    airings: tuple[Airing, ...]


def programme_of(subtitle: Subtitle) -> Programme:
    """The pages of a subtitle whose captions are there, and when they are shown."""
    alone = subtitle.animation is SubtitleAnimation.ONE_WORD
    most = 1 if alone else subtitle.max_words_per_line
    pages: list[Page] = []
    for caption in subtitle.captions:
        words = spoken(caption, subtitle.font.transform)
        start, end = exact(caption.start), exact(caption.end)
        if alone and words:
            start = words[0].start
        pages.extend(_cut(words, start, end, most))
    return Programme(tuple(pages), tuple(_airings(pages)))


def texts(subtitle: Subtitle) -> Iterator[tuple[str, str]]:
    """(path, text) of everything that is written, for a look at its letters."""
    for number, caption in enumerate(subtitle.captions):
        yield (f"subtitle.captions[{number}]",
               "".join(word.gap + word.text for word in spoken(caption, subtitle.font.transform)))  # fmt: skip


def _cut(words: tuple[Spoken, ...], start: Fraction, end: Fraction, most: int | None) -> Iterator[Page]:
    """A caption as pages of at most so many words, about equally many on each; a page stays until the next comes."""
    groups = [words] if most is None else _groups(words, most)
    for place, group in enumerate(groups):
        if group:
            following = groups[place + 1 :]
            yield Page(
                group if most is None else tuple(_on_one_line(group)),
                start if place == 0 else group[0].start,
                following[0][0].start if following else end,
            )


def _groups(words: tuple[Spoken, ...], most: int) -> list[tuple[Spoken, ...]]:
    count = math.ceil(sum(word.weight for word in words) / most)
    groups: list[tuple[Spoken, ...]] = []
    rest = words
    while rest:
        # What is left is shared out evenly over the pages that are left.
        left = sum((word.weight for word in rest), Fraction(0))
        share = min(most, math.ceil(left / max(1, count - len(groups))))
        taken, weight = 0, Fraction(0)
        while taken < len(rest) and (taken == 0 or weight + rest[taken].weight <= share):
            weight += rest[taken].weight
            taken += 1
        groups.append(rest[:taken])
        rest = rest[taken:]
    return groups


def _on_one_line(words: tuple[Spoken, ...]) -> Iterator[Spoken]:
    for word in words:
        yield Spoken(word.text, word.start, word.end, " " if word.gap else "")


def _airings(pages: list[Page]) -> list[Airing]:
    shown: list[Airing] = []
    for number in sorted(range(len(pages)), key=lambda number: pages[number].start):
        page = pages[number]
        if page.end <= page.start:
            continue
        cut: list[Airing] = []
        while shown and shown[-1].end > page.start:
            old = shown.pop()
            if old.end > page.end:
                cut.append(Airing(max(old.start, page.end), old.end, old.page))
            if old.start < page.start:
                cut.append(Airing(old.start, page.start, old.page))
        shown.extend(sorted([*cut, Airing(page.start, page.end, number)], key=lambda airing: airing.start))
    return shown
