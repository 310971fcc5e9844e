"""Tables that are used again: what rows were made of is kept by field, and put beneath the cells of another table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path

from clipmill.domain.batch import Batch
from clipmill.domain.payload import canonical_json
from clipmill.domain.template import MEDIA_KINDS
from clipmill.errors import InputError, NotFoundError
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.table import OpenTable, columns_fed

#: Rows that are kept with a template.
MOST_ROWS = 10_000
#: One row: field → cell.
Cells = Mapping[str, str]


def cells_of(opened: OpenTable) -> Iterator[Cells]:
    """The rows of a table by field; cells of other columns are left aside."""
    for row in opened.source.rows():
        yield {field: row.fields.get(column) or "" for column, field in opened.columns.items()}


def kept_cells(parts: ServerParts, batch: Batch, key_of: Mapping[str, str]) -> list[Cells]:
    """The cells of a batch by field, its media as stored: `key_of` says where the payload holds each of these.

    Raises InputError for more rows than are kept.
    """
    template = parts.batches.template(batch.id)
    columns = columns_fed(batch, template)
    media = [rule.name for rule in template.contract if rule.kind in MEDIA_KINDS]
    found = list[Cells]()
    for record in parts.readonly.records(batch.id):
        if len(found) == MOST_ROWS:
            raise InputError(f"{batch.id} has more than {MOST_ROWS:,} rows, the most that are kept with a template",
                             hint="Keep the table yourself.")  # fmt: skip
        cells = {field: record.fields.get(column) or "" for column, field in columns.items()}
        stored = _payload(parts, record.row_id) if any(cells.get(name) for name in media) else {}
        found.append(cells | {name: str(stored.get(key_of[name]) or cells[name]) for name in media if cells.get(name)})
    return found


def _payload(parts: ServerParts, row_id: int) -> Mapping[str, object]:
    """What a row was made of; nothing for one that is blocked."""
    try:
        return parts.rows.asked(row_id)[1].body
    except NotFoundError:
        return {}


def laid_over(kept: Sequence[Cells], cells: Iterable[Cells]) -> Iterator[Cells]:
    """New rows over kept ones, cell by cell: what a new cell leaves empty is as it was."""
    for was, now in zip(chain(kept, repeat({})), cells, strict=False):
        yield {**was, **{field: cell for field, cell in now.items() if cell}}


def write_cells(path: Path, rows: Iterable[Cells]) -> int:
    """Write rows as a table of JSON lines; how many. Every line has every field, so that each is a column."""
    listed = list(rows)
    fields = dict.fromkeys(field for row in listed for field in row)
    lines = [canonical_json({field: row.get(field, "") for field in fields}) for row in listed]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(listed)
