"""Lines of a table that become several rows: `--each format=landscape,square` makes one for every value.

Row n of the table becomes the rows (n − 1)·k + 1 to n·k, one after the other, so that every row has a number of its
own, which the same table and the same values always give.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row
from clipmill.domain.template import MEDIA_KINDS, Template
from clipmill.domain.verdict import Problem
from clipmill.errors import SettingsError
from clipmill.ports import Source
from clipmill.templates.kinds.table import read_cell_of
from clipmill.templates.naming.pattern import with_fields
from clipmill.templates.nearest import hint_for
from clipmill.templates.versions import versioned

Values = Mapping[str, Sequence[str]]


def rows_per_line(each: Values) -> int:
    """How many rows a line becomes."""
    return math.prod(map(len, each.values()))


def named_for(template: Template, each: Values) -> Template:
    """The template with names that say which of a line's rows they are of. Raises SettingsError."""
    for name, values in each.items():
        if (rule := template.rule(name)) is None:
            raise SettingsError(f"--each {name}: the template has no such field",
                                hint=hint_for(name, [rule.name for rule in template.contract]))  # fmt: skip
        for value in values if rule.kind not in MEDIA_KINDS else ():
            problem = read_cell_of(rule, name)(value)
            if isinstance(problem, Problem):
                raise SettingsError(f"--each {name}={value}: {problem.reason}", hint=problem.fix)
    pattern = with_fields(template.output_name, each)
    return template if pattern == template.output_name else versioned(replace(template, output_name=pattern))


def rows_for_each(source: Source, each: Values, columns: Mapping[str, str]) -> Source:
    """The source with a row for every value; `columns` are what feeds each field."""
    return _Each(source, each, {name: columns[name] for name in each}) if each else source


class _Each:
    """A source each of whose lines is several rows."""

    def __init__(self, source: Source, each: Values, columns: Mapping[str, str]) -> None:
        self._source = source
        self._cells = [dict(zip(columns.values(), values, strict=True)) for values in product(*each.values())]

    def describe(self) -> Mapping[str, Any]:
        """What the source describes."""
        return self._source.describe()

    def rows(self) -> Iterator[Row]:
        """Every line once for each value. Raises SourceError."""
        for row in self._source.rows():
            before = (row.number - 1) * len(self._cells)
            for place, cells in enumerate(self._cells, 1):
                yield replace(row, number=before + place, fields={**row.fields, **cells})


def one_of_a_line(checked: Iterable[Checked], count: int) -> Iterator[Checked]:
    """Of the rows of every line the first that is not blocked, under the number of its line."""
    last = 0
    for one in checked:
        line = (one.row.number - 1) // count + 1
        if one.payload is not None and line != last:
            last = line
            yield replace(one, row=replace(one.row, number=line))


def rows_of_lines(lines: Iterable[int], count: int) -> list[int]:
    """The numbers of the rows that these lines became, sorted."""
    return [(line - 1) * count + place for line in sorted(lines) for place in range(1, count + 1)]
