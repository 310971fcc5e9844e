"""Dates."""

import pytest

from clipmill.domain.template import FieldKind, FieldRule
from clipmill.domain.verdict import Problem
from clipmill.templates.kinds.date import date

READ = date(FieldRule(name="day", kind=FieldKind.DATE), "day")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("2026-11-20", "2026-11-20"), (" 2024-02-29 ", "2024-02-29"), ("2026-11-20 09:30", "2026-11-20T09:30:00"),
     ("2026-11-20T09:30:05Z", "2026-11-20T09:30:05+00:00"), ("2026-11-20T09:30+02:00", "2026-11-20T09:30:00+02:00")],
)  # fmt: skip
def test_iso_dates(cell: str, value: str) -> None:
    assert READ(cell) == value


@pytest.mark.parametrize(
    "cell", ["20.11.2026", "11/20/2026", "20261120", "2026-W47-5", "2026-1-5", "tomorrow", "２０２６-11-20"]
)
def test_what_reads_differently_elsewhere_is_refused(cell: str) -> None:
    found = READ(cell)
    assert isinstance(found, Problem)
    assert (found.reason, found.fix) == (f'"{cell}" is not a date', "Write it as 2026-11-20.")


@pytest.mark.parametrize("cell", ["2026-02-30", "2026-13-01", "0000-01-01", "2026-11-20T25:00"])
def test_days_that_are_none(cell: str) -> None:
    found = READ(cell)
    assert isinstance(found, Problem)
    assert found.reason == f'"{cell}" is no day of the calendar'
