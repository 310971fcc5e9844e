"""Who is told: listeners whose bodies are signed as Flixly signs, with a secret of the tenant's own."""

from __future__ import annotations

import secrets

from clipmill.api.access import Caller
from clipmill.api.dialects.flixly.surface import FLIXLY
from clipmill.domain.line.delivery import Endpoint
from clipmill.pipeline.use_cases.endpoints import register

_OF_ROW = ("row.done", "row.failed", "row.review", "row.cancelled")
_OF_BATCH = ("batch.finished", "batch.failed", "batch.cancelled", "batch.paused")


def secret_of(caller: Caller) -> str:
    """What bodies to this tenant are signed with; made when it is first asked for."""
    return caller.served.app.sealed(f"flixly.webhooks.{caller.tenant}", f"whsec_{secrets.token_hex(32)}")


def listener(caller: Caller, url: str) -> Endpoint:
    """An endpoint for one generation; its id is given when it is kept."""
    return Endpoint(id="", url=url, secret=secret_of(caller), types=_OF_ROW, signing=FLIXLY.name, wording=FLIXLY.name,
                    tenant=caller.tenant)  # fmt: skip


def tell_of_batch(caller: Caller, batch_id: str, url: str) -> None:
    """Tell an address when a batch is complete, failed or paused. Raises MediaError for one that nothing is sent to."""
    like = Endpoint(id="", url="", signing=FLIXLY.name, wording=FLIXLY.name, batch_id=batch_id, tenant=caller.tenant)
    register(caller.parts, url, secret=secret_of(caller), types=_OF_BATCH, like=like)
