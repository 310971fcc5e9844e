"""The numbers of a batch as lines of text."""

from __future__ import annotations

from clipmill.domain.batch import Progress
from clipmill.domain.credits import as_text
from clipmill.domain.row import ACTIVE, SETTLED, RowState


def makeable(progress: Progress) -> int:
    """Rows that are made now: those that are, those under way, and those that will be admitted as things stand.

    The blocked and the cancelled are no part of it, nor what lies outside the sample or the budget.
    """
    return settled(progress) + progress.active + progress.coming


def settled(progress: Progress) -> int:
    """Of those, the ones that need nothing more from the line."""
    return sum(progress.count(state) for state in SETTLED - {RowState.BLOCKED, RowState.CANCELLED})


def summary_line(progress: Progress) -> str:
    """`done 596  review 9  failed 7  running 10  queued 363  blocked 15`: every row is in exactly one place."""
    parts = [
        ("done", progress.count(RowState.DONE)),
        ("review", progress.count(RowState.REVIEW)),
        ("failed", progress.count(RowState.FAILED)),
        ("unknown", progress.count(RowState.UNKNOWN)),
        ("cancelled", progress.count(RowState.CANCELLED)),
        ("running", progress.active),
        ("queued", progress.count(RowState.READY)),
        ("waiting", progress.count(RowState.WAITING)),
        ("blocked", progress.count(RowState.BLOCKED)),
    ]
    always = {"done", "failed"}
    return "  ".join(f"{name} {count:,}" for name, count in parts if count or name in always)


def parts_line(progress: Progress) -> str:
    """`3 parts of rows: 1 done  2 queued`; empty where no row has any."""
    counts = {state: count for state, count in progress.parts.items() if count}
    places = {"done": 0, "failed": 0, "running": 0, "waiting": 0, "queued": 0}
    for state, count in counts.items():
        place = "running" if state in ACTIVE else "queued" if state is RowState.READY else str(state)
        places[place] = places.get(place, 0) + count
    told = "  ".join(f"{name} {count:,}" for name, count in places.items() if count)
    return f"parts of rows: {told}" if told else ""


def credits_line(progress: Progress) -> str:
    """`credits 5,508 spent + 90 reserved of 10,000`, and what engines charged more or less than was reserved."""
    balance, budget = progress.balance, progress.batch.policy.budget
    reserved = f" + {as_text(balance.reserved)} reserved" if balance.reserved else ""
    of = f" of {as_text(budget)}" if budget is not None else ""
    differs = f"   ({balance.differs})" if balance.differs else ""
    return f"credits {as_text(balance.spent)} spent{reserved}{of}{differs}"
