"""What is printed goes through one module, and what is written for people through one function."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "clipmill"
#: The one that prints, and the inside of a worker process, whose standard output is a pipe to its parent.
PRINTING = {"cli/terminal.py", "media/workers/child.py", "media/workers/solo.py", "media/workers/crew.py"}
NAMES = {"print", "echo", "secho", "Console", "stdout", "stderr", "__stdout__", "__stderr__", "pprint", "input"}
#: What every module calls whose files people read.
WRITING = {"deliver/results.py", "deliver/blocked.py", "deliver/report.py", "cli/terminal.py"}


def named(path: Path) -> set[str]:
    """Every name and attribute that a module uses."""
    found = ast.walk(ast.parse(path.read_text()))
    return {node.id if isinstance(node, ast.Name) else node.attr for node in found
            if isinstance(node, ast.Name | ast.Attribute)}  # fmt: skip


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_nothing_prints_but_the_terminal(path: Path) -> None:
    if (place := path.relative_to(SRC).as_posix()) in PRINTING:
        return
    used = named(path) & NAMES
    if place == "cli/main.py":  # a pipe that was closed, and a traceback through the watched stream
        used -= {"stdout"}
    assert not used
    if place == "cli/progress.py":
        return
    imported = {alias.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)
                and node.module == "clipmill.cli.terminal" for alias in node.names}  # fmt: skip
    assert not imported & {"err", "out"}


def test_whoever_writes_for_people_asks_what_may_be_shown() -> None:
    for place in WRITING:
        assert named(SRC / place) & {"shown", "json_line"}, place
