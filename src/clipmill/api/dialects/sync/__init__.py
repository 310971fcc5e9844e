"""The sync.so dialect: batches and generations as sync.so's clients ask for them, over the lipsync engine."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from clipmill.api.dialects.sync import batches, catalogue, generations, results, uploaded
from clipmill.api.dialects.sync.words import word
from clipmill.api.surface import Surface

SYNC = Surface(
    name="sync", title="clipmill: sync.so dialect", word=word, wrong_status=400, path="sync", prefixes=("/v2/",),
    hosts=("api.sync.so", "dev-api.sync.so"), key_pattern="[A-Za-z0-9._~-]{1,128}",
    description="What sync.so's clients ask for, answered by clipmill; docs/compat/sync.md says what differs.",
)  # fmt: skip


def sync_routers() -> Sequence[APIRouter]:
    """Every resource."""
    return batches.routes, results.routes, generations.routes, catalogue.routes, uploaded.routes
