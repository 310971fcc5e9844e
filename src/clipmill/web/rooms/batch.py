"""One batch: where its rows are, what is wrong with some and who can mend it, and what can be done with all of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from starlette.responses import Response

from clipmill.api.errors import ApiError
from clipmill.deliver.summary import problems_of
from clipmill.domain import credits
from clipmill.domain.batch import Batch, BatchState, PauseReason
from clipmill.domain.event import Event
from clipmill.domain.failure import Remedy, helps
from clipmill.domain.line.cause import Cause, Causes
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases import going_on
from clipmill.pipeline.use_cases.serving.holding import CREDITS, give_back, hold
from clipmill.web.asking import Ask
from clipmill.web.cards import cards_of

#: Rows that are read to tell causes, and those that a contact sheet at a glance shows.
_READ, _GLANCE = 5_000, 6
#: Events that are told.
_EVENTS = 200
_TOLD = (RowState.FAILED, RowState.BLOCKED, RowState.UNKNOWN, RowState.REVIEW)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cause and what helps."""

    cause: Cause
    #: `retry`, `correct`, `review`, `new batch`, `report` or `look`.
    remedy: str


def overview(ask: Ask) -> Response:
    """The batch at a glance."""
    found = give_back(ask.parts, ask.batch())
    return ask.page("batch.html", **seen(ask, found.id), **glance(ask, found), tab="overview")


def seen(ask: Ask, batch_id: str) -> Mapping[str, Any]:
    """The numbers of a batch, as its pages and their live parts show them."""
    parts = ask.parts
    progress = parts.attended(parts.readonly.progress(batch_id))
    now = parts.time.now()
    lanes = {record.lane.id: record for record in parts.lanes.every()} if progress.count(RowState.READY) else {}
    engine = progress.batch.engine
    queues = [record for lane, record in sorted(lanes.items()) if lane == engine or lane.startswith(f"{engine}:")]
    return {"progress": progress, "batch": progress.batch, "pace": parts.readonly.pace(progress, now),
            "queued": sum(record.ready for record in queues), "balance": progress.balance}  # fmt: skip


def glance(ask: Ask, batch: Batch) -> Mapping[str, Any]:
    """What is wrong, and what was made last, of a batch."""
    return {**troubles(ask, batch), "cards": cards_of(ask, batch, (RowState.REVIEW, RowState.DONE), _GLANCE)}


def troubles(ask: Ask, batch: Batch) -> Mapping[str, Any]:
    """Why rows are not done, the commonest cause first."""
    causes, read = Causes(), 0
    for record in islice(ask.parts.readonly.records(batch.id, *_TOLD), _READ):
        read += 1
        for problem in problems_of(record):
            causes.add(record.state, record.number, problem)
    return {"troubles": [Trouble(cause, _remedy(cause)) for cause in causes],
            "read": read if read == _READ else 0}  # fmt: skip


def _remedy(cause: Cause) -> str:
    if cause.state == RowState.BLOCKED:
        return "correct"
    if cause.state == RowState.REVIEW:
        return "review"
    if cause.state == RowState.UNKNOWN:
        return "look"
    found: Remedy = helps(cause.example.code)
    return str(found)


def pause(ask: Ask) -> Response:
    """Admit no more rows."""
    batch = ask.batch()
    ask.parts.verbs.pause(batch.id)
    return ask.to(f"/batches/{batch.id}", "Paused. What is under way finishes, for it is paid for.")


def resume(ask: Ask) -> Response:
    """Go on, with more to spend where that was said."""
    batch = ask.batch()
    budget, window = budget_of(ask), ask.number("window", 1, 100_000)
    if budget is not None:
        batch = ask.parts.batches.update(batch.id, "changed", budget=budget)
    going_on.resume(ask.parts, charged(ask, batch), window=window)
    ask.served.wake()
    return ask.to(f"/batches/{batch.id}", "It goes on.")


def settings(ask: Ask) -> Response:
    """The page on which budget and window are set."""
    found = ask.batch()
    return ask.page("settings.html", **seen(ask, found.id), tab="settings", template=_template(ask, found))


def _template(ask: Ask, batch: Batch) -> Any:
    return ask.parts.batches.template(batch.id)


