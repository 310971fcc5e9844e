"""A JSONL file as a source of rows: one object per line, nested values allowed, every value kept as its own text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from clipmill.domain.files.exchange import OUR_COLUMNS
from clipmill.domain.row import Row
from clipmill.errors import SourceError
from clipmill.intake.cells import CONTROL, EMPTY_ROW, check_sizes, is_plain, storable, text_problems
from clipmill.intake.columns import clean_name
from clipmill.intake.detect import Head
from clipmill.intake.encoding import Encoding
from clipmill.intake.json_text import JsonProblem, parse_object, text_of
from clipmill.intake.lines import open_lines
from clipmill.settings import Limits

#: Rows looked at to tell the columns.
_DESCRIBED_ROWS = 100


class JsonlFile:
    """The source of a JSONL file; made by `open_source`."""

    def __init__(self, head: Head, encoding: Encoding, limits: Limits) -> None:
        """Read the first rows for the names of the columns. Raises SourceError."""
        self._head = head
        self._path = head.path
        self._encoding = encoding
        self._limits = limits
        first = list(islice(self._rows(), _DESCRIBED_ROWS + 1))
        #: The names in the order they first appear.
        self._columns = list(dict.fromkeys(name for row in first[:_DESCRIBED_ROWS] for name in row.fields))
        self._is_longer = len(first) > _DESCRIBED_ROWS

    def describe(self) -> Mapping[str, Any]:
        """What was detected: format, encoding, delimiter (none), columns, size_bytes and notes (sentences)."""
        notes = [self._encoding.note] if self._encoding.note else []
        if self._is_longer:
            notes.append(f"The columns are those of the first {_DESCRIBED_ROWS} rows; later rows may have more.")
        return {
            "format": "JSONL",
            "encoding": self._encoding.label,
            "delimiter": "",
            "columns": list(self._columns),
            "size_bytes": self._head.size_bytes,
            "notes": notes,
        }

    def rows(self) -> Iterator[Row]:
        """Every row in order, streaming, from the top at each call. Raises SourceError."""
        count = 0
        for count, row in enumerate(self._rows(), 1):
            if count > self._limits.rows:
                raise SourceError(
                    f"{self._path.name}, line {row.line:,}: more than {self._limits.rows:,} rows (limit rows).",
                    hint="Split the file, or raise the setting `limits.rows`.",
                )
            yield row
        if not count:
            raise SourceError(f"{self._path.name} is empty: it has no row.", hint="Write one JSON object per line.")

    def _rows(self) -> Iterator[Row]:
        number = 0
        with open_lines(self._path, self._encoding, self._limits) as lines:
            for text in lines:
                lines.held.clear()
                if text.isspace():
                    continue
                number += 1
                yield self._row(number, text, lines.number)

    def _row(self, number: int, text: str, line: int) -> Row:
        try:
            fields = _named({name: text_of(value) for name, value in parse_object(text).items()})
        except JsonProblem as problem:
            return Row(number, {}, line, (problem.at(line, storable(text.strip())),))
        if len(text) * 4 > self._limits.cell_bytes or len(fields) > self._limits.columns:
            self._check_size(fields, line)
        content = "".join(fields.values())
        if content and is_plain(content):
            return Row(number, fields, line)
        problems = text_problems(fields) if content else (EMPTY_ROW,)
        return Row(number, {name: storable(cell) for name, cell in fields.items()}, line, problems)

    def _check_size(self, fields: Mapping[str, str], line: int) -> None:
        where = f"{self._path.name}, line {line:,}"
        if len(fields) > self._limits.columns:
            raise SourceError(
                f"{where}: {len(fields):,} names; at most {self._limits.columns:,} are read (limit columns).",
                hint="Leave out the names that no video needs, or raise the setting `limits.columns`.",
            )
        check_sizes(fields, where, self._limits)


def _named(raw: dict[str, str]) -> dict[str, str]:
    """The same values under names cleaned as column names are. Raises JsonProblem for names that cannot be columns."""
    fields = {_name(key): value for key, value in raw.items()}
    if len(fields) < len(raw):
        names = [_name(key) for key in raw]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonProblem("json.duplicate_name", f"“{twice}” is there twice", "Keep one of them.")
    return fields


@lru_cache(maxsize=4096)
def _name(key: str) -> str:
    """The name of a column. Raises JsonProblem."""
    name = clean_name(storable(key))
    if not name or CONTROL.search(name):
        raise JsonProblem("json.name", f"{json.dumps(key)} is no usable name", "Give every value a name.")
    if name in OUR_COLUMNS:
        raise JsonProblem("json.name", f"“{name}” is a name of clipmill's own", "Rename it.")
    return name
