"""Parts made ahead, for somebody who looks at a frame before there is a batch: those that cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.domain.line.parts import DECLARED, Made, Order, declared_in, filled
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.errors import InputError
from clipmill.pipeline.use_cases.parts import Parts
from clipmill.ports import LocalEngine


async def with_parts(parts: Parts, checked: Checked) -> Payload:
    """The payload of a checked row with the files of its parts, which are made for it.

    Raises InputError for a part that an engine makes elsewhere, EngineError, WorkerCrash.
    """
    assert checked.payload is not None
    if checked.plan is None:
        return checked.payload
    version = checked.payload.template_version
    return Payload(version, await filled_ahead(parts, checked.plan.payload, version))


async def filled_ahead(parts: Parts, assembled: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """The payload of what is assembled of declared parts, which are made for it. Raises as `with_parts`."""
    files = {order.token: (await _made(parts, name, order, version)).reference
             for name, order in declared_in(assembled).items()}  # fmt: skip
    body: Mapping[str, Any] = filled(assembled["payload"], files)
    return body


async def _made(parts: Parts, name: str, order: Order, version: str) -> Made:
    is_assembled = order.engine == DECLARED
    body = await filled_ahead(parts, order.payload, version) if is_assembled else order.payload
    engine = parts.engine(order.payload["engine"] if is_assembled else order.engine)
    if not isinstance(engine, LocalEngine):
        raise InputError(f"parts.{name} is made by {engine.name}, which is asked for it when a batch runs",
                         hint="Make a sample of one row instead.")  # fmt: skip
    scratch = parts.files.scratch(f"part.{order.digest}")
    try:
        spec = await engine.make(Payload(version, body), seed=0, into=scratch)
        return Made(parts.files.put(scratch), spec)
    finally:
        parts.files.discard(scratch.name)
