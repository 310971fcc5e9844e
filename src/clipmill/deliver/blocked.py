"""`blocked.csv`: the rows no file was made of, blocked or failed, for the data owner to correct and give back."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from clipmill.deliver.atomic import replacing
from clipmill.deliver.summary import problems_of
from clipmill.domain.files.exchange import OUR_COLUMNS, armour, written
from clipmill.domain.record import RowRecord
from clipmill.shown import discreet, shown


def write_blocked(
    path: Path, columns: Sequence[str], records: Iterable[RowRecord], *, secrets_kept: bool = True
) -> int:
    """Write the records as a table, complete or not at all; how many rows it has. Raises StoreError.

    Columns: the given ones in their order, then fields that only some records have, then `_row`, `_state`, `_reason`,
    `_fix`.
    UTF-8 with BOM and every cell quoted, so that spreadsheets read it; formula cells under an apostrophe
    (`domain/exchange.py`). Secrets of addresses are cut where the batch keeps them: what comes back is made whole
    again. Without records the file has its header only.
    """
    names = [name for name in columns if name not in OUR_COLUMNS]
    with replacing(path) as file, tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        count = 0
        for cells in _rows(records, names, discreet if secrets_kept else str):
            spool.write(json.dumps(cells) + "\n")
            count += 1
        text = io.TextIOWrapper(file, "utf-8-sig", "backslashreplace", newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(_table(spool, names))
        text.detach()
    return count


def _rows(records: Iterable[RowRecord], names: list[str], told: Callable[[str], str]) -> Iterator[list[str]]:
    """Our cells, then the fields in the order of `names`, which grows by every field that is not there yet."""
    known = set(names)
    for record in records:
        late = [name for name in record.fields if name not in known]
        names.extend(late)
        known.update(late)
        problems = problems_of(record)
        reason = "; ".join(problem.told for problem in problems)
        fix = "; ".join(dict.fromkeys(problem.fix for problem in problems))
        ours = [str(record.number), str(record.state), shown(reason), shown(fix)]
        yield [*ours, *(told(record.fields.get(name, "")) for name in names)]


def _table(spool: TextIO, names: Sequence[str]) -> Iterator[list[str]]:
    """Header and rows of the finished table; rows that were met before a field was known get an empty cell."""
    yield [written(name) for name in (*names, *OUR_COLUMNS)]
    ours = len(OUR_COLUMNS)
    spool.seek(0)
    for line in spool:
        cells: list[str] = json.loads(line)
        fields = cells[ours:]
        padding = [""] * (len(names) - len(fields))
        yield [*map(written, (*fields, *padding)), *map(armour, cells[:ours])]
