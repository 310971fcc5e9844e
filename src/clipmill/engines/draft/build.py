"""Compiles what is wanted into a timeline: a picture or a scene that a camera passes, and a card over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clipmill.domain.timeline.layout import Size
from clipmill.engines.draft.card import INK, REST, TitleCard, Visual
from clipmill.engines.draft.chance import Chance
from clipmill.engines.draft.offers import OWN
from clipmill.engines.draft.scene import bleed_of, ink_of, scene
from clipmill.engines.draft.wanted import Wanted

_ZOOM = 1.08
#: Where the camera may go over a picture, and how the layers of a scene glide.
_WAYS = ("top-left", "bottom-right", "center-left", "top-right", "bottom-center", "center-right", "bottom-left",
         "top-center")  # fmt: skip
_GLIDES = ("slideleft", "slideright", "slideup")


@dataclass(frozen=True)
class Draft:
    """One clip or still in the making."""

    wanted: Wanted
    seed: int
    #: The prompt without what no font has.
    words: str

    def body(self) -> dict[str, Any]:
        """The timeline: a project as the renderer takes it."""
        wanted = self.wanted
        ground = self._picture() if wanted.reference else self._scene()
        body: dict[str, Any] = {"type": str(wanted.offer.kind), "width": wanted.width, "height": wanted.height,
                                "outputFormat": wanted.format, "backgroundColor": INK,
                                "visuals": [*ground, *self.card.visuals]}  # fmt: skip
        timed = {} if wanted.offer.is_still else {"duration": wanted.seconds, "frameRate": wanted.fps}
        return body | timed | ({} if wanted.quality is None else {"quality": wanted.quality})

    @cached_property
    def card(self) -> TitleCard:
        """What is written on it."""
        wanted = self.wanted
        label = "draft" if wanted.offer.id == OWN else f"draft · {wanted.offer.name}"
        is_modest = wanted.offer.is_still and bool(wanted.reference)
        ink = INK if wanted.reference else ink_of(self._chance)
        return TitleCard(self._size, self.words, label, wanted.seconds, ink, is_modest)

    @cached_property
    def _chance(self) -> Chance:
        return Chance(self.seed, self.wanted.prompt)

    @property
    def _size(self) -> Size:
        return Size(self.wanted.width, self.wanted.height)

    def _picture(self) -> Iterator[Visual]:
        """The reference, which the first frame shows as it is; then the camera goes closer."""
        zoom = {"from": 1.0, "to": _ZOOM, "rest": REST, "towards": self._chance.next_of("way", _WAYS)}
        picture = {"type": "IMAGE", "src": self.wanted.reference, "x": 0, "y": 0, "width": self.wanted.width,
                   "height": self.wanted.height, "fit": "cover"}  # fmt: skip
        yield picture if self.wanted.offer.is_still else {**picture, "zoom": zoom}

    def _scene(self) -> Iterator[Visual]:
        """The layers of a scene, which glide into their places until the last half second."""
        size, bleed, glide = self._size, bleed_of(self._size), self._chance.next_of("glide", _GLIDES)
        for drawn in scene(size, self._chance):
            box = drawn.box
            layer = {"type": "SVG", "svg": drawn.svg, "x": box.x, "y": box.y, "width": box.width, "height": box.height}
            if drawn.depth and not self.wanted.offer.is_still:
                distance = round(bleed * drawn.depth, 2)
                layer |= {"enterEnd": self.wanted.seconds - REST,
                          "enterAnimation": {"effect": glide, "distance": distance}}  # fmt: skip
            yield layer
