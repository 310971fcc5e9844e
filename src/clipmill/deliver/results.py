"""The results of a batch: one line per input row in input order, as JSON lines and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from clipmill.deliver.atomic import replacing
from clipmill.domain.files.exchange import armour
from clipmill.domain.record import RowRecord
from clipmill.shown import json_line, shown

#: Our columns in `results.csv`, after the table's own; named like those of `blocked.csv`.
RESULT_COLUMNS = (
    "_row", "_state", "_file", "_seconds", "_bytes", "_sha256", "_attempts", "_credits", "_reason", "_fix", "_warnings",
    "_template", "_payload", "_engine", "_model", "_lane", "_seed", "_jobs", "_admitted", "_finished", "_more",
)  # fmt: skip


def write_results(path: Path, records: Iterable[RowRecord]) -> int:
    """Write `results.jsonl`, complete or not at all; the number of lines. Raises StoreError."""
    with replacing(path) as file:
        return sum(file.write(line) > 0 for line in json_lines(records))


def write_results_csv(path: Path, columns: Sequence[str], records: Iterable[RowRecord]) -> int:
    """Write `results.csv` with these columns of the table before ours; the number of rows. Raises StoreError."""
    with replacing(path) as file:
        return sum(file.write(line) > 0 for line in csv_lines(columns, records)) - 1


def json_lines(records: Iterable[RowRecord]) -> Iterator[bytes]:
    """`results.jsonl`, line by line."""
    return (json_line(record.as_dict()).encode() + b"\n" for record in records)


def csv_lines(columns: Sequence[str], records: Iterable[RowRecord]) -> Iterator[bytes]:
    """`results.csv`, row by row, with these columns of the table before ours.

    UTF-8 with a byte order mark and every cell quoted, so that spreadsheets read it as it is; no cell is a formula, and
    none steers a terminal. Fields of a row that are no columns of the table stand in `_more` as JSON.
    """
    line = io.StringIO(newline="")
    table = csv.writer(line, quoting=csv.QUOTE_ALL)
    table.writerow([armour(shown(column)) for column in columns] + list(RESULT_COLUMNS))
    yield line.getvalue().encode("utf-8-sig")
    for record in records:
        line.seek(line.truncate(0))
        cells = [record.fields.get(column, "") for column in columns] + _cells(record, columns)
        table.writerow([armour(shown(cell, lines=True)) for cell in cells])
        yield line.getvalue().encode()


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
    told_in_words = ("; ".join(reasons), "; ".join(fixes), "; ".join(record.every_warning))
    made = [line[key] or "" for key in ("template_version", "payload_sha256", "engine", "model", "lane", "seed")]
    made += [" ".join(record.making.jobs), *map(_moment, (record.making.admitted_at, record.making.finished_at))]
    return [*cells, *map(shown, told_in_words), *map(str, made), json_line(more) if more else ""]


def _moment(seconds: float | None) -> str:
    """A moment as spreadsheets read it, the same on every machine: `2026-11-30 14:06:55Z`."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%SZ}" if seconds else ""
