"""The SUBTITLE layer: the page of a subtitle that is on the picture, over everything else."""

from __future__ import annotations

from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.layer import Layer, Stage, box_of
from clipmill.engines.render.motion import State
from clipmill.engines.render.subtitles.content import Showing, SubtitleContent
from clipmill.engines.render.subtitles.picture import PagePicture
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import Sprite, empty_sprite


def subtitle_layer(content: SubtitleContent, stage: Stage, where: str) -> Layer:
    """Set up a subtitle."""
    return SubtitleLayer(content, stage)


class SubtitleLayer:
    """Keeps the page that is shown, and no other; a page is laid out when it first comes."""

    def __init__(self, content: SubtitleContent, stage: Stage) -> None:
        self._content = content
        self._canvas = stage.canvas
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
        """Let go of the page."""
        self._kept = None

    def _picture(self, number: int) -> PagePicture:
        if self._kept is None or self._kept[0] != number:
            page = self._content.script.pages[number]
            self._kept = (number, PagePicture(page, self._content.subtitle, self._canvas))
        return self._kept[1]
