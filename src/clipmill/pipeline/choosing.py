"""The rows of a table that are taken: of each value of a column the first, and of these what `--where` asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clipmill.domain.batch import Reading
from clipmill.domain.row import Row
from clipmill.errors import SourceError
from clipmill.ports import Source
from clipmill.templates.columns import column_called
from clipmill.templates.filtering.where import Condition, parse_where
from clipmill.templates.kinds.seen_values import SeenValues


def chosen(source: Source, reading: Reading, columns: Sequence[str], fields: Mapping[str, str]) -> Source:
    """The source with only the rows that the reading asks for; `fields` are other names of its columns.

    Raises SettingsError for a condition that cannot be read, SourceError for a column that is not there.
    """
    if not reading.where and not reading.first_of:
        return source
    condition = parse_where(reading.where, columns, fields) if reading.where else None
    first_of = ""
    if reading.first_of:
        first_of = fields.get(reading.first_of) or column_called(reading.first_of, columns, "--first-of")
    return _Chosen(source, reading.where, condition, first_of)


class _Chosen:
    """A source of which rows are left out, and counted. Rows whose cells cannot be told stay: they are blocked."""

    def __init__(self, source: Source, where: str, condition: Condition | None, first_of: str) -> None:
        self._source = source
        self._where = where
        self._condition = condition
        self._first_of = first_of
        self._unasked = 0
        self._repeated = 0

    def describe(self) -> Mapping[str, Any]:
        """What the source describes, and once rows were read, how many were left out."""
        described = self._source.describe()
        notes = []
        if self._repeated:
            told = f"left out by --first-of {self._first_of!r}: not the first of its value."
            notes.append(f"{_rows(self._repeated)} {told}")
        if self._unasked:
            notes.append(f"{_rows(self._unasked)} left out by --where {self._where!r}.")
        return {**described, "notes": [*described["notes"], *notes]}

    def rows(self) -> Iterator[Row]:
        """The rows that are taken, under the numbers they have in the table. Raises SourceError."""
        self._unasked = self._repeated = 0
        seen, taken = SeenValues(), 0
        for row in self._source.rows():
            if row.problems or self._takes(row, seen):
                taken += 1
                yield row
        if not taken:
            raise SourceError(f"no row of the table is asked for by --where {self._where!r}",
                              hint=f"{_rows(self._unasked)} left out; ask for less.")  # fmt: skip

    def _takes(self, row: Row, seen: SeenValues) -> bool:
        value = (row.fields.get(self._first_of) or "").strip() if self._first_of else ""
        if value and seen.first(value, row.number) != row.number:
            self._repeated += 1
            return False
        if self._condition is not None and not self._condition(row.fields):
            self._unasked += 1
            return False
        return True


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count:,} rows were"
