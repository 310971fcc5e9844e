"""A CSV file as a source of rows: streamed by the standard library's parser, whose silent failures are caught here.

The parser takes ragged rows and control characters without a word. Here each of them is a problem of its row; what only
looks like a row (delimiters alone, the names once more) is left out and told.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from clipmill.domain.row import Row
from clipmill.domain.verdict import Problem
from clipmill.errors import SourceError
from clipmill.intake.cells import EMPTY_ROW, check_sizes, is_plain, storable, text_problems
from clipmill.intake.columns import Columns, read_columns
from clipmill.intake.delimiter import detect_delimiter, whole_lines
from clipmill.intake.detect import Head
from clipmill.intake.encoding import Encoding
from clipmill.intake.fed_back import renumbered
from clipmill.intake.layout import has_content, layout_of
from clipmill.intake.lines import open_lines
from clipmill.intake.records import Broken, RecordReader
from clipmill.settings import Limits

#: What reading may leave out → its sentence, for one and for several lines or rows.
_LEFT_OUT = {
    "delimiters": ("1 line of nothing but delimiters was left out.",
                   "{:,} lines of nothing but delimiters were left out."),
    "names": ("1 line that repeats the column names was left out.",
              "{:,} lines that repeat the column names were left out."),
    "surplus": ("Empty cells after the last column were left out of 1 row.",
                "Empty cells after the last column were left out of {:,} rows."),
}  # fmt: skip


class CsvFile:
    """The source of a CSV file; made by `open_source`."""

    def __init__(self, head: Head, encoding: Encoding, limits: Limits, *, delimiter: str = "") -> None:
        """Find the delimiter and read the header. Raises SourceError."""
        self._head = head
        self._path = head.path
        self._encoding = encoding
        self._limits = limits
        text = encoding.decode(head.data)
        self._delimiter = detect_delimiter(text, is_whole=head.is_whole, named=delimiter)
        sample = text if head.is_whole else whole_lines(text)
        self._layout = layout_of(sample, self._delimiter.character, self._delimiter.skip_lines)
        self._left_out: Counter[str] = Counter()
        with self._records() as (_, columns, _):
            self._columns = columns

    def describe(self) -> Mapping[str, Any]:
        """What was detected: format, encoding, delimiter, columns, is_fed_back, size_bytes and notes.

        Once rows were read, the notes tell what was left out of them.
        """
        counts = ((text, self._left_out[kind]) for kind, text in _LEFT_OUT.items())
        left_out = [text[count > 1].format(count) for text, count in counts if count]
        notes = (self._encoding.note, self._delimiter.note, *self._layout.notes, *self._columns.notes, *left_out)
        return {
            "format": "CSV", "encoding": self._encoding.label, "delimiter": self._delimiter.name,
            "columns": list(self._columns.fields), "is_fed_back": self._columns.is_fed_back,
            "size_bytes": self._head.size_bytes, "notes": [note for note in notes if note],
        }  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """Every row in order, streaming, from the top at each call. Raises SourceError."""
        self._left_out.clear()
        with self._records() as (records, columns, header):
            rows = self._rows(records, columns.names, header)
            if columns.is_fed_back:
                rows = renumbered(rows, self._path.name)
            count = 0
            for count, row in enumerate(rows, 1):
                if count > self._limits.rows:
                    raise self._too_many(row)
                yield row
        if not count:
            raise SourceError(f"{self._path.name} has column names but no row.", hint="Add a line for each video.")

    @contextmanager
    def _records(self) -> Iterator[tuple[RecordReader, Columns, list[str]]]:
        """The file's records, standing after the header, which comes as columns and as it is written."""
        with open_lines(self._path, self._encoding, self._limits) as lines:
            for _ in islice(lines, self._layout.skip_lines):
                lines.held.clear()
            records = RecordReader(lines, self._delimiter.character, self._path.name, self._limits,
                              literal=self._layout.literal)  # fmt: skip
            columns, header = self._header(records)
            records.width = len(header)
            yield records, columns, header

    def _header(self, records: RecordReader) -> tuple[Columns, list[str]]:
        """The columns named by the first line that is not blank."""
        for record in records:
            notes: tuple[str, ...] = ()
            cells = record.cells if isinstance(record, Broken) else record
            if isinstance(record, Broken):
                line = record.text.rstrip("\r\n").replace("\r", " ").replace("\n", " ")
                cells = next(csv.reader([line], delimiter=self._delimiter.character, quoting=csv.QUOTE_NONE))
                cells = [cell.replace('"', "") for cell in cells]
                notes = ("The line of column names has quotes that do not pair; they were left out.",)
            if has_content(cells):
                found = read_columns(cells, records.where(), self._limits, self._layout.filled)
                records.clear()
                return Columns(found.names, (*notes, *found.notes)), cells
        raise SourceError(
            f"{self._path.name} is empty: it has no line of column names.",
            hint="Give a file with a line of column names and at least one row.",
        )

    def _rows(self, records: RecordReader, names: tuple[str, ...], header: list[str]) -> Iterator[Row]:
        """Rows numbered from 1. The first branch is the hot path: 3 µs for a row of six short cells."""
        lines, held, width, short = records.lines, records.lines.held, len(names), self._limits.cell_bytes // 4
        number = 0
        for record in records:
            if isinstance(record, Broken):
                number += 1
                yield self._broken(number, record, names, lines.start)
                continue
            cells = record
            if len(cells) > width and not any(cells[width:]) and any(cells):
                self._left_out["surplus"] += len(cells) > len(header)
                cells = cells[:width]
            text = "".join(cells)
            if len(cells) == width and 0 < len(text) < short and is_plain(text):
                if cells == header[:width] and width > 1:
                    self._left_out["names"] += 1
                    continue
                number += 1
                yield Row(number, dict(zip(names, cells, strict=True)), lines.number - len(held) + 1)
            elif is_blank(cells, width):
                self._left_out["delimiters"] += len(cells) > 1
            else:
                number += 1
                yield self._unusual(number, cells, names, lines.start)

    def _unusual(self, number: int, cells: list[str], names: tuple[str, ...], line: int) -> Row:
        """A row that is ragged, empty or long, or has characters that are not plain text."""
        padded = cells + [""] * (len(names) - len(cells))
        fields = dict(zip(names, padded, strict=False))
        check_sizes(fields, self._where(line), self._limits)
        problems = _shape_problems(cells, names, self._delimiter.character) + text_problems(fields)
        return Row(number, {name: storable(cell) for name, cell in fields.items()}, line, problems)

    def _broken(self, number: int, broken: Broken, names: tuple[str, ...], line: int) -> Row:
        """A row with a stray quote."""
        row = self._unusual(number, broken.cells, names, line)
        at = f"column {broken.column}{_called(names, broken.column)}"
        if broken.is_closed:
            reason, fix = f"C{at[1:]} goes on after its closing quote", 'Write a quote inside a quoted cell twice: "".'
        else:
            reason = f"The quote that opens {at} is not closed where the cell ends"
            fix = 'Close it with a quote before the next delimiter, and write a quote inside the cell twice: "".'
        column = names[broken.column - 1] if broken.column <= len(names) else ""
        problem = Problem("row.quotes", reason, fix, column, storable(broken.text))
        return Row(number, row.fields, row.line, (problem, *row.problems))

    def _where(self, line: int) -> str:
        return f"{self._path.name}, line {line:,}"

    def _too_many(self, row: Row) -> SourceError:
        return SourceError(f"{self._where(row.line)}: more than {self._limits.rows:,} rows (limit rows).",
                           hint="Split the file, or raise the setting `limits.rows`.")  # fmt: skip


