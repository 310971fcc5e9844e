"""The native API, under `/v1`: one file a resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter

from clipmill.api.errors import Told
from clipmill.api.native import account, assets, batches, events, keys, previews, reworking, rows, templates, webhooks
from clipmill.api.surface import Surface


def word(told: Told) -> Mapping[str, Any]:
    """One shape for every refusal."""
    details = [{"param": param, "message": message} for param, message in told.details]
    error = {"code": told.code, "message": told.message, "param": told.param or None, "hint": told.hint or None,
             "doc": f"docs/reference/api.md#{told.code.replace('_', '-')}"}  # fmt: skip
    return {"error": {**error, **({"details": details} if details else {}), **told.extra}}


NATIVE = Surface(name="native", title="clipmill", word=word, wrong_status=400,
                 description="Rows become finished, verified videos and images.")  # fmt: skip


def native_routers() -> Sequence[APIRouter]:
    """Every resource."""
    resources = (templates, assets, batches, rows, reworking, previews, events, account, webhooks, keys)
    return [resource.routes for resource in resources]
