"""Rows of a batch: what became of each, why, and what people do with them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from clipmill.api.access import MAY_READ, Caller
from clipmill.api.errors import ApiError
from clipmill.api.native.batches import batch_of
from clipmill.api.native.event_shapes import EventTold, event_told
from clipmill.api.native.row_shapes import RowTold, StoryTold, line_of, row_told, story_told
from clipmill.api.native.shapes import After, Limit, PageOf, ToldShape, number_after, paged, resource
from clipmill.api.wording import call, in_words
from clipmill.deliver.results import csv_lines
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases.serving import rows as use_cases
from clipmill.shown import json_line

routes = resource("rows")
#: Events of one row that are told.
_EVENTS = 1_000
_NUMBER = 2**31 - 1
Number = Annotated[int, Path(ge=-_NUMBER, le=_NUMBER, description="The row's number; that of a part is negative.")]


class CauseTold(ToldShape):
    """One reason why rows are not done, with the first of them as the example."""

    rows: int
    numbers: list[int] = Field(description="The first of its rows.")
    state: str
    code: str
    column: str
    value: str
    reason: str
    fix: str
    who: str


class CausesTold(ToldShape):
    """Why rows are not done, the commonest first."""

    data: list[CauseTold]


class ResultForm(StrEnum):
    """How results are written."""

    JSONL = "jsonl"
    CSV = "csv"


class ArchiveTold(ToldShape):
    """A zip of the files that are finished by now."""

    url: str = Field(description="A link to it, good for a while, for which no key is needed.")
    files: int
    size_bytes: int
    sha256: str


@routes.get("/batches/{batch}/rows", operation_id="list_rows")
def every(
    batch: str, caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "",
    state: Annotated[list[RowState] | None, Query(description="Only rows in one of these states.")] = None,
    cause: Annotated[str, Query(max_length=200, description="Only rows with a problem of this code.")] = "",
) -> PageOf[RowTold]:  # fmt: skip
    """Rows in the order of their table."""
    found = batch_of(batch, caller)
    among = (cause, number_after(after), limit + 1)
    rows = use_cases.page_of(caller.parts, found, state or (), among)
    page, more, following = paged(rows, limit, lambda record: record.number)
    links = caller.served.links
    return PageOf(data=[row_told(links, found, record) for record in page], has_more=more, next=following)


@routes.get("/batches/{batch}/rows/{row}", operation_id="get_row")
def one(batch: str, row: Number, caller: Annotated[Caller, Depends(MAY_READ)]) -> StoryTold:
    """All that is known of a row: its payload and what it was before, its parts, its attempts, its files."""
    found = batch_of(batch, caller)
    return story_told(caller.served.links, found, caller.parts.readonly.story(found.id, row))


@routes.get("/batches/{batch}/rows/{row}/events", operation_id="list_row_events")
def trail(batch: str, row: Number, caller: Annotated[Caller, Depends(MAY_READ)]) -> PageOf[EventTold]:
    """What happened to a row, the oldest first."""
    found = batch_of(batch, caller)
    caller.parts.readonly.story(found.id, row)
    events = islice(caller.parts.readonly.events(found.id, row), _EVENTS)
    return PageOf(data=[event_told(event) for event in events], has_more=False, next=None)


@routes.get("/batches/{batch}/causes", operation_id="list_causes")
def causes(batch: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> CausesTold:
    """Why rows failed, are blocked or wait: each cause with its rows, who can mend it and how."""
    found = use_cases.causes_of(caller.parts, batch_of(batch, caller))
    told = [{**cause.as_dict(), "fix": in_words(cause.example.fix)} for cause in found]
    return CausesTold(data=[CauseTold(**each) for each in told])


_RESULTS: dict[int | str, dict[str, Any]] = {200: {"description": "A line for every row.", "content": {
    "application/x-ndjson": {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}}}}  # fmt: skip


@routes.get("/batches/{batch}/results", operation_id="get_results", response_class=StreamingResponse,
            responses=_RESULTS)  # fmt: skip
def results(
    batch: str, caller: Annotated[Caller, Depends(MAY_READ)],
    form: Annotated[ResultForm, Query(alias="format")] = ResultForm.JSONL,
) -> Response:  # fmt: skip
    """Every row in the order of its table, done or not, as they stand now. No cell of the CSV is a formula."""
    found, links = batch_of(batch, caller), caller.served.links
    records = use_cases.told_records(caller.parts, found, call)
    lines: Iterator[bytes]
    if form is ResultForm.CSV:
        lines, kind = csv_lines(found.options.columns, records), "text/csv; charset=utf-8"
    else:
        lines = ((json_line(line_of(links, found, record)) + "\n").encode() for record in records)
        kind = "application/x-ndjson"
    told = {"Content-Disposition": f'attachment; filename="{found.id}-results.{form}"'}
    return StreamingResponse(lines, media_type=kind, headers=told)


_BLOCKED: dict[int | str, dict[str, Any]] = {200: {"description": "The rows that corrected ones may replace.",
                  "content": {"text/csv": {"schema": {"type": "string"}}}}}  # fmt: skip


@routes.get("/batches/{batch}/blocked.csv", operation_id="get_blocked", response_class=Response, responses=_BLOCKED)
def blocked(batch: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> Response:
    """The rows that are blocked or failed, with reasons and fixes: corrected, they go to `amend`."""
    found = batch_of(batch, caller)
    table = use_cases.blocked_table(caller.parts, found, call)
    return Response(table, media_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": f'attachment; filename="{found.id}-blocked.csv"'})  # fmt: skip


@routes.get("/batches/{batch}/archive", operation_id="get_archive")
def archive(batch: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> ArchiveTold:
    """A zip of the files that are finished by now, under their names."""
    found = batch_of(batch, caller)
    receipt = caller.parts.outputs.packed(found)
    if not receipt.files:
        raise ApiError(409, "conflict", f"{found.id} has no finished file yet", hint="Come again when a row is done.")
    url = caller.served.links.to(caller.tenant, receipt.sha256, f"{found.name}.zip")
    return ArchiveTold(url=url, files=receipt.files, size_bytes=receipt.size_bytes, sha256=receipt.sha256)