def is_blank(cells: list[str], width: int) -> bool:
    """Whether a line is no row: nothing on it but delimiters, or only white space where a row has several cells."""
    if len(cells) == 1:
        return width > 1 and not cells[0].strip()
    return not any(cells)


def _called(names: tuple[str, ...], column: int) -> str:
    return f" (“{names[column - 1]}”)" if column <= len(names) else ""


def _shape_problems(cells: list[str], names: tuple[str, ...], delimiter: str) -> tuple[Problem, ...]:
    """A row that is too short, too long or has nothing in it."""
    if len(cells) < len(names):
        missing = ", ".join(f"“{name}”" for name in names[len(cells) :])
        reason = f"The row has {len(cells)} of {len(names)} columns: nothing for {missing[:200]}"
        return (Problem("row.short", reason, _fix_shape(cells)),)
    if len(cells) > len(names):
        extra = storable(delimiter.join(cells[len(names) :]))
        reason = f"The row has {len(cells)} cells for {len(names)} columns; left over: “{extra[:200]}”"
        return (Problem("row.long", reason, _fix_shape(cells), value=extra),)
    if not any(cells):
        return (EMPTY_ROW,)
    return ()


def _fix_shape(cells: list[str]) -> str:
    if any(cell.lstrip().startswith('"') for cell in cells):
        return "Begin a quoted cell with its quote: no space between the delimiter and the quote."
    return "Give one cell for every column; a cell that holds the delimiter needs quotes around it."
