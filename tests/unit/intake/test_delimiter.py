"""Which character separates the cells."""

from __future__ import annotations

import pytest

from clipmill.errors import SourceError
from clipmill.intake.delimiter import detect_delimiter


@pytest.mark.parametrize(
    "text, name",
    [
        ("a,b\n1,2\n", "comma"),
        ("a;b\n1,0;2,0\n", "semicolon"),
        ("a\tb\n1\t2\n", "tab"),
        ("a|b\n1|2\n", "pipe"),
        ("a\n1\n", "comma"),
        ("a;b, c;d\n1;2;3\n", "semicolon"),
        ('"a;b",c\n"1;2;3",4\n', "comma"),
        ("a,b;c\n1,2;3;4\n5,6\n7,8;9;0\n", "comma"),
        ("", "comma"),
    ],
)
def test_delimiter_is_the_one_rows_agree_on(text: str, name: str) -> None:
    assert detect_delimiter(text, is_whole=True).name == name


def test_row_cut_off_by_the_sample_does_not_count() -> None:
    assert detect_delimiter("a;b\n1;2\n3,4,5,6", is_whole=False).name == "semicolon"


def test_unclosed_quote_in_the_sample_does_not_stop_the_search() -> None:
    assert detect_delimiter('a;b\n1;2\n"x' + "y" * 140_000, is_whole=False).name == "semicolon"


@pytest.mark.parametrize(
    "named, character", [("tab", "\t"), ("\\t", "\t"), ("\t", "\t"), ("Semicolon", ";"), (";", ";"), ("~", "~")]
)
def test_named_delimiter_wins(named: str, character: str) -> None:
    assert detect_delimiter("a,b\n", is_whole=True, named=named).character == character


@pytest.mark.parametrize("named", ["colon", '"', "x", "7", "\n", ",,", "é"])
def test_impossible_delimiter_is_refused(named: str) -> None:
    with pytest.raises(SourceError, match="cannot be a delimiter"):
        detect_delimiter("a,b\n", is_whole=True, named=named)


def test_sep_line_is_skipped_even_when_the_delimiter_is_named() -> None:
    assert detect_delimiter("sep=;\na|b\n", is_whole=True, named="pipe").skip_lines == 1
    found = detect_delimiter("sep=\t\na\tb\n", is_whole=True)
    assert (found.name, found.skip_lines) == ("tab", 1)
