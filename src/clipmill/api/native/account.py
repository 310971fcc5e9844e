"""What a tenant spends, what can be asked for at what price, and what a project may be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field, JsonValue

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.native.shapes import After, Amount, Limit, PageOf, ToldShape, number_after, paged, resource
from clipmill.domain.credits import as_number
from clipmill.domain.models import ModelOffer
from clipmill.domain.timeline.describe import project_schema
from clipmill.ports import LocalEngine, Maker, Previewing

routes = resource("account")
_DAY = 86_400.0
Batch = Annotated[str, Query(max_length=200, description="Only of this batch.")]


class CreditsNow(ToldShape):
    """What was spent and is held."""

    spent: Amount
    reserved: Amount
    rows: dict[str, int] = Field(description="Rows by state, of all batches.")
    limit: Amount | None = Field(description="What the key that asks may spend in all; null: as much as it wants.")
    remaining: Amount | None


class LineTold(ToldShape):
    """A line of the ledger."""

    id: int
    at: float
    batch: str
    row: int
    attempt: int
    kind: str = Field(description="reserve, settle or release.")
    credits: Amount


class UseTold(ToldShape):
    """What was spent on a day in a batch with a model."""

    day: date = Field(description="In UTC.")
    batch: str
    engine: str
    model: str
    attempts: int
    credits: Amount


class UsageTold(ToldShape):
    """What was spent, the newest day first."""

    since: date
    data: list[UseTold]


class ModelTold(ToldShape):
    """One model, as one kind of output of it is offered."""

    id: str
    name: str
    engine: str
    kind: str
    width: int
    height: int
    seconds: float
    fps: int
    min_seconds: float
    max_seconds: float
    min_side: int
    max_side: int
    price: Amount = Field(description="For one output.")
    price_per_second: Amount = Field(description="For every started second of it besides.")
    max_batch: int
    stands_in: bool = Field(description="Something else makes it on this machine, under its name and price.")


class EngineTold(ToldShape):
    """What makes media."""

    name: str
    is_local: bool
    previews: bool = Field(description="It shows single frames before anything is made.")
    plans: bool = Field(description="It makes what it makes of parts.")


class ModelsTold(ToldShape):
    """What can be asked for."""

    data: list[ModelTold]
    engines: list[EngineTold]


@routes.get("/credits", operation_id="get_credits")
def credits(caller: Annotated[Caller, Depends(MAY_READ)]) -> CreditsNow:
    """What was spent and is held, and what is left of the key's own limit."""
    told = caller.parts.asked.spending()
    left = caller.parts.key_limits.left(caller.key.id).get("credits")
    return CreditsNow(
        spent=as_number(told.spent) or 0, reserved=as_number(told.reserved) or 0, rows=dict(told.rows),
        limit=None if left is None else as_number(left.capacity),
        remaining=None if left is None else as_number(int(left.remaining)),
    )  # fmt: skip


@routes.get("/ledger", operation_id="list_ledger")
def ledger(caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "", batch: Batch = "",
           ) -> PageOf[LineTold]:  # fmt: skip
    """Every line of the ledger, the newest first: what was reserved, settled and released, and for which attempt."""
    found = caller.parts.batches.find(batch).id if batch else ""
    lines = caller.parts.asked.ledger(limit + 1, number_after(after), found)
    page, more, following = paged(lines, limit, lambda line: line.id)
    return PageOf(data=[LineTold(**line.as_dict()) for line in page], has_more=more, next=following)


@routes.get("/usage", operation_id="get_usage")
def usage(
    caller: Annotated[Caller, Depends(MAY_READ)], batch: Batch = "",
    days: Annotated[int, Query(ge=1, le=3_660, description="How many days back, today included.")] = 30,
) -> UsageTold:  # fmt: skip
    """What was spent by day, batch and model."""
    since = datetime.fromtimestamp(caller.parts.time.now(), UTC).date() - timedelta(days=days - 1)
    found = caller.parts.batches.find(batch).id if batch else ""
    start = datetime(since.year, since.month, since.day, tzinfo=UTC).timestamp()
    data = [
        UseTold(day=datetime.fromtimestamp(use.day * _DAY, UTC).date(), batch=use.batch_id, engine=use.engine,
                model=use.model, attempts=use.attempts, credits=as_number(use.amount) or 0)
        for use in caller.parts.asked.usage(start, found)
    ]  # fmt: skip
    return UsageTold(since=since, data=data)


@routes.get("/models", operation_id="list_models")
def models(caller: Annotated[Caller, Depends(MAY_READ)]) -> ModelsTold:
    """The models that can be asked for, at what price and within what limits, and the engines that make them."""
    parts = caller.parts
    engines = [
        EngineTold(name=name, is_local=isinstance(engine, LocalEngine), previews=isinstance(engine, Previewing),
                   plans=isinstance(engine, Maker))
        for name, engine in sorted(parts.engines.items())
    ]  # fmt: skip
    return ModelsTold(data=[_model(offer) for offer in parts.offers()], engines=engines)


def _model(offer: ModelOffer) -> ModelTold:
    return ModelTold(
        id=offer.id, name=offer.name, engine=offer.engine, kind=str(offer.kind), width=offer.width,
        height=offer.height, seconds=offer.seconds, fps=offer.fps, min_seconds=offer.min_seconds,
        max_seconds=offer.max_seconds, min_side=offer.min_side, max_side=offer.max_side,
        price=as_number(offer.price) or 0, price_per_second=as_number(offer.price_per_second) or 0,
        max_batch=offer.max_batch, stands_in=offer.stands_in,
    )  # fmt: skip


@routes.get("/schema", operation_id="get_schema")
def schema(caller: Annotated[Caller, Depends(MAY_READ)]) -> dict[str, JsonValue]:
    """The JSON Schema of a project, generated from the models that check it."""
    told: dict[str, Any] = project_schema()
    return told
