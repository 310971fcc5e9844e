"""Looking: every text, picture and clip of a plan is looked at while it is drawn, at rest, until it can be told.

A text passes when it stands out from what lies behind it in one of its frames, a picture when it is none of the blank
ones in one of them: what is as it should be is looked at once.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from clipmill.domain.media import Doubt
from clipmill.domain.timeline.elements.visual import PictureVisual, SvgVisual, TextVisual
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.doubts.moments import looks, spread
from clipmill.engines.render.plan import Plan, PlannedLayer, Run
from clipmill.engines.render.subtitles.content import SubtitleContent
from clipmill.media.draw.planes import Bytes, Planes, Rect, even_rect
from clipmill.media.draw.sprite import Sprite, scaled
from clipmill.media.facts.pixels.blank import blankness
from clipmill.media.facts.pixels.contrast import contrast

#: A text that stands out less than this cannot be read (WCAG 2 asks for 3 to 4.5).
LEAST_CONTRAST = 1.5
#: How many frames of a text, and of a moving picture, are looked at before either is doubted.
_TEXT_LOOKS, _CLIP_LOOKS = 5, 12
#: How many pages of a subtitle are looked at, and where in the time of each, as shares of it: last what is all said.
_PAGES, _PAGE_MOMENTS = 24, (0.5, 0.85)
#: Opacity below this is not seen, and not meant to be.
_SEEN = 0.02
_MARGIN = 4
_SUBTITLE = "subtitle"
_WORDS_SHOWN = 60
_TAGS = re.compile(r"<[^<>]*+>")
_RASTER = re.compile(r"<(?:\w+:)?image[\s/>]", re.IGNORECASE)


@dataclass(slots=True)
class _Subject:
    """What is looked at, and what was seen of it so far."""

    place: int
    where: str
    #: Looks at the present frame; a sentence of doubt, or empty where all is well, None where nothing was seen.
    look: Callable[[Compositor], str | None]
    check: str
    frames: list[int]
    doubt: str = ""
    settled: bool = False

    def as_doubt(self) -> Doubt:
        """What to tell of it, with the middle of the frames it was looked at in."""
        return Doubt(self.check, f"{self.where}: {self.doubt}", self.frames[len(self.frames) // 2])


@dataclass(slots=True)
class Inspection:
    """The looks that are due, in the order of their frames."""

    plan: Plan
    _due: list[tuple[int, int]] = field(default_factory=list)
    _subjects: list[_Subject] = field(default_factory=list)
    _scratch: Planes | None = None

    def __post_init__(self) -> None:
        for place, layer in enumerate(self.plan.layers):
            self._subjects += self._of(place, layer)
        self._due = sorted((frame, number) for number, each in enumerate(self._subjects) for frame in each.frames)

    def see(self, run: Run, compositor: Compositor) -> None:
        """Look at what is due in the frames of a run, which the compositor has just drawn."""
        while self._due and self._due[0][0] < run.end:
            number = heapq.heappop(self._due)[1]
            subject = self._subjects[number]
            if subject.settled:
                continue
            told = subject.look(compositor)
            subject.settled = told == ""
            if told:
                subject.doubt = subject.doubt or told

    def doubts(self) -> list[Doubt]:
        """What was never as it should be, with a frame in which that can be seen; pages of a subtitle told as one."""
        found = [each for each in self._subjects if each.doubt and not each.settled]
        pages = [each for each in found if each.where == _SUBTITLE]
        more = len(pages) - 1
        if more > 0:
            pages[0].doubt += f"; so {'are' if more > 1 else 'is'} {more} more of its pages"
        return [each.as_doubt() for each in found if each not in pages[1:]]

    def _of(self, place: int, layer: PlannedLayer) -> list[_Subject]:
        """What there is to look at in a layer."""
        element = layer.element
        if layer.motion.opacity < _SEEN:
            return []
        if isinstance(element, SubtitleContent):
            return self._pages(place, element)
        if isinstance(element, TextVisual) and _has_ink(element):
            frames = looks(layer, self.plan, _TEXT_LOOKS)
            return [_Subject(place, layer.where, self._legible(place, _words(element), boxed=_is_boxed(element)),
                             "low_contrast", frames)]  # fmt: skip
        if isinstance(element, PictureVisual) or (isinstance(element, SvgVisual) and _RASTER.search(element.svg)):
            frames = looks(layer, self.plan, _CLIP_LOOKS if layer.motion.content is not None else 1)
            field_name = "svg" if isinstance(element, SvgVisual) else "src"
            return [
                _Subject(
                    place,
                    f"{layer.where}.{field_name}",
                    _filled(place, rounded=_is_rounded(element)),
                    "blank_picture",
                    frames,
                )
            ]
        return []

    def _pages(self, place: int, content: SubtitleContent) -> list[_Subject]:
        """Some pages of a subtitle, evenly spread, each a text of its own."""
        boxed = content.subtitle.background is not None and content.subtitle.background.color is not None
        airings = content.airings
        chosen = spread([(0, len(airings))], _PAGES)
        return [
            _Subject(place, _SUBTITLE, self._legible(place, content.programme.pages[page].text, boxed=boxed),
                     "low_contrast", sorted({begin + int((end - begin) * share) for share in _PAGE_MOMENTS}))
            for begin, end, page in (airings[number] for number in chosen)
        ]  # fmt: skip

    def _legible(self, place: int, words: str, *, boxed: bool) -> Callable[[Compositor], str | None]:
        def look(compositor: Compositor) -> str | None:
            drawn = compositor.drawn(place)
            if drawn is None or self.plan.background is None:
                return None
            sprite, opacity = drawn
            alpha, rect = _ink(sprite, opacity, compositor.picture.rect)
            if rect.is_empty:
                return None
            if self._scratch is None:
                self._scratch = Planes(self.plan.width, self.plan.height, full_colour=self.plan.full_colour)
            compositor.draw_without(place, self._scratch, rect)
            ratio = contrast(self._scratch, compositor.picture, alpha, rect, boxed=boxed)
            if ratio >= LEAST_CONTRAST:
                return ""
            return (
                f"{words[:_WORDS_SHOWN]!r} can hardly be read: its contrast to what lies behind it is {ratio:.2f} : 1"
            )

        return look


def _is_rounded(visual: PictureVisual | SvgVisual) -> bool:
    """Whether the corners of its box are cut off, or turned out of it."""
    round_corners = isinstance(visual, PictureVisual) and max(visual.radius.model_dump().values()) > 0
    return round_corners or visual.angle % 90 != 0


def _filled(place: int, *, rounded: bool) -> Callable[[Compositor], str | None]:
    def look(compositor: Compositor) -> str | None:
        drawn = compositor.drawn(place)
        if drawn is None:
            return None
        told = blankness(drawn[0], rounded=rounded)
        return f"the picture is {told}" if told else ""

    return look


def _ink(sprite: Sprite, opacity: float, canvas: Rect) -> tuple[Bytes, Rect]:
    """The opacity of a sprite and where on the canvas that lies, with a few pixels around it."""
    seen = sprite.rect.meet(canvas)
    inside = seen.moved(-sprite.rect.x, -sprite.rect.y)
    alpha = sprite.alpha[0][inside.window(0)]
    if seen.is_empty or not alpha.any():
        return alpha, Rect(0, 0, 0, 0)
    x, y, width, height = cv2.boundingRect(alpha)
    left, top = seen.x + x - _MARGIN, seen.y + y - _MARGIN
    rect = even_rect(left, top, left + width + 2 * _MARGIN, top + height + 2 * _MARGIN).meet(canvas)
    spread_out = np.zeros((rect.height, rect.width), np.uint8)
    both = rect.meet(seen)
    own = both.moved(-sprite.rect.x, -sprite.rect.y).window(0)
    spread_out[both.moved(-rect.x, -rect.y).window(0)] = sprite.alpha[0][own]
    return scaled(spread_out, opacity), rect


def _words(visual: TextVisual) -> str:
    return " ".join((visual.text or _TAGS.sub(" ", visual.html)).split())


def _has_ink(visual: TextVisual) -> bool:
    """Whether letters are to be seen: those of a transparent colour are not meant to be."""
    look = visual.style.look()
    inked = look.fill.alpha >= _SEEN or look.text_stroke_width.value > 0 or "text" in look.background_clip
    return bool(_words(visual)) and (bool(visual.html) or inked)


def _is_boxed(visual: TextVisual) -> bool:
    """Whether a ground of its own may lie behind the letters."""
    look = visual.style.look()
    if visual.html:
        return True
    filled = look.background_color is None or look.background_color.alpha > 0
    return (filled or bool(look.background_image)) and "text" not in look.background_clip
