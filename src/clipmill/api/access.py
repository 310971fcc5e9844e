"""Who asks: a key in one of the headers that clients use, its tenant, what it may do, and how much of it is left."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from clipmill.api.errors import ApiError
from clipmill.api.served import Served, served_of
from clipmill.domain.access import KeyRecord, Left, Scope
from clipmill.domain.credits import as_number
from clipmill.pipeline.use_cases.serving.keys import digest_of

if TYPE_CHECKING:
    from clipmill.app import App

#: Words of the query that must not hold a key: addresses are logged by everybody on the way.
_QUERY = ("key", "api_key", "apikey", "api-key", "token", "access_token", "x-api-key")
_LONGEST_KEY = 512
#: The kind of limit that every request takes one of.
REQUESTS = "requests"
#: The kind that is counted in thousandths, and told whole.
CREDITS = "credits"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks, with a good key."""

    key: KeyRecord
    served: Served

    @property
    def tenant(self) -> str:
        """Whose things are asked for."""
        return self.key.tenant

    @property
    def parts(self) -> App:
        """The parts of the tenant."""
        return self.served.of(self.key.tenant)

    def take(self, kind: str, amount: int = 1) -> None:
        """Take so many of what the key has a limit of. Raises ApiError: 429, and 402 for what never comes back."""
        seconds = self.parts.key_limits.take(self.key.id, kind, amount)
        if not seconds:
            return
        left = self.parts.key_limits.left(self.key.id).get(kind)
        if left is not None and left.seconds is None:
            there = max(0, math.floor(left.remaining))
            wanted, available = (as_number(each) if kind == CREDITS else each for each in (amount, there))
            raise ApiError(402, "insufficient_credits", f"the key {self.key.name} has {available} {kind} left, and "
                           f"this takes {wanted}", hint="Ask whoever made the key for more.",
                           extra={"required": wanted, "available": available})  # fmt: skip
        raise rate_limited(kind, seconds, left)

    def come(self) -> Left | None:
        """Take one of the requests that the key may make; what is left of them, None where there is no limit.

        Raises ApiError (429).
        """
        limits = self.parts.key_limits
        if REQUESTS not in limits.left(self.key.id):  # most keys: nothing is written for them
            return None
        self.take(REQUESTS)
        return limits.left(self.key.id).get(REQUESTS)


def rate_limited(kind: str, seconds: float, left: Left | None) -> ApiError:
    """The error for more at once than a key may have."""
    most = "" if left is None else f": {left.capacity} in {left.seconds:g} s"
    extra = {} if left is None else {"limit": left.capacity, "remaining": max(0, math.floor(left.remaining))}
    return ApiError(429, "rate_limit_exceeded", f"too many {kind} at once{most}", hint="Come again later.",
                    retry_after=seconds, extra={"kind": kind, **extra})  # fmt: skip


def shown_key(request: Request) -> str:
    """The key that a request shows; empty for none. Raises ApiError (400) for one in the query."""
    for name in _QUERY:
        if name in request.query_params:
            raise ApiError(400, "key_in_query", f"the query holds {name}: a key belongs into a header",
                           hint="Send Authorization: Bearer or x-api-key, and make a new key: this one is in logs.",
                           param=name)  # fmt: skip
    plain = request.headers.get("x-api-key", "").strip()
    for name in ("authorization", "authentication"):
        kind, _, key = request.headers.get(name, "").partition(" ")
        if not plain and kind.lower() == "bearer":
            plain = key.strip()
    return plain


async def caller_of(request: Request) -> Caller:
    """Whoever asks. Raises ApiError (401)."""
    known = getattr(request.state, "caller", None)
    if isinstance(known, Caller):
        return known
    served, key = served_of(request), shown_key(request)
    come = await run_in_threadpool(_come, served, key) if 0 < len(key) <= _LONGEST_KEY else None
    if come is None:
        why = "the key is not known here, was revoked or has expired" if key else "no key was sent"
        raise ApiError(401, "unauthorized", why, hint="Send Authorization: Bearer KEY or x-api-key: KEY. "
                       "Whoever runs the server makes keys.")  # fmt: skip
    request.state.caller, request.state.left = come
    return come[0]


def _come(served: Served, key: str) -> tuple[Caller, Left | None] | None:
    """Whoever shows this key, with what is left of its requests, in one thread; None for nobody."""
    record = served.app.keys.shown(digest_of(key))
    if record is None:
        return None
    caller = Caller(record, served)
    return caller, caller.come()


def allowed(scope: Scope) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency: the caller, whose key has this scope. Raises ApiError: 401, 403, 429."""

    async def of(request: Request) -> Caller:
        caller = await caller_of(request)
        if not caller.key.allows(scope):
            raise ApiError(403, "forbidden", f"the key {caller.key.name} may not do this: it lacks the scope {scope}",
                           hint="Use a key with that scope.")  # fmt: skip
        return caller

    of.scope = scope  # type: ignore[attr-defined]  # for the matrix of routes
    return of


#: Dependencies, by what a route needs.
MAY_READ, MAY_SUBMIT, MAY_APPROVE, MAY_ADMIN = map(allowed, (Scope.READ, Scope.SUBMIT, Scope.APPROVE, Scope.ADMIN))


def rate_headers(left: Left | None) -> dict[str, str]:
    """What is left of the requests that a key may make: the `RateLimit-*` headers."""
    if left is None or left.seconds is None:
        return {}
    back = (left.capacity - left.remaining) * left.seconds / max(1, left.capacity)
    return {"RateLimit-Limit": str(left.capacity), "RateLimit-Remaining": str(max(0, math.floor(left.remaining))),
            "RateLimit-Reset": str(math.ceil(max(0.0, back)))}  # fmt: skip
