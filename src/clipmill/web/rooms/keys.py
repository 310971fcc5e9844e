"""Keys: made and told once, rotated, revoked, with what each may do and how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from clipmill.api.errors import ApiError
from clipmill.domain.access import KeyRecord, Scope
from clipmill.domain.credits import from_typed
from clipmill.errors import InputError, NotFoundError
from clipmill.pipeline.use_cases.serving.keys import LIMITS, NewKey, create_key, rotate_key, set_limit
from clipmill.web.asking import Ask

_DAY = 86_400.0
#: Hours for which a key is good yet whose place another takes.
GRACE_HOURS = (0, 1, 24, 168)


def keys(ask: Ask) -> Response:
    """Those of the tenant, good ones first."""
    return _page(ask)


def _page(ask: Ask, made: NewKey | None = None, problem: str = "") -> Response:
    now = ask.parts.time.now()
    found = sorted(ask.parts.keys.all(ask.caller.tenant), key=lambda key: (not key.is_good(now), -key.created_at))
    limits = {key.id: ask.parts.key_limits.left(key.id) for key in found}
    return ask.page("keys.html", 400 if problem else 200, found=found, now=now, made=made, limits=limits,
                    scopes=list(Scope), problem=problem)  # fmt: skip


def create(ask: Ask) -> Response:
    """Make one, and tell it this once."""
    scopes = [scope for scope in Scope if str(scope) in ask.texts("scope")]
    days = ask.number("days", 1, 3_660)
    expires = ask.parts.time.now() + days * _DAY if days else None
    try:
        made = create_key(ask.parts, ask.text("name"), tenant=ask.caller.tenant, scopes=scopes, expires_at=expires)
    except InputError as error:
        return _page(ask, problem=f"{str(error).capitalize()}. {error.hint}")
    _set_limits(ask, made.record)
    return _page(ask, made)


def key(ask: Ask) -> Response:
    """One: its limits, and what can be done with it."""
    record = _record(ask)
    now = ask.parts.time.now()
    return ask.page("key.html", record=record, is_good=record.is_good(now), limits=_limits(ask, record),
                    grace=GRACE_HOURS, is_own=record.id == ask.caller.key.id)  # fmt: skip


def _limits(ask: Ask, record: KeyRecord) -> list[Mapping[str, Any]]:
    left = ask.parts.key_limits.left(record.id)
    scale = {"credits": 1_000}
    return [{"kind": kind, "seconds": seconds, "left": left.get(kind), "scale": scale.get(kind, 1)}
            for kind, seconds in LIMITS.items()]  # fmt: skip


def _record(ask: Ask) -> KeyRecord:
    wanted = ask.path("key")
    for record in ask.parts.keys.all(ask.caller.tenant):
        if record.id == wanted:
            return record
    raise NotFoundError("there is no such key")


def limit(ask: Ask) -> Response:
    """Set what it may do at most."""
    record = _record(ask)
    _set_limits(ask, record)
    return ask.to(f"/keys/{record.id}", "Saved.")


def _set_limits(ask: Ask, record: KeyRecord) -> None:
    for kind in LIMITS:
        typed = ask.text(kind).replace(",", "")
        if not typed:
            set_limit(ask.parts, record, kind, None)
            continue
        amount = _credits(typed) if kind == "credits" else ask.number(kind, 1)
        set_limit(ask.parts, record, kind, amount)


def _credits(typed: str) -> int:
    try:
        return from_typed(typed)
    except ValueError as error:
        raise ApiError(400, "invalid_request", f"credits: {error}", hint="Go back and correct the number.") from error


def rotate(ask: Ask) -> Response:
    """Make another in its place, and tell it this once."""
    record = _record(ask)
    hours = ask.number("hours", 0, 168) or 0
    return _page(ask, rotate_key(ask.parts, record, ask.parts.time.now(), hours * 3_600.0))


def revoke(ask: Ask) -> Response:
    """Have it refused from now on."""
    record = _record(ask)
    ask.parts.keys.end(ask.caller.tenant, record.id)
    return ask.to("/keys", f"{record.name} is refused from now on.")
