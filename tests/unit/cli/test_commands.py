"""The list of commands says what the commands say, and the one that is asked for is the one that is loaded."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clipmill.cli.commands import COMMANDS, Unloaded, loaded
from clipmill.cli.main import application
from tests.e2e.commands import environment


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_the_first_paragraph_of_the_commands_own_help(name: str) -> None:
    first = inspect.cleandoc(loaded(name).help).split("\n\n")[0]
    assert len(first) > 20
    assert Unloaded(name).help == first.replace("\n", " ")


def test_help_lists_every_command() -> None:
    shown = CliRunner().invoke(application, ["--help"]).output
    for name in COMMANDS:
        assert f" {name} " in shown
        assert " ".join(str(Unloaded(name).help).split()[:3]) in shown


@pytest.mark.parametrize("arguments", [["run"], ["fonts", "list"]])
def test_command_has_its_own_help(arguments: list[str]) -> None:
    assert "--json" in CliRunner().invoke(application, [*arguments, "--help"], env={"COLUMNS": "200"}).output


def test_mistyped_command_is_told_what_is_near() -> None:
    ended = CliRunner().invoke(application, ["stauts"])
    assert ended.exit_code == 2
    assert "status" in ended.output


@pytest.mark.parametrize(
    ("words", "number", "found"),
    [("clipmill stat", 1, "status stats"), ("clipmill preview --wa", 2, "--watch"), ("clipmill fonts a", 2, "add")],
)
def test_shell_completes_commands_and_options(words: str, number: int, found: str) -> None:
    own = environment() | {"_CLIPMILL_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(number)}
    command = [Path(sys.executable).with_name("clipmill")]
    assert subprocess.run(command, env=own, capture_output=True, text=True, check=True).stdout.split() == found.split()
