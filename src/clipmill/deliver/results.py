"""The results of a batch: one line per input row in input order, as JSON lines and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from clipmill.deliver.atomic import replacing
from clipmill.domain.exchange import armour
from clipmill.domain.record import RowRecord

#: Our columns in `results.csv`, after the table's own; named like those of `blocked.csv`.
RESULT_COLUMNS = (
    "_row", "_state", "_file", "_seconds", "_bytes", "_sha256", "_attempts", "_credits", "_reason", "_fix", "_warnings",
    "_more",
)  # fmt: skip
#: Half a surrogate pair has no UTF-8: it is written as the JSON escape it was read from.
_UNPAIRED = "backslashreplace"


def write_results(path: Path, records: Iterable[RowRecord]) -> int:
    """Write `results.jsonl`, complete or not at all; the number of lines. Raises StoreError."""
    lines = 0
    with replacing(path) as file:
        for record in records:
            file.write(_json(record.as_dict()).encode(errors=_UNPAIRED) + b"\n")
            lines += 1
    return lines


def write_results_csv(path: Path, columns: Sequence[str], records: Iterable[RowRecord]) -> int:
    """Write `results.csv` with these columns of the table before ours; the number of rows. Raises StoreError.

    UTF-8 with a byte order mark and every cell quoted, so that spreadsheets read it as it is; no cell is a formula.
    Fields of a row that are no columns of the table stand in `_more` as JSON.
    """
    rows = 0
    with replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", _UNPAIRED, newline="")
        table = csv.writer(text, quoting=csv.QUOTE_ALL)
        table.writerow([armour(column) for column in columns] + list(RESULT_COLUMNS))
        for record in records:
            cells = [record.fields.get(column, "") for column in columns] + _cells(record, columns)
            table.writerow([armour(cell) for cell in cells])
            rows += 1
        text.detach()
    return rows


def _cells(record: RowRecord, columns: Sequence[str]) -> list[str]:
    """The cells of our columns."""
    line = record.as_dict()
    told = [line[key] for key in ("row", "state", "file", "seconds", "bytes", "sha256", "attempts", "credits")]
    reasons = [problem.told for problem in record.problems]
    if not reasons and record.verdict and record.verdict.reason:
        reasons = [record.verdict.reason]
    fixes = dict.fromkeys(problem.fix for problem in record.problems)
    more = {name: text for name, text in record.fields.items() if name not in columns}
    cells = ["" if value is None else str(value) for value in told]
    return [*cells, "; ".join(reasons), "; ".join(fixes), "; ".join(record.every_warning), _json(more) if more else ""]


def _json(value: Mapping[str, Any]) -> str:
    """The value as one line of JSON, letters of every script as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