def change(ask: Ask) -> Response:
    """Set budget and window; a batch that stands for its budget goes on."""
    batch = ask.batch()
    budget, window = budget_of(ask), ask.number("window", 1, 100_000)
    ask.parts.batches.update(batch.id, "changed", budget=budget, window=window)
    charged(ask, ask.batch())
    told = "Saved."
    progress = ask.parts.readonly.progress(batch.id)
    stands = batch.state is BatchState.PAUSED and batch.reason == PauseReason.BUDGET
    if stands and progress.balance.committed < (credits.LARGEST if budget is None else budget):
        going_on.resume(ask.parts, batch)
        told = "Saved, and the batch goes on."
    ask.served.wake()
    return ask.to(f"/batches/{batch.id}", told)


def charged(ask: Ask, batch: Batch) -> Batch:
    """The batch, for which what it may still spend is taken from a key with a limit. Raises ApiError (402)."""
    return hold(ask.parts, batch, ask.caller.key.id, partial(ask.caller.take, CREDITS))


def budget_of(ask: Ask) -> int | None:
    """Credits as they were typed, in thousandths; None for no cap. Raises ApiError."""
    typed = ask.text("budget").replace(",", "")
    try:
        return credits.from_typed(typed) if typed else None
    except ValueError as error:
        raise ApiError(400, "invalid_request", f"budget: {error}", hint="Go back and correct the number.",
                       param="budget") from error  # fmt: skip


def ask_cancel(ask: Ask) -> Response:
    """What cancelling would do."""
    return ask.page("cancel.html", **seen(ask, ask.batch().id), tab="")


def cancel(ask: Ask) -> Response:
    """Cancel for good what is not under way or finished."""
    batch = ask.batch()
    moved = ask.parts.verbs.cancel(batch.id)
    give_back(ask.parts, ask.parts.batches.find(batch.id))
    ask.served.wake()
    return ask.to(f"/batches/{batch.id}", f"Cancelled. {moved:,} {'row' if moved == 1 else 'rows'} will not be made.")


def ask_retry(ask: Ask) -> Response:
    """Which rows would be made again, and what that may cost."""
    batch = ask.batch()
    numbers, named = _asked_again(ask, batch, ask.query.get("cause", ""), _listed(ask.request.query_params))
    rows, parts, amount = going_on.price_of(ask.parts, batch, numbers, lambda n: ask.parts.readonly.story(batch.id, n))
    return ask.page("retry.html", **seen(ask, batch.id), tab="", rows=rows, needed=parts, amount=amount,
                    numbers=numbers if named else [], cause=ask.query.get("cause", ""),
                    left_out=len(numbers) - rows if named else 0)  # fmt: skip


def retry(ask: Ask) -> Response:
    """Have rows made again."""
    batch = ask.batch()
    numbers, _ = _asked_again(ask, batch, ask.text("cause"), ask.numbers("row"))
    seeds = ask.text("seeds")
    seed = ask.number("seed", 0, 2**63 - 1) if seeds == "given" else None
    if seeds == "given" and seed is None:
        raise ApiError(400, "invalid_request", "a seed of your own was chosen, and none was given",
                       hint="Go back and enter the seed.", param="seed")  # fmt: skip
    charged(ask, batch)
    moved = going_on.retry(ask.parts, batch, numbers, new_seeds=seeds == "new", seed=seed)
    ask.served.wake()
    left = len(numbers) - moved
    told = f"{moved:,} {'row is' if moved == 1 else 'rows are'} made again."
    return ask.to(f"/batches/{batch.id}", told + (f" {left:,} could not be: they are elsewhere by now." if left > 0
                                                  else ""))  # fmt: skip


def _listed(query: Any) -> list[int]:
    return [int(value) for value in query.getlist("row") if value.isascii() and value.isdigit() and len(value) < 12]


def _asked_again(ask: Ask, batch: Batch, cause: str, rows: Sequence[int]) -> tuple[list[int], bool]:
    """The rows that are meant, and whether they are named one by one; without any it is all that failed."""
    if cause:
        return going_on.of_cause(ask.parts, batch, cause, rows), False
    return list(rows), bool(rows)


def log(ask: Ask) -> Response:
    """The audit trail of the batch and its rows, the newest first."""
    found = ask.batch()
    latest, total = deque[Event](maxlen=_EVENTS), 0
    for event in ask.parts.readonly.events(found.id):
        latest.append(event)
        total += 1
    return ask.page("log.html", **seen(ask, found.id), tab="log", events=list(latest)[::-1], total=total)
