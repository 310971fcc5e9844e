"""Rows that are taken and rows that are left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.batch import Reading
from clipmill.errors import SourceError
from clipmill.intake.source import open_source
from clipmill.pipeline.choosing import chosen
from clipmill.ports import Source
from clipmill.settings import Limits

TABLE = "Handle,Title,Price\na,Cap,10\na,,11\nb,Hat,30\n,x,40\n,y,50\nb,,31\nc,Mug\n"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    path = tmp_path / "t.csv"
    path.write_text(TABLE)
    return open_source(path, Limits())


def choose(source: Source, where: str = "", first_of: str = "") -> Source:
    return chosen(source, Reading(where=where, first_of=first_of), ["Handle", "Title", "Price"], {"price": "Price"})


def test_only_the_first_row_of_a_value_is_taken_and_the_others_are_told(source: Source) -> None:
    found = choose(source, first_of="handle")
    assert [row.number for row in found.rows()] == [1, 3, 4, 5, 7]
    assert found.describe()["notes"] == ["2 rows were left out by --first-of 'Handle': not the first of its value."]


def test_rows_keep_their_numbers_and_those_that_cannot_be_told_stay(source: Source) -> None:
    found = choose(source, where="price > 20", first_of="Handle")
    for _ in range(2):  # counted anew at each reading
        assert [row.number for row in found.rows()] == [3, 4, 5, 7]
        assert found.describe()["notes"] == [
            "2 rows were left out by --first-of 'Handle': not the first of its value.",
            "1 row was left out by --where 'price > 20'.",
        ]


def test_what_is_asked_is_asked_of_the_first_rows(source: Source) -> None:
    found = choose(source, where="not Title", first_of="Handle")
    assert [row.number for row in found.rows()] == [7]  # not 2 and 6, which are variants without a title


def test_nothing_asked_is_the_source_itself(source: Source) -> None:
    assert choose(source) is source


def test_condition_that_leaves_nothing_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Handle,Title,Price\na,b,5\n")
    with pytest.raises(SourceError, match="no row of the table") as caught:
        list(choose(open_source(path, Limits()), where="price > 20").rows())
    assert "1 row was left out" in caught.value.hint


def test_unknown_column_is_told(source: Source) -> None:
    with pytest.raises(SourceError, match="--first-of Handel: the table has no such column") as caught:
        choose(source, first_of="Handel")
    assert "Did you mean Handle?" in caught.value.hint
