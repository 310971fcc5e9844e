"""What is asked of a model, in Flixly's words: type, resolution, aspect ratio, pictures by address; as our payload."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clipmill.api.errors import ApiError
from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer, kinds_of, model_id, offer_called
from clipmill.domain.payload import ASSET_SCHEME
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.uploads import reference_of
from clipmill.shown import shortened

#: The types that something here makes, and those that nothing does.
_MADE = {"TEXT_TO_IMAGE": MediaKind.IMAGE, "IMAGE_TO_IMAGE": MediaKind.IMAGE, "TEXT_TO_VIDEO": MediaKind.VIDEO,
         "IMAGE_TO_VIDEO": MediaKind.VIDEO, "IMAGE": MediaKind.IMAGE, "VIDEO": MediaKind.VIDEO}  # fmt: skip
_UNMADE = ("VIDEO_TO_VIDEO", "TEXT_TO_SPEECH", "VOICE_CLONE", "MUSIC_GENERATION", "UPSCALE", "REMOVE_BACKGROUND")
_OF_KIND = {MediaKind.IMAGE: ("TEXT_TO_IMAGE", "IMAGE_TO_IMAGE"), MediaKind.VIDEO: ("TEXT_TO_VIDEO", "IMAGE_TO_VIDEO")}
_SIZE = re.compile(r"\s*(\d{2,5})\s*[x×*]\s*(\d{2,5})\s*", re.IGNORECASE)
_SHORT_SIDE = re.compile(r"\s*(\d{3,4})p\s*", re.IGNORECASE)
_NAMED_SIDES = {"sd": 480, "hd": 720, "full hd": 1080, "fhd": 1080, "1k": 1080}
_RATIO = re.compile(r"\s*(\d{1,4}(?:\.\d+)?)\s*[:/x]\s*(\d{1,4}(?:\.\d+)?)\s*", re.IGNORECASE)
_ASSET = "ast_"


def refused(param: str, message: str, hint: str = "") -> ApiError:
    """The error for a field that is wrong."""
    return ApiError(422, "validation_error", message, param=param, hint=hint)


def types_of(offer: ModelOffer) -> Sequence[str]:
    """What a model is asked for, in Flixly's words."""
    return _OF_KIND[offer.kind]


def type_of(offer: ModelOffer, *, from_picture: bool) -> str:
    """What one request is: from a text, or from a picture."""
    return _OF_KIND[offer.kind][from_picture]


def offer_asked(offers: Sequence[ModelOffer], model: str, kind: str) -> ModelOffer:
    """The offer that is meant; a model of both kinds makes videos where nothing is said. Raises ApiError (422)."""
    wanted = re.sub(r"[\s-]+", "_", kind.strip().upper())
    if wanted in _UNMADE:
        raise refused("type", f"no model here does {wanted}", f"There are {', '.join([*_MADE][:4])}.")
    if wanted and wanted not in _MADE:
        raise refused("type", f"{shortened(kind)!r} is no type", f"There are {', '.join([*_MADE][:4])}.")
    kinds = kinds_of(offers, model)
    if not kinds:
        raise refused("model", f"there is no model {shortened(model)!r} here",
                      f"There are {', '.join(dict.fromkeys(offer.id for offer in offers))}. With the setting stand_ins "
                      "on, drafts are made under the names and prices of others' models.")  # fmt: skip
    meant = _MADE[wanted] if wanted else MediaKind.VIDEO if MediaKind.VIDEO in kinds else kinds[0]
    offer = offer_called(offers, model, meant)
    if offer is None:
        raise refused("type", f"{model_id(model)} makes no {meant}s", f"It makes {', '.join(kinds)}s.")
    return offer


@dataclass(frozen=True, slots=True)
class AskedSize:
    """How large it is to be, as it was said; empty and None for what was not."""

    resolution: str = ""
    aspect_ratio: str = ""
    width: int | None = None
    height: int | None = None

    def of(self, offer: ModelOffer) -> dict[str, int]:
        """Width and height, pixels; none where the model's own are meant. Raises ApiError (422)."""
        if self.width or self.height:
            return {"width": self.width or offer.width, "height": self.height or offer.height}
        if found := _SIZE.fullmatch(self.resolution):
            return {"width": int(found[1]), "height": int(found[2])}
        if not self.resolution and not self.aspect_ratio:
            return {}
        short, ratio = self._short_side(offer), self._ratio(offer)
        wide = ratio >= 1
        long = min(short * (ratio if wide else 1 / ratio), float(offer.max_side))
        short = long / (ratio if wide else 1 / ratio)
        sides = (_even(long), _even(short)) if wide else (_even(short), _even(long))
        return {"width": sides[0], "height": sides[1]}

    def _short_side(self, offer: ModelOffer) -> float:
        if not self.resolution:
            return float(min(offer.width, offer.height))
        found = _SHORT_SIDE.fullmatch(self.resolution)
        side = int(found[1]) if found else _NAMED_SIDES.get(self.resolution.strip().lower())
        if side is None:
            raise refused("resolution", f"{shortened(self.resolution)!r} is no resolution",
                          "Write 1920x1080, 1080p or 720p.")  # fmt: skip
        return float(side)

    def _ratio(self, offer: ModelOffer) -> float:
        """Width ÷ height."""
        if not self.aspect_ratio:
            return offer.width / offer.height
        found = _RATIO.fullmatch(self.aspect_ratio)
        ratio = float(found[1]) / float(found[2]) if found and float(found[2]) and float(found[1]) else 0.0
        if not 0.1 <= ratio <= 10:
            raise refused("aspect_ratio", f"{shortened(self.aspect_ratio)!r} is no aspect ratio",
                          "Write 16:9, 9:16 or 1:1.")  # fmt: skip
        return ratio


def _even(side: float) -> int:
    return 2 * round(side / 2)


def picture_named(parts: ServerParts, word: str, param: str) -> str:
    """What a payload names a picture by: an address as it is, an upload by its reference. Raises ApiError (422)."""
    word = word.strip()
    if word.startswith(_ASSET):
        return reference_of(parts, word)
    if not word or word.startswith(("http://", "https://", ASSET_SCHEME)):
        return word
    raise refused(param, f"{shortened(word)!r} is neither an address nor an upload",
                  "Give an http or https address, or the id of an upload.")  # fmt: skip


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, without what was not."""
    return {name: value for name, value in values.items() if value not in (None, "")}
