"""What people ask of batches and rows, in plain SQL: one text for every way to the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clipmill.domain.batch import EVERY_PRIORITY, Batch, BatchState, Progress
from clipmill.domain.credits import Balance
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.verdict import Problem, Verdict, Who
from clipmill.errors import NotFoundError, StoreError

#: Runs one SELECT with `:named` values inside a transaction; its lines by column name.
Ask = Callable[[str, Mapping[str, Any]], Sequence[Mapping[str, Any]]]

#: Rows that `records_page` answers at once.
PAGE_ROWS = 1_000
_SETTLE = "settle"
_FIND = "SELECT * FROM batches {} ORDER BY created_at DESC, id DESC LIMIT 2"
_BEGINS = "WHERE id LIKE :beginning ESCAPE '/'"
_COUNTS = "SELECT state, rows AS number FROM counts WHERE batch_id = :batch"
_TOTAL = "SELECT count(*) AS number FROM rows WHERE batch_id = :batch"
_READY = (
    "SELECT count(*) AS number FROM rows WHERE lane = :lane AND batch_id = :batch AND state = 'ready' "
    "AND priority <= :priority"
)
_BALANCE = "SELECT reserved, spent FROM ledger WHERE batch_id = :batch ORDER BY id DESC LIMIT 1"
_RECORDS = (
    "SELECT rows.id, rows.number, rows.line, rows.state, rows.file_name, rows.media, rows.attempt, row_data.fields, "
    "row_data.problems, row_data.fallbacks, row_data.warnings, attempts.seed, attempts.verdict, "
    "(SELECT sum(amount) FROM ledger WHERE ledger.row_id = rows.id AND ledger.kind = :settle) AS spent "
    "FROM rows JOIN row_data ON row_data.row_id = rows.id "
    "LEFT JOIN attempts ON attempts.row_id = rows.id AND attempts.number = rows.attempt "
    "WHERE rows.batch_id = :batch AND rows.number > :after {} ORDER BY rows.number LIMIT :page"
)


def find_batch(ask: Ask, batch_id: str) -> Batch:
    """One batch by id or by its unique beginning; without an id the latest. Raises NotFoundError."""
    beginning = "".join(f"/{character}" if character in "/%_" else character for character in batch_id) + "%"
    found = ask(_FIND.format(_BEGINS), {"beginning": beginning}) if batch_id else ask(_FIND.format(""), {})
    if not found:
        raise NotFoundError(
            f"there is no batch {batch_id}" if batch_id else "there is no batch yet",
            hint="`clipmill run TABLE -t TEMPLATE` starts one.",
        )
    if batch_id and len(found) > 1 and found[0]["id"] != batch_id:
        raise NotFoundError(f"more than one batch begins with {batch_id}", hint="Give more of the id.")
    return _batch(found[0])


def progress_of(ask: Ask, batch_id: str) -> Progress:
    """The numbers of a batch; what they rest on is kept up to date by every move, so this reads a few lines."""
    batch = find_batch(ask, batch_id)
    meant = {"batch": batch.id}
    per_state = {RowState(line["state"]): int(line["number"]) for line in ask(_COUNTS, meant)}
    total = int(ask(_TOTAL, meant)[0]["number"])
    ready = per_state.get(RowState.READY, 0)
    if batch.priority_limit < EVERY_PRIORITY:
        among = {"lane": batch.engine, "priority": batch.priority_limit}
        ready = int(ask(_READY, {**meant, **among})[0]["number"])
    progress = Progress(batch, per_state, balance_of(ask, batch.id), total, ready)
    if not progress.accounted:
        raise StoreError(
            f"batch {batch.id} counts {dict(per_state)} for {total} rows: the sum must be the number of rows",
            hint="This is a bug in clipmill or a damaged database: `clipmill doctor`.",
        )
    return progress


def balance_of(ask: Ask, batch_id: str) -> Balance:
    """What the last line of the batch's ledger says."""
    last = ask(_BALANCE, {"batch": batch_id})
    return Balance(int(last[0]["reserved"]), int(last[0]["spent"])) if last else Balance()


def records_page(ask: Ask, batch_id: str, states: Sequence[RowState], after: int) -> list[RowRecord]:
    """The next rows after that number in input order, at most PAGE_ROWS; with states, only those."""
    names = {f"state{index}": str(state) for index, state in enumerate(states)}
    among = f"AND rows.state IN ({', '.join(f':{name}' for name in names)})" if names else ""
    values = {"batch": batch_id, "after": after, "page": PAGE_ROWS, "settle": _SETTLE, **names}
    return [_record(line) for line in ask(_RECORDS.format(among), values)]


def _batch(line: Mapping[str, Any]) -> Batch:
    return Batch(
        id=line["id"], name=line["name"], template_name=line["template_name"],
        template_version=line["template_version"], engine=line["engine"], source=line["source"],
        out_folder=line["out_folder"],
        policy=Policy(attempts=line["attempts"], budget=line["budget"], window=line["window"]),
        state=BatchState(line["state"]), reason=line["reason"], priority_limit=line["priority_limit"],
        created_at=line["created_at"], options=json.loads(line["options"]),
    )  # fmt: skip


def _record(line: Mapping[str, Any]) -> RowRecord:
    return RowRecord(
        row_id=line["id"], number=line["number"], line=line["line"], state=RowState(line["state"]),
        fields=json.loads(line["fields"]), file_name=line["file_name"], media=line["media"] or "",
        attempts=line["attempt"], seed=line["seed"] or 0, credits=int(line["spent"] or 0),
        problems=tuple(_problem(problem) for problem in json.loads(line["problems"])),
        fallbacks=tuple(json.loads(line["fallbacks"])), warnings=tuple(json.loads(line["warnings"])),
        verdict=Verdict.from_dict(json.loads(line["verdict"])) if line["verdict"] else None,
    )  # fmt: skip


def _problem(data: dict[str, str]) -> Problem:
    return Problem(**{**data, "who": Who(data["who"])})  # type: ignore[arg-type]
