"""The records of a CSV file: the standard library's parser, held to one row where a quote went wrong.

Left alone, the parser swallows every row after a quote that is never closed. Here such a record ends with its first
line, and the lines after it are read again as rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clipmill.intake.lines import Lines, size_of, too_big
from clipmill.intake.quotes import find_trouble
from clipmill.settings import Limits

if TYPE_CHECKING:
    from _csv import Reader

#: Delimiters inside a cell of several lines that fall where those of rows would: so many are no chance. (Of tabs, one.)
_TELLING = 3


@dataclass(frozen=True, slots=True)
class Broken:
    """A record whose quotes cannot be right."""

    #: As good as they can be told.
    cells: list[str]
    #: The lines as they stand.
    text: str
    #: Where the quote stands that opens the trouble: position of its cell, 1 for the first.
    column: int
    #: Whether the quote is closed at all; what follows the closing one is then the trouble.
    is_closed: bool


class RecordReader:
    """Iterates over parsed records, from where the last iteration stopped."""

    def __init__(self, lines: Lines, delimiter: str, name: str, limits: Limits, *, literal: bool = False) -> None:
        #: Where they come from; what it holds is the record that was given last.
        self.lines = lines
        self._delimiter = delimiter
        self._name = name
        self._limits = limits
        self._literal = literal
        #: Cells of a row, once the header has told.
        self.width = 0
        # The parser's own limit is one for the whole process: it is only ever raised, and the exact one is held here.
        csv.field_size_limit(max(csv.field_size_limit(), limits.cell_bytes))

    def __iter__(self) -> Iterator[list[str] | Broken]:
        """Every record. Raises SourceError for a cell or a line above its limit."""
        lines, held = self.lines, self.lines.held
        while True:
            reader = self._reader(lines)
            try:
                for cells in reader:
                    if len(held) > 1 and self._swallows(cells):
                        break
                    yield cells
                    held.clear()
                else:
                    return
            except csv.Error:
                pass
            if not held:
                return
            yield self._broken()
            held.clear()

    def _reader(self, lines: Iterable[str]) -> Reader:
        if self._literal:
            return csv.reader(iter(lines), delimiter=self._delimiter, strict=True, quoting=csv.QUOTE_NONE)
        return csv.reader(iter(lines), delimiter=self._delimiter, strict=True)

    def clear(self) -> None:
        """Be done with the record that was given last."""
        self.lines.held.clear()

    def where(self) -> str:
        """File and line of the record that was given last."""
        return f"{self._name}, line {self.lines.start:,}"

    def _swallows(self, cells: list[str]) -> bool:
        """Whether a record of several lines is rows that a stray quote has run together."""
        limit = self._limits.cell_bytes
        if any(len(cell) * 4 > limit and size_of(cell) > limit for cell in cells):
            return True
        held, width = self.lines.held, self.width
        return (
            (width - 1) * (len(held) - 1) >= (1 if self._delimiter == "\t" else _TELLING)
            and sum(line.count('"') for line in held) == 2
            and all(line.count(self._delimiter) == width - 1 for line in held)
        )

    def _broken(self) -> Broken:
        lines, delimiter = self.lines, self._delimiter
        if len(lines.held) > 1:
            alone = self.width > 1 and lines.held[0].count(delimiter) == self.width - 1
            whole = not alone and find_trouble(lines.held, delimiter).row_ends
            lines.put_back(len(lines.held) if whole else 1)
        trouble = find_trouble(lines.held, delimiter)
        return Broken(self._leniently(), "".join(lines.held).rstrip("\r\n"), trouble.column, trouble.is_closed)

    def _leniently(self) -> list[str]:
        """The cells as a person would part them. Raises SourceError for a cell too large."""
        held = self.lines.held
        try:
            if len(held) == 1:
                plain = next(csv.reader(held, delimiter=self._delimiter, quoting=csv.QUOTE_NONE))
                if len(plain) == self.width:
                    return plain
            return [cell.rstrip("\r\n") for cell in next(csv.reader(held, delimiter=self._delimiter))]
        except csv.Error as error:
            raise too_big(self.where(), "a cell", "cell_bytes", self._limits.cell_bytes) from error
