"""Text, choices, truth values."""

from typing import Any

import pytest

from clipmill.domain.template import FieldKind, FieldRule
from clipmill.domain.verdict import Problem
from clipmill.templates.kinds.text import boolean, choice, text

TITLE = FieldRule(name="title", min_length=3, max_length=60)
BADGE = FieldRule(name="badge", kind=FieldKind.ENUM, choices=("New", "Sale", "SALE!", "new"))


def problem(value: Any) -> Problem:
    assert isinstance(value, Problem)
    return value


@pytest.mark.parametrize(
    "cell", ["abc", "  spaces stay  ", "=HYPERLINK(1)", "زهرة 👗", "a" * 60, "two\nlines\tand a tab"]
)
def test_text_stays_as_it_is(cell: str) -> None:
    assert text(TITLE, "title")(cell) == cell


def test_text_of_a_wrong_length_says_how_long_it_is() -> None:
    long = problem(text(TITLE, "Headline")("a" * 242))
    assert (long.reason, long.fix) == ("Headline has 242 characters; at most 60 fit", "Shorten it to 60 characters.")
    assert (long.column, long.value, long.code) == ("Headline", "a" * 242, "text.too_long")
    short = problem(text(TITLE, "title")("ab"))
    assert short.reason == "title has 2 characters; at least 3 are needed"
    assert short.fix == "Write 3 characters or more."


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\ud800", "\ufffe"])
def test_a_character_no_font_shows_is_named(bad: str) -> None:
    found = problem(text(TITLE, "title")(f"abc{bad}"))
    assert found.reason == f"title holds a character that cannot be shown (U+{ord(bad):04X})"
    assert found.value.encode() == "abc\ufffd".encode()


@pytest.mark.parametrize(
    ("cell", "value"),
    [("New", "New"), ("new", "new"), ("NEW", "New"), (" sale ", "Sale"), ("SALE!", "SALE!"), ("sale!", "SALE!")],
)  # fmt: skip
def test_a_choice_is_used_as_the_contract_writes_it(cell: str, value: str) -> None:
    assert choice(BADGE, "badge")(cell) == value


@pytest.mark.parametrize(("cell", "fix"), [("Salle", "Write Sale."), ("xyz", "Write one of: New, Sale, SALE!, new.")])
def test_what_is_no_choice_is_told_the_nearest(cell: str, fix: str) -> None:
    found = problem(choice(BADGE, "badge")(cell))
    assert (found.reason, found.fix) == (f'"{cell}" is not one of: New, Sale, SALE!, new', fix)


@pytest.mark.parametrize("cell", ["true", "TRUE", "Yes", "1", " yes "])
def test_truth(cell: str) -> None:
    assert boolean(TITLE, "on")(cell) is True


@pytest.mark.parametrize("cell", ["false", "No", "0"])
def test_untruth(cell: str) -> None:
    assert boolean(TITLE, "on")(cell) is False


@pytest.mark.parametrize("cell", ["maybe", "2", "ja", "y"])
def test_neither(cell: str) -> None:
    assert problem(boolean(TITLE, "on")(cell)).reason == f'"{cell}" is neither true nor false'
