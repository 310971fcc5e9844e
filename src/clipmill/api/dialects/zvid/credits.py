"""Credits: what a key has left, what was spent and why; and who asks."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from fastapi import Depends, Query

from clipmill.api.access import CREDITS, MAY_READ, Caller
from clipmill.api.dialects.zvid.requests import Limit
from clipmill.api.dialects.zvid.words import REFUSALS, in_both, iso, pages
from clipmill.api.surface import router
from clipmill.domain.asked import LedgerLine
from clipmill.domain.credits import LARGEST, as_number
from clipmill.errors import NotFoundError

routes = router(tags=["credits"], responses=REFUSALS)
May = Annotated[Caller, Depends(MAY_READ)]
_DAY = 86_400
#: Lines of the ledger that pages lead back to.
_LINES = 10_000
_KINDS = {"reserve": "reservation", "settle": "usage", "release": "refund"}
Transactions = Annotated[int, Query(ge=1, le=_LINES)]
Timeframe = Annotated[str, Query(pattern=r"^(?:[1-9][0-9]{0,2}d|day|week|month|year)$")]
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


@routes.get("/api/credits/balance", operation_id="get_balance")
def get_balance(caller: May) -> dict[str, Any]:
    """What the key has left; the most that is counted, and `unlimited`, where it has no limit."""
    return _balance(caller)


def _balance(caller: Caller) -> dict[str, Any]:
    left = caller.parts.key_limits.left(caller.key.id).get(CREDITS)
    spent = as_number(caller.parts.asked.spending().spent)
    balance = as_number(LARGEST if left is None else max(0, int(left.remaining)))
    addon = in_both({"balance": 0, "total_earned": 0, "total_spent": 0})
    return {"balance": balance, "unlimited": left is None, "spent": spent,
            **in_both({"subscription_credits": balance, "addon_credits": addon})}  # fmt: skip


@routes.get("/api/credits/transactions", operation_id="list_transactions")
def list_transactions(caller: May, page: Transactions = 1, limit: Limit = 20) -> dict[str, Any]:
    """Lines of the tenant's ledger, the newest first: what is held for a job, spent, and given back."""
    wanted = min(page * limit, _LINES)
    lines = caller.parts.asked.ledger(wanted + 1)
    some = lines[(page - 1) * limit : wanted]
    told = {**pages(page, limit, len(lines)), "hasNext": len(lines) > page * limit}
    return {"transactions": [_told(caller, line) for line in some], "pagination": told}


def _told(caller: Caller, line: LedgerLine) -> dict[str, Any]:
    sign = 1 if line.kind == "release" else -1
    return {"id": line.id, "type": _KINDS.get(line.kind, line.kind), "amount": sign * (as_number(line.amount) or 0),
            **in_both({"job_id": _job_of(caller, line), "created_at": iso(line.at)})}  # fmt: skip


def _job_of(caller: Caller, line: LedgerLine) -> str | None:
    try:
        return caller.parts.readonly.story(line.batch_id, line.number).record.public_id or None if line.number else None
    except NotFoundError:
        return None


@routes.get("/api/credits/usage-stats", operation_id="get_usage")
def get_usage(caller: May, timeframe: Timeframe = "30d") -> dict[str, Any]:
    """What the tenant spent, day by day (UTC)."""
    days = _DAYS.get(timeframe) or int(timeframe.rstrip("d"))
    since = (int(caller.parts.time.now() // _DAY) - days + 1) * _DAY
    of: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for use in caller.parts.asked.usage(float(since)):
        of[use.day][0] += use.amount
        of[use.day][1] += use.attempts
    daily = [{"date": (iso(day * _DAY) or "")[:10], "credits": as_number(amount), "jobs": jobs}
             for day, (amount, jobs) in sorted(of.items())]  # fmt: skip
    total = {"total_credits": as_number(sum(amount for amount, _ in of.values())),
             "total_jobs": sum(jobs for _, jobs in of.values())}  # fmt: skip
    return {"timeframe": timeframe, **in_both(total), "daily": daily}


@routes.get("/api/user/profile", operation_id="get_profile", tags=["user"])
def get_profile(caller: May) -> dict[str, Any]:
    """Who asks: a key and its tenant; people are not known here."""
    user = {"id": caller.tenant, "email": None, **in_both({"first_name": caller.key.name, "last_name": "",
            "created_at": iso(caller.key.created_at)})}  # fmt: skip
    return {"user": user, "credits": _balance(caller)}
