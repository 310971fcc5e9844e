"""Keys: who may ask, for what, and how much of it; of the caller's own tenant alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from clipmill.api.access import MAY_ADMIN, MAY_READ, Caller
from clipmill.api.native.batch_shapes import thousandths
from clipmill.api.native.shapes import After, AskedShape, Limit, PageOf, ToldShape, paged, resource
from clipmill.api.surface import SecretResponse
from clipmill.domain.access import EVERY_SCOPE, KeyRecord, Scope
from clipmill.domain.credits import CREDIT
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.serving import keys as use_cases

routes = resource("keys")
_YEARS, _DAY = 10 * 365 * 86_400, 86_400
_MOST = 10**9


class LimitTold(ToldShape):
    """What a key may have at most, and what is left of it."""

    most: float
    seconds: float | None = Field(description="In which it comes back; null: what is taken is gone for good.")
    remaining: float


class KeyTold(ToldShape):
    """A key, without itself."""

    id: str
    name: str
    shown: str = Field(description="Its first characters.")
    scopes: list[Scope]
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    used_at: float | None = Field(description="When it was shown last, to the minute.")
    limits: dict[str, LimitTold] = Field(description="By kind: requests, generations, batches, credits.")


class NewKeyTold(KeyTold):
    """A key that was just made."""

    key: str = Field(description="Itself, told this once.")


class LimitsWish(AskedShape):
    """How much a key may have; null lifts a limit, what is left out stays."""

    requests: int | None = Field(default=None, ge=0, le=_MOST, description="A minute.")
    generations: int | None = Field(default=None, ge=0, le=_MOST, description="Single ones, a minute.")
    batches: int | None = Field(default=None, ge=0, le=_MOST, description="A day.")
    credits: float | None = Field(default=None, ge=0, le=_MOST, description="In all.")


class KeyWish(AskedShape):
    """A key to be made."""

    name: str = Field(min_length=1, max_length=100, description="What it is for.")
    scopes: list[Scope] = Field(default=list(EVERY_SCOPE), min_length=1)
    expires_in_seconds: float | None = Field(default=None, gt=0, le=_YEARS)
    limits: LimitsWish = LimitsWish()


class RotateWish(AskedShape):
    """How long the old key stays good."""

    grace_seconds: float = Field(default=_DAY, ge=0, le=30 * _DAY)


def told(caller: Caller, record: KeyRecord) -> KeyTold:
    """A key as it is told."""
    return KeyTold(**_told(caller, record))


def _told(caller: Caller, record: KeyRecord) -> dict[str, object]:
    left = caller.parts.key_limits.left(record.id)
    limits = {kind: LimitTold(most=_amount(kind, one.capacity), seconds=one.seconds,
                              remaining=_amount(kind, one.remaining)) for kind, one in left.items()}  # fmt: skip
    return {**record.as_dict(), "limits": limits}


def _amount(kind: str, amount: float) -> float:
    return amount / CREDIT if kind == "credits" else amount


def key_of(caller: Caller, key: str) -> KeyRecord:
    """A key of the caller's tenant. Raises NotFoundError."""
    found = next((record for record in caller.parts.keys.all(caller.tenant) if record.id == key), None)
    if found is None:
        raise NotFoundError(f"there is no key {key}")
    return found


def _limit(caller: Caller, record: KeyRecord, limits: LimitsWish) -> None:
    for kind in limits.model_fields_set:
        said = getattr(limits, kind)
        amount = thousandths(said) if kind == "credits" else said
        use_cases.set_limit(caller.parts, record, kind, amount)


@routes.get("/key", operation_id="get_own_key")
def own(caller: Annotated[Caller, Depends(MAY_READ)]) -> KeyTold:
    """The key that asks."""
    return told(caller, caller.key)


@routes.get("/keys", operation_id="list_keys")
def every(caller: Annotated[Caller, Depends(MAY_ADMIN)], limit: Limit = 50, after: After = "") -> PageOf[KeyTold]:
    """Keys, the oldest first, revoked ones included."""
    records = list(caller.parts.keys.all(caller.tenant))
    if after:
        at = records.index(key_of(caller, after))
        records = records[at + 1 :]
    page, more, following = paged(records, limit, lambda record: record.id)
    return PageOf(data=[told(caller, record) for record in page], has_more=more, next=following)


@routes.post("/keys", operation_id="create_key", status_code=201, response_class=SecretResponse)
def create(wish: KeyWish, caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> NewKeyTold:
    """Make a key; it is told this once, and an Idempotency-Key does not tell it again."""
    until = None if wish.expires_in_seconds is None else caller.parts.time.now() + wish.expires_in_seconds
    made = use_cases.create_key(caller.parts, wish.name, tenant=caller.tenant, scopes=wish.scopes, expires_at=until)
    _limit(caller, made.record, wish.limits)
    return NewKeyTold(**_told(caller, made.record), key=made.key)


@routes.get("/keys/{key}", operation_id="get_key")
def one(key: str, caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> KeyTold:
    """A key."""
    return told(caller, key_of(caller, key))


@routes.patch("/keys/{key}", operation_id="limit_key")
def limit(key: str, limits: LimitsWish, caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> KeyTold:
    """Set or lift limits of a key."""
    record = key_of(caller, key)
    _limit(caller, record, limits)
    return told(caller, record)


@routes.post("/keys/{key}/rotate", operation_id="rotate_key", status_code=201, response_class=SecretResponse)
def rotate(key: str, caller: Annotated[Caller, Depends(MAY_ADMIN)], wish: RotateWish | None = None) -> NewKeyTold:
    """Make a key in the place of another, with its scopes and limits; the old one stays good a while."""
    grace = (wish or RotateWish()).grace_seconds
    made = use_cases.rotate_key(caller.parts, key_of(caller, key), caller.parts.time.now(), grace)
    return NewKeyTold(**_told(caller, made.record), key=made.key)


@routes.delete("/keys/{key}", operation_id="revoke_key")
def revoke(key: str, caller: Annotated[Caller, Depends(MAY_ADMIN)]) -> KeyTold:
    """Have a key refused from now on."""
    record = key_of(caller, key)
    return told(caller, caller.parts.keys.end(caller.tenant, record.id))
