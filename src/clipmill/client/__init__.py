"""The client: clipmill's server from Python, with or without asyncio; it needs httpx and nothing of the server.

from clipmill.client import Client

mill = Client("http://127.0.0.1:8600")            # the key is in CLIPMILL_API_KEY
batch = mill.batches.create(template="promo", table="products.csv", budget=500)
batch.wait().download_all("videos")
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
from clipmill.client.handles import Batch
from clipmill.client.told import Asset, BatchTold, File, Row, TemplateTold

__all__ = ["ApiFailure", "Asset", "AsyncClient", "Batch", "BatchTold", "Client", "File", "Forbidden", "NotFound",
           "OutOfCredits", "RateLimited", "Row", "TemplateTold", "Unauthorized", "Unreachable"]  # fmt: skip
