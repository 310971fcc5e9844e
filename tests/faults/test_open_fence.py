"""Without every lock each command that opens media says so once, or refuses where the setting wants all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.app import App
from clipmill.cli.main import application
from clipmill.errors import ClipmillError, SettingsError
from tests.e2e.commands import make_table, make_template

#: Commands that open media, but for what they are given; and commands that only look at what there is.
WORKING = {
    "check": ["check", "rows.csv", "-t", "small"], "render": ["render", "none.json"],
    "run": ["run", "rows.csv", "-t", "none"], "preview": ["preview", "-t", "none", "rows.csv"], "resume": ["resume"],
    "continue": ["continue"], "retry": ["retry", "--failed"], "reject": ["reject"], "approve": ["approve"],
}  # fmt: skip
LOOKING = {"status": ["status"], "batches": ["batches"], "failures": ["failures"]}
NOTE = "this machine has not every lock of the sandbox"


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that can only filter system calls; `doctor` aside, who asks for more than that has asked too much."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("clipmill.media.workers.sandbox.locks_here", lambda: {"landlock": 0, "seccomp": True})
    make_template(tmp_path / "small")
    make_table(tmp_path / "rows.csv", 1)


def outcome(arguments: list[str]) -> ClipmillError | None:
    """Run a command to its end; the error it ended with."""
    try:
        application(["--home", "state", *arguments], standalone_mode=False)
    except ClipmillError as error:
        return error
    except SystemExit:
        pass
    return None


@pytest.mark.parametrize("command", WORKING)
def test_what_is_open_is_said_once(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcome(WORKING[command])
    told = " ".join(capsys.readouterr().err.split())
    assert told.count(NOTE) == 1
    assert "read and change what you can" in told


@pytest.mark.parametrize("command", WORKING)
def test_where_every_lock_is_required_nothing_begins(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPMILL_SANDBOX", "required")
    error = outcome(WORKING[command])
    assert isinstance(error, SettingsError)
    assert error.exit_code == 2
    assert "sandbox = required, but on this machine worker processes could read and change" in str(error)
    assert not Path("state").exists()


def test_a_sandbox_that_is_off_is_said_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CLIPMILL_SANDBOX", "off")
    outcome(WORKING["check"])
    assert capsys.readouterr().err.count("the sandbox is off") == 1


@pytest.mark.parametrize("command", LOOKING)
def test_who_only_looks_asks_for_no_lock(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(App, "gaps", property(lambda _app: pytest.fail("it was asked")))
    monkeypatch.setenv("CLIPMILL_SANDBOX", "required")
    outcome(LOOKING[command])
    assert NOTE not in capsys.readouterr().err
