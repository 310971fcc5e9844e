"""What a tenant spends: by day, batch and model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from clipmill.domain.asked import Use
from clipmill.domain.credits import CREDIT
from clipmill.errors import NotFoundError
from clipmill.web.asking import Ask, whole

_DAY = 86_400
#: Lines that a table of the page has.
_LINES = 20
PERIODS = (7, 30, 90)


def account(ask: Ask) -> Response:
    """Credits spent and held, and where they went."""
    asked = whole(ask.query.get("days", ""), "days", 1, 366)
    days = asked if asked in PERIODS else 30
    today = int(ask.parts.time.now() // _DAY)
    uses = [use for use in ask.parts.asked.usage((today - days + 1) * _DAY) if use.day > today - days]
    totals = _by(uses, "day")
    spans = [(day, totals.get(day, (0, 0))) for day in range(today - days + 1, today + 1)]
    return ask.page("account.html", spending=ask.parts.asked.spending(), days=days, periods=PERIODS,
                    bars=_bars(spans), spent=sum(use.amount for use in uses),
                    attempts=sum(use.attempts for use in uses), by_day=list(reversed(spans)),
                    by_model=_ranked(_by(uses, "model")), by_batch=_batches(ask, _ranked(_by(uses, "batch"))),
                    )  # fmt: skip


def _by(uses: Sequence[Use], what: str) -> dict[Any, tuple[int, int]]:
    """Attempts and credits by day, batch or model."""
    attempts, amounts = Counter[Any](), Counter[Any]()
    for use in uses:
        model = f"{use.engine}:{use.model}" if use.model else use.engine or "unknown"
        key = {"day": use.day, "batch": use.batch_id, "model": model}[what]
        attempts[key] += use.attempts
        amounts[key] += use.amount
    return {key: (attempts[key], amounts[key]) for key in attempts}


def _ranked(found: Mapping[Any, tuple[int, int]]) -> list[tuple[Any, tuple[int, int]]]:
    return sorted(found.items(), key=lambda pair: (-pair[1][1], str(pair[0])))[:_LINES]


def _batches(ask: Ask, ranked: Sequence[tuple[str, tuple[int, int]]]) -> list[tuple[Any, tuple[int, int]]]:
    found: list[tuple[Any, tuple[int, int]]] = []
    for batch_id, numbers in ranked:
        try:
            found.append((ask.parts.readonly.find(batch_id), numbers))
        except NotFoundError:
            continue
    return found


def _bars(spans: Sequence[tuple[int, tuple[int, int]]]) -> dict[str, Any]:
    """The days as bars, in percent of the width and of the highest of them."""
    highest = max((amount for _, (_, amount) in spans), default=0)
    step = 100 / len(spans)
    bars = [{"x": round(place * step, 3), "width": round(step * 0.72, 3), "day": day, "amount": amount,
             "height": max(1.5, round(92 * amount / highest, 2)) if amount else 0.0}
            for place, (day, (_, amount)) in enumerate(spans)]  # fmt: skip
    return {"bars": bars, "highest": highest, "is_empty": highest < CREDIT / CREDIT}
