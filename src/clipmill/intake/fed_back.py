"""Corrected rows coming back: the reading side of `blocked.csv`, where every row keeps the number it had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clipmill.domain.files.exchange import OUR_COLUMNS, ROW_COLUMN, read_back
from clipmill.domain.row import Row
from clipmill.errors import SourceError
from clipmill.intake.cells import text_problems


def renumbered(rows: Iterable[Row], name: str) -> Iterator[Row]:
    """The rows under their own numbers, without our columns, their cells as they were before we wrote them.

    Raises SourceError, naming the line, for a number that is none or that came before.
    """
    seen: set[int] = set()
    for row in rows:
        number = _number(row, name)
        if number in seen:
            raise SourceError(
                f"{name}, line {row.line:,}: row {number:,} is in the file twice (column {ROW_COLUMN}).",
                hint="Keep one line for each row.",
            )
        seen.add(number)
        fields = {column: read_back(cell) for column, cell in row.fields.items() if column not in OUR_COLUMNS}
        yield Row(number, fields, row.line, row.problems or text_problems(fields))


def _number(row: Row, name: str) -> int:
    text = row.fields[ROW_COLUMN].strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) > 0):
        raise SourceError(
            f"{name}, line {row.line:,}: “{text[:40]}” in column {ROW_COLUMN} is no row number.",
            hint="Take the number over from the original blocked.csv; rows that were never in it belong in a new file.",
        )
    return int(text)
