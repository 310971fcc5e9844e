"""Column names: cleaned, told, and refused where they cannot serve."""

from __future__ import annotations

import pytest

from clipmill.errors import SourceError
from clipmill.intake.columns import clean_name, read_columns
from clipmill.settings import Limits


@pytest.mark.parametrize(
    "raw, name",
    [
        ("title", "title"),
        ("  image   path ", "image path"),
        ("image\u00a0path", "image path"),
        ("image\r\npath", "image path"),
        ("\ufefftitle", "title"),
        ("pri\u200bce", "price"),
        ("\u202etitle\u202c", "title"),
        ("\u200dtitle\u200c", "title"),
        ("می\u200cشود", "می\u200cشود"),
        ("\u200b \u2060", ""),
    ],
)
def test_name_is_cleaned_of_what_cannot_be_seen(raw: str, name: str) -> None:
    assert clean_name(raw) == name


def test_every_changed_name_is_told() -> None:
    columns = read_columns(["a", " b", "c "], "t, line 1", Limits())
    assert columns.names == ("a", "b", "c")
    assert [note[:8] for note in columns.notes] == ["Column 2", "Column 3"]


def test_our_columns_are_not_fields() -> None:
    columns = read_columns(["_row", "'=a", "_state", "_fix", "_reason", "_own"], "t, line 1", Limits())
    assert columns.is_fed_back
    assert columns.fields == ("=a", "_own")


def test_ordinary_table_keeps_its_apostrophes() -> None:
    columns = read_columns(["'=a", "b"], "t, line 1", Limits())
    assert not columns.is_fed_back
    assert columns.fields == ("'=a", "b")


@pytest.mark.parametrize(
    "cells, filled, names",
    [
        (["a", "b", ""], [], ("a", "b")),
        (["a", "b", "", " "], [True, True, True, False], ("a", "b", "column 3")),
        (["", "a"], [True, True], ("column 1", "a")),
        (["", "column 1"], [True, True], ("unnamed column 1", "column 1")),
        (["a", "", "", "b", ""], [True] * 4, ("a", "column 2", "column 3", "b")),
    ],
)
def test_nameless_column_is_called_by_its_position_or_cut_off(
    cells: list[str], filled: list[bool], names: tuple[str, ...]
) -> None:
    columns = read_columns(cells, "t, line 1", Limits(), filled)
    assert columns.names == names
    named = sum("column " in name for name in names if name not in cells)
    assert len(columns.notes) == named + (len(names) < len(cells))


@pytest.mark.parametrize(
    "cells, said",
    [
        (["a", "b", "a"], "columns 1 and 3"),
        (["", " "], "no column has a name"),
        (["a", "b\x07"], "column 2"),
        (["a", "_fix"], "_row"),
        (["a"] * 501, "limit columns"),
    ],
)
def test_unusable_header_is_refused_with_its_position(cells: list[str], said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        read_columns(cells, "t, line 1", Limits())
    assert str(caught.value).startswith("t, line 1: ")
    assert caught.value.hint
