"""How a CSV file is laid out, told by its first rows: the line of names, nameless columns, whether cells are quoted."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from clipmill.errors import SourceError
from clipmill.intake.lines import Lines
from clipmill.intake.records import Broken, RecordReader
from clipmill.settings import Limits

_SAMPLED_ROWS = 200
#: Lines that may stand above the names: a title, a date, a blank one.
_LINES_ABOVE = 10
_LONGEST_NAME = 80
_FEWEST_NAMES = 3
#: What stands in rows and in no line of names: a number, an address, a file.
_VALUE = re.compile(r"[\d.,%€$£¥+-]+|\w+://.*|.*\.(?:jpe?g|png|webp|gif|svg|mp4|mov|webm|html?)", re.IGNORECASE)
_QUOTED = re.compile(r'(?:^|\t)"[^\t]*"(?=\t|\r|\n|$)')


@dataclass(frozen=True, slots=True)
class Sampled:
    """One record of the sample."""

    cells: list[str]
    #: Its lines as they stand.
    text: str
    #: Line it starts on.
    line: int
    is_broken: bool


@dataclass(frozen=True, slots=True)
class TableLayout:
    """What the first rows of a file say about all of it."""

    #: Lines before the names.
    skip_lines: int = 0
    #: Whether quotes are letters like others.
    literal: bool = False
    #: For each column, whether one of the first rows has something in it.
    filled: tuple[bool, ...] = ()
    notes: tuple[str, ...] = ()


def layout_of(text: str, delimiter: str, skip_lines: int) -> TableLayout:
    """The layout of the file that begins with `text`; `skip_lines` of it are no part of the table."""
    records = [record for record in sampled(text, delimiter) if record.line > skip_lines]
    notes = []
    literal = delimiter == "\t" and _is_unquoted(records)
    if literal:
        notes.append("Quotes are read as they stand: the cells of this tab-separated table are not quoted.")
        records = [record for record in sampled(text, delimiter, literal=True) if record.line > skip_lines]
    records = [record for record in records if has_content(record.cells)]
    header = find_header([record.cells for record in records])
    if header:
        above = [" ".join(filter(None, map(str.strip, record.cells))) for record in records[:header]]
        skip_lines = records[header].line - 1
        notes.append(f"What stands above the line of column names is left out: “{' / '.join(above)[:120]}”.")
    width = max((len(record.cells) for record in records[header:]), default=0)
    rows = [record.cells for record in records[header + 1 :]]
    filled = tuple(any(len(cells) > at and cells[at].strip() for cells in rows) for at in range(width))
    return TableLayout(skip_lines, literal, filled, tuple(notes))


def sampled(text: str, delimiter: str, *, literal: bool = False) -> list[Sampled]:
    """The first records of a text, blank ones included; what is too big ends them."""
    limits = Limits()
    lines = Lines(io.StringIO(text, newline=""), "", limits)
    records = RecordReader(lines, delimiter, "", limits, literal=literal)
    found: list[Sampled] = []
    try:
        for record in islice(records, _SAMPLED_ROWS):
            broken = isinstance(record, Broken)
            cells = record.cells if isinstance(record, Broken) else record
            found.append(Sampled(cells, "".join(lines.held), lines.start, broken))
            records.width = records.width or (len(cells) if len(cells) > 1 else 0)
    except SourceError:  # whoever reads the file will say so with its place
        pass
    return found


def has_content(cells: Sequence[str]) -> bool:
    """Whether a record is more than a blank line or a line of delimiters."""
    return any(cell.strip() for cell in cells)


def find_header(records: Sequence[Sequence[str]]) -> int:
    """Which of the records with content names the columns: the first, or one below a title that stands alone."""
    if not records:
        return 0
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in records]
    if filled[0] > 2:
        return 0
    for at in range(1, min(len(records) - 1, _LINES_ABOVE)):
        if filled[at] >= max(_FEWEST_NAMES, 2 * filled[0]) and _are_names(records[at]):
            alike = sum(len(cells) == len(records[at]) for cells in records[at + 1 :])
            return at if 2 * alike >= len(records) - at - 1 else 0
        if filled[at] > 2:
            return 0
    return 0


def _are_names(cells: Sequence[str]) -> bool:
    names = [cell for cell in cells if cell]
    return (
        len(names) >= 2
        and len({name.casefold() for name in names}) == len(names)
        and not any(
            name[0].isspace() or len(name) > _LONGEST_NAME or "\n" in name or _VALUE.fullmatch(name.strip())
            for name in names
        )
    )


def _is_unquoted(records: Sequence[Sampled]) -> bool:
    """Whether the quotes of a tab-separated table do not pair as quotes of cells."""
    stray = sum(record.is_broken for record in records)
    paired = [_QUOTED.findall(record.text) for record in records if not record.is_broken]
    if any('""' in cell.strip().strip('"') for cells in paired for cell in cells):
        return False
    return stray > 0 and stray >= sum(map(bool, paired))
