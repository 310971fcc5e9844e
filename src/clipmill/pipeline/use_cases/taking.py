"""Rows taken in as they are and checked by whoever has time: media fetched, payloads mapped, named and priced."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from clipmill.domain.batch import Batch
from clipmill.domain.files.names import FileNames
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.row import Row, RowState
from clipmill.pipeline.importing import Importer
from clipmill.pipeline.use_cases.parts import Parts
from clipmill.pipeline.use_cases.pricing import pricing
from clipmill.pipeline.use_cases.table import AnyChecker

#: Rows that are taken in, and that are checked, in one transaction.
TAKEN_ROWS, _CHECKED_ROWS = 5_000, 200


def take(parts: Parts, batch: Batch, rows: Iterable[Row]) -> int:
    """Take rows into a batch without looking at them; how many were new."""
    chunk, taken = list[Row](), 0
    for row in rows:
        chunk.append(row)
        if len(chunk) == TAKEN_ROWS:
            taken += parts.unchecked.take(batch.id, chunk)
            chunk = []
    return taken + parts.unchecked.take(batch.id, chunk)


def check_taken(parts: Parts, worker: str, batch_id: str, stop: threading.Event) -> bool:
    """Check the rows that wait for it, of one batch, until there are none, `stop` is set, or another does it.

    Of any batch where none is named. Whether there were any.
    """
    held = parts.unchecked.hold(worker, batch_id)
    if not held:
        return False
    try:
        _check_held(parts, worker, held, stop)
    finally:
        parts.unchecked.let_go(worker)
    return True


def _check_single(parts: Parts, worker: str, stop: threading.Event) -> None:
    """Check single requests, for which somebody waits, amid a long table."""
    while not stop.is_set() and (held := parts.unchecked.hold(worker, single=True)):
        try:
            _check_held(parts, worker, held, stop)
        finally:
            parts.unchecked.let_go(worker, held)


def _check_held(parts: Parts, worker: str, held: str, stop: threading.Event) -> None:
    owner = parts.of_batch(held)
    _check(owner, worker, owner.batches.find(held), stop)


def _check(parts: Parts, worker: str, batch: Batch, stop: threading.Event) -> None:
    parts.media.forget()  # a worker outlives many batches
    template, reading = parts.batches.template(batch.id), batch.options.reading
    checker = parts.tables.checker(template, reading, reading.mapping, Path(batch.options.folder))
    checker.batch = {"id": batch.id, "name": batch.name}
    names = FileNames(() if batch.standing else _remembered(parts, batch, checker))
    importer = Importer(checker, pricing(parts, batch.engine), names.take)
    while not stop.is_set():
        rows = parts.unchecked.some(batch.id, _CHECKED_ROWS)
        if not rows or not parts.unchecked.put(worker, batch.id, list(_until(stop, importer, rows))):
            return
        if not batch.standing:
            _check_single(parts, worker, stop)


def _until(stop: threading.Event, importer: Importer, rows: Iterable[Row]) -> Iterator[PricedRow]:
    for order in importer.orders(rows):
        yield order
        if stop.is_set():  # what was checked by then is kept
            return


def _remembered(parts: Parts, batch: Batch, checker: AnyChecker) -> Iterator[str]:
    """The names that rows of the batch have; their unique values are remembered with them."""
    for record in parts.rows.records(batch.id):
        if record.state is not RowState.CHECKING or record.file_name:
            checker.remember(record.number, record.fields)
            if record.file_name:
                yield record.file_name
