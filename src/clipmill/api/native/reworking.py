"""What people do with rows of a batch: made again, corrected, looked for, approved, rejected, renamed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field, JsonValue

from clipmill.api.access import MAY_APPROVE, MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.errors import ApiError
from clipmill.api.native.batches import batch_of, held
from clipmill.api.native.received import Received, received
from clipmill.api.native.shapes import (
    BINARY,
    After,
    Amount,
    AskedShape,
    Limit,
    PageOf,
    RowsMoved,
    ToldShape,
    body_of,
    number_after,
    paged,
    resource,
)
from clipmill.domain.credits import as_number
from clipmill.pipeline.use_cases import going_on
from clipmill.pipeline.use_cases.renaming import plan_names, rename
from clipmill.pipeline.use_cases.serving import batches, rows

routes = resource("rows")
_NUMBER, _SEED = 2**31 - 1, 2**63 - 1
_TABLE_BYTES = 256 * 1024**2
Numbers = Annotated[
    list[Annotated[int, Field(ge=-_NUMBER, le=_NUMBER)]],
    Field(max_length=100_000, description="Row numbers; those of parts are negative."),
]
Got = Annotated[Received, Depends(received(_TABLE_BYTES, "table", ("text/csv", "application/x-ndjson")))]


class RetryWish(AskedShape):
    """Which rows are made again; without rows and cause those that failed."""

    rows: Numbers = Field(default=[])
    cause: str = Field(default="", max_length=200, description="Failed rows of this cause, as `causes` names it.")
    new_seeds: bool = False
    seed: int | None = Field(default=None, ge=0, le=_SEED, description="The seed of the next attempt.")
    dry_run: bool = Field(default=False, description="Say how many rows and credits, and make none.")


class RetryTold(ToldShape):
    """What is, or would be, made again."""

    batch: str
    dry_run: bool
    rows: int
    parts: int
    credits: Amount = Field(description="What one attempt at each may cost.")


class ReconcileWish(AskedShape):
    """Unknown rows that were looked for in vain, and are made again."""

    rows: Numbers = Field(min_length=1)


class DoubtTold(ToldShape):
    """A row of which nobody knows whether it was made and paid for."""

    row: int
    lane: str
    key: str = Field(description="The key that it was sent under.")
    job: str | None = Field(description="What its engine calls the job, where that is known.")
    credits: Amount = Field(description="Held for it.")


class AmendWish(AskedShape):
    """Corrected rows, each with `_row`; what one does not say is as it was."""

    rows: list[dict[str, JsonValue]] = Field(min_length=1, max_length=100_000)


class AmendTold(ToldShape):
    """What was taken of corrected rows."""

    batch: str
    taken: int
    left: int = Field(description="Rows that no corrected one may replace, for they are neither blocked nor failed.")
    blocked: int = Field(description="Of those taken, blocked again.")


class ApproveWish(AskedShape):
    """Which rows are delivered; none named: all that wait."""

    rows: Numbers = Field(default=[])


class RejectWish(AskedShape):
    """Which rows are dropped, or made again; none named: all that wait."""

    rows: Numbers = Field(default=[])
    reason: str = Field(default="", max_length=500)
    again: bool = Field(default=False, description="Make them again with a new seed.")


class RenameWish(AskedShape):
    """The pattern of the files' names."""

    names: str = Field(min_length=1, max_length=500)
    dry_run: bool = Field(default=False, description="Say what would change, and change nothing.")


class NameTold(ToldShape):
    """A file that is, or would be, renamed."""

    row: int
    was: str
    name: str


class RenameTold(ToldShape):
    """What is, or would be, renamed."""

    batch: str
    dry_run: bool
    rows: int
    names: list[NameTold] = Field(description="The first thousand.")


@routes.post("/batches/{batch}/retry", operation_id="retry_rows")
def retry(batch: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)], wish: RetryWish | None = None) -> RetryTold:
    """Make failed rows again, those of a cause, or those named; `dry_run` says how many and what they may cost."""
    wish = wish or RetryWish()
    if wish.seed is not None and wish.new_seeds:
        raise ApiError(400, "invalid_request", "a seed is given or drawn", param="seed", hint="Leave one of them out.")
    found = batch_of(batch, caller)
    batches.check_open(found)
    again = rows.Again(numbers=wish.rows, cause=wish.cause, new_seeds=wish.new_seeds, seed=wish.seed)
    count, parts, credits = rows.price_again(caller.parts, found, again)
    if not wish.dry_run:
        count = rows.make_again(caller.parts, held(caller, found), again)
        caller.served.wake()
    return RetryTold(batch=found.id, dry_run=wish.dry_run, rows=count, parts=parts, credits=as_number(credits) or 0)


