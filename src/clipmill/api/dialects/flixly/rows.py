"""Rows of a batch: listed, made again with other seeds, approved and rejected. Ours: nobody publishes these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import dropwhile, islice
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from clipmill.api.access import MAY_APPROVE, MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.dialects.flixly.asking import refused
from clipmill.api.dialects.flixly.generations import LARGEST_SEED
from clipmill.api.dialects.flixly.surface import refusals, router
from clipmill.api.dialects.flixly.telling import FlixlyBatch, batch_answer, found
from clipmill.deliver.links import Links
from clipmill.deliver.wordings.flixly import in_words, note
from clipmill.deliver.wordings.happened import media_link, thumbnail_link
from clipmill.domain.asked import Job
from clipmill.domain.batch import Batch
from clipmill.domain.credits import as_number
from clipmill.domain.record import RowRecord
from clipmill.domain.row import ACTIVE, RETRIED, RowState
from clipmill.pipeline.use_cases.going_on import reject, retry

routes = router("batches")
#: Status of a row → its states.
STATES: Mapping[str, Sequence[RowState]] = {
    "queued": (RowState.CHECKING, RowState.WAITING, RowState.READY),
    "processing": sorted(ACTIVE - {RowState.CHECKING}), "complete": (RowState.DONE,), "review": (RowState.REVIEW,),
    "failed": (RowState.FAILED,), "blocked": (RowState.BLOCKED,), "unknown": (RowState.UNKNOWN,),
    "cancelled": (RowState.CANCELLED,),
}  # fmt: skip
_CALLED = {state: word for word, states in STATES.items() for state in states}
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]
Numbers = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1, max_length=10_000)]
Word = Literal["queued", "processing", "complete", "review", "failed", "blocked", "unknown", "cancelled"]


class FlixlyRow(BaseModel):
    """A row and what became of it."""

    row: int
    status: Word
    message: str | None
    prompt: str
    fields: dict[str, str]
    seed: int | None
    attempts: int
    file_name: str | None
    output_url: str | None
    thumbnail_url: str | None
    seconds: float | None
    width: int | None
    height: int | None
    fps: float | None
    drift_percent: float | None = Field(description="First frame against picture; null where there is none.")
    credits: float
    problems: list[dict[str, str]]
    warnings: list[str]


class RowPage(BaseModel):
    """A page of rows, in the order of the table."""

    rows: list[FlixlyRow]
    next_after: int | None = Field(description="The row to go on after; null at the end.")


class AgainWish(BaseModel):
    """Which rows are made again, and with which seeds."""

    rows: Numbers | None = Field(None, description="By number; else those that failed.")
    seeds: Literal["new", "same"] | list[Seed] | dict[str, Seed] = Field(
        "new", description="One for each of rows, in their order; or by row, as {\"3\": 7}; or new ones.")  # fmt: skip


class RetriedTold(BaseModel):
    """What is made again."""

    retried: int
    batch: FlixlyBatch


class JudgedRows(BaseModel):
    """Which rows are meant."""

    rows: Numbers | None = Field(None, description="By number; else all that wait.")
    reason: str = Field("", max_length=500)
    again: bool = Field(False, description="With reject: make them again, with new seeds.")


class MovedRows(BaseModel):
    """How many rows it was."""

    moved: int
    batch: FlixlyBatch


@routes.get("/batches/{batch_id}/rows", response_model=RowPage, operation_id="list_batch_rows", responses=refusals(404))
def every(batch_id: str, caller: Annotated[Caller, Depends(MAY_READ)], status: Word | None = None,
          after: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
          ) -> dict[str, Any]:  # fmt: skip
    """The rows of a batch, each with its file, its seed, and what is wrong with it."""
    batch = found(caller, batch_id)
    states = STATES[status] if status else ()
    records = dropwhile(lambda record: record.number <= after, caller.parts.readonly.records(batch.id, *states))
    page = list(islice(records, limit))
    return {"rows": [row_told(Job(batch, record), caller.served.links) for record in page],
            "next_after": page[-1].number if len(page) == limit else None}  # fmt: skip


def row_told(job: Job, links: Links) -> dict[str, Any]:
    """A row in the words of this API."""
    record, status = job.record, _CALLED[job.record.state]
    facts = record.verdict.facts if record.verdict and record.media else None
    fields = {column: cell for column, cell in record.fields.items() if not column.startswith("_")}
    is_made = status in ("complete", "review")
    return {
        "row": record.number, "status": status, "message": _message(record), "fields": fields,
        "prompt": _prompt(job.batch, record), "seed": record.seed or None, "attempts": record.attempts,
        "file_name": record.file_name or None, "output_url": media_link(links, job) or None if is_made else None,
        "thumbnail_url": thumbnail_link(links, job) or None if is_made else None,
        "seconds": facts.seconds if facts else None, "width": facts.width if facts else None,
        "height": facts.height if facts else None, "fps": facts.fps if facts else None,
        "drift_percent": facts.drift_percent if facts and facts.drift_percent >= 0 else None,
        "credits": as_number(record.credits), "warnings": [in_words(text) for text in record.every_warning],
        "problems": [{**problem.as_dict(), "fix": in_words(problem.fix)} for problem in record.problems],
    }  # fmt: skip


def _prompt(batch: Batch, record: RowRecord) -> str:
    columns = (column for column, field in batch.options.reading.mapping.items() if field == "prompt")
    return record.fields.get(next(columns, "prompt")) or ""


def _message(record: RowRecord) -> str | None:
    return in_words(record.problems[0].told) if record.problems else note(record) or None


@routes.post("/batches/{batch_id}/retry", response_model=RetriedTold, operation_id="retry_batch",
             responses=refusals(404, 409, 413))  # fmt: skip
def again(
    batch_id: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)], how: AgainWish | None = None
) -> dict[str, Any]:
    """Make rows again under the same id, with new seeds or given ones; finished rows, too, where they are named."""
    batch, how = found(caller, batch_id), how or AgainWish()
    _check_rows(caller, batch, how.rows or ())
    moved = 0
    for seed, numbers in _seeds(how):
        new = seed is None and how.seeds == "new"
        moved += retry(caller.parts, batch, numbers, new_seeds=new, seed=seed)
    caller.served.wake()
    return {"retried": moved, "batch": batch_answer(caller, batch)}


def _check_rows(caller: Caller, batch: Batch, numbers: Sequence[int]) -> None:
    """Raises ApiError (422) for rows that are not there, or that cannot be made again now."""
    if not numbers:
        return
    ready = {record.number for record in caller.parts.readonly.records(batch.id, *RETRIED)}
    if stray := [number for number in numbers if number not in ready]:
        told = ", ".join(map(str, stray[:10]))
        raise refused("rows", f"rows {told} cannot be made again: they are not there, blocked, or not made yet",
                      "Name finished, reviewed or failed rows.")  # fmt: skip


def _seeds(how: AgainWish) -> list[tuple[int | None, Sequence[int]]]:
    """Rows by the seed they get. Raises ApiError (422) where seeds and rows do not fit."""
    if isinstance(how.seeds, str):
        return [(None, how.rows or ())]
    if isinstance(how.seeds, list):
        if how.rows is None or len(how.seeds) != len(how.rows):
            raise refused("seeds", "there is not one seed for each of rows", "Give as many seeds as rows.")
        return [(seed, [number]) for number, seed in zip(how.rows, how.seeds, strict=True)]
    if not all(word.isdecimal() and len(word) < 10 for word in how.seeds):
        raise refused("seeds", "seeds are by the numbers of rows", 'Write {"3": 7}.')
    by_row = {int(word): seed for word, seed in how.seeds.items()}
    rows = how.rows or sorted(by_row)
    if not rows or set(by_row) != set(rows):
        raise refused("seeds", "there is not one seed for each of rows", "Give as many seeds as rows.")
    return [(by_row[number], [number]) for number in rows]


@routes.post("/batches/{batch_id}/approve", response_model=MovedRows, operation_id="approve_batch_rows",
             responses=refusals(404, 409, 413))  # fmt: skip
def approve(batch_id: str, caller: Annotated[Caller, Depends(MAY_APPROVE)],
            which: JudgedRows | None = None) -> dict[str, Any]:  # fmt: skip
    """Let rows be delivered that wait for a person, as those whose first frame drifts from its picture."""
    batch = found(caller, batch_id)
    moved = caller.parts.verbs.approve(batch.id, (which.rows if which else None) or ())
    caller.served.wake()
    return {"moved": moved, "batch": batch_answer(caller, batch)}


@routes.post("/batches/{batch_id}/reject", response_model=MovedRows, operation_id="reject_batch_rows",
             responses=refusals(404, 409, 413))  # fmt: skip
def drop(batch_id: str, caller: Annotated[Caller, Depends(MAY_APPROVE)],
         which: JudgedRows | None = None) -> dict[str, Any]:  # fmt: skip
    """Drop rows that wait for a person, or finished ones that are named; or have them made again."""
    batch, which = found(caller, batch_id), which or JudgedRows()
    moved = reject(caller.parts, batch, which.rows or (), reason=which.reason, again=which.again)
    caller.served.wake()
    return {"moved": moved, "batch": batch_answer(caller, batch)}
