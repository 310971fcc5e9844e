"""The SUBTITLE layer: the page of a subtitle that is on the picture, over everything else."""

from __future__ import annotations

from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.layer import Layer, Stage, box_of
from clipmill.engines.render.motion import State
from clipmill.engines.render.subtitles.content import Showing, SubtitleContent
from clipmill.engines.render.subtitles.picture import PagePicture
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import Sprite, empty_sprite
from clipmill.media.workers.clock import timed

#: So much of a page is quoted; sizes that differ by less (pixels) are the same.
_QUOTED, _SAME = 40, 0.01


def subtitle_layer(content: SubtitleContent, stage: Stage, where: str) -> Layer:
    """Set up a subtitle."""
    return SubtitleLayer(content, stage)


class SubtitleLayer:
    """Keeps the page that is shown, and no other; a page is laid out when it first comes."""

    def __init__(self, content: SubtitleContent, stage: Stage) -> None:
        self._content = content
        self._canvas = stage.canvas
        self._told = stage.told
        self._seconds = stage.limits.drawing_seconds
        #: Pages that did not fit at the size asked for, and how large they are drawn, pixels.
        self._smaller: dict[int, float] = {}
        self._kept: tuple[int, PagePicture] | None = None
        self.rect: Rect = Rect(0, 0, int(stage.canvas.width), int(stage.canvas.height))
        self.box: Box = box_of(self.rect)

    def sprite(self, state: State) -> Sprite:
        """The page of `state.content`, its words as they look then. Raises MediaError for what cannot be set."""
        showing = state.content
        if not isinstance(showing, Showing):
            return empty_sprite()
        picture = self._picture(showing.page)
        return picture.sprite(self._content.looks.each(showing, picture.count))

    def close(self) -> None:
        """Let go of the page, and tell which were drawn smaller than asked."""
        self._kept = None
        if self._smaller:
            number, size = min(self._smaller.items())
            words = self._content.programme.pages[number].words
            said, asked = " ".join(word.text for word in words)[:_QUOTED], self._content.subtitle.font.size
            others = f"; likewise {len(self._smaller) - 1} more" if len(self._smaller) > 1 else ""
            self._told(
                f"subtitle.font.size: {said!r} at {float(words[0].start):g} s is drawn at {size:.3g} px, not "
                f"{asked:g}: it would not fit{others}"
            )
        self._smaller = {}

    def _picture(self, number: int) -> PagePicture:
        if self._kept is None or self._kept[0] != number:
            page = self._content.programme.pages[number]
            with timed("subtitle", self._seconds):
                self._kept = (number, PagePicture(page, self._content.subtitle, self._canvas))
            size = self._kept[1].size
            if size < self._content.subtitle.font.size - _SAME:
                self._smaller[number] = size
        return self._kept[1]
