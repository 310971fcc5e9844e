"""Batches: begun from a table however it comes, and steered to their end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field
from starlette.requests import Request

from clipmill.api.access import MAY_READ, MAY_SUBMIT, Caller
from clipmill.api.bodies import parsed
from clipmill.api.errors import ApiError
from clipmill.api.native.batch_shapes import BatchNew, BatchOptions, BatchTold, Steering, batch_told, told_now
from clipmill.api.native.received import Received, received, wished
from clipmill.api.native.shapes import BINARY, After, AskedShape, Limit, PageOf, body_of, paged, resource
from clipmill.domain.batch import Batch
from clipmill.pipeline.use_cases.serving import batches as use_cases
from clipmill.pipeline.use_cases.serving import holding

routes = resource("batches")
_MB = 1024**2
#: The most that a table, or a zip of one and its pictures, may have, bytes.
_TABLE_BYTES = 2_048 * _MB
_TABLES = ("text/csv", "application/x-ndjson", "application/jsonl", "text/tab-separated-values", "text/plain",
           "application/zip", "application/octet-stream")  # fmt: skip
#: What a table is called that comes without a name, by its content type.
_NAMES = {"application/x-ndjson": "table.jsonl", "application/jsonl": "table.jsonl",
          "text/tab-separated-values": "table.tsv"}  # fmt: skip
Got = Annotated[Received, Depends(received(_TABLE_BYTES, "table", _TABLES))]
_FORM = {"type": "object", "description": "The options as fields, or all of them as JSON in `options`; a file `table`, "
         "and the `files` that it names, where they do not come in one zip.", "properties": {
             "template": {"type": "string"}, "table": BINARY, "files": {"type": "array", "items": BINARY},
             "options": {"type": "string", "description": "JSON of the same fields."}}}  # fmt: skip
_BODY = body_of(application__json=BatchNew, multipart__form_data=_FORM, text__csv=BINARY, application__x_ndjson=BINARY,
                application__zip=BINARY)  # fmt: skip
_QUERY = [{"name": "template", "in": "query", "schema": {"type": "string"}, "description": "Beside a body that is a "
           "table: any option may stand in the query, or all of them in `options` as JSON."},
          {"name": "options", "in": "query", "schema": {"type": "string"}}]  # fmt: skip


class Priority(AskedShape):
    """What is changed of a batch; what is left out stays."""

    priority: int | None = Field(default=None, ge=-1_000_000, le=1_000_000)
    weight: int | None = Field(default=None, ge=1, le=1_000_000)
    name: str | None = Field(default=None, min_length=1, max_length=200)


class Resumed(Steering):
    """How a batch goes on; what is left out stays as it is."""

    everything: bool = Field(default=False, description="Beyond the sample that it was held to.")


def batch_of(batch: str, caller: Caller) -> Batch:
    """The batch that a path names, by its id alone. Raises NotFoundError."""
    found = caller.parts.batches.find(batch)
    if batch not in (found.id, found.public_id, found.name):
        raise ApiError(404, "not_found", f"there is no batch {batch}", param="batch")
    return found


def held(caller: Caller, batch: Batch) -> Batch:
    """The batch, for which what it may still spend is taken from a key with a limit. Raises ApiError (402)."""
    return holding.hold(caller.parts, batch, caller.key.id, partial(caller.take, holding.CREDITS))


@routes.post("/batches", operation_id="create_batch", status_code=201,
             openapi_extra={**_BODY, "parameters": _QUERY})  # fmt: skip
def create(request: Request, caller: Annotated[Caller, Depends(MAY_SUBMIT)], got: Got) -> BatchTold:
    """Begin a batch: of JSON rows, of a CSV or JSONL body, of a form with a table and pictures, of a zip of both, of
    the table behind an address, or of one that was uploaded. Its rows are read in meanwhile; with `dry_run` they are
    checked and priced, and wait for a start.
    """
    caller.take("batches")
    wish = _asked(got, request.query_params)
    with use_cases.table_place(caller.parts) as folder:
        if isinstance(wish, BatchNew) and wish.rows is not None:
            table = use_cases.table_of_rows(folder, wish.rows)
        elif isinstance(wish, BatchNew) and wish.url is not None:
            table = use_cases.table_from(caller.parts, folder, wish.url)
        elif isinstance(wish, BatchNew) and wish.asset is not None:
            table = use_cases.table_of_asset(caller.parts, folder, wish.asset)
        else:
            assert got.file is not None
            table = use_cases.table_in(folder, got.file, got.name or _NAMES.get(got.kind, ""), move=True)
            use_cases.beside_table(folder, table, got.files)
        with caller.served.alone(caller.tenant) as parts:
            batch = use_cases.begin_batch(parts, table, wish.wish())
    if not wish.dry_run:
        try:
            batch = held(caller, batch)
        except ApiError:
            caller.parts.verbs.cancel(batch.id)
            raise
    caller.served.read_in(caller.tenant, batch.id)
    return told_now(caller, batch)


def _asked(got: Received, query: Mapping[str, str]) -> BatchOptions:
    """The options, wherever they stand. Raises RequestValidationError, ApiError where there is no table or several."""
    said = {**_texts(got.fields if got.fields or got.json else query), **got.json}
    if got.file is None:
        wish = wished(BatchNew, said)
        if sum(each is not None for each in (wish.rows, wish.url, wish.asset)) != 1:
            raise ApiError(400, "invalid_request", "a batch has one table: rows, url, asset or a file",
                           param="rows", hint="Give one of them.")  # fmt: skip
        return wish
    return wished(BatchOptions, said)


def _texts(fields: Mapping[str, str]) -> dict[str, Any]:
    """Fields that came as text, as the options have them: lists by commas, mappings as JSON."""
    found: dict[str, Any] = {}
    for name, text in fields.items():
        if name == "options":
            found |= dict(parsed(text.encode()))
        elif name == "ignore":
            found[name] = [word.strip() for word in text.split(",") if word.strip()]
        elif name in ("map", "each", "metadata"):
            found[name] = parsed(text.encode())
        else:
            found[name] = text
    return found


@routes.get("/batches", operation_id="list_batches")
def every(caller: Annotated[Caller, Depends(MAY_READ)], limit: Limit = 50, after: After = "") -> PageOf[BatchTold]:
    """Batches, the newest first, whichever way they came; single requests are not among them."""
    found = caller.parts.asked.batches(limit + 1, after)
    page, more, following = paged(found, limit, lambda batch: batch.id)
    told = [batch_told(progress) for progress in caller.parts.readonly.several([batch.id for batch in page])]
    return PageOf(data=told, has_more=more, next=following)


@routes.get("/batches/{batch}", operation_id="get_batch")
def one(batch: str, caller: Annotated[Caller, Depends(MAY_READ)]) -> BatchTold:
    """A batch as it stands."""
    return told_now(caller, holding.give_back(caller.parts, batch_of(batch, caller)))


@routes.patch("/batches/{batch}", operation_id="change_batch")
def change(batch: str, wish: Priority, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> BatchTold:
    """Have a batch served before others, or after them, or give it another name."""
    found = batch_of(batch, caller)
    return told_now(caller, use_cases.prefer(caller.parts, found, wish.priority, wish.weight, wish.name))


@routes.post("/batches/{batch}/start", operation_id="start_batch")
def start(batch: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> BatchTold:
    """Let a batch go that was checked and priced (`dry_run`)."""
    found = batch_of(batch, caller)
    use_cases.check_held(found)
    found = use_cases.start(caller.parts, held(caller, found))
    caller.served.wake()
    return told_now(caller, found)


@routes.post("/batches/{batch}/pause", operation_id="pause_batch")
def pause(batch: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> BatchTold:
    """Admit no more rows; what is under way finishes, for it is paid for."""
    return told_now(caller, use_cases.pause(caller.parts, batch_of(batch, caller)))


@routes.post("/batches/{batch}/resume", operation_id="resume_batch")
def resume(batch: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)], wish: Resumed | None = None) -> BatchTold:
    """Let a batch go on, with another budget or window where they are given; after a sample all of it."""
    wish = wish or Resumed()
    found = batch_of(batch, caller)
    use_cases.check_taking(found)
    found = use_cases.changed(caller.parts, found, wish.policy())
    found = use_cases.go_on(caller.parts, held(caller, found), everything=wish.everything)
    caller.served.wake()
    return told_now(caller, found)


@routes.post("/batches/{batch}/cancel", operation_id="cancel_batch")
def cancel(batch: str, caller: Annotated[Caller, Depends(MAY_SUBMIT)]) -> BatchTold:
    """Cancel every row that is not under way or finished; what is under way finishes, and is kept."""
    found = batch_of(batch, caller)
    caller.parts.verbs.cancel(found.id)
    caller.served.wake()
    return told_now(caller, holding.give_back(caller.parts, caller.parts.batches.find(found.id)))
