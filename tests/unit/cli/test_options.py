"""Options that are more than a word."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from clipmill.cli.main import application
from clipmill.cli.options import column_map, credits_of, row_numbers, steering_of
from clipmill.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("p1,3", [-1, 3]),
        ("412", [412]),
        ("3,1", [1, 3]),
        ("430-433, 7", [7, 430, 431, 432, 433]),
        ("2,2,1-2", [1, 2]),
    ],
)
def test_row_numbers_are_numbers_and_ranges(text: str, numbers: list[int]) -> None:
    assert row_numbers(text) == numbers


@pytest.mark.parametrize("text", ["x", "1-", "-3", "1-x", "1;2", "1-99999999"])
def test_what_is_no_row_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(SettingsError, match="--rows"):
        row_numbers(text)


@pytest.mark.parametrize("text", ["0", "2.5", "-1", "0%", "100%", "nan%", "five"])
def test_what_stops_a_batch_never_or_at_once_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=f"--stop-after {text}: this is neither"):
        steering_of(None, text, None, None)
    assert steering_of(None, "99.5%", None, None) == {"stop_percent": 99.5}


def test_columns_are_mapped_by_pairs() -> None:
    assert column_map(["campaign = title", "a=b"]) == {"campaign": "title", "a": "b"}
    assert column_map(None) == {}


@pytest.mark.parametrize("pair", ["campaign", "=title", "campaign="])
def test_half_a_pair_is_refused(pair: str) -> None:
    with pytest.raises(SettingsError, match="COLUMN=FIELD"):
        column_map([pair])


def test_credits_are_typed_down_to_the_thousandth() -> None:
    assert [credits_of(text) for text in ("0", "10", "2.4", "0.001")] == [0, 10_000, 2_400, 1]
    with pytest.raises(typer.BadParameter, match="more than three decimals"):
        credits_of("2.4001")


@pytest.mark.parametrize("command", ["run", "check", "resume", "continue"])
def test_what_is_no_budget_is_refused_by_name(command: str) -> None:
    refused = CliRunner().invoke(application, [command, "x", "--budget=-1"])
    assert refused.exit_code == 2
    assert "Invalid value for '--budget': '-1' is no number of credits, 0 or more" in refused.output
