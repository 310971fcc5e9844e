"""A CSV file as a source of rows: streamed by the standard library's parser, whose silent failures are caught here.

The parser swallows a file whose quote is never closed, and takes ragged rows and control characters without a word.
Here each of them is a problem of its row or, where nobody can tell where the row ends, an error.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from clipmill.domain.row import Row
from clipmill.domain.verdict import Problem
from clipmill.errors import SourceError
from clipmill.intake.cells import EMPTY_ROW, check_sizes, is_plain, storable, text_problems
from clipmill.intake.columns import Columns, read_columns
from clipmill.intake.delimiter import detect_delimiter
from clipmill.intake.detect import Head
from clipmill.intake.encoding import Encoding
from clipmill.intake.fed_back import renumbered
from clipmill.intake.lines import Lines, open_lines, too_big
from clipmill.intake.quotes import find_trouble
from clipmill.settings import Limits

if TYPE_CHECKING:
    from _csv import Reader


class CsvFile:
    """The source of a CSV file; made by `open_source`."""

    def __init__(self, head: Head, encoding: Encoding, limits: Limits, *, delimiter: str = "") -> None:
        """Find the delimiter and read the header. Raises SourceError."""
        self._head = head
        self._path = head.path
        self._encoding = encoding
        self._limits = limits
        self._delimiter = detect_delimiter(encoding.decode(head.data), is_whole=head.is_whole, named=delimiter)
        # The parser's own limit is one for the whole process: it is only ever raised, and the exact one is held here.
        csv.field_size_limit(max(csv.field_size_limit(), limits.cell_bytes))
        with self._records() as (_, _, columns):
            self._columns = columns

    def describe(self) -> Mapping[str, Any]:
        """What was detected: format, encoding, delimiter, columns, is_fed_back, size_bytes and notes."""
        notes = (self._encoding.note, self._delimiter.note, *self._columns.notes)
        return {
            "format": "CSV",
            "encoding": self._encoding.label,
            "delimiter": self._delimiter.name,
            "columns": list(self._columns.fields),
            "is_fed_back": self._columns.is_fed_back,
            "size_bytes": self._head.size_bytes,
            "notes": [note for note in notes if note],
        }

    def rows(self) -> Iterator[Row]:
        """Every row in order, streaming, from the top at each call. Raises SourceError."""
        with self._records() as (reader, lines, columns):
            rows = self._rows(reader, lines, columns.names)
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
    def _records(self) -> Iterator[tuple[Reader, Lines, Columns]]:
        """The parser over the file's lines, standing after the header."""
        with open_lines(self._path, self._encoding, self._limits) as lines:
            for _ in islice(lines, self._delimiter.skip_lines):
                lines.held.clear()
            reader = csv.reader(lines, delimiter=self._delimiter.character, strict=True)
            yield reader, lines, self._header(reader, lines)

    def _header(self, reader: Reader, lines: Lines) -> Columns:
        """The columns named by the first line that is not blank."""
        try:
            for cells in reader:
                where = self._where(lines.start)
                lines.held.clear()
                if not is_blank(cells, width=2):
                    return read_columns(cells, where, self._limits)
        except csv.Error as error:
            raise self._quote_error(lines, ()) from error
        raise SourceError(
            f"{self._path.name} is empty: it has no line of column names.",
            hint="Give a file with a line of column names and at least one row.",
        )

    def _rows(self, reader: Reader, lines: Lines, names: tuple[str, ...]) -> Iterator[Row]:
        """Rows numbered from 1. The first branch is the hot path: 3 µs for a row of six short cells."""
        held, width, short = lines.held, len(names), self._limits.cell_bytes // 4
        number = 0
        while True:
            try:
                for cells in reader:
                    text = "".join(cells)
                    if len(cells) == width and 0 < len(text) < short and is_plain(text):
                        number += 1
                        row = Row(number, dict(zip(names, cells, strict=True)), lines.number - len(held) + 1)
                    elif is_blank(cells, width):
                        held.clear()
                        continue
                    else:
                        number += 1
                        row = self._unusual(number, cells, names, lines.start)
                    held.clear()
                    yield row
                return
            except csv.Error:
                number += 1
                row = self._broken(number, names, lines)
                held.clear()
            yield row

    def _unusual(self, number: int, cells: list[str], names: tuple[str, ...], line: int) -> Row:
        """A row that is ragged, empty or long, or has characters that are not plain text."""
        padded = cells + [""] * (len(names) - len(cells))
        fields = dict(zip(names, padded, strict=False))
        check_sizes(fields, self._where(line), self._limits)
        problems = _shape_problems(cells, names, self._delimiter.character) + text_problems(fields)
        return Row(number, {name: storable(cell) for name, cell in fields.items()}, line, problems)

    def _broken(self, number: int, names: tuple[str, ...], lines: Lines) -> Row:
        """A row with a stray quote, where its end is certain. Raises SourceError where it is not."""
        trouble = find_trouble(lines.held, self._delimiter.character)
        cells = self._leniently(lines)
        if not trouble.row_ends:
            raise self._quote_error(lines, names)
        row = self._unusual(number, cells, names, lines.start)
        problem = Problem(
            code="row.quotes",
            reason=f"Column {trouble.column}{_called(names, trouble.column)} goes on after its closing quote",
            fix='Write a quote inside a quoted cell twice: "".',
            column=names[trouble.column - 1] if trouble.column <= len(names) else "",
            value=storable("".join(lines.held).rstrip("\r\n")),
        )
        return Row(number, row.fields, row.line, (problem, *row.problems))

    def _quote_error(self, lines: Lines, names: tuple[str, ...]) -> SourceError:
        trouble = find_trouble(lines.held, self._delimiter.character)
        line = lines.start + trouble.line_offset
        self._leniently(lines)
        return SourceError(
            f"{self._where(line)}, column {trouble.column}{_called(names, trouble.column)}: "
            "the quote that opens here is not closed where the cell ends.",
            hint='Close it with a quote before the next delimiter, and write a quote inside the cell twice: "".',
        )

    def _leniently(self, lines: Lines) -> list[str]:
        """What the parser makes of a broken record when it is not strict. Raises SourceError for a cell too large."""
        try:
            return next(csv.reader(lines.held, delimiter=self._delimiter.character))
        except csv.Error as error:
            trouble = find_trouble(lines.held, self._delimiter.character)
            hint = "" if trouble.is_closed else "The quote that opens it is probably never closed."
            line = lines.start if trouble.is_closed else lines.start + trouble.line_offset
            raise too_big(self._where(line), "a cell", "cell_bytes", self._limits.cell_bytes, hint) from error

    def _where(self, line: int) -> str:
        return f"{self._path.name}, line {line:,}"

    def _too_many(self, row: Row) -> SourceError:
        return SourceError(
            f"{self._where(row.line)}: more than {self._limits.rows:,} rows (limit rows).",
            hint="Split the file, or raise the setting `limits.rows`.",
        )


def is_blank(cells: list[str], width: int) -> bool:
    """Whether a line is no row: nothing on it, or only white space where a row has several cells."""
    return not cells or (len(cells) == 1 and width > 1 and not cells[0].strip())


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
