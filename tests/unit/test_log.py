"""The log: levels, keys, forms, and what it must never tell."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.live import Live
from rich.text import Text
from typer.testing import CliRunner

from clipmill import log
from clipmill.cli import terminal
from clipmill.cli.main import application
from clipmill.errors import AnswerLost, SettingsError, WorkerCrash
from clipmill.media.workers.crew import ProcessCrew
from clipmill.pipeline.row import Line, step
from tests.world import World

JOB = "tests.ports.test_crew:die"
Begin = Callable[[str, str], list[str]]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begins to log, and gives the lines that come."""

    def begun(level: str, form: str = "json") -> list[str]:
        lines: list[str] = []
        log.begin(level, form, lines.append)
        return lines

    yield begun
    log.begin("error", "plain", lambda _line: None)


def told(lines: list[str]) -> list[dict[str, Any]]:
    """The lines as JSON, without their moments."""
    return [{name: value for name, value in json.loads(line).items() if name != "timestamp"} for line in lines]


@pytest.mark.parametrize("level", log.LEVELS)
def test_what_is_below_the_level_is_not_told(begin: Begin, level: str) -> None:
    lines = begin(level)
    for each in log.LEVELS:
        getattr(log, each)("it happened")
    assert [line["level"] for line in told(lines)] == list(log.LEVELS[log.LEVELS.index(level) :])


async def test_keys_go_with_the_tasks_that_are_begun_under_them(begin: Begin) -> None:
    lines = begin("info")

    async def work(row: int) -> None:
        with log.keyed(row=row):
            await asyncio.sleep(0)
            log.info("made", size=row * 10)

    with log.keyed(worker="wrk_1"):
        await asyncio.gather(work(1), work(2))
    log.info("over")
    assert told(lines) == [
        {"worker": "wrk_1", "row": 1, "size": 10, "event": "made", "level": "info"},
        {"worker": "wrk_1", "row": 2, "size": 20, "event": "made", "level": "info"},
        {"event": "over", "level": "info"},
    ]


def test_plain_lines_have_level_event_and_keys_and_the_traceback_below(begin: Begin) -> None:
    lines = begin("debug", "plain")
    log.error("failed", row=7, traceback="Traceback:\n  in a.py")
    head, *below = lines[0].splitlines()
    assert "[error    ] failed" in head
    assert head.endswith("row=7")
    assert below == ["Traceback:", "  in a.py"]


@pytest.mark.parametrize("form", ["plain", "json"])
def test_secrets_and_what_steers_a_screen_are_not_told(begin: Begin, form: str) -> None:
    lines = begin("debug", form)
    log.error("failed", reason="https://x/f.png?token=abc \x1b[2J", traceback="at https://u:open@x/ \x1b[2J")
    assert "abc" not in lines[0]
    assert "open" not in lines[0]
    assert "\x1b" not in lines[0]
    assert "https://x/f.png?…" in lines[0]


def test_the_same_bug_is_told_in_full_once(begin: Begin) -> None:
    lines = begin("debug")
    for row in (1, 2):
        log.error("failed", row=row, traceback="Traceback:\n  in a.py")
    assert [("exception" in line, line["row"]) for line in told(lines)] == [(True, 1), (False, 2)]


def test_steps_are_told_with_batch_row_and_attempt(begin: Begin, tmp_path: Path) -> None:
    world, lines = World(tmp_path), begin("debug")
    world.batch(2)
    line = Line({"fake": world.engine}, world.verifier, world.deliverer, world.files, world.clock)
    first, second = world.queue.admit("wrk", ["fake"], 2)

    async def broken(*_arguments: Any, **_options: Any) -> Any:
        raise KeyError("a bug")

    async def lost(*_arguments: Any, **_options: Any) -> Any:
        raise AnswerLost("nobody there")

    world.engine.prepare = broken
    asyncio.run(step(first, line))
    del world.engine.prepare
    world.engine.submit = lost
    asyncio.run(step(second, line))
    begun, failed, _, again = told(lines)
    keys = {"batch": "bat_1", "row": 1, "attempt": 1}
    assert begun == {**keys, "state": "submitting", "lost_leases": 0, "event": "begun", "level": "debug"}
    assert failed["exception"].startswith("Traceback")
    assert (failed["event"], failed["level"], failed["to"], failed["kind"]) == ("failed", "error", "failed", "internal")
    assert (again["event"], again["level"], again["row"], again["reason"]) == ("resend", "info", 2, "nobody there")


async def test_process_that_dies_is_told_with_what_it_worked_on(begin: Begin) -> None:
    crew, lines = ProcessCrew(1), begin("warning")
    with log.keyed(row=7), pytest.raises(WorkerCrash):
        await crew.run(JOB, {})
    await crew.close()
    (line,) = told(lines)
    assert (line["event"], line["job"], line["row"]) == ("worker process lost", JOB, 7)
    assert "signal 9" in line["reason"]


def test_line_of_the_log_leaves_a_live_view_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "screen").open("w+") as screen:
        console = Console(file=screen, force_terminal=True, width=40)
        monkeypatch.setattr(terminal, "err", console)
        with Live(Text("the view"), console=console, auto_refresh=False):
            terminal.note("a line of the log")
        screen.seek(0)
        shown = screen.read()
    assert shown.index("a line of the log\n") < shown.rindex("the view")


def test_level_is_an_option_of_every_command(tmp_path: Path) -> None:
    World(tmp_path, remote=False).batch(1)
    for level, code in (("debug", 0), ("loud", 1)):
        answer = CliRunner().invoke(application, ["--home", str(tmp_path), "--log-level", level, "status"])
        assert answer.exit_code == code
    assert isinstance(answer.exception, SettingsError)
    assert "log_level" in str(answer.exception)
