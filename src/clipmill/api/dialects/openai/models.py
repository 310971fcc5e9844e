"""Models: whatever engines offer, under the names they have there, and theirs where standing in is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.dialects.openai.surface import not_here, wrong
from clipmill.api.surface import router
from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer, kinds_of, model_id, offer_called
from clipmill.pipeline.use_cases.serving.parts import ServerParts

routes = router(tags=["models"])
#: Their models, and the one that stands in for each, the first that is offered; only where that is allowed.
STAND_INS = {
    MediaKind.IMAGE: ("gpt-image-2", "gpt-image-1.5", "gpt-image-1", "gpt-image-1-mini", "chatgpt-image-latest",
                      "dall-e-3", "dall-e-2"),
    MediaKind.VIDEO: ("sora-2", "sora-2-pro"),
}  # fmt: skip
_STANDING = ("gpt-image-2.0", "draft")
_CALLED = {MediaKind.IMAGE: "images", MediaKind.VIDEO: "videos"}


@dataclass(frozen=True, slots=True)
class Offers:
    """What may be named, and whether others may be stood in for."""

    offers: Sequence[ModelOffer]
    stands_in: bool = False

    @classmethod
    def of(cls, parts: ServerParts) -> Offers:
        """Those of a server."""
        return cls(tuple(parts.offers()), parts.settings.stand_ins)

    def chosen(self, model: Any, kind: MediaKind) -> ModelOffer:
        """The offer that is meant; the first of its kind where none is named. Raises ApiError: 400, 404."""
        among = [offer for offer in self.offers if offer.kind is kind]
        if model in (None, "") and among:
            return among[0]
        if not isinstance(model, str):
            raise wrong("model", "model must be the name of one", self._hint(kind))
        found = offer_called(among, model, kind) or self._stand_in(model, kind)
        if found is None:
            why = f"makes no {_CALLED[kind]}" if kinds_of(self.offers, model) else "is not offered here"
            raise wrong("model", f"the model {model[:80]!r} {why}", self._hint(kind), "model_not_found")
        return found

    def _stand_in(self, model: str, kind: MediaKind) -> ModelOffer | None:
        if not self.stands_in or model_id(model) not in STAND_INS[kind]:
            return None
        found = (offer_called(self.offers, name, kind) for name in _STANDING)
        return next((offer for offer in found if offer), None)

    def _hint(self, kind: MediaKind) -> str:
        names = [offer.id for offer in self.offers if offer.kind is kind]
        return f"There are {', '.join(dict.fromkeys(names))}." if names else f"No engine here makes {_CALLED[kind]}."

    @property
    def names(self) -> list[str]:
        """All that may be named."""
        theirs = [name for names in STAND_INS.values() for name in names] if self.stands_in else []
        return list(dict.fromkeys((*(offer.id for offer in self.offers), *theirs)))

    def told(self, name: str) -> dict[str, Any]:
        """One of them, as a client reads it."""
        engines = [offer.engine for offer in self.offers if offer.id == name]
        return {"id": name, "object": "model", "created": 0, "owned_by": engines[0] if engines else "stand-in"}


@routes.get("/v1/models", operation_id="list_models")
def list_models(caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """Every model that may be named."""
    offers = Offers.of(caller.parts)
    return {"object": "list", "data": [offers.told(name) for name in offers.names]}


@routes.get("/v1/models/{model}", operation_id="get_model")
def get_model(model: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, Any]:
    """One model."""
    offers = Offers.of(caller.parts)
    if model not in offers.names:
        raise not_here("model", model)
    return offers.told(model)
