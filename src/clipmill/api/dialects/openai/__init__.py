"""OpenAI's API over any engine: files, batches, images, videos, and webhooks that tell of them."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from clipmill.api.dialects.openai import batches, files, images, models, videos, webhooks
from clipmill.api.dialects.openai.going_on import go_on
from clipmill.api.dialects.openai.surface import OPENAI

__all__ = ["OPENAI", "go_on", "openai_routers"]


def openai_routers() -> Sequence[APIRouter]:
    """Every resource."""
    return (files.routes, batches.routes, images.routes, videos.routes, models.routes, webhooks.routes)