@routes.get("/batches/{batch}/unknown", operation_id="list_unknown")
def doubts(batch: str, caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "",
           ) -> PageOf[DoubtTold]:  # fmt: skip
    """Rows of which nobody knows whether they were made: look for their keys or jobs at the engine's own pages."""
    found = rows.doubts_of(caller.parts, batch_of(batch, caller), limit + 1, number_after(after))
    page, more, following = paged(found, limit, lambda doubt: doubt.number)
    told = [DoubtTold(row=each.number, lane=each.lane, key=each.key, job=each.job or None,
                      credits=as_number(each.credits) or 0) for each in page]  # fmt: skip
    return PageOf(data=told, has_more=more, next=following)


@routes.post("/batches/{batch}/reconcile", operation_id="reconcile_rows")
def reconcile(batch: str, wish: ReconcileWish, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> RowsMoved:
    """Make unknown rows again that were looked for in vain: it may be paid for twice otherwise."""
    found = batch_of(batch, caller)
    batches.check_open(found)
    moved = rows.reconcile(caller.parts, held(caller, found), wish.rows)
    caller.served.wake()
    return RowsMoved(batch=found.id, rows=moved)


@routes.post("/batches/{batch}/amend", operation_id="amend_rows",
             openapi_extra=body_of(application__json=AmendWish, text__csv=BINARY, multipart__form_data={
                 "type": "object", "required": ["table"], "properties": {"table": BINARY}}))  # fmt: skip
def amend(batch: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)], got: Got) -> AmendTold:
    """Put corrected rows in the place of blocked or failed ones: a table with `_row`, as `blocked.csv` is, or JSON
    rows, in which what is left out is as it was.
    """
    found = batch_of(batch, caller)
    batches.check_taking(found)
    with caller.served.alone(caller.tenant) as parts:
        if got.file is None:
            table = rows.amended_table(parts, found, got.folder, got.as_wish(AmendWish).rows)
        else:
            table = batches.table_in(got.folder, got.file, got.name, move=True)
        taken = rows.amend(parts, held(caller, found), table, caller.key.name)
    caller.served.wake()
    return AmendTold(batch=found.id, taken=taken.taken, left=taken.left, blocked=taken.tally.blocked)


@routes.post("/batches/{batch}/approve", operation_id="approve_rows")
def approve(batch: str, caller: Annotated[Caller, Depends(MAY_APPROVE)], wish: ApproveWish | None = None) -> RowsMoved:
    """Deliver files that wait for a person: those named, or all."""
    found = batch_of(batch, caller)
    moved = caller.parts.verbs.approve(found.id, wish.rows if wish else ())
    caller.served.wake()
    return RowsMoved(batch=found.id, rows=moved)


@routes.post("/batches/{batch}/reject", operation_id="reject_rows")
def reject(batch: str, caller: Annotated[Caller, Depends(MAY_APPROVE)], wish: RejectWish | None = None) -> RowsMoved:
    """Drop files that wait for a person, or finished ones that are named; with `again` they are made anew."""
    wish, found = wish or RejectWish(), batch_of(batch, caller)
    batches.check_open(found)
    if wish.again:
        found = held(caller, found)
    moved = going_on.reject(caller.parts, found, wish.rows, reason=wish.reason, again=wish.again)
    caller.served.wake()
    return RowsMoved(batch=found.id, rows=moved)


@routes.post("/batches/{batch}/rename", operation_id="rename_files")
def renamed(batch: str, wish: RenameWish, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> RenameTold:
    """Give finished files other names, all of them or none."""
    found = batch_of(batch, caller)
    with caller.served.alone(caller.tenant) as parts:
        plan = plan_names(parts, found, wish.names)
        if not wish.dry_run:
            rename(parts, plan)
    names = [NameTold(row=number, was=was, name=name) for number, (was, name) in [*plan.changes.items()][:1_000]]
    return RenameTold(batch=found.id, dry_run=wish.dry_run, rows=len(plan.changes), names=names)
