"""Where a quote went wrong: the cell of a broken CSV record whose quoting cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*("?)')


@dataclass(frozen=True, slots=True)
class OpeningQuote:
    """A quote that opens a cell."""

    #: Lines after the first of the record.
    line_offset: int
    #: Position of the cell in its row, 1 for the first.
    column: int
    #: Whether the quote is closed at all; what follows the closing one is then the trouble.
    is_closed: bool
    #: Whether the record is over at the end of its last line, whatever was meant: quotes come in pairs, and after the
    #: trouble one stands where a cell ends. Otherwise the cell may go on for lines that look like rows.
    row_ends: bool


def find_trouble(lines: Sequence[str], delimiter: str) -> OpeningQuote:
    """The first quoted cell of a record that is never closed or goes on after its closing quote, or else the last."""
    text = "".join(lines)
    start, end, column, is_closed = 0, 0, 1, True
    for position, number in _cell_starts(text, delimiter):
        cell = _QUOTED.match(text, position)
        if cell:
            start, end, column, is_closed = position, cell.end(), number, bool(cell[1])
            if text[end : end + 1] != delimiter:
                break
    closer = re.compile(f'"({re.escape(delimiter)}|[\r\n]|\\Z)')
    row_ends = is_closed and text.count('"') % 2 == 0 and closer.search(text, end) is not None
    return OpeningQuote(_line_of(lines, start), column, is_closed, row_ends)


def _cell_starts(text: str, delimiter: str) -> Iterator[tuple[int, int]]:
    """Offset and number of every cell, up to the end of the text; quoted cells are stepped over whole."""
    position, number = 0, 1
    while 0 <= position < len(text):
        yield position, number
        cell = _QUOTED.match(text, position)
        found = text.find(delimiter, cell.end() if cell else position)
        position, number = (found + 1 if found >= 0 else -1), number + 1


def _line_of(lines: Sequence[str], position: int) -> int:
    for offset, line in enumerate(lines):
        if position < len(line):
            return offset
        position -= len(line)
    return max(len(lines) - 1, 0)
