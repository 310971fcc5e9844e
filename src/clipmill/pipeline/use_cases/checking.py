"""Checking a table: what a batch of it would be, counted, without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from clipmill.deliver.blocked import write_blocked
from clipmill.domain.files.names import FileNames
from clipmill.domain.line.cause import Tally
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.errors import SettingsError
from clipmill.pipeline.importing import Importer
from clipmill.pipeline.outputs import columns_of
from clipmill.pipeline.use_cases.opening import probe
from clipmill.pipeline.use_cases.parts import Parts
from clipmill.pipeline.use_cases.pricing import engines_of, pricing
from clipmill.pipeline.use_cases.table import Given, OpenTable, template_of


@dataclass(frozen=True, slots=True)
class Counted:
    """A table as it meets its template, and what its rows came to."""

    table: OpenTable
    tally: Tally
    #: Where blocked rows were written; None where there are none.
    blocked: Path | None


def check(parts: Parts, given: Given, blocked: Path | None = None) -> Counted:
    """Check and price every row, and write those that are blocked, in this folder where no place is named.

    Raises SettingsError for the table itself as that place, SourceError, TemplateError.
    """
    template = template_of(parts, given)
    for name in engines_of(template):
        parts.engine(name)
    table = parts.tables.open(given.table, template, given.reading, given.base)
    probe(parts, given, template)
    importer = Importer(table.checker, pricing(parts, template.engine), FileNames().take)
    marks = parts.outputs.marks
    place = blocked or marks.ours_or_free(Path("blocked.csv"), never=given.table)
    if place.absolute() == given.table.absolute():
        raise SettingsError(f"--blocked {place} is the table itself", hint="Name another file.")
    found = (record.worded(parts.outputs.say) for record in _blocked(importer, table))
    if not _write(place, columns_of(table.described["columns"]), found):
        return Counted(table, importer.tally, None)
    marks.mark(place)
    return Counted(table, importer.tally, place)


def _write(path: Path, columns: Sequence[str], records: Iterator[RowRecord]) -> int:
    """Write the blocked rows, if there are any: a file that is there stays as it is when there are none."""
    first = next(records, None)
    return 0 if first is None else write_blocked(path, columns, chain([first], records), secrets_kept=False)


def _blocked(importer: Importer, table: OpenTable) -> Iterator[RowRecord]:
    for order in importer.orders(table.source.rows()):
        row = order.checked.row
        if order.checked.payload is None:
            yield RowRecord(row_id=0, number=row.number, line=row.line, state=RowState.BLOCKED, fields=row.fields,
                            problems=order.checked.problems)  # fmt: skip
