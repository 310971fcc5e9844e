"""The picture of one page: its words drawn as they look at a moment, and anew only where a word looks different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.subtitle import Subtitle
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.subtitles.animations import ANIMATIONS, way_of
from clipmill.engines.render.subtitles.content import WordLook
from clipmill.engines.render.subtitles.pages import Page
from clipmill.engines.render.subtitles.painting import Painting
from clipmill.engines.render.subtitles.placed import place_page
from clipmill.engines.render.subtitles.shapes import joined_boxes
from clipmill.engines.render.subtitles.word_sprites import WordSprite, extent_of, word_sprite
from clipmill.media.draw.planes import FULL_SIZE, Rect, even_rect
from clipmill.media.draw.sprite import Sprite, Tile, sprite_from_mask

#: The colour of the active word where none is given.
DEFAULT_ACTIVE = Colour(0xFA, 0xDD, 0x46)
_HIDDEN = WordLook(opacity=0)
_NOWHERE = Rect(0, 0, 0, 0)


class PagePicture:
    """One page on planes of its own."""

    def __init__(self, page: Page, subtitle: Subtitle, canvas: Size) -> None:
        self._subtitle = subtitle
        self._page = place_page(page, subtitle, canvas)
        step, size = way_of(subtitle), self._page.setting.layout.size
        #: Where a displacement of one font size leads, pixels.
        self._way = (step[0] * size, step[1] * size)
        self.rect: Rect = self._reach().meet(Rect(0, 0, int(canvas.width), int(canvas.height)))
        self._ground = self._drawn_ground()
        shapes = {True: (self.rect.height, self.rect.width), False: (self.rect.height // 2, self.rect.width // 2)}
        self._parts = tuple(np.zeros(shapes[plane in FULL_SIZE], np.uint8) for plane in range(5))
        self._looks = [_HIDDEN] * len(self._page.words)
        self._redraw(self.rect)

    @property
    def count(self) -> int:
        """How many words it has."""
        return len(self._looks)

    @property
    def size(self) -> float:
        """How large its letters are, pixels: as asked, or as large as fits."""
        return self._page.setting.layout.size

    def sprite(self, looks: Sequence[WordLook]) -> Sprite:
        """The page with its words looking like this; valid until the next call."""
        dirty = _NOWHERE
        for word, old, new in zip(self._page.words, self._looks, looks, strict=True):
            if word is not None and old != new:
                dirty = dirty.join(extent_of(word, old, self._way)).join(extent_of(word, new, self._way))
        self._looks = list(looks)
        self._redraw(dirty.meet(self.rect))
        y, u, v, alpha, small = self._parts
        whole = Tile(Rect(0, 0, self.rect.width, self.rect.height), opaque=False)
        return Sprite(self.rect, (y, u, v), (alpha, small), () if self.rect.is_empty else (whole,))

    def _reach(self) -> Rect:
        """All that may be drawn on."""
        rect = _NOWHERE
        for box in self._page.lines:
            rect = rect.join(even_rect(box.x, box.y, box.x + box.width, box.y + box.height))
        for away in (0.0, *ANIMATIONS[self._subtitle.animation].reach):
            look = WordLook(boxed=self._subtitle.active_word.background is not None, grown=100, away=round(100 * away))
            for word in self._page.words:
                rect = rect if word is None else rect.join(extent_of(word, look, self._way))
        return rect

    def _drawn_ground(self) -> Sprite | None:
        """The boxes behind the lines."""
        background = self._subtitle.background
        if background is None or background.color is None or self.rect.is_empty:
            return None
        boxes = [replace(box, x=box.x - self.rect.x, y=box.y - self.rect.y) for box in self._page.lines]
        mask = joined_boxes(boxes, background.radius, (self.rect.width, self.rect.height))
        colour = replace(background.color, alpha=background.color.alpha * background.opacity)
        return sprite_from_mask(mask, self.rect, colour)

    def _redraw(self, dirty: Rect) -> None:
        """Draw one part: the ground, boxes of active words, outlines, letters, emoji."""
        if dirty.is_empty:
            return
        painting = Painting(self._parts, self.rect, dirty)
        painting.start(self._ground)
        sprites: list[WordSprite] = []
        for place, (word, look) in enumerate(zip(self._page.words, self._looks, strict=True)):
            if word is None or extent_of(word, look, self._way).meet(dirty).is_empty:
                continue
            sprites.append(word_sprite(word, look, self._way, partial(self._page.begun, place)))
        self._paint_boxes(painting, sprites)
        self._paint_letters(painting, sprites)

    def _paint_boxes(self, painting: Painting, sprites: Sequence[WordSprite]) -> None:
        mask, colour = painting.empty(), self._subtitle.active_word.background
        for sprite in sprites:
            if sprite.box is not None:
                painting.lay(mask, *sprite.box, sprite.opacity)
        if colour is not None:
            painting.paint((mask, colour))

    def _paint_letters(self, painting: Painting, sprites: Sequence[WordSprite]) -> None:
        outlines, plain, lit = painting.empty(), painting.empty(), painting.empty()
        for sprite in sprites:
            for mask, part in ((outlines, sprite.outline), (plain, sprite.plain), (lit, sprite.lit)):
                if part is not None:
                    painting.lay(mask, part, sprite.place, sprite.opacity)
        if self._subtitle.stroke is not None:
            painting.paint((outlines, self._subtitle.stroke.color))
        painting.paint((plain, self._subtitle.font.color), (lit, self._subtitle.active_word.color or DEFAULT_ACTIVE))
        for sprite in sprites:
            if sprite.colour is not None:
                painting.paint_picture(sprite.colour, sprite.place, sprite.opacity)
