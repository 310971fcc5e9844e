"""The client: clipmill's server from Python, with or without asyncio; it needs httpx and nothing of the server.

`Client()` takes its key from CLIPMILL_API_KEY; `batches.create(template="promo", table="products.csv")` begins a batch,
whose `wait().download_all("videos")` leaves its files there.
"""

from __future__ import annotations

from clipmill.client.clients import AsyncClient, Client
from clipmill.client.failures import (
    ApiFailure,
    Forbidden,
    NotFound,
    OutOfCredits,
    RateLimited,
    Unauthorized,
    Unreachable,
)
from clipmill.client.handles import BatchHandle
from clipmill.client.told import AssetSeen, BatchSeen, RowSeen, TemplateSeen

__all__ = [
    "ApiFailure", "AssetSeen", "AsyncClient", "BatchHandle", "BatchSeen", "Client", "Forbidden", "NotFound",
    "OutOfCredits", "RateLimited", "RowSeen", "TemplateSeen", "Unauthorized", "Unreachable",
]  # fmt: skip
