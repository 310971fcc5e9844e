"""Filters as clients write them."""

from __future__ import annotations

import pytest

from clipmill.api.dialects.sync.listing import among, moment, several
from clipmill.api.dialects.sync.receiving import truth
from clipmill.api.errors import ApiError


@pytest.mark.parametrize("said, meant", [
    (None, None),
    (["A", "B"], ["A", "B"]),
    (["A,B"], ["A", "B"]),
    (['["A","B"]'], ["A", "B"]),
    (['"A"'], ["A"]),
    (["A", "B,C"], ["A", "B", "C"]),
    ([""], []),
    (["[]"], []),
])  # fmt: skip
def test_three_encodings(said: list[str] | None, meant: list[str] | None) -> None:
    assert several("ids", said) == meant


@pytest.mark.parametrize("said", ['["A"', "[1]", "[[[", '"'])
def test_what_is_no_list_is_refused(said: str) -> None:
    with pytest.raises(ApiError):
        several("ids", [said])


def test_another_word_is_refused_by_name() -> None:
    with pytest.raises(ApiError) as error:
        among("status", ["DONE"], ("COMPLETED",))
    assert "there is no DONE" in error.value.told.message


@pytest.mark.parametrize("said, meant", [
    (None, None), ("", None), ("1970-01-01T00:01:00Z", 60.0), ("1970-01-01T00:01:00.000Z", 60.0),
    ("1970-01-01T00:01:00", 60.0), ("1970-01-01T01:01:00+01:00", 60.0), ('"1970-01-01T00:01:00Z"', 60.0),
])  # fmt: skip
def test_moments(said: str | None, meant: float | None) -> None:
    assert moment("created_after", said) == meant


@pytest.mark.parametrize("said", ["yesterday", "2026-13-01", "9999-99-99"])
def test_no_moments(said: str) -> None:
    with pytest.raises(ApiError):
        moment("created_after", said)


@pytest.mark.parametrize("said, meant", [
    ("true", True), ("false", False), ("", False), (None, False), (True, True), (False, False), ("True", True),
])  # fmt: skip
def test_truth(said: object, meant: bool) -> None:
    assert truth("dry_run", said) is meant


def test_what_is_neither_true_nor_false() -> None:
    with pytest.raises(ApiError):
        truth("dry_run", "perhaps")
