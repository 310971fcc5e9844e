"""Lanes as they are listed and set: what is refused says what there is instead."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from clipmill.cli.main import application
from clipmill.errors import ClipmillError
from clipmill.settings import Settings


def lanes(home: Path, *arguments: str) -> str:
    """What `clipmill lanes` prints, or what is wrong and what to do."""
    answer = CliRunner().invoke(application, ["--home", str(home), "lanes", *arguments])
    if isinstance(answer.exception, ClipmillError):
        return f"{answer.exception}. {answer.exception.hint}"
    return answer.output


def test_window_of_a_local_lane_is_said_by_a_setting_that_there_is(tmp_path: Path) -> None:
    refused = lanes(tmp_path, "set", "render", "--window", "3")
    assert "The setting `workers`" in refused
    assert "workers" in Settings.model_fields


def test_lane_that_is_not_there_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    assert "there is no lane rendr. Did you mean render?" in lanes(tmp_path, "hold", "rendr")


def test_hold_without_words_has_a_reason_and_a_time_in_words(tmp_path: Path) -> None:
    lanes(tmp_path, "hold", "render", "--reason", " ")
    assert "Held    render until lifted: by you" in lanes(tmp_path, "list")
    lanes(tmp_path, "hold", "render", "--seconds", "7200")
    assert "Held    render for 2.0 h: by you" in lanes(tmp_path, "list")
