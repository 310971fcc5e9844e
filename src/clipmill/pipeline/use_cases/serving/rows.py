"""Rows of batches that are asked about or worked on over the network: pages of them, causes, corrections, doubts."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from clipmill.deliver.blocked import write_blocked
from clipmill.deliver.summary import problems_of
from clipmill.domain.batch import Batch, Reading
from clipmill.domain.cause import Causes
from clipmill.domain.exchange import ROW_COLUMN, written
from clipmill.domain.record import RowRecord
from clipmill.domain.row import AMENDABLE, RowState
from clipmill.errors import ConflictError, InputError
from clipmill.hints import Wording
from clipmill.making import own_name
from clipmill.pipeline.use_cases import going_on, opening
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.table import Given

#: States of rows that need somebody to do something.
WANTING = (RowState.FAILED, RowState.BLOCKED, RowState.UNKNOWN, RowState.REVIEW)
#: Rows that are looked through at once for those of a cause.
_CHUNK = 500


def page_of(
    parts: ServerParts, batch: Batch, states: Sequence[RowState], among: tuple[str, int, int]
) -> list[RowRecord]:
    """Rows in input order; `among`: the cause that they have, the number that they come after, and how many at most."""
    cause, after, most = among
    if not cause:
        return parts.readonly.page(batch.id, states, after, most)
    found: list[RowRecord] = []
    while page := parts.readonly.page(batch.id, states or WANTING, after, _CHUNK):
        found += [record for record in page if has_cause(record, cause)]
        if len(found) >= most or len(page) < _CHUNK:
            break
        after = page[-1].number
    return found[:most]


def has_cause(record: RowRecord, cause: str) -> bool:
    """Whether a problem of a row has this code, or one that begins or ends with it."""
    codes = (problem.code for problem in problems_of(record))
    return any(code == cause or code.startswith(f"{cause}.") or code.endswith(f".{cause}") for code in codes)


def causes_of(parts: ServerParts, batch: Batch) -> Causes:
    """Why rows failed, are blocked or wait, the commonest first."""
    causes = Causes()
    for record in parts.readonly.records(batch.id, *WANTING):
        for problem in problems_of(record):
            causes.add(record.state, record.number, problem)
    return causes


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Which rows are to be made again, and how."""

    numbers: Sequence[int] = ()
    cause: str = ""
    new_seeds: bool = False
    seed: int | None = None


def price_again(parts: ServerParts, batch: Batch, wish: Again) -> tuple[int, int, int]:
    """How many rows, and parts, would be made again, and what one attempt at each may cost. Raises NotFoundError."""
    story = partial(parts.readonly.story, batch.id)
    return going_on.price_of(parts, batch, _meant(parts, batch, wish), story)


def make_again(parts: ServerParts, batch: Batch, wish: Again) -> int:
    """Have failed rows made again, those of a cause, or those named; how many. Raises NotFoundError, InputError."""
    numbers = _meant(parts, batch, wish)
    return going_on.retry(parts, batch, numbers, new_seeds=wish.new_seeds, seed=wish.seed)


def _meant(parts: ServerParts, batch: Batch, wish: Again) -> Sequence[int]:
    return going_on.of_cause(parts, batch, wish.cause, wish.numbers) if wish.cause else wish.numbers


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """A row of which nobody knows whether it was made and paid for."""

    number: int
    lane: str
    #: The key that it was sent under, and what its engine calls the job, where that is known.
    key: str
    job: str
    #: Thousandths of a credit that are held for it.
    credits: int


def doubts_of(parts: ServerParts, batch: Batch, most: int, after: int = 0) -> list[UnknownRow]:
    """The unknown rows of a batch, with what their engines can be asked by."""
    found = []
    for record in parts.readonly.page(batch.id, (RowState.UNKNOWN,), after, most):
        last = parts.readonly.story(batch.id, record.number).attempts[-1]
        found.append(UnknownRow(record.number, last.lane, last.key, last.job, last.reserved))
    return found


def reconcile(parts: ServerParts, batch: Batch, numbers: Sequence[int]) -> int:
    """Have unknown rows made again that somebody has looked for in vain; how many. Raises ConflictError for others."""
    others = [number for number in numbers if parts.readonly.story(batch.id, number).record.state != RowState.UNKNOWN]
    if others:
        raise ConflictError(f"row {others[0]} is not unknown", hint="Name rows that are; they are listed with state.")
    return going_on.retry(parts, batch, numbers)


def amended_table(parts: ServerParts, batch: Batch, folder: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Corrected rows as a table: what a row does not say is as it was. Raises InputError for one without its number."""
    whole = []
    for row in rows:
        number = row.get(ROW_COLUMN)
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise InputError(f"a corrected row says which it is: {ROW_COLUMN}, a number from 1 on")
        was = parts.readonly.story(batch.id, number).now.fields
        said = {name: _cell(value) for name, value in row.items() if name != ROW_COLUMN}
        whole.append({ROW_COLUMN: str(number), **was, **said})
    path = folder / "corrected.csv"
    names = list(dict.fromkeys(name for row in whole for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow([written(name) for name in names])
        table.writerows([written(row.get(name, "")) for name in names] for row in whole)
    return path


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    raise InputError("a cell is a text, a number, true, false or null")


def amend(parts: ServerParts, batch: Batch, table: Path, by: str) -> opening.Opened:
    """Put corrected rows in the place of blocked or failed ones. Raises InputError, SourceError."""
    template = parts.batches.template(batch.id)
    return opening.amend(parts, batch, Given(table, template, Reading(remote=True)), by=by)


def blocked_table(parts: ServerParts, batch: Batch, say: Wording) -> bytes:
    """The rows that corrected ones may replace, as `blocked.csv` has them."""
    path = parts.files.scratch(f"blocked.{own_name()}")
    records = (record.worded(say) for record in parts.readonly.records(batch.id, *AMENDABLE))
    try:
        write_blocked(path, batch.options.columns, records)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def told_records(parts: ServerParts, batch: Batch, say: Wording) -> Iterator[RowRecord]:
    """Every row in input order, with what can be done in words."""
    return (record.worded(say) for record in parts.readonly.records(batch.id))
