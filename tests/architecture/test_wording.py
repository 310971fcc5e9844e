"""What can be done next is said in the words of the surface: only the command line names its commands."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from clipmill.cli.commands import COMMANDS

SRC = Path(__file__).parents[2] / "src" / "clipmill"
BELOW = [path for path in sorted(SRC.rglob("*.py")) if path.relative_to(SRC).parts[0] not in {"cli", "examples"}]
NAMED = re.compile(rf"`clipmill |(?<!no )\bclipmill ({'|'.join(COMMANDS)})\b")


@pytest.mark.parametrize("path", BELOW, ids=lambda path: str(path.relative_to(SRC)))
def test_no_command_is_named_below_the_command_line(path: Path) -> None:
    tree = ast.parse(path.read_text())
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            assert not NAMED.search(node.value), node.value


def test_no_command_is_named_in_the_report() -> None:
    assert not NAMED.search((SRC / "deliver" / "report.html").read_text())
