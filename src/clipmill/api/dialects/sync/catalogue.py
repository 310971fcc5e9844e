"""What there is: the models, and the error codes, for which no key is asked."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.dialects.sync.asking import MODELS
from clipmill.api.dialects.sync.words import REFUSALS
from clipmill.api.surface import router
from clipmill.deliver.wordings.sync_codes import CATALOGUE

routes = router(tags=["models"], responses=REFUSALS)
_HONEST = "Made on this server: the sound is put in the place of the video's own; no lips are moved."


@routes.get("/v2/models", operation_id="list_models")
def list_models(caller: Annotated[Caller, Depends(MAY_READ)]) -> list[dict[str, Any]]:
    """The models that generations may name; all are made alike here."""
    return [{"id": model, "name": name, "type": kind, "version": version, "description": _HONEST, "deprecatedAt": None}
            for model, (name, kind, version) in MODELS.items()]  # fmt: skip


@routes.get("/v2/errors", operation_id="list_errors", tags=["errors"])
def list_errors() -> list[dict[str, str]]:
    """Every error code, with what it says and what is suggested."""
    return [{"code": code, "message": message, "suggestion": suggestion}
            for code, (message, suggestion) in CATALOGUE.items()]  # fmt: skip
