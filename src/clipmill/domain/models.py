"""A model: one named thing an engine can make with, and what it offers: kinds, sizes, lengths, prices and limits."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clipmill.domain.media import MediaKind

_BETWEEN_WORDS = re.compile(r"[^a-z0-9.]+")


def model_id(name: str) -> str:
    """`Seedance 2.0` and `seedance_2.0` as `seedance-2.0`: how models are called in payloads and lanes."""
    return _BETWEEN_WORDS.sub("-", name.lower()).strip("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOffer:
    """What can be asked of one model; one that makes videos and stills has an offer for each."""

    id: str
    name: str
    engine: str
    #: VIDEO or IMAGE.
    kind: MediaKind
    #: What is made where nothing else is asked for, pixels, seconds and pictures a second; of a still 0 and 0.
    width: int
    height: int
    seconds: float = 0.0
    fps: int = 0
    #: How short and how long a video may be, seconds.
    min_seconds: float = 0.0
    max_seconds: float = 0.0
    #: How short and how long a side may be, pixels.
    min_side: int = 256
    max_side: int = 1920
    #: Thousandths of a credit for one output, and for every started second of it besides.
    price: int = 0
    price_per_second: int = 0
    #: Outputs that one call may ask for; 0: nobody says.
    max_batch: int = 0
    #: Size of a reference picture, bytes; 0: as large as pictures may be.
    reference_bytes: int = 0
    #: Whether something else makes it on this machine, under this model's name and price.
    stands_in: bool = False

    @property
    def is_still(self) -> bool:
        """Whether it makes single pictures."""
        return self.kind is MediaKind.IMAGE

    def credits(self, seconds: float = 0.0) -> int:
        """Thousandths of a credit for one output of this length."""
        return self.price + self.price_per_second * math.ceil(round(seconds, 6))


def offer_called(offers: Iterable[ModelOffer], model: str, kind: MediaKind) -> ModelOffer | None:
    """The offer of the model that is called so, by id or by name, for this kind of output; None where there is none."""
    wanted = model_id(model)
    return next((offer for offer in offers if offer.id == wanted and offer.kind is kind), None)


def kinds_of(offers: Sequence[ModelOffer], model: str) -> tuple[MediaKind, ...]:
    """What the model that is called so makes; empty where there is none."""
    wanted = model_id(model)
    return tuple(offer.kind for offer in offers if offer.id == wanted)
