"""Compiles what is asked into a timeline: a picture or a scene that a camera passes, and a card over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clipmill.domain.timeline.layout import Size
from clipmill.engines.draft.asked import Asked
from clipmill.engines.draft.card import INK, REST, Card, Visual
from clipmill.engines.draft.chance import Chance
from clipmill.engines.draft.offers import OWN
from clipmill.engines.draft.scene import bleed_of, ink_of, scene

_ZOOM = 1.08
#: Where the camera may go over a picture, and how the layers of a scene glide.
_WAYS = ("top-left", "bottom-right", "center-left", "top-right", "bottom-center", "center-right", "bottom-left",
         "top-center")  # fmt: skip
_GLIDES = ("slideleft", "slideright", "slideup")


@dataclass(frozen=True)
class Draft:
    """One clip or still in the making."""

    asked: Asked
    seed: int
    #: The prompt without what no font has.
    words: str

    def body(self) -> dict[str, Any]:
        """The timeline: a project as the renderer takes it."""
        asked = self.asked
        ground = self._picture() if asked.reference else self._scene()
        body: dict[str, Any] = {"type": str(asked.offer.kind), "width": asked.width, "height": asked.height,
                                "outputFormat": asked.format, "backgroundColor": INK,
                                "visuals": [*ground, *self.card.visuals]}  # fmt: skip
        timed = {} if asked.offer.is_still else {"duration": asked.seconds, "frameRate": asked.fps}
        return body | timed | ({} if asked.quality is None else {"quality": asked.quality})

    @cached_property
    def card(self) -> Card:
        """What is written on it."""
        asked = self.asked
        label = "draft" if asked.offer.id == OWN else f"draft · {asked.offer.name}"
        is_modest = asked.offer.is_still and bool(asked.reference)
        ink = INK if asked.reference else ink_of(self._chance)
        return Card(self._size, self.words, label, asked.seconds, ink, is_modest)

    @cached_property
    def _chance(self) -> Chance:
        return Chance(self.seed, self.asked.prompt)

    @property
    def _size(self) -> Size:
        return Size(self.asked.width, self.asked.height)

    def _picture(self) -> Iterator[Visual]:
        """The reference, which the first frame shows as it is; then the camera goes closer."""
        zoom = {"from": 1.0, "to": _ZOOM, "rest": REST, "towards": self._chance.next_of("way", _WAYS)}
        picture = {"type": "IMAGE", "src": self.asked.reference, "x": 0, "y": 0, "width": self.asked.width,
                   "height": self.asked.height, "fit": "cover"}  # fmt: skip
        yield picture if self.asked.offer.is_still else {**picture, "zoom": zoom}

    def _scene(self) -> Iterator[Visual]:
        """The layers of a scene, which glide into their places until the last half second."""
        size, bleed, glide = self._size, bleed_of(self._size), self._chance.next_of("glide", _GLIDES)
        for sheet in scene(size, self._chance):
            layer = {"type": "SVG", "svg": sheet.svg, "x": -bleed, "y": -bleed, "width": size.width + 2 * bleed,
                     "height": size.height + 2 * bleed}  # fmt: skip
            if sheet.depth and not self.asked.offer.is_still:
                distance = round(bleed * sheet.depth, 2)
                layer |= {"enterEnd": self.asked.seconds - REST,
                          "enterAnimation": {"effect": glide, "distance": distance, "easing": "ease-out"}}  # fmt: skip
            yield layer
